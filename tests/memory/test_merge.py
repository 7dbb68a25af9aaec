"""Two memories become one, and nothing of either is lost but its place."""

import pytest

from tests.memory.minds import everything, one, read, say, texts
from zishu_app.core.errors import DataError
from zishu_app.memory.follow import followed
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.look import history_of, origins_of
from zishu_app.memory.merge import merge
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import pin


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
