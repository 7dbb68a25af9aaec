"""Why a memory came to mind when it did last: what she was told then, and what the two have in common."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.core.errors import ZishuError
from zishu_app.ledger.chats import KIND
from zishu_app.ledger.store import Store
from zishu_app.memory.in_words import looked_for
from zishu_app.memory.index import cosine
from zishu_app.memory.look import get
from zishu_app.memory.mind import Mind
from zishu_app.memory.score import Why, by_meaning, by_words, scale_of, why
from zishu_app.memory.vectors import unpacked

#: how rare a shared word is taken to be, where nobody counts again
RARITY = 3.0


@dataclass(frozen=True, slots=True)
class Recollection:
    """The last time."""

    #: the turn she answered with it in mind
    talk: int
    step: int
    #: what was said to her
    heard: str
    #: local time, ISO; empty where it is not known
    at: str
    why: Why


async def recollect(mind: Mind, store: Store, number: int) -> Recollection | None:
    """The last answer that was given with a memory in mind; None where there is none. Raises nothing of the lane's."""
    found = await store.ask(lambda file: _last(file, mind.character, number))
    memory = await mind.memories.ask(lambda file: get(file, number))
    if found is None or memory is None:
        return None
    talk, step, heard, at = found
    shared = [word for word in looked_for(heard) if word in set(looked_for(memory.text))]
    meaning = await _meaning(mind, number, heard)
    words = by_words(RARITY * len(shared))
    found_words = tuple(dict.fromkeys(_whole_word(word, memory.text) for word in shared))
    return Recollection(talk, step, heard, at, why(memory, mind.now(), meaning, words, found_words))


def _whole_word(stem: str, text: str) -> str:
    """A stem as it stands in a text."""
    found = re.search(rf"\b{re.escape(stem)}\w*", text, re.IGNORECASE) if stem.isascii() else None
    return found[0] if found else stem


def _last(file: sqlite3.Connection, character: str, number: int) -> tuple[int, int, str, str] | None:
    rows = file.execute(
        "SELECT t.talk_id, t.step, t.extra FROM turns t JOIN talks k ON k.id = t.talk_id JOIN runs r ON r.id = k.run_id"
        " WHERE r.kind = ? AND json_extract(r.recipe, '$.character') = ? AND t.kind = 'assistant'"
        " AND EXISTS (SELECT 1 FROM json_each(t.extra, '$.recalled') WHERE value = ?)"
        " ORDER BY t.talk_id DESC, t.step DESC LIMIT 1",
        (KIND, character, number),
    )
    row = rows.fetchone()
    if row is None:
        return None
    extra = json.loads(row["extra"])
    heard = file.execute(
        "SELECT content FROM turns WHERE talk_id = ? AND step = ?", (row["talk_id"], extra.get("to"))
    ).fetchone()
    return row["talk_id"], row["step"], heard["content"] if heard else "", str(extra.get("at", ""))


async def _meaning(mind: Mind, number: int, heard: str) -> float:
    """How near the two are in meaning; 0 where no model can say."""

    def read(file: sqlite3.Connection) -> Sequence[float] | None:
        row = file.execute(
            "SELECT vector FROM vectors WHERE id = ? AND embedder = ?", (number, mind.embedder.name)
        ).fetchone()
        return unpacked(row["vector"]) if row else None

    vector = await mind.memories.ask(read)
    if vector is None or not heard.strip():
        return 0.0
    try:
        [other] = await mind.embedder.embed([heard], query=True)
    except ZishuError:
        return 0.0
    scale = scale_of(mind.embedder.name)
    return by_meaning(cosine(vector, other), scale.unrelated([]), scale.reach)  # type: ignore[arg-type]
