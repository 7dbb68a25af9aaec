"""Answers that are a refusal and little else: who learns from them learns to say no.

A sentence of refusal alone is not enough: "I cannot diagnose you, but ..." goes on to help. What counts is what is left
of the answer when its refusing sentences and the courtesies around them are taken away. An answer that asks for what it
was not given refuses nothing.
"""

import re
from collections.abc import Iterator, Sequence

from zishu_app.dataset.checking.findings import (
    Finding,
    asked_before,
    spoken_by_assistant,
    width,
    without_thoughts,
)
from zishu_app.dataset.checking.refusal_words import ASKED_FOR, ASKS_BACK, COURTESY, EVEN_SO, refuses
from zishu_app.dataset.sample import SampleMessage

#: a refusal is looked for in so many characters of an answer, and begins after no more than this width
EARLY, BEGINS = 200, 90
#: an answer of which this width is left goes on to help (see findings.width)
HELPFUL = 60

_SENTENCE = re.compile(r"[^。！？!?\n.]*(?:[。！？!?\n]|\.(?=\s|$))|[^。！？!?\n]+$")


def refusal(messages: Sequence[SampleMessage]) -> Iterator[Finding]:
    """Each answer that is mostly a refusal."""
    for at, text in spoken_by_assistant(messages):
        whole = without_thoughts(text).rstrip()
        answer = whole.lstrip()
        found = refuses(answer[:EARLY])
        if not found or width(answer[: found.start()]) > BEGINS or ASKS_BACK.search(answer):
            continue
        if _helpful(answer) <= HELPFUL and not ASKED_FOR.search(asked_before(messages, at)):
            yield Finding("refusal", at, len(whole) - len(answer), len(whole), "refusal")


def _helpful(answer: str) -> int:
    """How much of an answer is neither a refusal nor a courtesy; twice as much where it says "even so"."""
    helpful = 0
    for sentence in map(str.strip, _SENTENCE.findall(answer)):
        if not (refuses(sentence) or COURTESY.search(sentence)):
            helpful += width(sentence) * (2 if EVEN_SO.match(sentence) else 1)
    return helpful
