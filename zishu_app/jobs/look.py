"""How a lane is doing, seen from outside: whether its process is there, what it holds in memory, and which packages its
interpreter has. Blocking.
"""

import contextlib
import functools
import importlib.util
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from zishu_app.core.paths import Home
from zishu_app.jobs import process
from zishu_app.jobs.process import LanePlan
from zishu_app.jobs.specs import LaneName

#: seconds a lane has to end before it is killed
PATIENCE = 5.0
#: seconds an interpreter has to say whether it has a package
SAYS_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class LaneState:
    """One lane now; `pid` None: its process is not running."""

    name: LaneName
    pid: int | None = None
    #: bytes of memory
    memory: int = 0
    #: model files it has open
    models: tuple[str, ...] = ()


def look(home: Home, name: LaneName) -> LaneState:
    """The state of a lane of this home."""
    pid = process.running(LanePlan(home, name))
    if pid is None:
        return LaneState(name)
    try:
        lane = psutil.Process(pid)
        return LaneState(name, pid, lane.memory_info().rss, _models(lane))
    except psutil.Error:
        return LaneState(name)


def end_lane(home: Home, name: LaneName) -> None:
    """End a lane's process. What runs in it is told so; the next job starts it anew."""
    plan = LanePlan(home, name)
    pid = process.running(plan)
    if pid is not None:
        process.end(plan, pid, PATIENCE)


@functools.cache
def has_package(package: str, python: str = "") -> bool:
    """Whether a lane's interpreter (this one where none is named) has a package; nothing is imported for it."""
    if not python:
        return importlib.util.find_spec(package) is not None
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
    try:
        ended = subprocess.run(
            [python, "-c", code, package], check=False, timeout=SAYS_WITHIN, capture_output=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _models(lane: psutil.Process) -> tuple[str, ...]:
    """Model files are mapped into memory while they are loaded; macOS does not tell which."""
    found: set[str] = set()
    if hasattr(lane, "memory_maps"):
        with contextlib.suppress(psutil.Error, OSError):
            found = {one.path for one in lane.memory_maps() if one.path.lower().endswith(".gguf")}
    return tuple(sorted(Path(path).name for path in found))
