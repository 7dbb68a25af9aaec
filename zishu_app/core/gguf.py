"""What a GGUF model file says of itself, read without llama.cpp and without touching the weights.

The list of brains shows name, size, licence and context length of every model file in a folder; a file that
arrived half should be turned away with a reason before a worker tries to load it.

Source of the layout: ggml/docs/gguf.md (versions 2 and 3, little-endian); block sizes from ggml's type table.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: (struct code, bytes) of the plain value types; 8 is a string, 9 an array
_PLAIN = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
_STRING, _ARRAY = 8, 9

#: (elements, bytes) of one block of each tensor type
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110),
    22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8),
    29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip

Plain = str | int | float | bool


@dataclass(frozen=True, slots=True)
class GgufArray:
    """Where an array lies in the file. A vocabulary has 150,000 strings: most readers never want them."""

    path: Path
    kind: int
    length: int
    #: byte offset of the first element
    start: int

    def read(self) -> list[Plain]:
        """The elements. Raises DataError when the file was changed or cut since its header was read."""
        with _Reader(self.path) as reader:
            reader.position = self.start
            return [reader.plain(self.kind) for _ in range(self.length)]


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the file says of itself; an empty text or None where it says nothing."""

    path: Path
    version: int
    architecture: str
    name: str
    licence: str
    #: tokens the model was trained to read together
    context_length: int | None
    #: number of weights; None for one part of a split model
    parameters: int | None
    has_chat_template: bool
    #: every key the file carries, arrays as places
    metadata: Mapping[str, Plain | GgufArray] = field(repr=False)

    def text(self, key: str) -> str:
        """A metadata value that should be a text; "" where it is missing or something else."""
        return _text(self.metadata, key)


def read_gguf_header(path: Path) -> GgufHeader:
    """Read the header of `path` and check that the file is as long as it promises.

    Raises DataError: not there, not GGUF, a version or byte order we cannot read, broken, or cut short.
    """
    with _Reader(path) as reader:
        version, tensors, keys = _opening(reader)
        metadata = dict(_entry(reader) for _ in range(keys))
        parameters = _weights(reader, tensors, _whole(metadata, "general.alignment") or 32)
    architecture = _text(metadata, "general.architecture")
    parts = _whole(metadata, "split.count") or 1
    return GgufHeader(
        path=path,
        version=version,
        architecture=architecture,
        name=_text(metadata, "general.name"),
        licence=_text(metadata, "general.license"),
        context_length=_whole(metadata, f"{architecture}.context_length"),
        parameters=parameters if parts == 1 and parameters else None,
        has_chat_template=bool(_text(metadata, "tokenizer.chat_template")),
        metadata=metadata,
    )


def _text(metadata: Mapping[str, Plain | GgufArray], key: str) -> str:
    value = metadata.get(key)
    return value if isinstance(value, str) else ""


def _whole(metadata: Mapping[str, Plain | GgufArray], key: str) -> int | None:
    value = metadata.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


