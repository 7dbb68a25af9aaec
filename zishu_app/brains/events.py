"""What a download tells while it runs, and how it is to run."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import DownloadError

#: what the finished file is compared with: the hash on the card, the hash the hub announced, its size, or nothing
Against = Literal["card", "hub", "size", "nothing"]
#: which side of the wall is asked first
Prefer = Literal["hub", "mirror"]


@dataclass(frozen=True, slots=True)
class Began:
    """A file of the repository is next; `number` of `count`, 0: not known yet."""

    path: str
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another program is fetching the same file; `done` bytes of it are there."""

    path: Path
    done: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A source answered. `done` of `total` bytes are there from before; `total` None: it does not say."""

    total: int | None
    source: str
    done: int
    against: Against


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes on the disk so far, and bytes per second over the last seconds."""

    done: int
    total: int | None
    speed: float

    @property
    def seconds_left(self) -> float | None:
        """None: cannot be said yet."""
        if self.total is None or self.speed <= 0:
            return None
        return max(0, self.total - self.done) / self.speed


@dataclass(frozen=True, slots=True)
class Switched:
    """The last attempt failed for `reason`; `source` is tried next. It may be the same one again."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole file was read; this is its hash, and this is what was compared."""

    sha256: str
    against: Against


@dataclass(frozen=True, slots=True)
class Finished:
    """The one good ending: the file is in place. A bad ending is a raised DownloadError."""

    path: Path


Progress = Waiting | Planned | Received | Switched | Checked | Finished


#: where the kinds of repository live; a test or a private mirror puts others in their place
HOSTS: Mapping[str, str] = MappingProxyType(
    {
        "hub": "https://huggingface.co",
        "mirror": "https://hf-mirror.com",
        "modelscope": "https://modelscope.cn",
    }
)


def free_bytes(folder: Path) -> int:
    """Bytes this user may still write there."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class DownloadOptions:
    """How to fetch; the defaults are meant for people."""

    prefer: Prefer = "hub"
    #: fetch again even if a file of that name is there
    again: bool = False
    #: seconds for a source to answer at all
    reach: float = 10.0
    #: seconds without a byte after which a connection counts as cut
    stall: float = 30.0
    #: attempts on one source without getting further
    tries: int = 3
    #: seconds between two `Received`
    tick: float = 0.25
    #: seconds between two looks at a lock that another program holds
    poll: float = 1.0
    hosts: Mapping[str, str] = field(default_factory=lambda: HOSTS)
    free_space: Callable[[Path], int] = free_bytes
    #: how pip is started; None: the Python that runs the program
    pip: tuple[str, ...] | None = None
    clock: Clock = field(default_factory=SystemClock)


Trouble = Literal["unreachable", "missing", "refused", "cut", "stale", "wrong", "pip"]


class SourceFailed(DownloadError):
    """One source failed; the next may not. It never leaves this room alone."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble: Trouble = trouble


class NotThere(DownloadError):
    """No source that answered has the file."""
