"""What comes to her mind when she hears something: memories that mean something like it, or share words with it.

Neighbours of its vector come out of the index, what the index does not hold yet is compared by hand, and words are looked
for in the file, all at once. How much a memory has to say is reckoned in memory/score; pinned ones always come. Where the
lane is out of reach, words alone have to do.
"""

import asyncio
import heapq
import re
import sqlite3
from array import array
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zishu_app.core.errors import ZishuError
from zishu_app.memory.in_words import Shared, looked_for, sharing
from zishu_app.memory.index import NOWHERE, Near, cosine
from zishu_app.memory.look import get_many, outdated, pinned_of, weightiest
from zishu_app.memory.mind import Mind
from zishu_app.memory.noticing.notice import language_of
from zishu_app.memory.score import Why, by_meaning, by_words, scale_of, why
from zishu_app.memory.store import Memory
from zishu_app.memory.vectors import newest_since

#: candidates by meaning, by words, and of what the index does not hold yet
NEIGHBOURS, BY_WORDS, FRESH = 32, 32, 1000
#: seconds that are waited for a vector and its neighbours: the first question of a day starts the lane
PATIENCE_S = 1.5
#: what a memory must come to at least, and compared with the best one
LEAST, LEAST_SHARE = 0.08, 0.35
#: most memories of one answer, pinned ones aside, and most of what was said word for word, whatever room there is
MOST, MOST_SAID = 24, 12
#: in what was said word for word, between what was said before and what goes on about it
BESIDE = " / "
#: tokens of a line's dash and its end
FRAME = 2

