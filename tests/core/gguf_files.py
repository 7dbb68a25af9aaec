"""Small GGUF files for tests: a header and a few bytes of tensor data."""

import struct
from pathlib import Path

UINT32, FLOAT32, BOOL, STRING = 4, 6, 7, 8
_CODES = {UINT32: "<I", FLOAT32: "<f", BOOL: "<?"}


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def value(given: object) -> bytes:
    """Type number and bytes of a metadata value; lists hold texts or whole numbers."""
    if isinstance(given, list):
        kind = STRING if given and isinstance(given[0], str | bytes) else UINT32
        elements = b"".join(text(item) if kind == STRING else struct.pack("<I", item) for item in given)
        return struct.pack("<IIQ", 9, kind, len(given)) + elements
    if isinstance(given, str):
        return struct.pack("<I", STRING) + text(given)
    kind = BOOL if isinstance(given, bool) else UINT32 if isinstance(given, int) else FLOAT32
    return struct.pack("<I", kind) + struct.pack(_CODES[kind], given)


def gguf(
    metadata: dict[str, object], tensors: dict[str, tuple[int, ...]] | None = None, version: int = 3
) -> bytes:
    """A whole file; tensors are F32, given by their sides."""
    tensors = tensors or {}
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(text(key) + value(given) for key, given in metadata.items())
    offset = 0
    for name, sides in tensors.items():
        size = 4
        for side in sides:
            size *= side
        head += text(name) + struct.pack("<I", len(sides)) + struct.pack(f"<{len(sides)}Q", *sides)
        head += struct.pack("<IQ", 0, offset)
        offset += size
    return head + b"\0" * (-len(head) % 32) + b"\0" * offset if tensors else head


def write_gguf(
    path: Path, metadata: dict[str, object], tensors: dict[str, tuple[int, ...]] | None = None
) -> Path:
    path.write_bytes(gguf(metadata, tensors))
    return path


def byte_alphabet() -> list[str]:
    """GPT-2's stand-in for each byte, written out here on purpose: the program's own is under test."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    stand_ins = {byte: chr(byte) for byte in kept}
    for index, byte in enumerate(byte for byte in range(256) if byte not in kept):
        stand_ins[byte] = chr(256 + index)
    return [stand_ins[byte] for byte in range(256)]
