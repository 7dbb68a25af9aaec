"""What lies in the unused room of an index goes, and what is used stays."""

import struct
from pathlib import Path

import pytest

from zishu_app.worker.unused import empty_unused, stamp


def files(folder: Path, room: int, there: int, size: int, content: bytes = b"") -> Path:
    one = folder / "segment"
    one.mkdir()
    (one / "header.bin").write_bytes(struct.pack("<I4Q", 1, 0, room, there, size) + b"\0" * 60)
    (one / "data_level0.bin").write_bytes(content or b"v" * (there * size) + b"secret" * 20)
    (one / "length.bin").write_bytes(b"\1\0\0\0" * there + b"secret")
    return one


def test_only_what_is_used_stays(tmp_path: Path) -> None:
    one = files(tmp_path, 100, 3, 8)
    empty_unused(tmp_path)
    assert (one / "data_level0.bin").read_bytes() == b"v" * 24 + b"\0" * 120
    assert (one / "length.bin").read_bytes() == b"\1\0\0\0" * 3 + b"\0" * 6


def test_a_full_file_is_not_touched(tmp_path: Path) -> None:
    one = files(tmp_path, 100, 3, 8, b"v" * 24)
    before = (one / "data_level0.bin").stat().st_mtime_ns
    empty_unused(tmp_path)
    assert (one / "data_level0.bin").stat().st_mtime_ns == before


def test_what_is_no_index_is_told_and_no_folder_is_nothing(tmp_path: Path) -> None:
    empty_unused(tmp_path)
    assert stamp(tmp_path) == ()
    one = files(tmp_path, 100, 3, 8)
    assert len(stamp(tmp_path)) == 1
    (one / "header.bin").write_bytes(b"x")
    with pytest.raises(struct.error):
        empty_unused(tmp_path)
