"""What counts of all that stands in the ledger of a talk: what the person said, and what she said at last. Pure.

Left out is what she was stopped in, and of an answer that was asked for once more all but the last; where she was
corrected, the correction counts as said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zishu_app.core.messages import Message, Role
from zishu_app.ledger.runs import Turn


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the talk as a model is shown it, and the last turn that is in it."""

    message: Message
    step: int


def counting(turns: Iterable[Turn]) -> list[Turn]:
    """The turns that count, each answer right after what it answers."""
    found: list[Turn] = []
    answers: dict[int, Turn] = {}
    for turn in turns:
        to = turn.extra.get("to")
        if turn.kind == "assistant" and isinstance(to, int):
            answers[to] = _corrected(turn)
        elif turn.kind in (
            "user",
            "assistant",
        ):  # an assistant's own beginning, e.g. a greeting, answers nothing
            found.append(_corrected(turn))
    return [one for turn in found for one in (turn, answers.get(turn.step)) if one is not None]


def lines_of(turns: Iterable[Turn]) -> list[Line]:
    """The same as messages that take turns: what one said twice in a row is one message."""
    lines: list[Line] = []
    for turn in turns:
        role: Role = "user" if turn.kind == "user" else "assistant"
        if lines and lines[-1].message.role == role:
            before = lines.pop().message.content
            lines.append(Line(Message(role, f"{before}\n\n{turn.content}"), turn.step))
        else:
            lines.append(Line(Message(role, turn.content), turn.step))
    return lines


@dataclass(frozen=True, slots=True)
class Notes:
    """The latest notes of a talk, and the last turn they cover; -1: there are none."""

    text: str = ""
    covers: int = -1


def notes_of(turns: Sequence[Turn]) -> Notes:
    """The notes that count."""
    last = next((one for one in reversed(turns) if one.kind == "summary"), None)
    return Notes(last.content, int(last.extra["covers"])) if last else Notes()


def _corrected(turn: Turn) -> Turn:
    said = turn.extra.get("corrected")
    return replace(turn, content=said) if isinstance(said, str) and said else turn
