"""A turn of the talk: stored before the call, streamed, stopped, repeated; small and wrong models."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.books import DeltaModel, StrictModel, calls, ledger, scripted
from tests.character.talks import CARD, all_of, chat_on, shown, thinking_with, told, turns
from zishu_app.character.card import Card, Exchange
from zishu_app.character.chat import Recalled, Replied, Thinking, Waiting
from zishu_app.character.tags import Felt, Spoken
from zishu_app.core.errors import (
    AnswerCut,
    AnswerEmpty,
    ContextExceeded,
    DataError,
    KeyMissing,
    ModelUnreachable,
)
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.overview import list_runs, unfinished
from zishu_app.ledger.store import Store, open_ledger
from zishu_app.llm.base import Answered, Limits, Retrying, Text


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_ledger(ledger(tmp_path))
    yield opened
    opened.close()


async def test_an_answer_is_thought_of_spoken_felt_and_kept(store: Store) -> None:
    chat = await chat_on(store, ["[happy] Hello! [shy]You look well."])
    events = await all_of(chat.reply("  Hi  "))
    assert events[0] == Thinking()
    assert "".join(one.text for one in events if isinstance(one, Spoken)) == "Hello! You look well."
    assert [one.emotion for one in events if isinstance(one, Felt)] == ["happy", "shy"]
    last = events[-1]
    assert isinstance(last, Replied)
    assert (last.step, last.text, last.emotion, last.brain) == (
        1,
        "Hello! You look well.",
        "shy",
        "scripted/model",
    )
    assert told(chat) == [("user", "Hi"), ("assistant", "Hello! You look well.")]
    extra = turns(chat)[1].extra
    assert (extra["to"], extra["mood"], extra["brain"]) == (0, "shy", "scripted/model")
    assert sum(extra["seen"]["parts"].values()) <= extra["seen"]["room"]
    (call,) = calls(store)
    assert (call["state"], call["purpose"]) == ("answered", "assistant")
    assert store.read("SELECT call_id FROM turns WHERE step = 1")[0]["call_id"] == call["id"]


async def test_the_ledger_lists_chats_as_nothing_to_go_on_with(store: Store) -> None:
    chat = await chat_on(store, ["Hello."])
    await all_of(chat.reply("Hi"))
    (run,) = list_runs(store)
    assert (run.kind, run.state) == ("chat", "done")
    assert unfinished(store) == []


async def test_where_the_model_gives_no_feeling_her_words_tell(store: Store) -> None:
    chat = await chat_on(store, ["Congratulations, that is wonderful!"])
    events = await all_of(chat.reply("I passed"))
    assert [one.emotion for one in events if isinstance(one, Felt)] == ["happy"]
    assert turns(chat)[1].extra["mood"] == "happy"


async def test_what_the_person_says_is_on_disk_before_she_is_asked(store: Store) -> None:
    seen: list[Any] = []

    def answer(messages: Any, options: Any) -> str:
        seen.extend(told(chat))
        return "Hello."

    chat = await chat_on(store, scripted(answer))
    await all_of(chat.reply("Hi"))
    assert seen == [("user", "Hi")]


async def test_saying_nothing_is_an_error(store: Store) -> None:
    chat = await chat_on(store, [])
    with pytest.raises(DataError):
        await all_of(chat.reply(" \n"))
    with pytest.raises(DataError):
        await all_of(chat.answer())
    assert told(chat) == []


async def test_she_sees_the_talk_the_card_and_what_she_remembers(store: Store) -> None:
    async def recall(text: str, count: Any) -> Recalled:
        return Recalled((f"Something about {text}.",), (7,))

    model = scripted(["[calm]One.", "[calm]Two."])
    chat = await chat_on(store, model, recall=recall)
    await all_of(chat.reply("first"))
    await all_of(chat.reply("second", ["A reminder was set."]))
    messages, options = model.calls[1]
    assert shown(model.calls[1]) == [("user", "first"), ("assistant", "One."), ("user", "second")]
    assert "A young teacher." in messages[0].content
    assert "[happy]" in messages[0].content, "she is told of the tags"
    assert "Something about second." in messages[-1].content
    assert "A reminder was set." in messages[-1].content
    assert "Monday, 12 January 2026, 16:54" in messages[-1].content
    assert "Something about first." not in str(messages)
    assert options.seed != model.calls[0][1].seed
    assert turns(chat)[1].extra["recalled"] == [7]
    assert chat.seen is not None
    assert {one.part for one in chat.seen.shares} >= {"persona", "memories", "talk"}


async def test_what_she_was_stopped_in_is_kept_apart_and_never_shown_to_her(store: Store) -> None:
    model = scripted(["[happy]I was about to say a lot.", "[calm]Yes?"])
    model.piece = 12
    chat = await chat_on(store, model)
    async for event in chat.reply("Tell me"):
        if isinstance(event, Spoken):
            break
    await asyncio.sleep(0)
    await _settled(chat, 2)
    kind, text = told(chat)[1]
    assert kind == "partial"
    assert "I was about to say a lot.".startswith(text)
    await all_of(chat.reply("Stop"))
    assert shown(model.calls[1]) == [("user", "Tell me\n\nStop")]
    assert [kind for kind, _ in told(chat)] == ["user", "partial", "user", "assistant"]


async def _settled(chat: Any, many: int) -> None:
    """A stream that was left is closed by the loop, in its own time."""
    for _ in range(200):
        if len(turns(chat)) >= many:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(told(chat))


async def test_stopped_by_a_cancelled_task_it_is_the_same(store: Store) -> None:
    model = scripted(["[happy]I was about to say a lot."])
    model.piece, model.pause = 12, 1.0
    heard = asyncio.Event()
    chat = await chat_on(store, model)

    class Slow:
        async def sleep(self, seconds: float) -> None:
            if heard.is_set():
                await asyncio.Event().wait()

    model.clock = Slow()

    async def listen() -> None:
        async for event in chat.reply("Tell me"):
            if isinstance(event, Spoken):
                heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [kind for kind, _ in told(chat)] == ["user", "partial"]


async def test_stopped_before_a_word_nothing_of_hers_is_kept(store: Store) -> None:
    chat = await chat_on(store, ["Hello."])
    async for event in chat.reply("Hi"):
        assert isinstance(event, Thinking)
        break
    await asyncio.sleep(0.05)
    assert told(chat) == [("user", "Hi")]


async def test_what_failed_is_no_partial_answer_and_can_be_asked_again(store: Store) -> None:
    model = scripted(["[calm]Here I am."], faults={0: ModelUnreachable("gone")})
    chat = await chat_on(store, model)
    with pytest.raises(ModelUnreachable):
        await all_of(chat.reply("Hi"))
    assert told(chat) == [("user", "Hi")]
    await all_of(chat.answer())
    assert told(chat) == [("user", "Hi"), ("assistant", "Here I am.")]


async def test_a_call_that_is_repeated_makes_void_what_was_spoken(store: Store) -> None:
    model = DeltaModel(
        [Text("[sad]Oh n"), Retrying(1, 0.5, "cut"), Text("[happy]Yes."), Answered("[happy]Yes.")]
    )
    chat = await chat_on(store, model)
    events = await all_of(chat.reply("Hi"))
    assert Waiting(0.5, "cut") in events
    assert told(chat)[1] == ("assistant", "Yes.")
    assert turns(chat)[1].extra["mood"] == "happy"


async def test_once_more_the_last_answer_counts(store: Store) -> None:
    model = scripted(["[calm]One.", "[calm]Two.", "[calm]Three."])
    chat = await chat_on(store, model)
    await all_of(chat.reply("Hi"))
    await all_of(chat.answer())
    assert shown(model.calls[1]) == [("user", "Hi")]
    assert model.calls[0][1].seed != model.calls[1][1].seed
    await all_of(chat.reply("And?"))
    assert shown(model.calls[2]) == [("user", "Hi"), ("assistant", "Two."), ("user", "And?")]
    assert [text for kind, text in told(chat) if kind == "assistant"] == ["One.", "Two.", "Three."]
    assert [one.extra.get("superseded") for one in turns(chat)] == [None, True, None, None, None]


async def test_only_a_feeling_is_no_answer(store: Store) -> None:
    chat = await chat_on(store, ["[happy]"])
    with pytest.raises(AnswerEmpty):
        await all_of(chat.reply("Hi"))
    assert told(chat) == [("user", "Hi")]


async def test_an_answer_that_was_cut_off_is_said_all_the_same(store: Store) -> None:
    chat = await chat_on(store, DeltaModel([Text("[proud]A very long ans"), AnswerCut("too long")]))
    last = (await all_of(chat.reply("Tell me everything")))[-1]
    assert isinstance(last, Replied)
    assert (last.step, last.text, last.emotion) == (1, "A very long ans", "proud")
    assert told(chat)[1] == ("assistant", "A very long ans")
    assert turns(chat)[1].extra["cut"] is True
    empty = await chat_on(store, DeltaModel([AnswerCut("too long")]))
    with pytest.raises(AnswerCut):
        await all_of(empty.reply("Hi"))


async def test_without_a_brain_what_was_said_stays(store: Store) -> None:
    async def none() -> Speaker:
        raise KeyMissing("no key")

    chat = await chat_on(store, [], brain=none)
    with pytest.raises(KeyMissing):
        await all_of(chat.reply("Hi"))
    assert told(chat) == [("user", "Hi")]


async def test_two_programs_may_hold_the_same_talk(store: Store, tmp_path: Path) -> None:
    chat = await chat_on(store, scripted(lambda messages, options: "[calm]To " + messages[-1].content[-1]))
    other = await chat_on(store, scripted(lambda messages, options: "[calm]To " + messages[-1].content[-1]))
    other.talk = chat.talk
    await chat.hear("a")
    await other.hear("b")
    await asyncio.gather(all_of(chat.answer()), all_of(other.answer()))
    await asyncio.gather(*(all_of(one.reply(f"{number}")) for number in range(5) for one in (chat, other)))
    steps = [one.step for one in turns(chat)]
    assert steps == list(range(len(steps)))
    assert len(steps) == 2 + 2 + 20


@pytest.mark.parametrize("context", [1024, 2048, 4096])
async def test_small_models_are_never_asked_too_much(store: Store, context: int) -> None:
    card = CARD.model_copy(
        update={"description": "She is a teacher. " * 300, "examples": (Exchange(user="a", her="b"),) * 9}
    )
    model = StrictModel(lambda messages, options: "[calm]" + "Well. " * 40, context)
    chat = await chat_on(store, model, card)
    for number in range(12):
        await all_of(chat.reply(f"{number} " + "Tell me more. " * (40 * (number % 3))))
        await chat.settle()
    await all_of(chat.reply("x" * 20_000))
    assert model.too_long == []


async def test_a_very_small_model_is_kept_short(store: Store) -> None:
    model = StrictModel(lambda messages, options: "Hello there.", 4096, terse=True)
    chat = await chat_on(
        store, model, Card(name="Zishu", language="en", short="A kind teacher."), window_tokens=200
    )
    for _ in range(10):
        await all_of(chat.reply("Tell me more of this. " * 10))
    messages, options = model.calls[-1]
    assert options.sentences == 2
    assert options.temperature == 0.3
    assert "A kind teacher." in messages[0].content
    assert "[happy]" not in messages[0].content
    assert await chat.settle() is False, "its notes would be wrong"
    assert model.too_long == []


async def test_a_model_that_reads_less_than_is_known_is_asked_with_less(store: Store) -> None:
    class Smaller(StrictModel):
        async def stream(self, messages: Any, options: Any) -> Any:
            if sum(len(one.content) for one in messages) > 3000:
                self.calls.append((tuple(messages), options))
                raise ContextExceeded("too long")
            async for delta in super().stream(messages, options):
                yield delta

    model = Smaller(lambda messages, options: "[calm]Yes.", 8000)
    card = CARD.model_copy(update={"description": "word " * 1500})
    chat = await chat_on(store, model, card)
    await all_of(chat.reply("Hi"))
    asked = len(model.calls)
    assert asked > 1
    assert told(chat) == [("user", "Hi"), ("assistant", "Yes.")]
    await all_of(chat.reply("And?"))
    assert len(model.calls) == asked + 1, "it is known now"


async def test_a_model_that_reads_nothing_at_all_is_told(store: Store) -> None:
    model = DeltaModel(*[[ContextExceeded("too long")] for _ in range(9)])
    chat = await chat_on(store, model)
    with pytest.raises(ContextExceeded):
        await all_of(chat.reply("Hi"))
    assert model.asked < 5


async def test_what_is_out_of_sight_is_written_down(store: Store) -> None:
    def answer(messages: Any, options: Any) -> str:
        return "They spoke of dragons." if "notes" in messages[0].content else "[calm]" + "Well. " * 30

    model = scripted(answer)
    chat = await chat_on(store, model, window_tokens=400)
    settled = []
    for number in range(8):
        await all_of(chat.reply(f"Number {number}. " + "Tell me more. " * 5))
        settled.append(await chat.settle())
    assert any(settled)
    assert not all(settled)
    notes = [one for one in turns(chat) if one.kind == "summary"]
    assert len(notes) == sum(settled)
    asked = [one for one in model.calls if "notes" not in one[0][0].content][-1]
    assert "They spoke of dragons." in asked[0][0].content
    covered = notes[-1].extra["covers"]
    assert all(
        turn.step > covered
        for turn in turns(chat)
        if turn.content in str(shown(asked)) and turn.kind == "user"
    )
    purposes = {call["purpose"] for call in calls(store)}
    assert purposes == {"assistant", "summary"}


async def test_tags_are_counted_with_an_inexact_counter_too(store: Store) -> None:
    model = StrictModel(lambda messages, options: "[calm]Yes.", 2048)
    chat = await chat_on(store, model, brain=thinking_with(model, exact=False))
    await all_of(chat.reply("x" * 9000))
    tokens = sum(len(one.content) / 2 + 4 for one in model.calls[0][0])
    assert tokens * 1.3 <= 2048 - model.calls[0][1].max_tokens


def test_models_have_limits() -> None:
    assert Limits().terse is False
