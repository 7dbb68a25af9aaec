"""The unused room in chromadb's files is emptied.

A new index of neighbours (hnswlib) is written out with room for a hundred vectors before there is one, and that room holds
whatever the process had in memory before: forgotten vectors, and what else the lane was given, texts of talks among it. Seen
in one of six new indexes. Cutting a file to what is used and lengthening it again leaves nothing but zeros there.
"""

import os
import struct
from pathlib import Path

#: the beginning of `header.bin`: version, offset, room, vectors there are, bytes of one
_HEADER = struct.Struct("<I4Q")
HEADER, VECTORS, LENGTHS = "header.bin", "data_level0.bin", "length.bin"
#: bytes of an entry in `length.bin`
_LENGTH = 4


def stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever one of the indexes under a folder was written out."""
    return tuple(path.stat().st_mtime_ns for path in sorted(folder.glob(f"*/{HEADER}")))


def empty_unused(folder: Path) -> None:
    """Leave nothing in the unused room of the indexes under a folder. Raises OSError and struct.error."""
    for header in folder.glob(f"*/{HEADER}"):
        _, _, _, there, size = _HEADER.unpack_from(header.read_bytes())
        _empty(header.with_name(VECTORS), there * size)
        _empty(header.with_name(LENGTHS), there * _LENGTH)


def _empty(path: Path, used: int) -> None:
    whole = path.stat().st_size
    if whole > used:
        os.truncate(path, used)
        os.truncate(path, whole)
