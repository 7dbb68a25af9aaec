"""The built-in brain before a short sample: it keeps the form. What its marks are worth is another matter (nothing)."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.lanes import end_lanes, model_path
from tests.review.court import alone, filled, ratings
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.review.events import Judged, JudgeEnded
from zishu_app.studio import judge
from zishu_app.studio.runs import keeping, start


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    shutil.copy(model_path(), home.models)
    yield home
    end_lanes(home)


@pytest.mark.may_block(
    reason="finding a model's file reads the cards of those that are known, as at every start"
)
async def test_it_judges_a_short_english_sample_in_form(own: Home) -> None:
    flags = {"review.judges": "builtin", "review.criteria": "clear"}
    async with House(own, load_settings(own, flags, environment={}), Keys(own.keys)) as house:
        await asyncio.to_thread(lambda: house.catalog)
        (number,) = await filled(house.samples, alone(0, "What is a cat?", "A small animal that purrs."))
        wanted = {"filter": {}, "refine": False, "max_cost": None, "max_total_tokens": None}
        asked = judge.judging(house.settings, wanted)
        run = await start(house, judge.KIND, asked)
        async with keeping(house, run):
            going = await judge.ready(house, run, asked, asyncio.Event())
            events = [event async for event in going.events()]
        (one,) = [event for event in events if isinstance(event, Judged)]
        assert events[-1] == JudgeEnded(1, 0, 0)
        assert 1 <= one.score <= 5 and one.spread is None
        (kept,) = ratings(house.samples, number)
        assert kept["who"].startswith("builtin/") and kept["evidence"].strip()
