import asyncio
import json
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from tests.jobs import lanes
from tests.jobs.lanes import OpenLane, lane_pids, model_path
from zishu_app.core.errors import (
    AnswerBroken,
    AnswerCut,
    AnswerEmpty,
    ContextExceeded,
    JobLost,
    ModelError,
    ModelRefused,
)
from zishu_app.core.messages import Message
from zishu_app.core.paths import Home
from zishu_app.jobs.client import Lane
from zishu_app.jobs.protocol import Cancelled, Done, Event, Failed, Lost, Piece, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import AnswerSpec, ChatSpec
from zishu_app.llm.base import Answered, Delta, Limits, Options, Reasoning, Retrying, Text, Usage
from zishu_app.llm.local import LocalModel, Placing, TrainedModel

opened, own_home, shared_home, quick = lanes.opened, lanes.own_home, lanes.shared_home, lanes.quick

HI = (Message("user", "你好"),)
GOOD = Done(
    {
        "finish_reason": "stop",
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "cached_tokens": 3,
        "model": "m.gguf",
    }
)


def scripted(*stories: Iterable[Event]) -> tuple[LocalModel, ScriptedLane]:
    lane = ScriptedLane(stories)
    limits = Limits(context=512, schema=True)
    return LocalModel("local/small", Path("m.gguf"), lane, limits, Placing(slots=3, threads=1)), lane


async def heard(model: LocalModel, options: Options | None = None) -> list[Delta]:
    return [delta async for delta in model.stream(HI, options or Options())]


async def test_an_answer() -> None:
    model, lane = scripted([Progress(9, 9), Piece("嗯", reasoning=True), Piece("你"), Piece("好"), GOOD])
    usage = Usage(9, 4, 3)
    assert await heard(model) == [
        Reasoning("嗯"),
        Text("你"),
        Text("好"),
        Answered("你好", "嗯", "stop", usage, "m.gguf"),
    ]


async def test_what_is_asked_of_the_lane() -> None:
    model, lane = scripted([Piece("x"), GOOD])
    schema = {"type": "string"}
    await heard(model, Options(temperature=0.3, max_tokens=7, seed=5, schema=schema))
    asked = ChatSpec("m.gguf", HI, 0.3, 7, 5, schema, context=512, slots=3, threads=1)
    assert lane.specs == [asked]


async def test_a_schema_is_for_models_that_can() -> None:
    lane = ScriptedLane([[Piece("x"), GOOD]])
    model = LocalModel("local/small", Path("m.gguf"), lane, Limits())
    await heard(model, Options(schema={"type": "string"}))
    [asked] = lane.specs
    assert isinstance(asked, ChatSpec) and asked.schema is None


@pytest.mark.parametrize(
    ("story", "kind"),
    [
        ([Piece("a"), Done({**GOOD.result, "finish_reason": "length"})], AnswerCut),
        ([Piece(" \n"), GOOD], AnswerEmpty),
        ([Piece("想", reasoning=True), GOOD], AnswerEmpty),
        ([Failed("m", "h", "context_exceeded")], ContextExceeded),
        ([Failed("m", "h", "model_refused")], ModelRefused),
        ([Failed("m", "h", "data_error")], ModelRefused),
        ([Piece("a"), Failed("m", "h", "answer_broken")], AnswerBroken),
        ([Failed("m", "h", "bug")], ModelError),
        ([Cancelled()], ModelError),
    ],
)
async def test_endings_that_are_errors(story: list[Event], kind: type[ModelError]) -> None:
    model, lane = scripted(story)
    with pytest.raises(ModelError) as caught:
        await heard(model)
    assert type(caught.value) is kind
    assert len(lane.specs) == 1
    if isinstance(story[-1], Failed):
        assert (caught.value.message, caught.value.hint) == ("m", "h")


async def test_a_lost_answer_is_tried_once_more() -> None:
    model, lane = scripted([Piece("half"), Lost("it died")], [Piece("whole"), GOOD])
    deltas = await heard(model)
    assert deltas[:3] == [Text("half"), Retrying(1, 0.0, "it died"), Text("whole")]
    assert isinstance(deltas[3], Answered) and (deltas[3].text, deltas[3].retries) == ("whole", 1)
    assert lane.specs[0] == lane.specs[1]


async def test_lost_twice_is_lost() -> None:
    model, lane = scripted([Lost("a")], [Lost("b")], [GOOD])
    with pytest.raises(JobLost, match="b"):
        await heard(model)
    assert len(lane.specs) == 2


async def test_leaving_cancels_the_job() -> None:
    model, lane = scripted([Piece("a"), Piece("b")])
    async with aclosing(model.stream(HI, Options())) as deltas:
        await anext(deltas)
    assert len(lane.cancelled) == 1


async def test_a_base_with_what_was_learnt_is_asked_through_torch() -> None:
    lane = ScriptedLane([[Piece("你好"), GOOD], [Piece("你"), Lost("gone")], [Piece("好"), GOOD]])
    limits = Limits(context=512)
    model = TrainedModel("learnt/a", Path("base"), lane, limits, Placing(lora=Path("adapter"), threads=1))
    found = [delta async for delta in model.stream(HI, Options(0.5, 7, 3))]
    assert isinstance(found[-1], Answered) and found[-1].text == "你好"
    assert lane.specs == [AnswerSpec("base", HI, "adapter", 0.5, 7, 3, 512, 1)]
    again = [delta async for delta in model.stream(HI, Options())]
    assert [type(delta) for delta in again] == [Text, Retrying, Text, Answered]


def real(lane: Lane) -> LocalModel:
    limits = Limits(context=256, schema=True)
    return LocalModel("local/small", model_path(), lane, limits, Placing(threads=1))


async def test_a_real_answer(quick: Lane) -> None:
    system = Message("system", "You are a helpful assistant.")
    messages = (system, Message("user", "What is the capital of France?"))
    options = Options(temperature=0.0, max_tokens=40)
    deltas = [delta async for delta in real(quick).stream(messages, options)]
    done = deltas[-1]
    assert isinstance(done, Answered) and "Paris" in done.text and done.model == model_path().name
    assert done.text == "".join(delta.text for delta in deltas[:-1] if isinstance(delta, Text))
    assert done.usage and done.usage.prompt_tokens > 10 and done.usage.completion_tokens > 3


async def test_real_limits(quick: Lane) -> None:
    with pytest.raises(AnswerCut):
        await heard(real(quick), Options(max_tokens=2))
    with pytest.raises(ContextExceeded):
        async for _ in real(quick).stream((Message("user", "word " * 400),), Options()):
            pass
    deltas = await heard(real(quick), Options(max_tokens=30, schema={"enum": ["是", "不是"]}))
    assert isinstance(deltas[-1], Answered) and json.loads(deltas[-1].text) in ("是", "不是")


async def test_a_lane_killed_in_mid_answer_is_not_the_users_worry(opened: OpenLane, own_home: Home) -> None:
    model, deltas = real(opened(own_home)), []
    async for delta in model.stream((Message("user", "Tell me a story."),), Options(max_tokens=250, seed=1)):
        deltas.append(delta)
        if len(deltas) == 3:
            await asyncio.to_thread(lambda: [psutil.Process(pid).kill() for pid in lane_pids(own_home)])
        if any(isinstance(delta, Retrying) for delta in deltas) and isinstance(delta, Text):
            break
    assert [type(delta) for delta in deltas].count(Retrying) == 1 and "exit code -9" in repr(deltas)
