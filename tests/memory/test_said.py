"""What no rule sees and no model was asked about is kept word for word, recalled with its day, and shown in no list."""

import json

import pytest

from tests.books import accounts_on, scripted, speaker
from tests.memory.minds import DAY, NOW, everything, lines, one, read, say, texts
from zishu_app.core.errors import ModelUnreachable
from zishu_app.ledger.store import Store
from zishu_app.memory.exchange import export_memories, import_memories
from zishu_app.memory.extract import Asking, Talked
from zishu_app.memory.look import Sought, count, latest, of_turn, origins_of, outdated, said_in
from zishu_app.memory.mind import Mind
from zishu_app.memory.noticing.notice import tells_more
from zishu_app.memory.remember import remember
from zishu_app.memory.store import Noted, rewrite


@pytest.mark.parametrize(
    ("text", "noted", "more"),
    [
        ("我在赶一本关于鲸鱼的绘本", 0, True),
        ("我住在杭州", 1, False),
        ("我现在住在苏州，工作室租在平江路旁边", 1, True),
        ("my brother's name is Tomas, he's a diver", 1, True),
        ("你平时都做什么", 0, False),
        ("any tips against migraines?", 0, False),
        ("如果我住在海边就好了", 0, False),
        ("if I lived by the sea", 0, False),
        ("好的", 0, False),
        ("ok then", 0, False),
        ("", 0, False),
        ("我的密码是hunter2，别告诉别人", 0, False),
        ("忘了这件事", 0, False),
        ("他说：“我住在火星上面。”", 0, False),
        ("很长的文章。" * 200, 0, False),
    ],
)
def test_what_may_say_more(text: str, noted: int, more: bool) -> None:
    assert tells_more(text, noted) is more


async def test_it_is_recalled_with_its_day(mind: Mind) -> None:
    assert await say(mind, "最近在赶一本关于鲸鱼的绘本", turn=(1, 0)) == []  # nothing to be told of
    assert await lines(mind, "鲸鱼的绘本画完了吗") == ["用户（2026-01-12）：“最近在赶一本关于鲸鱼的绘本”"]
    await say(mind, "a customer haggled for an hour", turn=(1, 2))
    assert await lines(mind, "that haggling customer") == [
        'User (2026-01-12): "a customer haggled for an hour"'
    ]


async def test_it_is_in_no_list_and_no_count(mind: Mind) -> None:
    await say(mind, "最近在赶一本关于鲸鱼的绘本", turn=(1, 0))
    await say(mind, "我住在杭州", turn=(1, 2))
    await say(mind, "今天甲方又改稿了真生气", turn=(1, 4))
    assert texts(mind) == ["用户住在杭州"] and texts(mind, text="鲸鱼") == []
    assert read(mind, count, "zishu", Sought()) == 1
    assert read(mind, latest, "zishu").text == "用户住在杭州"
    assert read(mind, of_turn, "zishu", (1, 0)) == [] and read(mind, said_in, "zishu", [(1, 0), (1, 4)]) == [
        1,
        3,
    ]


async def test_without_a_turn_nothing_is_kept_word_for_word(mind: Mind) -> None:
    await say(mind, "最近在赶一本关于鲸鱼的绘本")
    assert mind.memories.read("SELECT * FROM memories") == []


async def test_what_was_noted_comes_first(mind: Mind) -> None:
    await say(mind, "我现在住在苏州，工作室租在平江路旁边", turn=(1, 0))
    assert await lines(mind, "我住在苏州哪里") == [
        "用户住在苏州",
        "用户（2026-01-12）：“我现在住在苏州，工作室租在平江路旁边”",
    ]


async def test_what_is_so_no_longer_is_not_quoted_either(mind: Mind) -> None:
    await say(mind, "我现在住在苏州，工作室租在平江路旁边", turn=(1, 0))
    await say(mind, "我搬到上海了", turn=(1, 2))
    assert read(mind, outdated, [2, 3]) == {2}
    assert await lines(mind, "我住在哪个城市") == ["用户住在上海"]
    assert any("平江路" in line for line in await lines(mind, "我以前住在苏州哪里"))


async def test_he_is_told_with_who_he_is(mind: Mind) -> None:
    await say(mind, "我表弟昨天来找我玩了", turn=(1, 0))
    await say(mind, "他是中学地理老师", turn=(1, 2))
    await say(mind, "他做饭特别好吃", turn=(1, 4))
    assert one(mind, 2).text == "我表弟昨天来找我玩了 / 他是中学地理老师"
    assert one(mind, 3).text == "我表弟昨天来找我玩了 / 他做饭特别好吃"
    assert "用户（2026-01-12，接在“我表弟昨天来找我玩了”之后）：“他是中学地理老师”" in await lines(
        mind, "地理老师是谁"
    )
    assert read(mind, origins_of, 2) == [(1, 0), (1, 2)]
    assert read(mind, said_in, "zishu", [(1, 0)]) == [1, 2, 3]  # where the first one goes, they go
    await say(mind, "她昨天走丢了真着急", turn=(2, 0))
    assert one(mind, 4).text == "她昨天走丢了真着急"


async def test_where_a_model_said_what_matters_nothing_is_kept_word_for_word(
    mind: Mind, store: Store
) -> None:
    model = scripted([json.dumps({"memories": []})])
    ask = Asking(accounts_on(store), speaker(model), "run")
    assert await remember(mind, Talked("最近在赶一本关于鲸鱼的绘本", turn=(1, 0)), ask) == []
    assert mind.memories.read("SELECT * FROM memories") == []
    failing = scripted(["x"], faults={0: ModelUnreachable("down")})
    ask = Asking(accounts_on(store), speaker(failing), "run")
    await remember(mind, Talked("最近在赶一本关于鲸鱼的绘本", turn=(1, 2)), ask)
    assert len(mind.memories.read("SELECT * FROM memories")) == 1


async def test_it_does_not_go_out_with_memories(mind: Mind, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "m.json"
    await say(mind, "最近在赶一本关于鲸鱼的绘本", turn=(1, 0))
    await say(mind, "我住在杭州", turn=(1, 2))
    assert await export_memories(mind, path) == 1
    assert (await import_memories(mind, path)).known == 1


async def test_it_is_never_weighed_against_what_is_noted(mind: Mind) -> None:
    await say(mind, "最近在赶一本关于鲸鱼的绘本", turn=(1, 0))
    kept = await say(mind, "记住最近在赶一本关于鲸鱼的绘本", turn=(1, 2))
    assert [one.what for one in kept] == ["new"]
    await rewrite(mind.memories, kept[0].number, Noted("x"), "edit", NOW + DAY)
    assert [memory.text for memory in everything(mind)] == ["x"]
