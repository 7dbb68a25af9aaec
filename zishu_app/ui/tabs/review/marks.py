"""Mistakes made by rule and shifts of topic, at the messages they were made in. Pure.

They are noted as places in the messages as they came. They are told only where a message still says what it said then,
and in the second half of a sample that was split they are sought at the numbers its messages have now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.texts import t
from zishu_app.dataset.sample import SampleMessage
from zishu_app.ui.told import turn_mark
from zishu_app.ui.widgets.talk_view import Slip


@dataclass(frozen=True, slots=True)
class Marks:
    """By the number of the message."""

    slips: Mapping[int, Sequence[Slip]] = field(default_factory=dict)
    #: said before the message
    shifts: Mapping[int, str] = field(default_factory=dict)


def marks_of(
    messages: Sequence[SampleMessage],
    about: Mapping[str, Any],
    original: Sequence[SampleMessage] | None = None,
) -> Marks:
    """`about`: the provenance. `original`: the messages as they came, where they were edited since."""
    came = messages if original is None else original
    behind = _behind(came, about)
    # what stood before the split is not here; the system message stands in both
    first = int(behind > 0 and bool(came) and came[0].role == "system")
    slips: dict[int, list[Slip]] = defaultdict(list)
    shifts: dict[int, str] = {}
    for one in _listed(about, "mistakes", "message", "start", "end"):
        number = int(one["message"]) - behind
        slip = Slip(int(one["start"]), int(one["end"]), str(one.get("original", "")))
        if (
            number >= first
            and _same(messages, came, number)
            and 0 <= slip.start <= slip.end <= len(messages[number].content)
        ):
            slips[number].append(slip)
    for one in _listed(about, "shifts", "message"):
        number = int(one["message"]) - behind
        if number >= first and _same(messages, came, number):
            reason, to = str(one.get("reason", "")), str(one.get("to", ""))
            shifts[number] = turn_mark(reason, to, farewell=one.get("kind") == "farewell")
    return Marks(
        {number: sorted(each, key=lambda slip: slip.start) for number, each in slips.items()}, shifts
    )


def meant_in(message: SampleMessage, slips: Sequence[Slip]) -> list[str]:
    """What was meant instead of what was typed: said beside the message, for whoever uses no pointer."""
    left_out, too_much = t("（漏字）", "(left out)"), t("（多余）", "(too much)")
    return [f"{message.content[one.start : one.end] or left_out} → {one.meant or too_much}" for one in slips]


def _same(messages: Sequence[SampleMessage], came: Sequence[SampleMessage], number: int) -> bool:
    inside = 0 <= number < min(len(messages), len(came))
    return inside and messages[number].content == came[number].content


def _behind(came: Sequence[SampleMessage], about: Mapping[str, Any]) -> int:
    """By how much the numbers are too high in the second half of a split: so much that marks meet just the messages
    that are tagged so.
    """
    split = about.get("split_from")
    if not isinstance(split, Mapping) or not isinstance(split.get("message"), int):
        return 0
    system = int(bool(came) and came[0].role == "system")
    noted = [int(one["message"]) for one in _listed(about, "mistakes", "message")]
    tagged = {number for number, one in enumerate(came) if "mistake" in one.tags}
    for at in range(split["message"], max(split["message"] - 3, -1), -1):
        if {number - (at - system) for number in noted if number >= at} == tagged:
            return int(at - system)
    return int(split["message"] - system)


def _listed(about: Mapping[str, Any], name: str, *needed: str) -> list[Mapping[str, Any]]:
    """A list of the provenance; what a foreign file has there under the same name is left alone."""
    found = about.get(name)
    if not isinstance(found, list):
        return []
    return [
        one
        for one in found
        if isinstance(one, Mapping) and all(isinstance(one.get(key), int) for key in needed)
    ]
