"""After she has answered, off the hot path: what the person said of themselves is noted, weighed against what is known, kept.

By rule first (memory/noticing), then by the model, where there is one that can (memory/extract): one call for both what is
worth remembering and what it makes of what is known. Where no model can be asked, what the rules may have missed is kept
word for word: it is recalled as what was said on a day, and shown in no list. All that comes of a turn is written in one
commit; what was told as kept is on disk. The index follows when it can.
"""

import asyncio
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zishu_app.core.errors import BudgetReached, DataError, ModelError, ZishuError
from zishu_app.core.texts import t
from zishu_app.ledger.chats import PARTIAL
from zishu_app.ledger.runs import Turn, turns_of
from zishu_app.ledger.store import Store
from zishu_app.memory.extract import Asking, Extracted, Talked, can_be_asked, extract
from zishu_app.memory.follow import followed
from zishu_app.memory.in_words import sharing
from zishu_app.memory.look import before_in_talk, get, get_many, in_slot
from zishu_app.memory.mind import Mind
from zishu_app.memory.noticing.notice import language_of, notice, tells_more
from zishu_app.memory.recall import BESIDE
from zishu_app.memory.store import Memory, Noted, confirm, insert, say_anew, was_until
from zishu_app.memory.vectors import Made
from zishu_app.memory.weigh import NEW, Known, Outcome, weigh
from zishu_app.memory.wishes import wish

