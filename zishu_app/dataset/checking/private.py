"""Private data in messages: what would lead to a person, or open a person's door.

Numbers are only found where their own rules hold (prefixes, areas, check digits), and where the words around them do
not say that they are something else: an order, an amount, a hotline. What everybody shows as an example is none.
"""

import re
from collections.abc import Iterator, Sequence

from zishu_app.dataset.checking.access_keys import ACCESS_KEYS
from zishu_app.dataset.checking.addresses import MAIL, STREETS
from zishu_app.dataset.checking.findings import Finding
from zishu_app.dataset.checking.private_numbers import NUMBERS
from zishu_app.dataset.sample import SampleMessage

#: traces, and what a text needs for there to be any; what is found first is not looked at again as something else
_TRACES = (
    (re.compile(r"[\w.-]{14}"), ACCESS_KEYS),
    (re.compile("@"), MAIL),
    (re.compile(r"\d(?:[ ()-]{0,2}\d){6}"), NUMBERS),
    (re.compile(r"\d"), STREETS),
)

#: full-width digits and marks as half-width ones, one for one
_FULL = re.compile("[\uff10-\uff19\uff20]")
_HALF = {0xFEE0 + one: one for one in (*range(0x30, 0x3A), 0x28, 0x29, 0x2B, 0x2D, 0x40)}


def private(messages: Sequence[SampleMessage]) -> Iterator[Finding]:
    """Whatever is private, in all messages: what a user says is learnt as context, and stands in every export."""
    for at, one in enumerate(messages):
        text = one.content.translate(_HALF) if _FULL.search(one.content) else one.content
        for start, end, what in sorted(_places(text)):
            yield Finding("private", at, start, end, what)


def _places(text: str) -> list[tuple[int, int, str]]:
    places: list[tuple[int, int, str]] = []
    traces = [trace for needed, several in _TRACES if needed.search(text) for trace in several]
    for trace in traces:
        for start, end in trace.places(text):
            if all(end <= begin or over <= start for begin, over, _ in places):
                places.append((start, end, trace.what))
    return places
