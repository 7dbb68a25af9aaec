"""What happens while dialogues are made. Every run ends with exactly one `Ended`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Side = Literal["user", "assistant", "summary"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A dialogue begins, or goes on after `rounds_done` rounds."""

    number: int
    scenario: str
    rounds: int
    rounds_done: int


@dataclass(frozen=True, slots=True)
class Streamed:
    """A piece of a message that is being written."""

    number: int
    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Retried:
    """The attempt failed and is void; the next one starts after `delay` seconds."""

    number: int
    side: Side
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message is on disk. `extra` as in the ledger: mistakes, shift, what was left out, and how near to a
    stall the talk was (`stall`, 0 to 1, from 0.5 on it has stalled; not there where it is 0).
    """

    number: int
    side: Side
    content: str
    rounds_done: int
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A dialogue is whole and its file is there. `ended`: rounds, stalled, or by_hand."""

    number: int
    path: Path
    rounds: int
    ended: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A dialogue could not go on; what it has is kept and it can be continued."""

    number: int
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The one ending. `stopped`: why it was stopped before all were done, else empty."""

    done: int
    failed: int
    left: int
    stopped: str = ""
    hint: str = ""


DialogueEvent = Opened | Streamed | Retried | Said | Written | Failed | Ended
