"""What is said between a program and a worker lane: events of a job, one JSON object a line, UTF-8.

A program opens with `{"hello": SPEAKS, "token": …, "language": …}` and is told `{"welcome": SPEAKS, "pid": …}`;
a wrong token closes the connection without a word. After that:

    program -> lane   {"submit": id, "spec": {…}, "language": …}   {"cancel": id}   {"attach": id, "from": n}
    lane -> program   {"job": id, "event": {…}}     {"known": id} or {"unknown": id}   {"bye": reason}

The language stands beside each job too, for it can be changed while a program is open.

The opening two lines stay as they are in every version, so that a newer program can ask an older lane to
leave (`"leave": true` in the hello).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, get_args

from zishu_app import __version__
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: version of the lines and of the program; a lane that speaks another is asked to leave
SPEAKS = f"1/{__version__}"
#: bytes of the longest line; larger things go by file
MAX_LINE = 8 * 1024 * 1024
#: a job's id is also the name of its folder
JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True, slots=True)
class Queued:
    """The lane has the job."""


@dataclass(frozen=True, slots=True)
class Started:
    """The job's turn has come."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `total` in whatever unit the job counts; never a difference."""

    done: float
    total: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """Measured values at one step, by name. NaN and infinity are kept: a diverged loss must be seen."""

    step: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of streamed text, or of what the model thought."""

    text: str
    reasoning: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """It is finished."""

    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """It said itself that it failed. `code`: our error's name in snake case, "bug" for anything unforeseen."""

    message: str
    hint: str = ""
    code: str = "bug"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It was asked to stop and did."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The process that ran it is gone."""

    reason: str


Ending = Done | Failed | Cancelled | Lost
Event = Queued | Started | Progress | Metric | Note | Piece | Ending

_KINDS: dict[str, type[Event]] = {kind.__name__.lower(): kind for kind in get_args(Event)}


def event_to_dict(event: Event) -> dict[str, Any]:
    """The form that goes over the line and into the journal."""
    return {"type": type(event).__name__.lower(), **asdict(event)}


def event_from_dict(value: Mapping[str, Any]) -> Event:
    """The opposite of `event_to_dict`. Raises DataError."""
    kind = _KINDS.get(str(value.get("type")))
    if kind is None:
        raise _broken(f"type {value.get('type')!r}")
    given = {one.name: value[one.name] for one in fields(kind) if one.name in value}
    try:
        return kind(**given)
    except TypeError as error:
        raise _broken(str(error)) from error


def encode(value: Mapping[str, Any]) -> bytes:
    """One line. Raises DataError when it would be longer than MAX_LINE.

    Half a surrogate pair (Python makes them from undecodable file names) becomes a JSON escape, which
    reads back as what it was.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    line = text.encode("utf-8", "backslashreplace") + b"\n"
    if len(line) > MAX_LINE:
        raise DataError(
            t(f"消息太长（{len(line)} 字节）。", f"The message is too long ({len(line)} bytes)."),
            t("缩短内容，或改用文件传递。", "Shorten it, or pass it by file."),
        )
    return line


def decode(line: bytes) -> dict[str, Any]:
    """The object in one line. Raises DataError."""
    try:
        value = json.loads(line)
    except ValueError as error:
        raise _broken(str(error)) from error
    if not isinstance(value, dict):
        raise _broken(type(value).__name__)
    return value


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a lane: the content of `<home>/worker/<lane>.json`."""

    port: int
    token: str = field(repr=False)
    pid: int
    speaks: str


@dataclass(frozen=True, slots=True)
class JobRecord:
    """The content of `runs/<id>/job.json`. `ending` is the ending's type, "" while the job is open."""

    id: str
    kind: str
    lane: str
    #: process of the lane that runs it
    pid: int
    submitted: str
    spec: dict[str, Any]
    ended: str = ""
    ending: str = ""


def _broken(what: str) -> DataError:
    return DataError(t(f"无法理解的消息：{what}。", f"A message that cannot be understood: {what}."))
