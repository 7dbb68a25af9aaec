import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import AnswerBroken, ModelRefused
from zishu_app.core.messages import Message
from zishu_app.llm.base import Answered, ChatModel, Delta, Options, Reasoning, Text, Usage
from zishu_app.llm.scripted import ScriptedModel

ASK = [Message("user", "hello")]


async def deltas(model: ChatModel) -> list[Delta]:
    return [delta async for delta in model.stream(ASK, Options(seed=1))]


async def test_answers_come_one_a_call_and_in_pieces() -> None:
    model = ScriptedModel("scripted/zishu", ["你好，我是紫舒", "再见"], usage=Usage(3, 4))
    first, second = await deltas(model), await deltas(model)
    assert first[:2] == [Text("你好，我"), Text("是紫舒")]
    assert first[-1] == Answered("你好，我是紫舒", usage=Usage(3, 4), model="scripted/zishu")
    assert second == [Text("再见"), Answered("再见", usage=Usage(3, 4), model="scripted/zishu")]
    assert model.calls == [(tuple(ASK), Options(seed=1))] * 2


async def test_function_answers_what_it_is_asked() -> None:
    model = ScriptedModel(answers=lambda messages, options: f"{messages[-1].content} {options.seed}")
    assert (await deltas(model))[-1] == Answered("hello 1", model="scripted/model")


async def test_fault_comes_in_mid_answer_and_uses_up_no_answer() -> None:
    model = ScriptedModel(answers=["abcdefgh"], faults={0: AnswerBroken("cut")})
    got = []
    with pytest.raises(AnswerBroken):
        async for delta in model.stream(ASK, Options()):
            got.append(delta)
    assert got == [Text("abcd")]
    assert (await deltas(model))[-1] == Answered("abcdefgh", model="scripted/model")


async def test_end_of_the_script_is_told() -> None:
    model = ScriptedModel(answers=["only"])
    await deltas(model)
    with pytest.raises(ModelRefused, match="1"):
        await deltas(model)


async def test_it_takes_its_time_and_thinks() -> None:
    model = ScriptedModel(answers=["abcdef"])
    model.clock, model.pause, model.piece, model.reasoning = ScriptedClock(), 0.5, 2, "hm"
    got = await deltas(model)
    assert got[0] == Reasoning("hm") and len(got) == 5
    assert isinstance(model.clock, ScriptedClock) and model.clock.slept == [0.5] * 3
