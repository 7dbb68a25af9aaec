import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.core.gguf_files import write_gguf
from tests.teacher import Teacher
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dialogue.events import Said, Written
from zishu_app.distill.events import FileWritten
from zishu_app.house import House
from zishu_app.ledger.overview import list_runs
from zishu_app.studio.guide import Guide, guide
from zishu_app.studio.tour import Begun, Over, flags, play, recipe


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as made:
        yield made


async def played(house: House, by: Guide, stop: asyncio.Event | None = None) -> list[Any]:
    return [event async for event in play(house, by, stop or asyncio.Event())]


async def test_it_is_played_from_beginning_to_end(house: House) -> None:
    async with Teacher(tokens=12) as teacher:
        events = await played(house, Guide("m", teacher.base_url, "zh"))
    assert isinstance(events[0], Begun)
    assert isinstance(events[-1], Over)
    assert not events[-1].unfinished
    assert len([one for one in events if isinstance(one, Said)]) == 6
    (talk,) = [one.path for one in events if isinstance(one, Written)]
    (short,) = [one.path for one in events if isinstance(one, FileWritten)]
    assert talk.is_relative_to(house.home.tour)
    assert short.is_relative_to(house.home.tour)
    assert json.loads(talk.read_text(encoding="utf-8"))["metadata"]["language"] == "zh"
    assert [(run.kind, run.state) for run in list_runs(house.store)] == [("generate", "done")]


async def test_stopped_it_can_be_gone_on_with(house: House) -> None:
    stop = asyncio.Event()
    async with Teacher(tokens=12) as teacher:
        events = []
        async for event in play(house, Guide("m", teacher.base_url, "en"), stop):
            events.append(event)
            if isinstance(event, Said):
                stop.set()
    assert events[-1].unfinished
    assert events[-1].outcome.by_hand
    assert list_runs(house.store)[0].state == "stopped"


async def test_where_a_model_is_out_of_reach_the_run_is_kept(house: House) -> None:
    by = Guide("m", "http://127.0.0.1:9/v1", "en")
    impatient = load_settings(house.home, {"requests.max_retries": 0}, environment={})
    house.renew(impatient)
    events = await played(house, by)
    assert events[-1].unfinished
    assert not events[-1].outcome.by_hand
    assert list_runs(house.store)[0].state == "stopped"


def test_without_a_chinese_brain_it_is_played_in_english(house: House) -> None:
    assert guide(house, "zh") == Guide("builtin", "", "en")
    assert guide(house, "en") == Guide("builtin", "", "en")


def test_a_model_file_that_speaks_chinese_plays_it(house: House) -> None:
    house.home.models.mkdir(parents=True)
    told = {"general.architecture": "qwen3", "tokenizer.chat_template": "{{ messages }}"}
    path = write_gguf(house.home.models / "own.gguf", told)
    assert guide(house, "zh") == Guide(str(path), "", "zh")


def test_a_teacher_file_for_other_languages_does_not_play_it_in_chinese(house: House) -> None:
    told = {"general.architecture": "llama", "tokenizer.chat_template": "x", "general.languages": ["en"]}
    path = write_gguf(house.home.root / "english.gguf", told)
    house.renew(load_settings(house.home, {"teacher.model": str(path)}, environment={}))
    assert guide(house, "zh") == Guide("builtin", "", "en")
    write_gguf(path, told | {"general.languages": ["en", "zh"]})
    assert guide(house, "zh") == Guide(str(path), "", "zh")


def test_the_teacher_plays_it_where_it_can_be_asked(house: House) -> None:
    house.keys.store("xiaomimimo", "sk-1234567890123456")
    assert guide(house, "zh").model == house.settings.teacher.model
    own = {"teacher.model": "m", "teacher.base_url": "http://127.0.0.1:9/v1"}
    house.renew(load_settings(house.home, own, environment={}))
    assert guide(house, "zh") == Guide("m", "http://127.0.0.1:9/v1", "zh")


def test_its_settings_and_its_recipe_are_whole(house: House) -> None:
    settings = load_settings(house.home, flags(Guide("builtin", "", "en"), rounds=2), environment={})
    assert (settings.dialogue.num_conversations, settings.dialogue.max_rounds) == (1, 2)
    asked = recipe(house.home, "en")
    assert asked["distil"]
    assert asked["language"] == "en"
    assert recipe(house.home, "en")["seed"] != asked["seed"]
