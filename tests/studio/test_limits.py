"""Limits of a run that is gone on with: as they were, others, or none; and kept with the run."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from zishu_app.core.errors import PriceUnknown, UsageError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.overview import list_runs
from zishu_app.studio.distill import KIND, ready
from zishu_app.studio.runs import keeping, order, start, take_up


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    flags = {"teacher.model": "loopback", "teacher.base_url": "http://127.0.0.1:9/v1"}
    async with House(home, load_settings(home, flags, environment={}), Keys(home.keys)) as made:
        await asyncio.to_thread(lambda: made.catalog)  # files are read, once
        yield made


async def begun(house: House, folder: Path, tokens: int | None) -> str:
    """A run with a limit, stopped."""
    path = folder / "talk.json"
    said = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    path.write_text(json.dumps({"messages": said}), encoding="utf-8")
    wanted = {"inputs": [str(path)], "output": str(folder / "out"), "batch": True, "language": None}
    asked = order(house.settings, wanted | {"max_cost": None, "max_total_tokens": tokens})
    run = await start(house, KIND, asked)
    async with keeping(house, run) as closing:
        closing.state = "stopped"
    return run.id


async def gone_on(house: House, run_id: str, limits: dict[str, Any]) -> Caps:
    """What the run is held to when it is gone on with; stopped again."""
    run, asked = await take_up(house, KIND, run_id, {}, limits)
    async with keeping(house, run) as closing:
        going = await ready(house, run, asked, asyncio.Event())
        closing.state = "stopped"
    return going.outcome.accounts.budget.caps


def limit_of(house: House) -> Any:
    """As the ledger shows it."""
    return list_runs(house.store)[0].recipe["max_total_tokens"]


async def test_without_a_word_it_stays(house: House, tmp_path: Path) -> None:
    run_id = await begun(house, tmp_path, 5000)
    assert (await gone_on(house, run_id, {})).tokens == 5000
    assert limit_of(house) == 5000


async def test_another_limit_counts_from_then_on(house: House, tmp_path: Path) -> None:
    run_id = await begun(house, tmp_path, 5000)
    assert (await gone_on(house, run_id, {"max_total_tokens": 9000})).tokens == 9000
    assert limit_of(house) == 9000
    assert (await gone_on(house, run_id, {})).tokens == 9000


async def test_a_limit_can_be_lifted(house: House, tmp_path: Path) -> None:
    run_id = await begun(house, tmp_path, 5000)
    assert (await gone_on(house, run_id, {"max_total_tokens": None})).tokens is None
    assert (await gone_on(house, run_id, {})).tokens is None
    assert limit_of(house) is None


@pytest.mark.parametrize(
    ("limits", "error"), [({"max_cost": 1.0}, PriceUnknown), ({"max_total_tokens": -1}, UsageError)]
)
async def test_a_limit_that_cannot_be_held_is_not_kept(
    house: House, tmp_path: Path, limits: dict[str, Any], error: type[Exception]
) -> None:
    run_id = await begun(house, tmp_path, 5000)
    with pytest.raises(error):
        await gone_on(house, run_id, limits)
    assert list_runs(house.store)[0].recipe["max_cost"] is None
    assert (await gone_on(house, run_id, {})).tokens == 5000
