"""The base she learns on: found or made, together with the model file of the same weights with which she speaks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.bases import Converting, Learner, Ready, ensure_base, find_base
from zishu_app.brains.cards import BUILTIN, BUILTIN_ID, find_card
from zishu_app.brains.find import find_file, known_cards
from zishu_app.core.streams import closing
from zishu_app.house import House


@dataclass(frozen=True, slots=True)
class Ground:
    """One of them."""

    id: str
    folder: Path
    #: what the model file is asked for by, and where it lies; "" and None: she speaks with the base itself, through torch
    spec: str
    gguf: Path | None
    #: empty: not known
    languages: tuple[str, ...] = ()


async def base_of(house: House, name: str) -> AsyncIterator[Converting | Ground]:
    """By its id, "builtin", or a folder; empty: the built-in one, which is made of its file the first time.

    Ends with the Ground. Raises DataError where it is not here or cannot be trained.
    """
    if name in ("", BUILTIN, BUILTIN_ID):
        gguf = await asyncio.to_thread(house.model_file, house.choose(BUILTIN))
        async with closing(ensure_base(house.lane("long"), house.home, gguf)) as events:
            async for event in events:
                if isinstance(event, Ready):
                    yield Ground(BUILTIN_ID, event.learner.folder, BUILTIN, gguf, event.learner.languages)
                else:
                    yield event
        return
    learner = await asyncio.to_thread(find_base, house.home, name)
    yield await asyncio.to_thread(_with_file, house, learner)


def _with_file(house: House, learner: Learner) -> Ground:
    card = find_card(known_cards(house.home), learner.id)
    found = find_file(house.home, card) if card else None
    if found is None:
        return Ground(learner.id, learner.folder, "", None, learner.languages)
    return Ground(learner.id, learner.folder, str(found.path), found.path, learner.languages)
