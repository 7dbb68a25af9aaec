"""Two memories become one, and nothing of either is lost but its place."""

from pathlib import Path

import pytest

from tests.memory.minds import everything, one, read, say, texts
from zishu_app.core.errors import DataError
from zishu_app.ledger.store import Store
from zishu_app.memory.follow import followed
from zishu_app.memory.forget import Elsewhere, forget
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.look import history_of, is_merged, origins_of
from zishu_app.memory.merge import merge, take_apart
from zishu_app.memory.mind import Mind
from zishu_app.memory.remember import edit
from zishu_app.memory.store import pin, used


async def test_one_goes_into_the_other(mind: Mind) -> None:
    await say(mind, "我喜欢猫", turn=(1, 0))
    await say(mind, "记住我最爱橘猫", turn=(1, 2))
    await pin(mind.memories, 2, on=True)
    await merge(mind, 1, 2, "用户喜欢猫，最爱橘猫")
    assert texts(mind) == ["用户喜欢猫，最爱橘猫"]
    kept = one(mind, 1)
    assert (kept.slot, kept.pinned, kept.importance) == ("taste:猫", True, 0.9)
    assert {text for _, text, _ in read(mind, history_of, 1)} == {"用户喜欢猫", "用户喜欢橘猫"}
    assert read(mind, origins_of, 1) == [(1, 0), (1, 2)]
    assert texts(mind, text="橘猫") == ["用户喜欢猫，最爱橘猫"]
    await followed(mind)
    assert isinstance(mind.index, ScriptedIndex) and set(mind.index.shelves["zishu"]) == {1}


async def test_without_a_text_the_first_one_stands(mind: Mind) -> None:
    await say(mind, "我喜欢猫", "我喜欢狗")
    await merge(mind, 2, 1)
    assert texts(mind) == ["用户喜欢狗"]
    assert [text for _, text, _ in read(mind, history_of, 2)] == ["用户喜欢猫"]


async def test_what_cannot_be_merged_is_told(mind: Mind) -> None:
    await say(mind, "我喜欢猫", "我喜欢狗")
    for kept, other in ((1, 1), (1, 9), (9, 1)):
        with pytest.raises(DataError):
            await merge(mind, kept, other)
    assert len(everything(mind)) == 2


def whole(mind: Mind) -> list[object]:
    """Everything there is to say of all of them, but how often they came to mind."""
    return [
        (one, read(mind, history_of, one.id), read(mind, origins_of, one.id))
        for one in sorted(everything(mind), key=lambda one: one.id)
    ]


async def test_a_merge_is_taken_back_without_a_trace(mind: Mind) -> None:
    await say(mind, "我喜欢猫", turn=(1, 0))
    await say(mind, "记住我最爱橘猫", turn=(1, 2))
    await edit(mind, 2, "用户只爱橘猫")
    await pin(mind.memories, 2, on=True)
    before = whole(mind)
    await merge(mind, 1, 2, "用户喜欢猫，最爱橘猫")
    assert read(mind, is_merged, 1)
    assert await take_apart(mind, 1) == 2
    assert whole(mind) == before and not read(mind, is_merged, 1)
    assert texts(mind, text="只爱") == ["用户只爱橘猫"] and texts(mind, text="最爱") == []
    await followed(mind)
    assert isinstance(mind.index, ScriptedIndex) and set(mind.index.shelves["zishu"]) == {1, 2}
    with pytest.raises(DataError):
        await take_apart(mind, 1)


async def test_the_index_follows_a_merge_and_its_undoing_at_any_time(mind: Mind) -> None:
    await say(mind, "我喜欢猫", "我喜欢狗")
    await merge(mind, 1, 2)
    await followed(mind)
    await take_apart(mind, 1)
    await followed(mind)
    assert isinstance(mind.index, ScriptedIndex) and set(mind.index.shelves["zishu"]) == {1, 2}


async def test_what_was_said_since_stays(mind: Mind) -> None:
    await say(mind, "我喜欢猫", "我喜欢狗", turn=(1, 0))
    await merge(mind, 1, 2, "用户喜欢猫狗")
    await edit(mind, 1, "用户喜欢所有动物")
    await used(mind.memories, [1], 7)
    await take_apart(mind, 1)
    assert texts(mind) == ["用户喜欢所有动物", "用户喜欢狗"]
    assert {text for _, text, _ in read(mind, history_of, 1)} == {"用户喜欢猫", "用户喜欢猫狗"}
    assert one(mind, 1).uses == 1


async def test_several_merges_come_apart_one_after_the_other(mind: Mind) -> None:
    await say(mind, "我喜欢猫", "我喜欢狗", "我喜欢鱼")
    before = whole(mind)
    await merge(mind, 2, 3)
    between = whole(mind)
    await merge(mind, 1, 2)
    assert texts(mind) == ["用户喜欢猫"]
    await take_apart(mind, 1)
    assert whole(mind) == between
    await take_apart(mind, 2)
    assert whole(mind) == before


async def test_what_was_forgotten_comes_back_by_no_undoing(mind: Mind, store: Store, tmp_path: Path) -> None:
    await say(mind, "我喜欢猫", "记住我的暗号是天王盖地虎")
    await merge(mind, 1, 2)
    assert holding(tmp_path, "天王盖地虎")
    await forget(mind, Elsewhere(store), [1])
    with pytest.raises(DataError):
        await take_apart(mind, 1)
    mind.memories.close()
    assert holding(tmp_path, "天王盖地虎") == []


def holding(folder: Path, text: str) -> list[Path]:
    """Files that hold it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]
