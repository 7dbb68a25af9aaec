"""pip as a subprocess: in a room of its own that can be watched and removed, and what it says understood.

pip is asked because its configuration (index mirrors, proxies, certificates) is already right on this machine.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zishu_app.brains.events import SourceFailed
from zishu_app.core.texts import t

_OFFLINE = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError|Failed to establish|"
    r"name resolution|Connection refused|timed out|Max retries|ReadTimeout|ConnectionError|SSLError",
    re.IGNORECASE,
)
#: the last two are what pip says of an absent version where a constraint of the user's names the package too
_ABSENT = re.compile(
    r"No matching distribution|Could not find a version|ResolutionImpossible|conflicting dependencies",
    re.IGNORECASE,
)
_NO_PIP = re.compile(r"No module named '?pip\b|is not recognized|No such file")
_FULL = re.compile(r"No space left|Errno 28|disk quota", re.IGNORECASE)
#: settings of the user's own pip that would send packages somewhere else than where they are wanted
_UNWANTED = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "__PYVENV_LAUNCHER__")
#: output at once, in one encoding, and no `--user` from the user's pip configuration
_WANTED = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PIP_USER": "0"}
#: what each call begins with
QUIET = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")

PipTrouble = Literal["full", "no pip", "offline", "absent", "other"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How pip ended: its exit status and the last of what it said."""

    status: int
    said: str


def command(pip: tuple[str, ...] | None, action: str, words: Sequence[str]) -> list[str]:
    """A call of `pip`; None: of the Python that runs the program. Raises SourceFailed where there is none."""
    if pip is None and getattr(sys, "frozen", False):
        raise SourceFailed("pip", t("打包的程序里没有 pip", "the packaged program has no pip"))
    # -P: a folder called pip in the current directory is not pip
    return [*(pip or (sys.executable, "-P", "-m", "pip")), action, *QUIET, *words]


def run(words: Sequence[str], room: Path, leave: threading.Event) -> Ended:
    """Run to the end, or until `leave` is set. What it says grows in `room/said.txt`. Blocks; its own thread."""
    said = room / "said.txt"
    with said.open("wb") as file:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=_surroundings(room),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise SourceFailed(
                "pip", t(f"无法启动 pip：{error}", f"pip cannot be started: {error}")
            ) from error
        try:
            while process.poll() is None and not leave.wait(0.05):
                pass
        finally:
            process.kill()
            process.wait()
    return Ended(process.returncode, heard(room))


def heard(room: Path) -> str:
    """The last of what pip has said so far."""
    try:
        return (room / "said.txt").read_text(encoding="utf-8", errors="replace")[-8000:]
    except FileNotFoundError:
        return ""


def trouble_of(ended: Ended) -> PipTrouble | None:
    """Why it failed; None: it did not."""
    if ended.status == 0:
        return None
    signs: tuple[tuple[PipTrouble, re.Pattern[str]], ...] = (
        ("full", _FULL),
        ("no pip", _NO_PIP),
        ("offline", _OFFLINE),
        ("absent", _ABSENT),
    )
    return next((kind for kind, sign in signs if sign.search(ended.said)), "other")


def last_words(ended: Ended) -> str:
    """The line that says most: what pip itself calls an error, else its last one."""
    lines = [line.strip() for line in ended.said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or [f"exit {ended.status}"])[-1][:300]


def largest(room: Path) -> int:
    """Bytes of the biggest file: what is being fetched, wherever pip keeps it just now."""
    biggest = 0
    for folder, _, names in os.walk(room):
        for name in names:
            try:
                biggest = max(biggest, (Path(folder) / name).stat().st_size)
            except OSError:
                continue  # pip moved it in this moment
    return biggest


def _surroundings(room: Path) -> Mapping[str, str]:
    """The user's, with pip's temporary files in the room, where they can be watched and removed."""
    temporary = str(room / "temporary")
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return {**kept, **_WANTED, "TMPDIR": temporary, "TEMP": temporary, "TMP": temporary}
