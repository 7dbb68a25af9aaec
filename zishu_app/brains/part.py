"""The growing file `<file>.part`, the record of where it comes from, and its running hash.

Everything here blocks (disk, hashing) and is called from a thread. A thread whose waiter was cancelled may
still be writing when the part is closed, hence the lock.
"""

import errno
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from zishu_app.core.errors import DownloadError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t

#: read at once when an existing part is hashed
_BLOCK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Origin:
    """Which bytes a part holds the beginning of, as the source described them."""

    address: str
    #: without quotes and W/; "": the source gave none
    etag: str
    size: int | None
    sha256: str | None

    def same_bytes(self, other: "Origin") -> bool:
        """May a part of one be continued from the other?

        The same address must still tell the same etag. Another address counts only if both promise one hash.
        """
        if self.size != other.size:
            return False
        one_hash = self.sha256 is not None and self.sha256 == other.sha256
        if self.address != other.address:
            return one_hash
        return self.etag == other.etag if self.etag or other.etag else one_hash


class Part:
    """One unfinished file beside its `target`."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self.record = target.with_name(target.name + ".part.json")
        self.done = 0
        self.origin = Origin("", "", None, None)
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()

    def bytes_on_disk(self) -> int:
        """How long the file is now; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def left_behind(self) -> tuple[Origin, int] | None:
        """What an earlier attempt left: its origin and its bytes. None: nothing that could be continued."""
        try:
            origin = Origin(**json.loads(self.record.read_text(encoding="utf-8")))
            done = self.bytes_on_disk()
        except (OSError, ValueError, TypeError):
            return None
        fits = origin.size is None or done <= origin.size
        return (origin, done) if done and fits else None

    def begin(self, origin: Origin) -> None:
        """Start with an empty part. The record is there before the first byte."""
        with self._lock:
            self._close()
            self.path.unlink(missing_ok=True)
            write_json(self.record, asdict(origin))
            self._file = self.path.open("wb")
            self._hash, self.done, self.origin = hashlib.sha256(), 0, origin

    def resume(self, origin: Origin) -> None:
        """Read and hash what is there, then go on behind it."""
        with self._lock:
            self._close()
            self._hash, self.done, self.origin = hashlib.sha256(), 0, origin
            self._file = self.path.open("r+b")
            while block := self._file.read(_BLOCK):
                self._hash.update(block)
                self.done += len(block)

    def append(self, data: bytes) -> None:
        """Write behind the rest. After a kill -9 everything appended is there."""
        with self._lock:
            if self._file is None:
                raise ValueError("the part is closed")
            self._file.write(data)
            self._file.flush()
            self._hash.update(data)
            self.done += len(data)

    def starts_with(self, magic: bytes) -> bool:
        """Are these its first bytes?"""
        with self.path.open("rb") as file:
            return file.read(len(magic)) == magic

    def digest(self) -> str:
        """The sha256 of all bytes so far."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Whole and right: put it in place under its real name."""
        with self._lock:
            if self._file is not None:
                os.fsync(self._file.fileno())
            self._close()
            self.path.replace(self.target)
            self.record.unlink(missing_ok=True)

    def remove(self) -> None:
        """Throw it away: its bytes are wrong."""
        with self._lock:
            self._close()
            self.path.unlink(missing_ok=True)
            self.record.unlink(missing_ok=True)
            self.done = 0

    def close(self) -> None:
        """Leave it for the next time."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def disk_trouble(error: OSError, folder: Path) -> DownloadError:
    """What to say when the disk refuses."""
    if error.errno in _FULL:
        return disk_full(folder)
    why = error.strerror or str(error)
    return DownloadError(
        t(f"无法写入 {folder}：{why}。", f"Cannot write to {folder}: {why}."),
        t("检查该目录的权限。", "Check the folder's permissions."),
    )


def disk_full(folder: Path, missing: int | None = None) -> DownloadError:
    """The one way this is said. `missing` bytes, where known."""
    zh, en = "", ""
    if missing is not None:
        zh, en = f"，还差 {_megabytes(missing)} MB", f": {_megabytes(missing)} MB more are needed"
    return DownloadError(
        t(f"{folder} 所在磁盘空间不足{zh}。", f"The disk of {folder} is full{en}."),
        t(
            "腾出空间后再试；已下载的部分会保留并继续。",
            "Free some space and try again; what has arrived is kept and continued.",
        ),
    )


def _megabytes(count: int) -> str:
    return f"{max(1, -(-count // 1_000_000)):,}"