#: known memories that may be about the same: by meaning, by words; and how many the model is shown
NEIGHBOURS, BY_WORDS, SHOWN = 8, 8, 12
#: what is kept word for word says less than what was noted
SAID_MATTERS, SAID_SURE = 0.3, 0.6
#: steps of the talk in which somebody that is only called "he" was named
BEFORE = 8
_GOES_ON = re.compile(r"[他她它]|(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of something that was said: for the chip in the bubble."""

    number: int
    text: str
    #: 'new', 'same' (known already), 'update' (said otherwise now)
    what: str
    #: what was so until now, because of it
    ended: int | None = None


async def remember(mind: Mind, talked: Talked, asking: Asking | None = None) -> list[Kept]:
    """Keep what a turn holds. The model is asked where `asking` names one that can; its failure costs only its share.

    Raises DataError where the file cannot be written. BudgetReached is raised once what the rules found is kept.
    """
    asked = wish(talked.text)
    if asked is not None and asked.what == "forget":
        return []
    # in a thread: the first one compiles the rules
    noticed = await asyncio.to_thread(notice, talked.text, mind.clock.now())
    found = [replace(one, turn=talked.turn) for one in noticed]
    refused: BudgetReached | None = None
    extracted: list[Extracted] = []
    said = await _word_for_word(mind, talked, len(found))
    if asking is not None and can_be_asked(asking.speaker) and talked.text.strip():
        known = await _known_to(mind, talked, found)
        try:
            extracted = await extract(asking, talked, known, language_of(talked.text), mind.clock.now())
            said = None  # the model has said what of it matters
        except BudgetReached as error:
            refused = error
        except ModelError:
            extracted = []  # the next turn is another chance
    kept = await keep(mind, [*found, *([said] if said else [])], extracted)
    if refused is not None:
        raise refused
    return kept


async def keep(mind: Mind, found: Sequence[Noted], extracted: Sequence[Extracted] = ()) -> list[Kept]:
    """Weigh and write in one commit, then bring the index in line. Raises DataError where the file cannot be written."""
    noted = [*found, *(one.noted for one in extracted)]
    if not noted:
        return []
    vectors = await vectors_for(mind, [one.text for one in noted])
    noted = [
        replace(one, vector=vector[0], embedder=vector[1]) if vector else one
        for one, vector in zip(noted, vectors, strict=True)
    ]
    near = await _near(mind, noted)
    said: Mapping[int, Outcome] = {len(found) + place: one.outcome for place, one in enumerate(extracted)}
    now = mind.now()

    def write(file: sqlite3.Connection) -> list[Kept]:
        kept: list[Kept] = []
        for place, one in enumerate(noted):
            outcome = _outcome(file, mind.character, one, near[place], said.get(place, NEW))
            kept.append(_written(file, mind.character, one, outcome, now))
        return _each_once(kept)

    kept = [one for one in await mind.memories.change(write) if one.what != "said"]
    try:
        await followed(mind)
    except ZishuError:
        return kept  # it follows the next time
    return kept


async def add_by_hand(mind: Mind, noted: Noted) -> Kept:
    """Something the person writes into her memory: weighed as what is said. Raises DataError for nothing at all."""
    if not noted.text.strip():
        raise _nothing()
    [kept] = await keep(mind, [noted])
    return kept


async def edit(mind: Mind, number: int, text: str) -> None:
    """Say a memory otherwise by hand; what it said stays in its history. Raises DataError where it is not there."""
    if not text.strip():
        raise _nothing()
    [vector] = await vectors_for(mind, [text.strip()])
    now = mind.now()

    def write(file: sqlite3.Connection) -> None:
        memory = get(file, number)
        kind, importance = (memory.kind, memory.importance) if memory else ("fact", 0.5)
        noted = Noted(text.strip(), kind, importance, 1.0)
        # what it answered may be another thing now: a rule says, or nothing in particular
        rule = next(iter(notice(text.strip(), mind.clock.now())), None)
        noted = replace(noted, slot=rule.slot, value=rule.value) if rule else noted
        if vector:
            noted = replace(noted, vector=vector[0], embedder=vector[1])
        say_anew(file, number, noted, "edit", now)

    await mind.memories.change(write)


async def _word_for_word(mind: Mind, talked: Talked, noted: int) -> Noted | None:
    """What is kept as it was said: where the rules do not see all that a message says, and no model does."""
    if talked.turn is None or not tells_more(talked.text, noted):
        return None
    said = Noted(" ".join(talked.text.split()), "said", SAID_MATTERS, SAID_SURE, turn=talked.turn)
    if not _GOES_ON.match(said.text):
        return said
    # "he is a teacher": who he is stands before it
    turn = talked.turn
    before = await mind.memories.ask(lambda file: before_in_talk(file, mind.character, turn, BEFORE))
    if before is None:
        return said
    number, text = before
    return replace(said, text=f"{text.partition(BESIDE)[0]}{BESIDE}{said.text}", beside=number)


def talked_of(store: Store, talk: int, step: int) -> Talked | None:
    """What is remembered from: the person's turn at `step`, and what was said around it.

    None for anything but a turn of the person's. What she was stopped in is left out.
    """
    turns = {turn.step: turn for turn in turns_of(store, talk)}
    said = turns.get(step)
    if said is None or said.kind != "user":
        return None
    before = next((turns[at] for at in range(step - 1, -1, -1) if _is_hers(turns.get(at))), None)
    after = next(
        (turns[at] for at in range(step + 1, step + 4) if at in turns and turns[at].kind != PARTIAL), None
    )
    return Talked(
        said.content,
        before.content if before else "",
        after.content if after and after.kind == "assistant" else "",
        (talk, step),
    )


def _is_hers(turn: Turn | None) -> bool:
    return turn is not None and turn.kind == "assistant"


async def vectors_for(mind: Mind, texts: Sequence[str]) -> list[Made | None]:
    """A vector a text, with its model; none at all where the embedder is out of reach: they are read later."""
    try:
        made = await mind.embedder.embed(texts)
    except ZishuError:
        return [None] * len(texts)
    return [(vector, mind.embedder.name) for vector in made]


async def _near(mind: Mind, noted: Sequence[Noted]) -> list[dict[int, float]]:
    """The neighbours of each, with their cosines."""
    found: list[dict[int, float]] = []
    for one in noted:
        try:
            near = one.vector and await mind.index.near(
                mind.character, one.vector, mind.embedder.name, NEIGHBOURS
            )
        except ZishuError:
            near = None
        found.append(dict(near.found) if near else {})
    return found


def _outcome(
    file: sqlite3.Connection, character: str, noted: Noted, near: Mapping[int, float], said: Outcome
) -> Outcome:
    """By slots and likeness; what the model said counts where those say nothing."""
    if noted.kind == "said":
        return NEW
    numbers = dict.fromkeys([*near, *sharing(file, noted.text, BY_WORDS)])
    some = {
        one.id: one
        for one in (*in_slot(file, character, noted.slot), *get_many(file, list(numbers), character))
    }
    weighed = weigh(noted, [Known(one, near.get(one.id)) for one in some.values() if one.kind != "said"])
    if weighed is not NEW and weighed.what != "new":
        return weighed
    aimed = get(file, said.number) if said.number is not None else None
    return said if aimed is not None and aimed.until is None else NEW


def _written(file: sqlite3.Connection, character: str, noted: Noted, outcome: Outcome, now: int) -> Kept:
    number = outcome.number
    if number is not None and outcome.what == "same":
        confirm(file, number, noted)
        return Kept(number, noted.text, "same")
    if number is not None and outcome.what == "update":
        say_anew(file, number, noted, "update", now)
        return Kept(number, noted.text, "update")
    if number is not None and outcome.what == "end":
        was_until(file, number, now)
    what = "said" if noted.kind == "said" else "new"
    return Kept(insert(file, character, noted, now), noted.text, what, number)


def _each_once(kept: Sequence[Kept]) -> list[Kept]:
    """Rules and model may have noted the same: the first word on a memory stands."""
    return list({one.number: one for one in reversed(kept)}.values())[::-1]


async def _known_to(mind: Mind, talked: Talked, found: Sequence[Noted]) -> list[Memory]:
    """What is known that this turn may be about: shown to the model with numbers."""
    [vector] = await vectors_for(mind, [talked.text])
    near: list[int] = []
    if vector is not None:
        near = list((await _near(mind, [Noted(talked.text, vector=vector[0])]))[0])

    def read(file: sqlite3.Connection) -> list[Memory]:
        slots = [one.id for noted in found for one in in_slot(file, mind.character, noted.slot)]
        numbers = dict.fromkeys([*slots, *near, *sharing(file, talked.text, BY_WORDS)])
        known = get_many(file, list(numbers), mind.character)
        return [one for one in known if one.until is None and one.kind != "said"][:SHOWN]

    return await mind.memories.ask(read)


def _nothing() -> DataError:
    return DataError(
        t("没有内容可以记。", "There is nothing to remember."), t("写一句话。", "Write a sentence.")
    )
