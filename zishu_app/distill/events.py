"""What happens while talks are distilled. One talk ends with `Distilled` or `Left`, a batch with `BatchEnded`.

`name` is what a talk is called, and many may share it; `item` tells them apart (distil.item_of).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.distill.form import Line


@dataclass(frozen=True, slots=True)
class Found:
    """Talks that were found in the files and will be worked on or skipped."""

    talks: int


@dataclass(frozen=True, slots=True)
class Chunked:
    """A talk was split; `tokens` of each chunk."""

    name: str
    item: str
    chunks: int
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An attempt failed or was not in the form ("form"); another one follows."""

    name: str
    reason: str
    delay: float


@dataclass(frozen=True, slots=True)
class PartDone:
    """One chunk is distilled and on disk. `in_form`: False where the reply was kept as it was, and there are no
    `statements`.
    """

    name: str
    item: str
    index: int
    chunks: int
    done: int
    text: str
    in_form: bool
    statements: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Distilled:
    """A talk is distilled; `product` is the file to be."""

    name: str
    product: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """It was to stop before the talk was through; the `done` chunks are on disk."""

    name: str
    item: str
    done: int
    chunks: int


@dataclass(frozen=True, slots=True)
class FileWritten:
    """A talk's file is there."""

    name: str
    item: str
    source: Path
    path: Path
    flagged: int


@dataclass(frozen=True, slots=True)
class FileSkipped:
    """A talk was distilled before, in the same way."""

    name: str
    item: str
    source: Path
    path: Path


@dataclass(frozen=True, slots=True)
class FileFailed:
    """A file, or the talk `item` of it, could not be distilled; the others go on."""

    source: Path
    reason: str
    hint: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """The one ending of a batch."""

    written: int
    skipped: int
    failed: int
    left: int
    stopped: str = ""
    hint: str = ""


DistillEvent = Chunked | Asked | PartDone | Distilled | Left
BatchEvent = Found | DistillEvent | FileWritten | FileSkipped | FileFailed | BatchEnded
