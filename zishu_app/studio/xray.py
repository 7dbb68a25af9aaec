"""The X-ray of a sample, for whoever shows it: which of its tokens would be learnt, with the base she would learn on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from zishu_app.brains.cards import BUILTIN_ID
from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import PREFIX, list_learnt
from zishu_app.dataset.sample import SampleMessage
from zishu_app.house import House
from zishu_app.jobs.base import result_of
from zishu_app.jobs.specs import XraySpec
from zishu_app.training.machine import look
from zishu_app.training.recipe import derive, size_for

#: without it a folder can be no base here
_TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Seen:
    """One sample. `tokens`: their texts, which together are the whole text, each with "learnt", "context" or "cut"."""

    #: the base, and the tokens of the longest sample it would be given on this machine
    base: str
    longest: int
    tokens: tuple[tuple[str, str], ...]
    #: tokens by those three words
    counts: Mapping[str, int]
    #: what is wrong with the sample, in sentences
    faults: tuple[str, ...]


async def see(house: House, messages: Sequence[SampleMessage]) -> Seen | None:
    """See `Seen`; None where no base is on this machine yet. Raises JobFailed for a base that cannot be read."""
    base = await asyncio.to_thread(base_here, house)
    if base is None:
        return None
    longest = await asyncio.to_thread(_longest, house.home.trainings)
    return await see_row(house, base, {"messages": [one.as_dict() for one in messages]}, longest)


async def see_row(house: House, base: Path, row: Mapping[str, Any], longest: int) -> Seen:
    """A row as it is learnt from, with a base and the longest row of a recipe. Raises JobFailed."""
    result = await result_of(await house.lane("quick").submit(XraySpec(str(base), (row,), longest)))
    return _seen(base.name, longest, result["samples"][0])


def base_here(house: House) -> Path | None:
    """The base she has learnt on, where her brain is such a one; else the built-in one, else any. Reads the disk."""
    home = house.home
    spec = read_hers(home.her_brains).current(house.settings.companion.brain)
    learnt = [
        Path(one.base_folder) for one in list_learnt(home.brains) if spec in (one.spec, PREFIX + one.name)
    ]
    others = sorted(home.bases.iterdir()) if home.bases.is_dir() else []
    places = [*learnt, home.bases / BUILTIN_ID, *(one for one in others if not one.name.startswith("."))]
    return next((one for one in places if (one / _TOKENIZER).is_file()), None)


@lru_cache(1)
def _longest(trainings: Path) -> int:
    """By what this machine can train; the driver of the card is asked once."""
    return derive(size_for(look(trainings).card_gb)).longest


def _seen(base: str, longest: int, told: Mapping[str, Any]) -> Seen:
    tokens = tuple((text, kind) for text, kind in told["tokens"])
    counts = {kind: int(told[kind]) for kind in ("learnt", "context", "cut")}
    return Seen(base, longest, tokens, counts, tuple(told["faults"]))
