"""After an answer: noted by rule and by the model, weighed, kept in one commit; from nothing she was stopped in."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.books import accounts_on, scripted, speaker
from tests.memory.minds import NOW, LostEmbedder, everything, one, read, say, texts
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import BudgetReached, DataError, JobLost, ModelUnreachable
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.chats import PARTIAL, chat_run, sitting
from zishu_app.ledger.runs import Turn, keep_turn
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Limits
from zishu_app.memory.extract import Asking, Talked
from zishu_app.memory.follow import followed
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.look import history_of, origins_of
from zishu_app.memory.mind import Mind
from zishu_app.memory.remember import Kept, add_by_hand, edit, remember, talked_of
from zishu_app.memory.store import Noted, end


def entry(text: str, **given: Any) -> dict[str, Any]:
    standard = {"kind": "fact", "importance": 4, "sure": 5, "relation": "new", "number": 0}
    return {"text": text, **standard, **given}


def asking(store: Store, *entries: dict[str, Any], caps: Caps | None = None, **limits: Any) -> Asking:
    model = scripted([json.dumps({"memories": entries}, ensure_ascii=False)], limits=Limits(**limits))
    return Asking(accounts_on(store, caps or Caps()), speaker(model), "run")


async def test_what_is_noted_by_rule_is_kept_with_its_turn(mind: Mind) -> None:
    [kept] = await say(mind, "我住在杭州", turn=(3, 8))
    assert kept == Kept(1, "用户住在杭州", "new")
    memory = one(mind, 1)
    assert (memory.slot, memory.value, memory.kind) == ("home", "杭州", "fact")
    assert read(mind, origins_of, 1) == [(3, 8)]
    assert isinstance(mind.index, ScriptedIndex) and set(mind.index.shelves["zishu"]) == {1}


async def test_said_again_it_is_surer_and_no_second_memory(mind: Mind) -> None:
    await say(mind, "我住在杭州", turn=(1, 0))
    before = one(mind, 1)
    [kept] = await say(mind, "我住在杭州", turn=(1, 4))
    assert kept.what == "same" and len(everything(mind)) == 1
    assert one(mind, 1).confidence > before.confidence
    assert read(mind, origins_of, 1) == [(1, 0), (1, 4)]


async def test_said_more_fully_it_says_that_now(mind: Mind) -> None:
    await say(mind, "我住在杭州")
    [kept] = await say(mind, "我住在杭州西湖区")
    assert (kept.number, kept.what) == (1, "update")
    assert texts(mind) == ["用户住在杭州西湖区"]
    assert [text for _, text, _ in read(mind, history_of, 1)] == ["用户住在杭州"]


async def test_a_contradiction_ends_the_old_one_and_keeps_both(mind: Mind) -> None:
    await say(mind, "我住在杭州")
    [kept] = await say(mind, "我搬到上海了")
    assert kept == Kept(2, "用户住在上海", "new", ended=1)
    assert one(mind, 1).until == NOW and one(mind, 2).until is None


async def test_what_contradicts_itself_in_one_message_ends_with_the_last_word(mind: Mind) -> None:
    kept = await say(mind, "我喜欢香菜。其实我讨厌香菜。")
    assert [one.what for one in kept] == ["new", "new"] and kept[1].ended == kept[0].number
    assert texts(mind, past=False) == ["用户讨厌香菜"]


async def test_nothing_is_kept_of_a_wish_to_forget_or_of_nothing(mind: Mind) -> None:
    assert await say(mind, "忘了我住在杭州") == []
    assert await say(mind, "今天天气真好") == []
    assert everything(mind) == []


async def test_without_embedder_and_index_it_is_kept_and_read_later(mind: Mind) -> None:
    lost = replace(mind, embedder=LostEmbedder())
    assert (await say(lost, "我住在杭州"))[0].what == "new"
    assert isinstance(mind.index, ScriptedIndex)
    mind.index.broken = JobLost("gone")
    assert (await say(mind, "我叫小林"))[0].what == "new"
    mind.index.broken = None
    assert (await followed(mind)).put_in == 2
    assert (await say(lost, "我住在上海"))[0].ended == 1


async def test_what_the_model_finds_is_kept_too(mind: Mind, store: Store) -> None:
    ask = asking(store, entry("用户最近在学弹吉他", kind="event", sure=5))
    talked = Talked("我叫小林，最近迷上了弹吉他这件事，天天都学", turn=(1, 0))
    kept = await remember(mind, talked, ask)
    assert {one.text for one in kept} == {"用户的名字是小林", "用户最近在学弹吉他"}
    found = next(memory for memory in everything(mind) if "吉他" in memory.text)
    assert (found.kind, found.importance, found.confidence) == ("event", 0.8, 0.85)
    assert read(mind, origins_of, found.id) == [(1, 0)]


async def test_the_model_sees_what_is_known_and_says_what_becomes_of_it(mind: Mind, store: Store) -> None:
    await add_by_hand(mind, Noted("用户在准备考驾照"))
    ask = asking(store, entry("用户考到驾照了", relation="contradiction", number=1))
    kept = await remember(mind, Talked("我终于考到驾照了，开心"), ask)
    assert [(one.what, one.ended) for one in kept] == [("new", 1)]
    assert one(mind, 1).until == NOW
    [(messages, options)] = ask.speaker.model.calls  # type: ignore[attr-defined]
    assert "1. 用户在准备考驾照" in messages[1].content and options.temperature == 0
    assert options.schema is None  # not every endpoint can


async def test_rule_and_model_that_note_the_same_make_one_memory(mind: Mind, store: Store) -> None:
    kept = await remember(mind, Talked("我住在杭州"), asking(store, entry("用户住在杭州", importance=5)))
    assert [one.what for one in kept] == ["new"]
    assert len(everything(mind)) == 1 and one(mind, 1).importance == 1.0


async def test_a_slot_says_more_than_the_model(mind: Mind, store: Store) -> None:
    await say(mind, "我住在杭州")
    kept = await remember(
        mind, Talked("我搬到上海了"), asking(store, entry("用户搬到上海了", relation="same", number=1))
    )
    assert {one.ended for one in kept} == {1, None}
    assert one(mind, 1).until == NOW


async def test_a_model_that_fails_costs_only_its_share(mind: Mind, store: Store) -> None:
    model = scripted(["x"], faults={0: ModelUnreachable("down")})
    kept = await remember(mind, Talked("我住在杭州"), Asking(accounts_on(store), speaker(model), "run"))
    assert [one.text for one in kept] == ["用户住在杭州"]


async def test_a_budget_that_is_reached_is_told_after_the_rest_is_kept(mind: Mind, store: Store) -> None:
    with pytest.raises(BudgetReached):
        await remember(mind, Talked("我住在杭州"), asking(store, caps=Caps(tokens=10)))
    assert texts(mind) == ["用户住在杭州"]


async def test_the_smallest_models_are_not_asked(mind: Mind, store: Store) -> None:
    ask = asking(store, entry("用户住在火星"), terse=True)
    await remember(mind, Talked("我住在杭州，挺好的火星"), ask)
    assert ask.speaker.model.calls == []  # type: ignore[attr-defined]
    assert texts(mind) == ["用户住在杭州"]


async def test_the_call_is_on_the_books_and_its_answer_is_kept_nowhere(mind: Mind, store: Store) -> None:
    ask = asking(store, entry("用户喜欢弹吉他"))
    await remember(mind, Talked("其实弹吉他我挺喜欢的", turn=(7, 2)), ask)
    [call] = store.read("SELECT * FROM calls")
    assert (call["purpose"], call["state"], call["item"], call["step"]) == ("remember", "answered", "7", 2)
    assert store.read("SELECT * FROM parts") == []


async def test_adding_and_editing_by_hand(mind: Mind) -> None:
    kept = await add_by_hand(mind, Noted("用户喜欢在海边散步", "preference", 0.9, 1.0))
    await edit(mind, kept.number, "我的猫叫团子")
    assert (one(mind, 1).text, one(mind, 1).slot) == ("我的猫叫团子", "cat.name:团子")
    assert [why for _, _, why in read(mind, history_of, 1)] == ["edit"]
    for act in (add_by_hand(mind, Noted("  ")), edit(mind, 1, " "), edit(mind, 9, "x")):
        with pytest.raises(DataError):
            await act


async def test_what_ended_can_be_so_once_more(mind: Mind) -> None:
    await say(mind, "我住在杭州")
    await end(mind.memories, 1, NOW)
    [kept] = await say(mind, "我住在杭州")
    assert kept.what == "new" and texts(mind, past=False) == ["用户住在杭州"]


async def chat(store: Store, *turns: tuple[str, str]) -> int:
    run = await chat_run(store, "zishu", ScriptedClock())
    talk = await sitting(store, run, ScriptedClock())
    for step, (kind, text) in enumerate(turns):
        await store.write(
            keep_turn(talk, Turn(step, kind, text, {"at": ScriptedClock().now().isoformat()}), None)
        )
    return talk


async def test_what_she_was_stopped_in_is_left_out(store: Store) -> None:
    talk = await chat(
        store,
        ("user", "我住在杭州"),
        ("assistant", "真好"),
        ("user", "我养了猫"),
        (PARTIAL, "你是不是住在"),
        ("user", "我叫小林"),
        ("summary", "notes"),
        ("assistant", "你好小林"),
    )
    assert talked_of(store, talk, 0) == Talked("我住在杭州", "", "真好", (talk, 0))
    assert talked_of(store, talk, 2) == Talked("我养了猫", "真好", "", (talk, 2))
    assert talked_of(store, talk, 4) == Talked("我叫小林", "真好", "", (talk, 4))
    for step in (1, 3, 5, 99):
        assert talked_of(store, talk, step) is None
