"""One log file a day, shared by the program's processes: what happened, never what was said and never a key."""

import contextlib
import logging
import re
import time
from datetime import date
from pathlib import Path

KEEP_DAYS = 14
#: a last net under the rule that keys are never logged
SECRETS = re.compile(
    r"\b(?:sk|tp|ak|xai|nvapi)-[A-Za-z0-9_-]{8,}"
    r"|\b(?:gsk_|hf_|AIza)[A-Za-z0-9_-]{20,}"
    r"|\b[0-9a-f]{32}\.[A-Za-z0-9]{16}\b"  # Zhipu: id and secret
    r"|(?i:bearer)\s+[A-Za-z0-9._~+/-]{8,}=*"
)


class _Guarded(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub("[key]", super().format(record))


class _Patient(logging.FileHandler):
    """Where a line cannot be written, on a full disk or in a folder that is not ours, what is going on goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):  # it opens the file with the first line
            super().emit(record)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Silent: the library would print a traceback where people read."""


def start_log(folder: Path, level: int = logging.INFO) -> Path:
    """Write the `zishu` loggers into today's file in `folder`; give its path. Calling again changes the folder.

    Lines are short and opened for appending, so processes can share the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{date.today():%Y%m%d}.log"
    writer = _Patient(path, encoding="utf-8", delay=True)
    writer.setFormatter(_Guarded("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("zishu")
    for old in list(root.handlers):
        if isinstance(old, logging.FileHandler):
            root.removeHandler(old)
            old.close()
    root.addHandler(writer)
    root.setLevel(level)
    _drop_old(folder)
    return path


def _drop_old(folder: Path) -> None:
    limit = time.time() - KEEP_DAYS * 86400
    for path in folder.glob("*.log"):
        with contextlib.suppress(OSError):  # another process was faster, or holds it open
            if path.stat().st_mtime < limit:
                path.unlink()
