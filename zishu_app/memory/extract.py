"""Asking the model what of a talk is worth remembering: one call, which also says what it makes of what is known already.

What it answers is not believed as it stands: a memory must rest on words that were said, be short, and be no secret. The
reply itself is kept nowhere, so that there is nothing to be forgotten later but the memories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from zishu_app.core.chance import derive
from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.forms import json_in
from zishu_app.llm.base import Answered, Options
from zishu_app.memory.in_words import looked_for
from zishu_app.memory.noticing.notice import is_private
from zishu_app.memory.store import KINDS, Memory, Noted, TurnKey
from zishu_app.memory.weigh import NEW, Outcome, What

#: tokens of its answer; most memories of one talk; characters of one
ANSWER_TOKENS, MOST, LONGEST = 700, 8, 240
#: share of a memory's words that must have been said
GROUNDED = 0.34
#: how sure one is of what a model found, whatever it says itself
MOST_SURE = 0.85
#: characters of the talk that are shown
SHOWN = 4_000

_RELATIONS = {"new": "new", "same": "same", "update": "update", "contradiction": "end"}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "memories": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "kind": {"enum": list(KINDS)},
                    "importance": {"type": "integer", "minimum": 1, "maximum": 5},
                    "sure": {"type": "integer", "minimum": 1, "maximum": 5},
                    "relation": {"enum": list(_RELATIONS)},
                    "number": {"type": "integer", "minimum": 0},
                },
                "required": ["text", "kind", "importance", "sure", "relation", "number"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["memories"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks which model, and under which turn of the ledger."""

    accounts: Accounts
    speaker: Speaker
    run_id: str
    #: what she is called
    name: str = "紫舒"


@dataclass(frozen=True, slots=True)
class Talked:
    """What is looked at: what the person said, what had been said before it, and what she answered."""

    text: str
    before: str = ""
    reply: str = ""
    turn: TurnKey | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """Something the model would remember, and what becomes of what is known by it."""

    noted: Noted
    outcome: Outcome


def can_be_asked(speaker: Speaker) -> bool:
    """Whether a model is able to do this; the smallest are not."""
    return not speaker.model.limits.terse and speaker.model.limits.context >= 4 * ANSWER_TOKENS


async def extract(
    asking: Asking, talked: Talked, known: Sequence[Memory], language: Language, now: datetime
) -> list[Extracted]:
    """What the model would remember. Raises ModelError, BudgetReached and whatever else the call meets."""
    speaker, messages = asking.speaker, ask(asking, talked, known, language, now)
    with_schema = speaker.model.limits.schema
    step = talked.turn[1] if talked.turn else 0
    options = Options(
        temperature=0.0,
        max_tokens=ANSWER_TOKENS,
        seed=derive(0, "remember", step),
        schema=SCHEMA if with_schema else None,
    )
    who = Asker(asking.run_id, str(talked.turn[0]) if talked.turn else "", "remember", step)
    question = Question(messages, options, speaker.count(messages))
    said = ""
    async for delta in asking.accounts.ask(who, speaker, question, lambda *_: []):
        if isinstance(delta, Answered):
            said = delta.text
    return read(said, talked, known)


def ask(
    asking: Asking, talked: Talked, known: Sequence[Memory], language: Language, now: datetime
) -> list[Message]:
    """The request: everything that was said stands between marks that do not occur in it."""
    mark = _mark_for(talked)
    listed = "\n".join(f"{place}. {one.text}" for place, one in enumerate(known, 1))
    shown = "\n".join(
        f"{who}: {text[:SHOWN]}"
        for who, text in (
            (asking.name, talked.before),
            (prompt(language, "memory.user_label"), talked.text),
            (asking.name, talked.reply),
        )
        if text.strip()
    )
    request = prompt(
        language,
        "memory.extract",
        char=asking.name,
        known=listed or prompt(language, "memory.extract_none"),
        today=f"{now:%Y-%m-%d}",
        talk=f"{mark}\n{shown}\n{mark}",
        most=MOST,
    )
    system = prompt(language, "memory.extract_system", char=asking.name, mark=mark)
    return [Message("system", system), Message("user", request)]


def read(said: str, talked: Talked, known: Sequence[Memory]) -> list[Extracted]:
    """What an answer holds; what is not in the form, not grounded or secret is left out."""
    value = json_in(_json_part(said))
    entries = value.get("memories") if isinstance(value, dict) else None
    found = [_extracted(one, talked, known) for one in entries[:MOST]] if isinstance(entries, list) else []
    return [one for one in found if one is not None]


def _extracted(entry: object, talked: Talked, known: Sequence[Memory]) -> Extracted | None:
    if not isinstance(entry, dict):
        return None
    text, kind = " ".join(str(entry.get("text", "")).split()), entry.get("kind")
    if not text or len(text) > LONGEST or kind not in KINDS or is_private(text):
        return None
    if not _grounded(text, talked):
        return None
    noted = Noted(
        text,
        kind,
        importance=_share(entry.get("importance")),
        confidence=min(_share(entry.get("sure")), MOST_SURE),
        turn=talked.turn,
    )
    number, relation = entry.get("number"), _RELATIONS.get(str(entry.get("relation")), "new")
    if relation == "new" or not isinstance(number, int) or not 0 < number <= len(known):
        return Extracted(noted, NEW)
    what: What = next(one for one in get_args(What) if one == relation)
    return Extracted(noted, Outcome(what, known[number - 1].id))


def _grounded(text: str, talked: Talked) -> bool:
    """Whether enough of its words were said: a model also remembers what it makes up, or was told to."""
    words = looked_for(text)
    said = set(looked_for(f"{talked.before}\n{talked.text}\n{talked.reply}"))
    own = set(looked_for(talked.text)) | set(looked_for(talked.reply))
    shared = [word for word in words if word in said]
    return bool(words) and len(shared) >= GROUNDED * len(words) and any(word in own for word in shared)


def _share(value: object) -> float:
    """1 to 5 as 0.2 to 1."""
    return min(max(int(value), 1), 5) / 5 if isinstance(value, int | float) else 0.6


def _json_part(said: str) -> str:
    """The object in an answer that says something around it."""
    begin, end = said.find("{"), said.rfind("}")
    return said[begin : end + 1] if 0 <= begin < end else said


def _mark_for(talked: Talked) -> str:
    """Marks that do not occur in what stands between them."""
    said, tried = f"{talked.before}{talked.text}{talked.reply}", 0
    while (mark := f"=== {derive(tried, 'mark', said):08x} ===") in said:
        tried += 1
    return mark
