"""Two brains are asked the same, a person prefers, and the data set has it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.keys import Keys
from zishu_app.core.messages import Message
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dataset.store import get
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.overview import list_runs, unfinished
from zishu_app.llm.base import Options
from zishu_app.llm.scripted import ScriptedModel
from zishu_app.studio.blind import PROMPTS, Asking, ask_both, keep
from zishu_app.training.compare import Blind


@pytest.fixture
async def house(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys), ScriptedClock()) as made:
        real = await made.speaker(made.choose("builtin"))
        monkeypatch.setattr(made, "choose", lambda spec, *_: spec)

        async def speaker(spec: Any, *_: Any) -> Speaker:
            def answer(messages: Sequence[Message], options: Options) -> str:
                assert [one.role for one in messages] == ["system", "user"]
                assert options.temperature == 0
                return f" {spec} says {messages[-1].content}"

            return Speaker(ScriptedModel(str(spec), answer), real.counter)

        monkeypatch.setattr(made, "speaker", speaker)
        yield made


async def compared(house: House) -> Blind:
    events = [event async for event in ask_both(house, ("old", "new"), PROMPTS["en"], "en", 5)]
    assert [one.done for one in events if isinstance(one, Asking)] == list(range(20))
    assert isinstance(events[-1], Blind)
    return events[-1]


async def test_both_are_asked_the_same(house: House) -> None:
    one = await compared(house)
    assert [pair.prompt for pair in one.pairs] == list(PROMPTS["en"])
    assert one.pairs[3].answers == (f"old says {PROMPTS['en'][3]}", f"new says {PROMPTS['en'][3]}")
    (run,) = list_runs(house.store)
    assert (run.kind, run.state) == ("blind", "done")
    assert unfinished(house.store) == []


async def test_what_is_preferred_is_kept_once(house: House) -> None:
    one = (await compared(house)).judged(0, "left").judged(1, "right").judged(2, "same")
    numbers = await keep(house, one, "en")
    assert len(numbers) == 2
    with house.samples.reading() as connection:
        sample = get(connection, numbers[0])
    assert sample is not None
    assert (sample.kind, sample.verdict, sample.tags) == ("correction", "pending", ("blind",))
    assert sample.provenance["rejected"] != sample.messages[-1].content
    assert await keep(house, one, "en") == []


def test_there_are_ten_prompts_in_each_language() -> None:
    assert [len(set(PROMPTS[one])) for one in ("zh", "en")] == [10, 10]
