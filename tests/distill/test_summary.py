"""The final summary: in levels where the parts are too long, and always at an end."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.books import LetterCounter, ledger, scripted
from tests.distill.desk import Answer, desk, faithful
from zishu_app.core.messages import Message
from zishu_app.distill.extract import Result
from zishu_app.distill.summary import summarise
from zishu_app.ledger.forms import Slip
from zishu_app.ledger.runs import parts_of
from zishu_app.ledger.store import Store, open_ledger
from zishu_app.llm.base import Options

BAD = "一行没有格式的话" * 30


async def summary(store: Store, answer: Answer, parts: list[str], room: int) -> tuple[Result, list[int]]:
    """The result, and the tokens of parts each call was shown."""
    model = scripted(answer)
    events = [event async for event in summarise(desk(store, model), parts, room, asyncio.Event())]
    assert all(isinstance(event, Slip) for event in events[:-1])
    assert isinstance(events[-1], Result)
    frame = len(model.calls[0][0][1].content)  # the request's own words are the same for all of a kind
    shown = [LetterCounter().count(_parts_in(messages)) for messages, _ in model.calls]
    assert frame
    return events[-1], shown


def _parts_in(messages: tuple[Message, ...]) -> str:
    text = messages[1].content
    return text[text.index("# 1") : text.rindex("\n\n", 0, text.index("一句话"))] if "# 1" in text else text


def part(number: int, size: int) -> str:
    lines = [f"- 要点{number}之{line} [{number}]" for line in range(size)]
    return "\n".join([f"对话主题：第{number}段", "", "关键观点：", *lines])


async def test_short_parts_are_read_at_once(store: Store) -> None:
    result, shown = await summary(store, faithful(), [part(n, 2) for n in range(1, 4)], 400)
    assert result.form is not None and result.form.kind == "final" and len(shown) == 1
    assert set(parts_of(store, "item")) == {"final/1"}


async def test_long_parts_are_merged_in_levels_first(store: Store) -> None:
    result, shown = await summary(store, faithful(), [part(n, 12) for n in range(1, 21)], 300)
    assert result.form is not None
    levels = {key.split(" group")[0] for key in parts_of(store, "item") if key.startswith("level")}
    assert len(levels) >= 2 and all(tokens <= 320 for tokens in shown)


async def test_what_is_stored_is_not_merged_again(store: Store) -> None:
    parts = [part(n, 12) for n in range(1, 21)]
    first, shown = await summary(store, faithful(), parts, 300)
    model = scripted(faithful())
    again = desk(store, model, parts_of(store, "item"))
    assert [event async for event in summarise(again, parts, 300, asyncio.Event())] == [first]
    assert model.calls == [] and len(shown) > 5


@pytest.mark.parametrize("parts", [[BAD * 9, BAD * 9], [BAD * 9], ["", ""], [BAD] * 30])
async def test_parts_without_lines_come_to_an_end_too(store: Store, parts: list[str]) -> None:
    async with asyncio.timeout(10):
        _, shown = await summary(store, lambda *_: BAD, parts, 100)
    assert all(tokens <= 120 for tokens in shown)


SIZES = st.lists(st.integers(0, 900), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(SIZES, st.integers(1, 300), st.sampled_from(["good", "bad", "long", "one line"]), st.booleans())
def test_it_ends_whatever_the_sizes(sizes: list[int], room: int, answers: str, lines: bool) -> None:
    said = {
        "good": "对话主题：t\n\n关键观点：\n- a [1]",
        "bad": "?",
        "long": part(1, 200),
        "one line": BAD * 10,
    }[answers]

    def answer(messages: object, options: Options) -> str:
        return said

    async def run() -> int:
        with tempfile.TemporaryDirectory() as folder:
            store = open_ledger(ledger(Path(folder)))
            try:
                model = scripted(answer)
                parts = [("一行\n" if lines else "一行，") * (size // 3) for size in sizes]
                async with asyncio.timeout(20):
                    events = [
                        event async for event in summarise(desk(store, model), parts, room, asyncio.Event())
                    ]
                assert isinstance(events[-1], Result)
                return len(model.calls)
            finally:
                store.close()

    assert asyncio.run(run()) <= 4 * len(sizes) + 2
