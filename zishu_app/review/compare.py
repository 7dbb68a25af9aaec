"""Which of two versions is better: asked twice, in both orders, and only a preference that survives the swap counts.

Models favour what they are shown first (or last). One that answers A both times has said nothing about the texts.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.streams import closing
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forms import Sheet, Slip, json_in
from zishu_app.review.asking import (
    Asked,
    Heard,
    Judge,
    Silent,
    Tools,
    answer_room,
    asked,
    density,
    hear,
    no_room,
    prepared,
    remembering,
    work_of,
)
from zishu_app.review.judge import TEMPERATURE
from zishu_app.review.material import (
    MARKS,
    Case,
    Numbered,
    criteria_as_text,
    fenced,
    lines_of,
    mark_for,
    room_for,
    within,
)

Better = Literal["first", "second", ""]

#: tokens of an answer
ANSWER = 300
_SAID = re.compile(
    r"(?:better|更好)\W{0,6}(?:(?:version|result|版本|结果)\s*)?(a|b|same|一样)(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Vote:
    """What one judge prefers in both orders; "" where it changed with the order, or called them alike."""

    who: str
    weight: float
    better: Better


@dataclass(frozen=True, slots=True)
class Compared:
    """The ending: all votes, and who was silent."""

    votes: tuple[Vote, ...]
    silent: tuple[Silent, ...] = ()

    @property
    def better(self) -> Better:
        """What more weight stands behind; "" where it is the same on both sides, or nothing was preferred."""
        first, second = (
            sum(vote.weight for vote in self.votes if vote.better == side) for side in ("first", "second")
        )
        return "" if first == second else "first" if first > second else "second"


async def compare_two(case: Case, other: Numbered, tools: Tools) -> AsyncIterator[Slip | Compared]:
    """Compare a case's result (the first) with another version of it (the second). Ends with one `Compared`.

    Raises BudgetReached and whatever else every further call would meet too.
    """
    votes: list[Vote] = []
    silent: list[Silent] = []
    for judge in tools.judges:
        said: list[str] = []
        for pair in ((case.result, other), (other, case.result)):
            async with closing(_ask(case, pair, judge, tools)) as events:
                async for event in events:
                    if isinstance(event, Heard):
                        said.append(event.value)
                    elif isinstance(event, Silent):
                        silent.append(event)
                    else:
                        yield event
            if not said:
                break  # what it could not say once is not paid for again
        if len(said) == 2:
            votes.append(Vote(judge.name, judge.weight, _surviving(*said)))
    yield Compared(tuple(votes), tuple(silent))


def _surviving(straight: str, swapped: str) -> Better:
    """What was preferred both times; `swapped`: what was said with the second version shown as A."""
    if (straight, swapped) == ("A", "B"):
        return "first"
    return "second" if (straight, swapped) == ("B", "A") else ""


async def _ask(
    case: Case, pair: tuple[Numbered, Numbered], judge: Judge, tools: Tools
) -> AsyncIterator[Slip | Heard[str] | Silent]:
    """One order; "A", "B" or "same" is heard."""
    speaker = remembering(judge.speaker)
    what = await prepared(speaker, lambda: _request(case, pair, speaker))
    if what is None:
        yield no_room(speaker)
        return
    again = prompt(case.language, "compare.again")
    sheet = Sheet("compare", what.messages, what.options, read_choice, again)
    async with closing(hear(work_of(case.subject, speaker, tools, what), sheet)) as events:
        async for event in events:
            yield event


def read_choice(reply: str) -> str | None:
    """A, B or same; None where none is named, or no evidence is given."""
    value = json_in(reply)
    if isinstance(value, Mapping):
        said, evidence = str(value.get("better", "")), str(value.get("evidence") or "").strip()
    else:
        found = list(_SAID.finditer(reply))
        said = found[-1][1] if found else ""
        evidence = reply[: found[-1].start()].strip() if found else ""
    known = {"a": "A", "b": "B", "same": "same", "一样": "same"}
    return known.get(said.strip().casefold()) if evidence else None


def _request(case: Case, pair: tuple[Numbered, Numbered], speaker: Speaker) -> Asked | None:
    """Both versions whole, and as much of the source as there is room for."""
    language, answer = case.language, answer_room(speaker, ANSWER)
    task = _task(case, with_schema=speaker.model.limits.schema)
    system = prompt(language, "judge.system", mark="")
    around = prompt(language, "compare.compared", source="", first="", second="", task=task)
    room = room_for(speaker, language, system + around, answer).less(3 * MARKS)
    first, second = ("\n".join(lines_of(one, language)) for one in pair)
    left = room.less(room.of(first) + room.of(second))
    source = within(case.source, left) if left.tokens > 0 else None
    if source is None:
        return None
    mark = mark_for(source, *sorted((first, second)))
    first, second = fenced(first, mark), fenced(second, mark)
    if source:
        source = fenced(source, mark)
        said = prompt(language, "compare.compared", source=source, first=first, second=second, task=task)
    else:
        said = prompt(language, "compare.alone", first=first, second=second, task=task)
    messages = (Message("system", prompt(language, "judge.system", mark=mark)), Message("user", said))
    schema = _schema(density(speaker, messages)) if speaker.model.limits.schema else None
    return asked("compare", speaker, messages, (TEMPERATURE, answer, schema))


def _task(case: Case, *, with_schema: bool) -> str:
    criteria = criteria_as_text(case, with_names=False)
    if with_schema:
        return prompt(case.language, "compare.task_json", criteria=criteria)
    return prompt(case.language, "compare.task", criteria=criteria)


def _schema(letters: float) -> dict[str, Any]:
    longest = int(min(max(ANSWER * 0.6 / letters, 40), 300))
    return {
        "type": "object",
        "properties": {
            "evidence": {"type": "string", "minLength": 1, "maxLength": longest},
            "better": {"enum": ["A", "B", "same"]},
        },
        "required": ["evidence", "better"],
        "additionalProperties": False,
    }
