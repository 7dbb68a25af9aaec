"""What of a sample is compared with others, and when two of them are nearly the same.

- The same: everything that is said, by whom, width, case and blanks aside. Of a distilled sample only what was distilled:
  neighbouring chunks of a talk overlap on purpose, so the talk above it says nothing.
- Nearly the same: all that the assistant says is alike, for that is what is learnt, and so is the first question: asking
  the same thing in many ways is often meant, and so is asking many things about one text. Of a long answer the question
  does not matter any more; a very short one says too little, and there only the same counts. The scenario is a label of
  ours and nothing that is learnt: the same talk under two labels is one talk. System messages are not compared: what is
  learnt from the answers is learnt twice under two of them.
- Samples distilled from one source are nearly the same by nature, and count only where they are the same.
"""

import functools
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.dataset.likeness.sketches import grams, jaccard, squeezed
from zishu_app.dataset.sample import KINDS
from zishu_app.dataset.store import messages_from_text

#: characters of answers below which nothing is nearly the same, and above which it is whatever was asked
SHORT, LONG = 30, 500
#: questions are alike that have so many 2-grams in common: they are short, and a word more or less changes much of them
QUESTIONS = 0.4
#: samples kept at hand while they are compared: a tenth of a megabyte each
KEPT = 300


@dataclass(frozen=True, slots=True)
class Compared:
    """What of a sample is compared, squeezed."""

    id: int
    #: the first thing the user says; nothing for a distilled sample
    question: str
    #: all that the assistant says
    answer: str
    #: the same for samples that are the same
    digest: bytes
    #: what it was distilled from; 0: nothing
    source: int


def compared(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Compared]:
    """What is compared of these samples, in the order of their numbers; those without a word are left out."""
    rows = connection.execute(
        "SELECT s.id, s.kind, b.messages, b.source FROM samples s JOIN bodies b ON b.id = s.id"
        " WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        (json.dumps(list(numbers)),),
    )
    found = (_compared(row) for row in rows)
    return [one for one in found if one.question or one.answer]


def may_be_alike(one: Compared) -> bool:
    """Whether it says enough to be nearly the same as another."""
    return len(one.answer) >= SHORT


class Shelf:
    """Samples by their numbers, taken out of the file when they are compared; those needed last are kept at hand."""

    def __init__(self, connection: sqlite3.Connection, threshold: float) -> None:
        self._connection = connection
        self._threshold = threshold
        self._kept = functools.lru_cache(KEPT)(self._take)

    def likeness(self, one: int, other: int) -> float:
        """The share of text that the answers of two samples have in common; 0 where they are not nearly the same."""
        first, second = self._kept(one), self._kept(other)
        if first is None or second is None or not _may_be_pair(first[0], second[0]):
            return 0.0
        share = jaccard(first[1], second[1])
        return share if share >= self._threshold else 0.0

    def _take(self, number: int) -> tuple[Compared, set[str]] | None:
        found = compared(self._connection, [number])
        return (found[0], grams(found[0].answer)) if found else None


def _may_be_pair(one: Compared, other: Compared) -> bool:
    """Whether nothing but their answers decides."""
    if one.source and one.source == other.source:
        return False
    shorter = min(len(one.answer), len(other.answer))
    if shorter < SHORT:
        return False
    if shorter >= LONG or one.question == other.question:
        return True
    return jaccard(grams(one.question, 2), grams(other.question, 2)) >= QUESTIONS


def _compared(row: sqlite3.Row) -> Compared:
    kind, messages = KINDS[row["kind"]], messages_from_text(row["messages"])
    answer = squeezed("\n".join(one.content for one in messages if one.role == "assistant"))
    question, said = "", answer
    if kind != "distilled":
        question = squeezed(next((one.content for one in messages if one.role == "user"), ""))
        said = "\0".join(f"{one.role}\1{squeezed(one.content)}" for one in messages)
    digest = hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).digest()
    return Compared(row["id"], question, answer, digest, row["source"] or 0)