class _Reader:
    """Walks over the mapped file; every step checks that the file reaches that far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0

    def __enter__(self) -> "_Reader":
        try:
            with self.path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # mmap refuses empty files
            raise self.broken(t("文件是空的", "the file is empty")) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise self.broken(t(f"打不开（{reason}）", f"it cannot be opened ({reason})")) from error
        self.size = len(self._data)
        return self

    def __exit__(self, *_: object) -> None:
        self._data.close()

    def broken(self, reason: str) -> DataError:
        """The error that says what is wrong with this file."""
        return DataError(
            t(f"模型文件 {self.path}：{reason}。", f"Model file {self.path}: {reason}."),
            t("重新下载它，或选另一个 GGUF 文件。", "Download it again, or choose another GGUF file."),
        )

    def skip(self, length: int) -> int:
        """Pass over `length` bytes; returns where they began."""
        start = self.position
        if length > self.size - start:
            raise self.broken(
                t(
                    f"不完整或已损坏：第 {start} 字节处还应有 {length} 字节，但文件只有 {self.size} 字节",
                    f"cut short or damaged: {length} more bytes are promised at byte {start}, "
                    f"but the file has {self.size}",
                )
            )
        self.position = start + length
        return start

    def number(self, code: str) -> int:
        """A whole number of the given struct code."""
        value: int = struct.unpack_from(code, self._data, self.skip(struct.calcsize(code)))[0]
        return value

    def raw(self) -> bytes:
        """The bytes of a string: a length of eight bytes, then the bytes."""
        length = self.number("<Q")
        start = self.skip(length)
        return self._data[start : start + length]

    def plain(self, kind: int) -> Plain:
        """A value that is not an array. Broken UTF-8 is replaced: some vocabularies carry it."""
        if kind == _STRING:
            return self.raw().decode("utf-8", "replace")
        code = self.code(kind)
        value: Plain = struct.unpack_from(code, self._data, self.skip(struct.calcsize(code)))[0]
        return value

    def code(self, kind: int) -> str:
        """The struct code of a plain type."""
        if kind not in _PLAIN:
            at = self.position
            raise self.broken(
                t(
                    f"已损坏：第 {at} 字节处有未知的数据类型 {kind}",
                    f"damaged: unknown value type {kind} at byte {at}",
                )
            )
        return _PLAIN[kind]

    def array(self) -> GgufArray:
        """An array's place; its elements are passed over."""
        kind = self.number("<I")
        length = self.number("<Q")
        start = self.position
        if kind == _STRING:
            if length > (self.size - start) // 8:  # refuse a damaged length before walking it
                self.skip(length * 8)
            for _ in range(length):
                self.skip(self.number("<Q"))
        else:
            self.skip(length * struct.calcsize(self.code(kind)))
        return GgufArray(self.path, kind, length, start)


def _opening(reader: _Reader) -> tuple[int, int, int]:
    """Version, number of tensors, number of metadata keys."""
    magic = struct.pack("<I", reader.number("<I")) if reader.size >= 4 else b""
    if magic != b"GGUF":
        raise reader.broken(
            t("不是 GGUF 文件（开头不是“GGUF”）", 'not a GGUF file (it does not begin with "GGUF")')
        )
    version = reader.number("<I")
    if version > 0xFFFF and version & 0xFFFF == 0:
        raise reader.broken(t("是大端序的 GGUF，这里读不了", "a big-endian GGUF, which is not supported"))
    if version not in (2, 3):
        raise reader.broken(
            t(
                f"GGUF 版本 {version} 不受支持（支持 2 和 3）",
                f"GGUF version {version} is not supported (2 and 3 are)",
            )
        )
    tensors, keys = reader.number("<Q"), reader.number("<Q")
    if tensors > 1_000_000 or keys > 100_000:  # real files have some hundreds; do not walk nonsense
        raise reader.broken(
            t(
                f"已损坏：声称有 {keys} 个键和 {tensors} 个张量",
                f"damaged: it claims {keys} keys and {tensors} tensors",
            )
        )
    return version, tensors, keys


def _entry(reader: _Reader) -> tuple[str, Plain | GgufArray]:
    """One metadata key and its value."""
    key = reader.raw().decode("utf-8", "replace")
    kind = reader.number("<I")
    return key, reader.array() if kind == _ARRAY else reader.plain(kind)


def _weights(reader: _Reader, tensors: int, alignment: int) -> int:
    """Number of weights. Raises DataError when the file ends before the last of them."""
    weights = 0
    end = 0
    for _ in range(tensors):
        elements, last = _tensor(reader)
        weights += elements
        end = max(end, last)
    begin = math.ceil(reader.position / alignment) * alignment
    if tensors and begin + end > reader.size:
        have, want = f"{reader.size / 1e6:.1f}", f"{(begin + end) / 1e6:.1f}"
        raise reader.broken(
            t(
                f"不完整：应有 {want} MB，只有 {have} MB",
                f"cut short: it should have {want} MB and has {have} MB",
            )
        )
    return weights


def _tensor(reader: _Reader) -> tuple[int, int]:
    """Number of elements of one tensor, and where it ends, counted from the begin of all tensor data."""
    reader.raw()
    sides = reader.number("<I")
    if sides > 8:  # ggml has four; more means that we read nonsense
        raise reader.broken(t(f"已损坏：张量有 {sides} 维", f"damaged: a tensor with {sides} dimensions"))
    elements = math.prod(reader.number("<Q") for _ in range(sides))
    kind = reader.number("<I")
    offset = reader.number("<Q")
    block, size = _BLOCKS.get(kind, (1, 0))  # a newer type: only its begin can be checked
    return elements, offset + elements // block * size
