"""The base she learns on: found or made, together with the model file of the same weights with which she speaks."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.bases import NOTE, Converting, Ready, ensure_base, find_base
from zishu_app.brains.cards import BUILTIN, BUILTIN_ID, find_card
from zishu_app.brains.find import find_file, find_model, known_cards
from zishu_app.core.paths import Home
from zishu_app.core.streams import closing
from zishu_app.core.weights import sum_of
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
                    yield await asyncio.to_thread(ground_of, house, BUILTIN_ID, event.learner.folder)
                else:
                    yield event
        return
    learner = await asyncio.to_thread(find_base, house.home, name)
    yield await asyncio.to_thread(ground_of, house, learner.id, learner.folder, learner.languages)


def ground_of(house: House, base: str, folder: Path, languages: tuple[str, ...] = ()) -> Ground:
    """The base in a folder with its model file: the one with its card, or the one it was made of. Reads the disk."""
    if base == BUILTIN_ID:
        chosen = house.choose(BUILTIN)
        return Ground(base, folder, BUILTIN, house.model_file(chosen), chosen.languages)
    card = find_card(known_cards(house.home), base)
    found = find_file(house.home, card) if card else None
    path = found.path if found else _made_of(house.home, folder)
    return Ground(base, folder, str(path or ""), path, languages or (card.languages if card else ()))


def _made_of(home: Home, folder: Path) -> Path | None:
    """The file that a folder was converted from, if it is still the same."""
    try:
        made_of = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        path = find_model(home, made_of["gguf"])
        return path if path is not None and sum_of(path) == made_of["gguf_sha256"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
