"""The truth: kept, said otherwise, ended, searched, erased; each by itself and in any order."""

import sqlite3
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.memory.minds import DAY, NOW, as_of, everything, mind_in, one, read, texts
from zishu_app.core.errors import DataError
from zishu_app.memory.look import (
    Sought,
    characters,
    count,
    get,
    get_many,
    history_of,
    in_slot,
    latest,
    of_turn,
    origins_of,
    pinned_of,
    search,
    weightiest,
)
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import Noted, add, end, erase, hold_again, pin, rewrite, used
from zishu_app.memory.vectors import (
    changes,
    gone_since,
    newest_since,
    packed,
    unpacked,
    vectors_since,
    without_vector,
)


def vector(*values: float) -> "array[float]":
    return array("f", values)


async def kept(mind: Mind, text: str, now: int = NOW, **given: Any) -> int:
    return await add(mind.memories, mind.character, Noted(text, **given), now)


async def test_what_is_kept_is_read_again(mind: Mind) -> None:
    number = await kept(mind, "用户喜欢猫", kind="preference", slot="taste:猫", value="yes", importance=0.7)
    memory = one(mind, number)
    assert (memory.text, memory.kind, memory.slot, memory.value) == (
        "用户喜欢猫",
        "preference",
        "taste:猫",
        "yes",
    )
    assert (memory.created, memory.changed, memory.used, memory.uses) == (NOW, NOW, None, 0)
    assert (memory.pinned, memory.until) == (False, None)
    assert read(mind, get, 99) is None


async def test_search_finds_words_of_both_languages_pinned_and_latest_first(mind: Mind) -> None:
    await kept(mind, "用户喜欢喝乌龙茶", NOW, kind="preference")
    await kept(mind, "The user drinks oolong tea", NOW + 1, kind="preference")
    third = await kept(mind, "用户住在杭州", NOW + 2)
    assert texts(mind, text="乌龙") == ["用户喜欢喝乌龙茶"]
    assert texts(mind, text="oolong") == ["The user drinks oolong tea"]
    await pin(mind.memories, third, on=True)
    assert [memory.text for memory in everything(mind)][0] == "用户住在杭州"
    assert [memory.id for memory in everything(mind)] == [3, 2, 1]
    await pin(mind.memories, third, on=False)
    assert [memory.id for memory in everything(mind, kinds=("preference",))] == [2, 1]
    assert read(mind, count, mind.character, Sought(kinds=("fact",))) == 1
    assert [memory.id for memory in read(mind, search, mind.character, Sought(), 1, 1)] == [2]


async def test_what_is_said_otherwise_keeps_what_it_said(mind: Mind) -> None:
    number = await kept(mind, "用户住在北京", slot="home", value="北京", turn=(1, 0))
    await rewrite(mind.memories, number, Noted("用户住在北京海淀", turn=(1, 4)), "update", NOW + DAY)
    memory = one(mind, number)
    assert (memory.text, memory.slot, memory.value) == ("用户住在北京海淀", "home", "北京")
    assert (memory.created, memory.changed) == (NOW, NOW + DAY)
    assert read(mind, history_of, number) == [(NOW, "用户住在北京", "update")]
    assert read(mind, origins_of, number) == [(1, 0), (1, 4)]
    assert texts(mind, text="海淀") == ["用户住在北京海淀"]
    await rewrite(mind.memories, number, Noted("用户住在上海"), "edit", NOW + 2 * DAY)
    assert texts(mind, text="北京") == []  # only what it says now is searched


async def test_what_ended_was_so_until_then_and_can_hold_again(mind: Mind) -> None:
    number = await kept(mind, "用户住在北京", slot="home")
    await end(mind.memories, number, NOW + DAY)
    await end(mind.memories, number, NOW + 2 * DAY)
    assert one(mind, number).until == NOW + DAY
    assert texts(mind, past=False) == [] and read(mind, in_slot, mind.character, "home") == []
    await hold_again(mind.memories, number)
    assert one(mind, number).until is None and texts(mind, past=False) == ["用户住在北京"]


async def test_uses_are_counted(mind: Mind) -> None:
    number = await kept(mind, "x")
    await used(mind.memories, [number, 77], NOW + 5)
    await used(mind.memories, [number], NOW + 9)
    assert (one(mind, number).used, one(mind, number).uses) == (NOW + 9, 2)


async def test_characters_do_not_share_what_they_remember(mind: Mind) -> None:
    first = await kept(mind, "用户喜欢猫", slot="taste:猫")
    other = as_of(mind, "另一个")
    second = await kept(other, "用户喜欢狗")
    assert texts(mind) == ["用户喜欢猫"] and texts(other) == ["用户喜欢狗"]
    assert texts(other, text="喜欢") == ["用户喜欢狗"]
    assert [one.id for one in read(mind, get_many, [second, first], "zishu")] == [first]
    assert read(mind, in_slot, "另一个", "taste:猫") == []
    assert read(mind, characters) == ["zishu", "另一个"]


