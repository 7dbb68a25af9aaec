"""Turns of a talk with her as they are read: who said what and when, days between them, what was found lit up. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from zishu_app.core.texts import t
from zishu_app.ledger.chats import PARTIAL, Said
from zishu_app.llm.names import model_name
from zishu_app.ui.tabs.her.marks import marked
from zishu_app.ui.widgets.talk_text import Said as Shown
from zishu_app.ui.widgets.talk_text import Span


@dataclass(frozen=True, slots=True)
class Names:
    """Who talks."""

    her: str
    person: str


def shown(turns: Sequence[Said], names: Names, found: str = "") -> Iterator[Shown]:
    """The turns, the oldest first, each numbered by its place; `found`: what was searched for."""
    day = ""
    for number, turn in enumerate(turns):
        at = _moment(turn)
        if at is not None and (today := f"{at:%Y-%m-%d}") != day:
            day = today
            yield Shown(-1, "mark", day_word(at))
        text, spans = marked(text_of(turn))
        yield Shown(
            number,
            "user" if turn.kind == "user" else "assistant",
            text,
            note=" · ".join(_notes(turn, at)),
            spans=(*spans, *_found(text, found)),
            faded=turn.kind == PARTIAL or is_said_anew(turn),
            name=names.person if turn.kind == "user" else names.her,
        )


def text_of(turn: Said) -> str:
    """What counts as said: where she was corrected, the correction."""
    corrected = turn.extra.get("corrected")
    return corrected if isinstance(corrected, str) and corrected else turn.content


def rating_of(turn: Said) -> int:
    """1 good, -1 bad, 0 nobody said."""
    rating = turn.extra.get("rating")
    return rating if rating in (1, -1) else 0


def is_hers(turn: Said) -> bool:
    """Whether it is an answer that can be rated and corrected."""
    return turn.kind == "assistant" and isinstance(turn.extra.get("to"), int)


def is_said_anew(turn: Said) -> bool:
    """Whether another answer to the same took its place."""
    return turn.extra.get("superseded") is True


def day_word(at: datetime) -> str:
    """A day, with its name."""
    days = "一二三四五六日"
    return t(f"{at.year}年{at.month}月{at.day}日 星期{days[at.weekday()]}", f"{at:%A}, {at.day} {at:%B %Y}")


def _notes(turn: Said, at: datetime | None) -> Iterator[str]:
    if at is not None:
        yield f"{at:%H:%M}"
    brain = turn.extra.get("brain")
    if isinstance(brain, str) and brain:
        yield model_name(brain)
    if turn.kind == PARTIAL:
        yield t("被打断", "stopped")
    if is_said_anew(turn):
        yield t("后来重说了", "said anew later")
    if turn.extra.get("corrected"):
        yield t("已改正", "corrected")
    if rating := rating_of(turn):
        yield t("说得好", "good") if rating > 0 else t("不好", "not good")


def _moment(turn: Said) -> datetime | None:
    try:
        return datetime.fromisoformat(str(turn.extra.get("at", "")))
    except ValueError:
        return None


def _found(text: str, wanted: str) -> Iterator[Span]:
    if not wanted:
        return
    low, small, at = text.lower(), wanted.lower(), 0
    if len(low) != len(text):  # some letters have no small form of the same length
        return
    while (at := low.find(small, at)) >= 0:
        yield Span(at, at + len(small), "finding")
        at += len(small)
