from collections.abc import AsyncIterator

import pytest

from tests.core.gguf_files import write_gguf
from tests.teacher import Teacher
from zishu_app.core.errors import DataError, KeyMissing, ModelRefused, ModelUnreachable
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ledger.overview import list_runs, unfinished
from zishu_app.studio.try_model import SHOWN, try_model


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as made:
        yield made


@pytest.fixture
async def teacher() -> AsyncIterator[Teacher]:
    async with Teacher(key="right") as made:
        yield made


async def test_a_model_that_works_says_something(house: House, teacher: Teacher) -> None:
    tried = await try_model(house, house.choose("m", teacher.base_url), "right")
    assert 0 < len(tried.text) <= SHOWN
    assert "\n" not in tried.text
    assert tried.seconds >= 0
    assert tried.tokens is not None
    assert tried.tokens > 0
    assert teacher.calls == 1


async def test_the_trial_is_in_the_books_and_leaves_nothing_to_go_on_with(
    house: House, teacher: Teacher
) -> None:
    tried = await try_model(house, house.choose("m", teacher.base_url), "right")
    (run,) = list_runs(house.store)
    assert (run.kind, run.state, run.tokens) == ("try", "done", tried.tokens)
    assert unfinished(house.store) == []


async def test_a_wrong_key_is_refused_at_once_and_never_stored(house: House, teacher: Teacher) -> None:
    with pytest.raises(ModelRefused) as caught:
        await try_model(house, house.choose("m", teacher.base_url), "sk-wrong-wrong-wrong")
    assert teacher.calls == 1
    assert "wrong-wrong" not in str(caught.value)
    assert house.keys.find("custom") is None
    assert unfinished(house.store) == []


async def test_a_stored_key_is_found(house: House, teacher: Teacher) -> None:
    house.keys.store("custom", "right")
    assert (await try_model(house, house.choose("m", teacher.base_url))).text


async def test_without_a_key_it_says_so(house: House) -> None:
    with pytest.raises(KeyMissing):
        await try_model(house, house.choose("deepseek"))


async def test_nobody_waits_for_an_address_where_nobody_is(house: House) -> None:
    with pytest.raises(ModelUnreachable):
        await try_model(house, house.choose("m", "http://127.0.0.1:9/v1"))


async def test_an_answer_that_is_cut_is_an_answer(house: House) -> None:
    async with Teacher(faults=1.0, kinds=("length",)) as teacher:
        tried = await try_model(house, house.choose("m", teacher.base_url))
    assert tried.text
    assert tried.tokens is None


async def test_a_file_that_is_no_model_is_told_before_it_is_loaded(house: House) -> None:
    path = write_gguf(house.home.root / "e.gguf", {"general.architecture": "bert"})
    with pytest.raises(DataError) as caught:
        await try_model(house, house.choose(str(path)))
    assert "bert" in str(caught.value)