_PAST = re.compile(
    r"以前|之前|从前|过去|曾经|原来|原先|当年|小时候|去年|上次|上一|前任|本来|used to|before|previous|formerly|former|"
    r"in the past|back then|last year|ever|once|earlier|ex-|anymore|any more|no longer",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(
    r"(?:记得|知道|了解|记住了?)(?:关于)?我的?(?:哪些|什么|多少|些什么|啥)|你(?:还)?(?:都)?(?:记得|记住了?)(?:些)?"
    r"(?:什么|哪些|啥)[？?。 ]*$"
    r"|what (?:all )?do you (?:know|remember)(?: about me)?\W*$|tell me what you (?:know|remember)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory that came to mind."""

    memory: Memory
    #: as she is shown it
    line: str
    why: Why


@dataclass(slots=True)
class _Thought:
    """A memory that may come to mind: most of them do not, and are put into no words."""

    memory: Memory
    why: Why


@dataclass(frozen=True, slots=True)
class Room:
    """How much of it may come: tokens, by this count."""

    tokens: int
    count: Callable[[str], int]


async def recall(mind: Mind, text: str, room: Room) -> list[Recalled]:
    """What comes to mind, pinned ones first and then what says most; within the room.

    Never fails because of the lane or the embedder: words are looked for all the same. Raises DataError where the file
    cannot be read.
    """
    if room.tokens <= 0 or not text.strip():
        return []
    found = await asyncio.gather(
        _meaning(mind, text), mind.memories.ask(lambda file: sharing(file, text, BY_WORDS))
    )
    return await mind.memories.ask(lambda file: _weighed(file, mind, text, room, found))


async def warm_up(mind: Mind) -> None:
    """Have the lane load what recalling needs, so that the first answer does not wait for it."""
    try:
        await mind.embedder.embed(["."], query=True)
        await mind.index.mark(mind.character)
    except ZishuError:
        return  # it is told where it matters: when she is asked


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The vector of what was said, and its neighbours; None and nowhere: words have to do."""

    vector: "array[float] | None"
    near: Near


_WORDS_ONLY = _Meaning(None, Near([], NOWHERE))


async def _meaning(mind: Mind, text: str) -> _Meaning:
    vector: array[float] | None = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            [vector] = await mind.embedder.embed([text], query=True)
            near = await mind.index.near(mind.character, vector, mind.embedder.name, NEIGHBOURS)
            return _Meaning(vector, near)
    except (ZishuError, TimeoutError):
        return _WORDS_ONLY if vector is None else _Meaning(vector, _WORDS_ONLY.near)


def _weighed(
    file: sqlite3.Connection,
    mind: Mind,
    text: str,
    room: Room,
    found: tuple[_Meaning, Mapping[int, Shared]],
) -> list[Recalled]:
    """In a thread: the candidates, how much each has to say, and those that fit."""
    meaning, shared = found
    pinned, now = pinned_of(file, mind.character), mind.now()
    if _ALL_OF_IT.search(text):
        others = weightiest(file, mind.character, MOST)
        figures = [why(one, now, 1.0, 0.0) for one in others]
    else:
        cosines = _cosines(file, mind, meaning)
        past, asked = _PAST.search(text) is not None, frozenset(looked_for(text))
        others = get_many(file, list(dict.fromkeys([*cosines, *shared])), mind.character)
        past_and_gone = outdated(file, [one.id for one in others if one.kind == "said"])
        others = [
            one
            for one in others
            if (one.until is None or past or _is_named(one, asked)) and (past or one.id not in past_and_gone)
        ]
        scale = scale_of(mind.embedder.name)
        floor = scale.unrelated(list(cosines.values()))
        meanings = {number: by_meaning(near, floor, scale.reach) for number, near in cosines.items()}
        figures = [_figures(one, now, meanings, shared) for one in others]
    first = [_Thought(one, why(one, now, 0.0, 0.0)) for one in pinned]
    return _packed([*first, *_worth_saying(list(map(_Thought, others, figures)))], room)


def _figures(memory: Memory, now: int, meanings: Mapping[int, float], shared: Mapping[int, Shared]) -> Why:
    words = shared.get(memory.id, Shared((), 0.0))
    return why(memory, now, meanings.get(memory.id, 0.0), by_words(words.rarity), words.words)


def _cosines(file: sqlite3.Connection, mind: Mind, meaning: _Meaning) -> dict[int, float]:
    """How near memories are: out of the index, and by hand for what it does not hold yet."""
    if meaning.vector is None:
        return {}
    fresh = newest_since(file, mind.character, mind.embedder.name, meaning.near.mark.changes, FRESH)
    by_hand = {one.id: cosine(meaning.vector, one.vector) for one in fresh}
    nearest = heapq.nlargest(NEIGHBOURS, by_hand, key=by_hand.__getitem__)
    return dict(meaning.near.found) | {number: by_hand[number] for number in nearest}


def _is_named(memory: Memory, asked: Container[str]) -> bool:
    """Whether what was said names what is so no longer: "do I still live in Berlin?"."""
    answer = memory.slot.partition(":")[2] if memory.value in ("yes", "no") else memory.value
    shared = sum(word in asked for word in looked_for(answer or memory.text))
    return shared >= (1 if answer else 2)


def _worth_saying(recalled: Sequence[_Thought]) -> list[_Thought]:
    """Those that have something to say, the most first; what is only known word for word after what was noted."""
    noted = [one for one in recalled if one.memory.kind != "said"]
    said = [one for one in recalled if one.memory.kind == "said"]
    return [*_best(noted, MOST), *_best(said, MOST_SAID)]


def _best(recalled: Sequence[_Thought], most: int) -> list[_Thought]:
    best = max((one.why.score for one in recalled), default=0.0)
    kept = [one for one in recalled if one.why.score >= max(LEAST, best * LEAST_SHARE)]
    return sorted(kept, key=lambda one: (-one.why.score, -one.memory.id))[:most]


def _packed(recalled: Sequence[_Thought], room: Room) -> list[Recalled]:
    """As many as fit, each once; one that is too long makes way for shorter ones."""
    kept: dict[int, Recalled] = {}
    left = room.tokens
    for one in recalled:
        if one.memory.id in kept:
            continue
        line = shown(one.memory)
        tokens = room.count(line) + FRAME
        if tokens <= left:
            kept[one.memory.id] = Recalled(one.memory, line, one.why)
            left -= tokens
    return list(kept.values())


def shown(memory: Memory) -> str:
    """A memory as she is shown it; of what is so no longer, until when it was; of what was said, when."""
    chinese = language_of(memory.text) == "zh"
    if memory.kind == "said":
        return _quoted(memory, chinese=chinese)
    if memory.until is None:
        return memory.text
    day = datetime.fromtimestamp(memory.until)
    if chinese:
        return f"直到{day.year}年{day.month}月{day.day}日：{memory.text}"
    return f"Was so until {day.day} {day:%B %Y}: {memory.text}"


def _quoted(memory: Memory, *, chinese: bool) -> str:
    """What was said, with its day, and with what it goes on about."""
    before, beside, text = memory.text.rpartition(BESIDE)
    day = f"{datetime.fromtimestamp(memory.created):%Y-%m-%d}"
    if chinese:
        return f"用户（{day}{f'，接在“{before}”之后' if beside else ''}）：“{text}”"
    return f'User ({day}{f", after: {before}" if beside else ""}): "{text}"'
