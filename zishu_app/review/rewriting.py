"""What the teacher is asked when a sample was found wanting, and the messages it writes anew."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.scores import Marked
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forms import json_in
from zishu_app.review.asking import Asked, answer_room, asked
from zishu_app.review.material import MARKS, Case, fenced, lines_of, mark_for, room_for, within

#: marks that name a failure
LOW = 3
#: tokens of the answer beside the messages themselves, and how much longer those may become
FORM, LONGER = 200, 1.5
#: most characters of a message, for models that come to no end by themselves
TERSE = 400

_HEAD = re.compile(r"^\s*={3,}\s*\[?(\d{1,6})\]?\s*={3,}\s*$")

#: number of a message -> what it says now
Rewritten = Mapping[int, str]


def failures(case: Case, given: Iterable[Marked]) -> str:
    """What the judges named, the worst first; where nothing is bad, what is worst. Empty where all is perfect."""
    titles = {one.name: one.titles[case.language] for one in case.criteria}
    marks = sorted(
        (mark for one in given if one.weight > 0 for mark in one.marks), key=lambda mark: mark.score
    )
    worst = [mark for mark in marks if mark.score <= LOW]
    worst = worst or [mark for mark in marks if mark.score < 5 and mark.score == marks[0].score]
    return "\n".join(
        prompt(
            case.language,
            "refine.failure",
            title=titles.get(mark.criterion, mark.criterion),
            score=mark.score,
            evidence=" — ".join(mark.evidence.splitlines()),
        )
        for mark in worst
    )


def request(case: Case, speaker: Speaker, found: tuple[str, str], temperature: float) -> Asked | None:
    """What is asked; None where there is no room. `found`: the failures, and why the last attempt was turned down."""
    language, with_schema = case.language, speaker.model.limits.schema
    own = [one.content for _, one in case.result if one.role == "assistant"]
    answer = answer_room(speaker, int(LONGER * sum(speaker.counter.count_many(own))) + FORM)
    system = prompt(language, "refine.system", mark="")
    around = prompt(language, "refine.compared", source="", result="", task=_task(case, found, with_schema))
    room = room_for(speaker, language, system + around, answer).less(3 * MARKS)
    # what is to be written anew is shown whole, and so much of the source as there is room for
    whole = "\n".join(lines_of(case.result, language))
    left = room.less(room.of(whole))
    shown = within(case.source, left) if left.tokens > 0 else None
    if shown is None:
        return None
    mark = mark_for(shown, whole, *found)
    source, result = (fenced(text, mark) if text else "" for text in (shown, whole))
    task = _task(case, (fenced(found[0], mark), found[1]), with_schema)
    if source:
        said = prompt(language, "refine.compared", source=source, result=result, task=task)
    else:
        said = prompt(language, "refine.alone", result=result, task=task)
    messages = (Message("system", prompt(language, "refine.system", mark=mark)), Message("user", said))
    schema = _schema(numbers(case), speaker, answer) if with_schema else None
    return asked("refine", speaker, messages, (temperature, answer, schema))


def numbers(case: Case) -> list[int]:
    """The messages that may be written anew: the assistant's."""
    return [number for number, one in case.result if one.role == "assistant"]


def read_rewritten(reply: str, allowed: Collection[int]) -> Rewritten | None:
    """The messages a reply writes anew; None where there are none. What may not be changed is not looked at."""
    value = json_in(reply)
    pairs = _from_json(value) if isinstance(value, Mapping) else _from_lines(reply)
    found = {number: text.strip() for number, text in pairs if number in allowed and text.strip()}
    return found or None


def rewritten(messages: Sequence[SampleMessage], new: Rewritten) -> tuple[SampleMessage, ...]:
    """The messages with those that were written anew."""
    return tuple(
        replace(one, content=new[number]) if number in new else one for number, one in enumerate(messages)
    )


def _task(case: Case, found: tuple[str, str], with_schema: bool) -> str:
    wrong, reason = found
    tried = prompt(case.language, "refine.tried", reason=reason) if reason else ""
    if with_schema:
        return prompt(case.language, "refine.task_json", failures=wrong, tried=tried)
    return prompt(case.language, "refine.task", failures=wrong, tried=tried)


def _schema(allowed: Sequence[int], speaker: Speaker, answer: int) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "string", "minLength": 1}
    most = len(allowed)
    if speaker.model.limits.terse:
        # a row of digits, a token each, must come to its end within the answer
        most = min(most, 2)
        content["maxLength"] = min(max((answer - FORM // 2) // most, 60), TERSE)
    one = {
        "type": "object",
        "properties": {"number": {"enum": list(allowed)}, "content": content},
        "required": ["number", "content"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"messages": {"type": "array", "items": one, "minItems": 1, "maxItems": most}},
        "required": ["messages"],
        "additionalProperties": False,
    }


def _from_json(value: Mapping[str, Any]) -> list[tuple[int, str]]:
    listed = value.get("messages")
    found = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("content"), str):
            number = one.get("number")
            if isinstance(number, int) and not isinstance(number, bool):
                found.append((number, one["content"]))
    return found


def _from_lines(reply: str) -> list[tuple[int, str]]:
    found: list[tuple[int, list[str]]] = []
    for line in reply.splitlines():
        if head := _HEAD.match(line):
            found.append((int(head[1]), []))
        elif found:
            found[-1][1].append(line)
    return [(number, "\n".join(lines)) for number, lines in found]
