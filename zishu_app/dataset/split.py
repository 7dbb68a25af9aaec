"""Which conversations are kept for evaluation: whole conversations, chosen by what was said and not by their order.

Whatever comes out of one talk stays on one side: the talk itself, what was distilled from it, both halves of a sample
that was cut in two. The side of a conversation hangs on its fingerprint and the seed alone, so samples that come later
move none of those that were there. In small sets the draw alone may leave one side empty; then conversations are
settled against their draw, and versions that come later hear of it (`Rule.settled`), so that this moves nothing either.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from zishu_app.core.messages import Message
from zishu_app.dataset.store import messages_from_text
from zishu_app.dataset.talks import conversation_of

Split = Literal["train", "eval"]
SPLITS: tuple[Split, ...] = get_args(Split)

#: from so many conversations on at least one is kept for evaluation
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Rule:
    """How conversations are divided."""

    seed: int
    #: of conversations, 0 to 1
    share: float
    #: conversations that earlier versions settled against their draw
    settled: Mapping[str, Split] = field(default_factory=dict)
    #: conversations that earlier versions were trained on: not to be kept for evaluation if there is another one
    learnt: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Sides:
    """How a set is divided."""

    rule: Rule
    #: all conversations that were settled against their draw
    settled: Mapping[str, Split]

    def side(self, conversation: str) -> Split:
        """Where a conversation stands."""
        return self.settled.get(conversation) or _drawn(conversation, self.rule)


def sides(conversations: Collection[str], rule: Rule) -> Sides:
    """How these conversations (each once) are divided: something is left to train on, and from ENOUGH on something to
    evaluate with.
    """
    told = Sides(rule, rule.settled if rule.share else {})
    kept = sum(told.side(one) == "eval" for one in conversations)
    if kept and kept == len(conversations):
        return Sides(rule, {**told.settled, **dict.fromkeys(conversations, "train")})
    if kept or not rule.share or len(conversations) < ENOUGH:
        return told
    chosen = min(conversations, key=lambda one: (one in rule.learnt, _draw(one, rule.seed)))
    return Sides(rule, {**told.settled, chosen: "eval"})


def conversations(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The conversation each sample belongs to: its source, or what its provenance says, or what it said as it came."""
    return {row["id"]: _conversation(row) for row in connection.execute(_ROOTS, (json.dumps(list(numbers)),))}


def _conversation(row: sqlite3.Row) -> str:
    if row["source"] is not None:
        return str(row["source"].hex())
    if isinstance(row["conversation"], str) and row["conversation"]:
        return row["conversation"]
    return conversation_of(Message(one.role, one.content) for one in messages_from_text(row["messages"]))


#: messages as they came: edits do not make another conversation of it
_ROOTS = """
    SELECT b.id, sources.key AS source, IFNULL(v.messages, b.messages) AS messages,
        json_extract(b.provenance, '$.conversation') AS conversation
    FROM bodies b LEFT JOIN sources ON sources.id = b.source
        LEFT JOIN versions v ON v.sample = b.id AND v.number = 0
    WHERE b.id IN (SELECT value FROM json_each(?))
"""


def _drawn(conversation: str, rule: Rule) -> Split:
    return "eval" if _draw(conversation, rule.seed) < rule.share else "train"


def _draw(conversation: str, seed: int) -> float:
    """A number from 0 to 1 that is the conversation's own."""
    digest = hashlib.sha256(f"{seed}\0{conversation}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:7], "big") / (1 << 56)
