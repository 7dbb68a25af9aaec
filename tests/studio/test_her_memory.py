"""Her memory in the talk: what comes to mind is shown to her, what is new is kept and told, what is to go is asked about."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.books import scripted, speaker
from zishu_app.core.errors import DataError, JobLost
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ledger.runs import turns_of
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.remember import Kept
from zishu_app.studio.companion import Companion, Opening, open_companion
from zishu_app.studio.her_memory import AsksToForget, HerMemory
from zishu_app.studio.senses import Happened


@pytest.fixture(autouse=True)
def simple_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory that needs no lane."""

    async def mind(self: House, character: str) -> Mind:
        return Mind(character, self.memories, HashingEmbedder(), ScriptedIndex(), self.clock)

    monkeypatch.setattr(House, "mind", mind)


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as made:
        yield made


async def opened(house: House, **opening: Any) -> tuple[Companion, HerMemory, Any]:
    companion = await open_companion(house, Opening(**({"language": "en"} | opening)))
    model = scripted(lambda messages, options: "[calm]I see.")

    async def brain() -> Any:
        return speaker(model)

    companion.chat.brain = brain
    memory = companion.memory
    assert memory is not None
    memory.brain = brain  # type: ignore[assignment]
    return companion, memory, model


async def talk(companion: Companion, text: str) -> list[Any]:
    events = [event async for event in companion.reply(text)]
    await companion.afterwards.done()
    return events


def bytes_of(home: Home, text: str) -> list[Path]:
    return [path for path in home.root.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


async def test_what_was_said_comes_to_mind_later(house: House) -> None:
    companion, memory, model = await opened(house)
    told: list[Kept] = []
    companion.remembered = lambda _, found: told.extend(found)
    await talk(companion, "My name is Waldemar.")
    assert [(one.text, one.what) for one in told] == [("The user's name is Waldemar", "new")]
    await companion.start_anew()
    await talk(companion, "What is my name?")
    asked = [one for one in model.calls if "Who you are" in one[0][0].content][-1]
    assert "The user's name is Waldemar" in asked[0][-1].content
    last = turns_of(house.store, companion.chat.talk)[-1]
    assert last.extra["recalled"] == [told[0].number]
    (known,) = await memory.look()
    assert known.uses == 1, "it was of use"
    assert len(told) == 1, "known already: nothing to tell"


async def test_what_is_to_be_remembered_is_told_to_her(house: House) -> None:
    companion, memory, model = await opened(house)
    events = await talk(companion, "Remember that I am allergic to nuts.")
    assert isinstance(events[0], Happened)
    assert "I am allergic to nuts" in model.calls[0][0][-1].content.partition("</note>")[0]
    assert [one.text for one in await memory.look()] != []


async def test_where_remembering_is_switched_off_nothing_is_kept_and_she_says_so(house: House) -> None:
    companion, memory, model = await opened(house)
    told: list[Kept] = []
    companion.remembered = lambda _, found: told.extend(found)
    await talk(companion, "My name is Waldemar.")
    house.renew(load_settings(house.home, {"memory.remembers": False}, environment={}))
    before = len(model.calls)
    await talk(companion, "I live in Hangzhou.")
    assert len(model.calls) == before + 1, "nobody is asked what of it matters"
    events = await talk(companion, "Remember that I am allergic to nuts.")
    assert "you will not keep it" in events[0].told
    assert len(told) == 1
    assert [one.text for one in await memory.look()] == ["The user's name is Waldemar"]
    found = await memory.recall("What is my name?", len)
    assert found.texts, "what she knows stays"


async def test_what_waits_for_its_turn_is_not_kept_either(house: House) -> None:
    companion, memory, _ = await opened(house)
    going_on = asyncio.Event()
    companion.afterwards.do(going_on.wait)
    [_ async for _ in companion.reply("I live in Hangzhou.")]
    house.renew(load_settings(house.home, {"memory.remembers": False}, environment={}))
    going_on.set()
    await companion.afterwards.done()
    assert await memory.look() == []


async def test_nothing_is_forgotten_before_the_person_was_asked(house: House, home: Home) -> None:
    companion, memory, _ = await opened(house)
    await talk(companion, "My dog is called Quetzal.")
    events = await talk(companion, "Forget that.")
    asked = events[0].event
    assert isinstance(asked, AsksToForget)
    assert ["Quetzal" in one.text for one in asked.memories] == [True]
    assert len(asked.turns) == 2
    assert bytes_of(home, "Quetzal")
    gone = await memory.forget(asked)
    assert gone.memories == tuple(one.id for one in asked.memories)
    assert bytes_of(home, "Quetzal") == []
    assert await memory.look() == []
    assert [one.content for one in turns_of(house.store, companion.chat.talk) if one.kind == "user"][
        0
    ] == "(forgotten)"


async def test_corrections_of_what_is_forgotten_go_with_it(house: House, home: Home) -> None:
    companion, memory, _ = await opened(house)
    replied = (await talk(companion, "My dog is called Quetzal."))[-1]
    number = await companion.correct(replied.talk, replied.step, "Quetzal is a fine name.")
    assert number is not None
    gone = await memory.forget(await memory.meant(""))
    assert gone.samples == (number,)
    assert bytes_of(home, "Quetzal") == []


async def test_a_wish_in_words_finds_what_is_like_it(house: House) -> None:
    companion, memory, _ = await opened(house)
    await talk(companion, "My dog is called Quetzal.")
    await talk(companion, "I live in Hamburg.")
    asked = await memory.meant("my dog")
    assert [one.text for one in asked.memories] == ["The user has a dog called Quetzal"] or len(
        asked.memories
    ) == 1
    assert asked.turns == ()


async def test_with_nothing_said_there_is_nothing_to_forget(house: House) -> None:
    _, memory, _ = await opened(house)
    assert await memory.meant("") == AsksToForget((), ())


async def test_a_memory_that_cannot_be_read_is_no_misfortune(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise DataError("damaged")

    monkeypatch.setattr("zishu_app.studio.her_memory.recall", broken)
    companion, _, _ = await opened(house)
    events = await talk(companion, "Hello")
    assert events[-1].text == "I see."


async def test_without_a_brain_the_rules_note_all_the_same(house: House) -> None:
    companion = await open_companion(house, Opening("zh", "deepseek"))
    with pytest.raises(Exception, match="DeepSeek"):
        await talk(companion, "我叫小明")
    await companion.afterwards.done()
    assert companion.memory is not None
    assert [one.text for one in await companion.memory.look()] == ["用户的名字是小明"]
    await companion.close()


async def test_what_was_being_forgotten_is_finished_at_the_next_start(
    house: House, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    companion, memory, _ = await opened(house)
    await talk(companion, "My dog is called Quetzal.")
    asked = await memory.meant("")

    async def killed(*_: Any) -> Any:
        raise JobLost("killed")

    with monkeypatch.context() as patch:
        patch.setattr("zishu_app.memory.forget._carry_out", killed)
        with pytest.raises(JobLost):
            await memory.forget(asked)
    assert bytes_of(home, "Quetzal")
    again, _, _ = await opened(house)
    await again.afterwards.done()
    assert bytes_of(home, "Quetzal") == []
