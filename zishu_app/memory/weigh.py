"""What becomes of something that was noted: it is new, was known, says a known thing better, or ends it. Pure.

Where both answer the same question (a slot) the answers decide. Where they answer nothing in particular they are the same
only when they hardly differ: two memories of one thing are a lesser evil than one that was lost. Numbers and negations
always make a difference.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.terms import folded, terms
from zishu_app.memory.store import Memory, Noted

#: 'new'; 'same': nothing is written but that it was said again; 'update': the old one says it this way now, and keeps what it
#: said before; 'end': the old one was so until now, and this one is new
What = Literal["new", "same", "update", "end"]

#: the share of terms, and the cosine where there is one, from which two texts say the same
ALIKE, NEAR = 0.72, 0.9
#: how the value of something begins that only says what is so no longer
NO_LONGER = "not:"
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十百千两]+(?=[个只岁年月日号点条位本])")
_NOT = re.compile(r"不|没|别|讨厌|戒|not|n't|no longer|never|hate|dislike|quit|stopped|cannot", re.IGNORECASE)
_NO_MORE = re.compile(r"不再|戒|no longer|quit|stopped", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A memory that may be about the same, and its cosine; None: not known."""

    memory: Memory
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what`, and the memory it happens to; None for what is new."""

    what: What
    number: int | None = None


NEW = Outcome("new")


def weigh(noted: Noted, known: Iterable[Known]) -> Outcome:
    """What becomes of it, against what is known and still so."""
    still = [one for one in known if one.memory.until is None]
    for one in still:
        if squeezed(one.memory.text) == squeezed(noted.text):
            return Outcome("same", one.memory.id)
    for one in still:
        if noted.slot and one.memory.slot == noted.slot and (what := _by_answer(noted, one.memory)) != "new":
            return Outcome(what, one.memory.id)
    for one in still:
        if _takes_back(noted, one.memory):
            return Outcome("end", one.memory.id)
    for one in still:
        if not (noted.slot and one.memory.slot) and _says_the_same(noted.text, one):
            return Outcome("update", one.memory.id)
    return NEW


def _by_answer(noted: Noted, memory: Memory) -> What:
    """Both answer the same question."""
    if noted.value.startswith(NO_LONGER):
        gone, old = squeezed(noted.value.removeprefix(NO_LONGER)), squeezed(memory.value)
        return "end" if old in gone or gone in old else "new"
    new, old = squeezed(noted.value), squeezed(memory.value)
    if new == old:
        return "same" if len(noted.text) <= len(memory.text) else "update"
    if memory.value.startswith(NO_LONGER) or noted.value in ("yes", "no"):
        return "end"
    # what is only told in more detail, or in less: Beijing, and a part of Beijing
    if old and old in new:
        return "update"
    return "same" if new and new in old else "end"


def _takes_back(noted: Noted, memory: Memory) -> bool:
    """Whether it says that something is done no longer, which the other one says is done."""
    what, sep, thing = noted.slot.partition(":")
    if what != "taste" or not sep or noted.value != "no" or not _NO_MORE.search(noted.text):
        return False
    return len(thing) > 1 and thing in folded(memory.text) and not _NOT.search(memory.text)


def _says_the_same(text: str, known: Known) -> bool:
    old = known.memory.text
    if set(_NUMBER.findall(text)) != set(_NUMBER.findall(old)):
        return False
    if bool(_NOT.search(text)) != bool(_NOT.search(old)):
        return False
    mine, theirs = set(terms(text).split()), set(terms(old).split())
    share = len(mine & theirs) / max(len(mine | theirs), 1)
    return share >= ALIKE and (known.cosine is None or known.cosine >= NEAR)


def squeezed(text: str) -> str:
    """A text without case, blanks and marks."""
    return _PUNCTUATION.sub("", folded(text))