async def test_a_memory_that_is_gone_is_told(mind: Mind) -> None:
    for act in (
        end(mind.memories, 5, NOW),
        pin(mind.memories, 5, on=True),
        hold_again(mind.memories, 5),
        rewrite(mind.memories, 5, Noted("x"), "edit", NOW),
    ):
        with pytest.raises(DataError, match="gone"):
            await act


async def test_erasing_takes_it_out_of_every_table(mind: Mind) -> None:
    number = await kept(mind, "用户喜欢猫", turn=(1, 2), vector=vector(1, 0), embedder="e")
    await rewrite(mind.memories, number, Noted("用户喜欢狗", vector=vector(0, 1), embedder="e"), "edit", NOW)
    await mind.memories.change(lambda file: erase(file, number))
    for table in ("memories", "history", "origins", "vectors"):
        assert mind.memories.read(f"SELECT * FROM {table}") == []
    assert texts(mind, text="狗") == []
    assert read(mind, gone_since, mind.character, 0) == [number]
    # its number is never given again: index and ledger may still name it
    assert await kept(mind, "new") == number + 1


async def test_small_questions(mind: Mind) -> None:
    first = await kept(mind, "a", NOW, importance=0.2, turn=(3, 4))
    second = await kept(mind, "b", NOW - DAY, importance=0.9)
    assert read(mind, latest, mind.character).id == first
    assert [memory.id for memory in read(mind, weightiest, mind.character, 5)] == [second, first]
    assert read(mind, of_turn, mind.character, (3, 4)) == [first]
    assert read(mind, pinned_of, mind.character) == []
    await pin(mind.memories, second, on=True)
    assert [memory.id for memory in read(mind, pinned_of, mind.character)] == [second]
    assert [memory.id for memory in everything(mind, pinned_only=True)] == [second]


async def test_every_change_to_vectors_is_marked(mind: Mind) -> None:
    first = await kept(mind, "a", vector=vector(1, 0), embedder="e")
    second = await kept(mind, "b")
    third = await kept(mind, "c", vector=vector(0, 1), embedder="e")
    assert read(mind, changes, mind.character) == 3
    assert [(one.id, one.mark) for one in read(mind, vectors_since, "zishu", "e", 0, 9)] == [
        (first, 1),
        (third, 3),
    ]
    assert [one.id for one in read(mind, newest_since, "zishu", "e", 1, 9)] == [third]
    assert read(mind, vectors_since, "zishu", "other", 0, 9) == []
    assert read(mind, without_vector, "zishu", "e", 9) == [(second, "b")]
    # said otherwise without a vector, it has to be read anew
    await rewrite(mind.memories, first, Noted("aa"), "edit", NOW)
    assert read(mind, without_vector, "zishu", "e", 9) == [(first, "aa"), (second, "b")]
    assert read(mind, changes, mind.character) == 4
    await pin(mind.memories, first, on=True)
    await end(mind.memories, first, NOW)
    assert read(mind, changes, mind.character) == 4  # that changes no vector


def test_a_vector_is_the_same_after_packing() -> None:
    assert unpacked(packed(vector(0.25, -1, 3))) == vector(0.25, -1, 3)


WORDS = st.sampled_from(["猫", "喜欢猫", "cats and dogs", "乌龙茶", "tea", "住在杭州", "Tea 茶"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["add", "rewrite", "erase"]), WORDS), max_size=12))
def test_the_words_of_a_memory_are_always_those_it_says_now(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    import asyncio

    async def play() -> None:
        mind = mind_in(tmp_path_factory.mktemp("words"))
        try:
            await play_on(mind, steps)
        finally:
            mind.memories.close()

    asyncio.run(play())


async def play_on(mind: Mind, steps: list[tuple[str, str]]) -> None:
    said: dict[int, str] = {}
    for what, text in steps:
        if what == "add":
            said[await kept(mind, text)] = text
        elif said and what == "rewrite":
            number = min(said)
            await rewrite(mind.memories, number, Noted(text), "edit", NOW)
            said[number] = text
        elif said:
            number = max(said)
            await mind.memories.change(lambda file, number=number: erase(file, number))  # type: ignore[misc]
            del said[number]
    for asked in ("猫", "tea", "茶", "杭州", "dogs"):
        wanted = {number for number, text in said.items() if asked in text.lower()}
        assert {memory.id for memory in everything(mind, text=asked)} == wanted
    check(mind)


def check(mind: Mind) -> None:
    """The full-text index holds together."""
    connection = sqlite3.connect(mind.memories.path)
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    connection.close()
