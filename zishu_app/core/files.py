"""Files and folders that are whole or not there: written under a temporary name, then renamed.

A process that is killed in between leaves its temporary file; whoever writes the same file next removes it.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

#: this process in the names of its temporary files; a number alone comes back, in a container at once
_TOKEN = secrets.token_hex(3)
_TEMPORARY = re.compile(r"(?P<pid>\d+)-(?P<token>[0-9a-f]{6})\.\w+\.tmp")
_TEMPORARY_FOLDER = re.compile(rf"\..+\.{_TEMPORARY.pattern}")


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write `path` whole, replacing what was there. `private`: readable by this user only."""
    temporary = _beside(path, text, private=private)
    temporary.replace(path)


def write_json(path: Path, value: Any, *, private: bool = False) -> None:
    """Write `value` as readable JSON."""
    write_text(path, as_json(value), private=private)


def as_json(value: Any) -> str:
    """The text of a JSON file of ours: two spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def write_new(path: Path, text: str) -> bool:
    """Write `path` whole unless the name is taken; say whether it was free.

    A hard link refuses a taken name in one step, so two programs never overwrite each other. Where the
    file system has no hard links, the name is claimed by creating it first.
    """
    temporary = _beside(path, text, private=False)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            return False
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written bit by bit, which gets its name, in place of what was there, when that is done.

    Left by an error, nothing of it stays.
    """
    handle, temporary = _temporary(path)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def new_folder(path: Path, *, read_only: bool = True) -> Iterator[Path]:
    """A folder to be filled, which gets its name when that is done; its files are safely on disk then, and `read_only`.

    Raises FileExistsError where the name is taken. Left by an error, nothing of it stays. What killed processes left
    of such folders beside it is removed first, whatever they were to be called: they may be large.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_folders(path.parent)
    if path.exists():
        raise FileExistsError(path)
    start = f".{path.name[:40]}.{os.getpid()}-{_TOKEN}."
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=start, suffix=".tmp"))
    try:
        yield temporary
        for one in temporary.rglob("*"):
            if one.is_dir():
                _sync_folder(one)
            else:
                _settle(one, read_only=read_only)
        temporary.chmod(0o777 & ~_umask())
        _sync_folder(temporary)
        try:
            temporary.rename(path)
        except OSError as error:
            raise (FileExistsError(path) if path.exists() else error) from error
        _sync_folder(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _settle(file: Path, *, read_only: bool) -> None:
    """On disk, and with `read_only` not to be written to again."""
    file.chmod(0o666 & ~_umask())  # copies of read-only files are read-only
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())
    if read_only:
        file.chmod(0o444 & ~_umask())


def _sync_folder(folder: Path) -> None:
    """The names in it are on disk too; Windows does that by itself, and cannot be asked."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _beside(path: Path, text: str, *, private: bool) -> Path:
    """The text in a temporary file in the same folder, safely on disk."""
    handle, temporary = _temporary(path)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files private; ordinary products follow the user's umask
        temporary.chmod(0o600 if private else 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _temporary(path: Path) -> tuple[int, Path]:
    """A new file beside `path`, opened; what killed processes left of such files is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # shortened: a name that is just short enough for the file system must not become too long
    start = f".{path.name[:40]}."
    _remove_left(path.parent, start)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{start}{os.getpid()}-{_TOKEN}.", suffix=".tmp")
    return handle, Path(name)


def _remove_left(folder: Path, start: str) -> None:
    """Remove temporary files that begin with `start` and whose process is gone."""
    with os.scandir(folder) as entries:  # half the time of Path.iterdir: the folder may hold 10,000 talks
        names = [entry.name for entry in entries if entry.name.startswith(start)]
    for name in names:
        left = _TEMPORARY.fullmatch(name, len(start))
        if left and not _is_alive(int(left["pid"]), left["token"]):
            with contextlib.suppress(OSError):  # somebody else was faster
                (folder / name).unlink()


def _remove_left_folders(folder: Path) -> None:
    """Remove temporary folders whose process is gone."""
    for one in list(folder.iterdir()):
        left = _TEMPORARY_FOLDER.fullmatch(one.name)
        if left and one.is_dir() and not _is_alive(int(left["pid"]), left["token"]):
            shutil.rmtree(one, ignore_errors=True)


def _is_alive(pid: int, token: str) -> bool:
    if pid == os.getpid():
        return token == _TOKEN
    import psutil

    return psutil.pid_exists(pid)


def _umask() -> int:
    """The process's umask; it can only be read by setting it, so it is read once.

    Set to the strictest meanwhile: a file that another thread makes in that moment must not be too open.
    """
    global _known_umask  # noqa: PLW0603
    if _known_umask is None:
        _known_umask = os.umask(0o077)
        os.umask(_known_umask)
    return _known_umask


_known_umask: int | None = None
