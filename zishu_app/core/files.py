"""Files that are whole or not there: written under a temporary name, then renamed.

A process that is killed in between leaves its temporary file; whoever writes the same file next removes it.
"""

import contextlib
import json
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

#: this process in the names of its temporary files; a number alone comes back, in a container at once
_TOKEN = secrets.token_hex(3)
_TEMPORARY = re.compile(r"(?P<pid>\d+)-(?P<token>[0-9a-f]{6})\.\w+\.tmp")


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write `path` whole, replacing what was there. `private`: readable by this user only."""
    temporary = _beside(path, text, private=private)
    temporary.replace(path)


def write_json(path: Path, value: Any, *, private: bool = False) -> None:
    """Write `value` as readable JSON: UTF-8, two spaces, Chinese as it is."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n", private=private)


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


def _beside(path: Path, text: str, *, private: bool) -> Path:
    """The text in a temporary file in the same folder, safely on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # shortened: a name that is just short enough for the file system must not become too long
    start = f".{path.name[:40]}."
    _remove_left(path.parent, start)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{start}{os.getpid()}-{_TOKEN}.", suffix=".tmp")
    temporary = Path(name)
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


def _remove_left(folder: Path, start: str) -> None:
    """Remove temporary files that begin with `start` and whose process is gone."""
    with os.scandir(folder) as entries:  # half the time of Path.iterdir: the folder may hold 10,000 talks
        names = [entry.name for entry in entries if entry.name.startswith(start)]
    for name in names:
        left = _TEMPORARY.fullmatch(name, len(start))
        if left and not _is_alive(int(left["pid"]), left["token"]):
            with contextlib.suppress(OSError):  # somebody else was faster
                (folder / name).unlink()


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
