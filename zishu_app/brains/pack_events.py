"""What is told while the training pack comes and goes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zishu_app.brains.events import Received
from zishu_app.core.torch_build import Accelerator

#: torch with what it stands on, all the rest, a look whether it works, put in place
Stage = Literal["torch", "rest", "check", "place"]


@dataclass(frozen=True, slots=True)
class Pack:
    """The training pack as it lies there."""

    folder: Path
    #: bytes
    size: int
    #: by the name of the package, in lower case with dashes
    versions: dict[str, str]
    #: what its torch was built for
    accelerator: Accelerator
    #: pinned packages that are missing or of another version; empty: it is what was tested
    differs: tuple[str, ...]

    @property
    def torch(self) -> str:
        """The version of torch, with its mark."""
        return self.versions.get("torch", "")


@dataclass(frozen=True, slots=True)
class Begun:
    """What will be installed, and why this build of it."""

    folder: Path
    requirement: str
    accelerator: Accelerator
    why: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A stage has begun."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Fetching:
    """A package is being fetched; the `Received` after it count its bytes. `size` None: it is not said."""

    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Unpacking:
    """Everything is here and is being unpacked: bytes on the disk so far."""

    size: int


@dataclass(frozen=True, slots=True)
class Installed:
    """The one good ending of an installation. A bad one is a raised ZishuError."""

    pack: Pack


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was stopped by hand; nothing of it is left, and what was there before is there still."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The pack is gone; so many bytes are free again."""

    size: int


Installing = Begun | Entered | Fetching | Received | Unpacking | Installed | Stopped
