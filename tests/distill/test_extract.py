"""Asking for a form: twice at most, never again what is stored, and only what is true to the chunk."""

from typing import Any

import pytest

from tests.books import StrictModel, calls, scripted
from tests.distill.desk import chunk, desk
from zishu_app.core.errors import AnswerCut, BudgetReached
from zishu_app.core.messages import Message
from zishu_app.distill.extract import Desk, Result, ask_form, grounded, request
from zishu_app.distill.form import Form, Statement
from zishu_app.ledger.budget import Budget, Caps
from zishu_app.ledger.forms import Slip
from zishu_app.ledger.runs import parts_of
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Limits

ASK = [Message("system", "s"), Message("user", "distil this")]
GOOD = "对话主题：t\n\n关键观点：\n- 早停 [1]"
BAD = "我不知道格式。"


async def ask(at: Desk) -> list[Slip | Result]:
    return [event async for event in ask_form(at, "chunk 0", "part", ASK)]


async def test_a_reply_in_the_form_is_taken(store: Store) -> None:
    model = scripted([GOOD])
    (result,) = await ask(desk(store, model))
    assert isinstance(result, Result) and result.form is not None and result.form.topic == "t"
    assert parts_of(store, "item") == {"chunk 0/1": GOOD}
    (row,) = calls(store)
    assert (row["purpose"], row["item"], row["step"], row["state"]) == ("extract", "file", 0, "answered")


async def test_it_is_asked_again_once_with_its_first_reply_shown(store: Store) -> None:
    model = scripted([BAD, GOOD])
    slip, result = await ask(desk(store, model))
    assert slip == Slip("form") and isinstance(result, Result) and result.form is not None
    (first, before), (second, after) = model.calls
    assert list(second[:2]) == ASK and second[2] == Message("assistant", BAD) and second[3].role == "user"
    assert list(first) == ASK and after.seed != before.seed and after.max_tokens > before.max_tokens
    assert parts_of(store, "item") == {"chunk 0/1": BAD, "chunk 0/2": GOOD}


async def test_a_reply_that_never_keeps_the_form_is_kept_as_it_is(store: Store) -> None:
    model = scripted([BAD, "还是不会。"])
    events = await ask(desk(store, model))
    assert events == [Slip("form"), Result("chunk 0", None, "还是不会。")]
    assert len(model.calls) == 2


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ({"chunk 0/1": GOOD}, 0),
        ({"chunk 0/1": BAD, "chunk 0/2": GOOD}, 0),
        ({"chunk 0/1": BAD}, 1),
        ({"chunk 0/2": GOOD}, 0),
    ],
)
async def test_what_is_stored_is_not_asked_again(store: Store, stored: dict[str, Any], asked: int) -> None:
    model = scripted([GOOD])
    events = await ask(desk(store, model, stored))
    assert isinstance(events[-1], Result) and events[-1].form is not None
    assert len(model.calls) == asked


async def test_going_on_asks_exactly_what_would_have_been_asked(store: Store) -> None:
    whole, rest = scripted([BAD, GOOD]), scripted([GOOD])
    await ask(desk(store, whole))
    await ask(desk(store, rest, {"chunk 0/1": BAD}))
    assert rest.calls == whole.calls[1:]


async def test_a_cut_reply_is_none_and_the_next_has_more_room(store: Store) -> None:
    model = scripted([GOOD], faults={0: AnswerCut("cut off")})
    events = await ask(desk(store, model))
    assert events[:-1] == [Slip("cut off")] and isinstance(events[-1], Result) and events[-1].form
    (first, before), (second, after) = model.calls
    assert first == second and after.max_tokens == before.max_tokens * 3 // 2 and after.seed != before.seed
    assert parts_of(store, "item") == {"chunk 0/2": GOOD}


async def test_cut_twice_it_is_an_error(store: Store) -> None:
    model = scripted([GOOD], faults={0: AnswerCut("one"), 1: AnswerCut("two")})
    with pytest.raises(AnswerCut, match="two"):
        await ask(desk(store, model))
    assert parts_of(store, "item") == {}


@pytest.mark.parametrize("first", [BAD * 40, None])
async def test_a_second_try_never_asks_for_more_than_the_model_can_read(
    store: Store, first: str | None
) -> None:
    replies = iter([first or "x", GOOD])
    model = StrictModel(lambda *_: next(replies), 700)
    model._faults = {} if first else {0: AnswerCut("cut")}
    at = desk(store, model)
    long = [Message("system", "s"), Message("user", "x" * 2 * 470)]  # with 200 for the answer it just fits
    assert [event async for event in ask_form(at, "chunk 0", "part", long)]
    assert len(model.calls) == 2 and model.too_long == []


async def test_the_limit_is_passed_on(store: Store) -> None:
    at = desk(store, scripted([GOOD]))
    at.accounts.budget = Budget(Caps(tokens=50))
    with pytest.raises(BudgetReached):
        await ask(at)


async def test_models_that_can_are_given_the_schema(store: Store) -> None:
    model = scripted([GOOD], limits=Limits(schema=True))
    at = desk(store, model)
    await ask(at)
    assert model.calls[0][1].schema is not None
    sent = request(at, chunk([1]))
    assert "JSON" in sent[1].content and "[1] 助手: message 1" in sent[1].content


def test_a_request_numbers_its_messages_and_marks_the_background(store: Store) -> None:
    sent = request(desk(store, scripted([])), chunk([4, 5, 6, 7], overlap=2))
    assert "[4] 用户: message 4\n[5] 助手: message 5\n[6] 用户: message 6" in sent[1].content
    assert "编号 4, 5 的消息" in sent[1].content
    assert "上一段" not in request(desk(store, scripted([])), chunk([4, 5]))[1].content


def form(*lines: Statement) -> Form:
    return Form("part", "t", (lines, (), ()))


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        ((6,), (6,)),
        ((4, 6), (4, 6)),  # an old message and a new one: the line is new
        ((4,), None),  # told by the chunk before
        ((4, 5), None),
        ((6, 99), (6,)),  # an invented number goes, the line stays
        ((4, 99), None),
        ((), ()),
        ((99,), ()),
    ],
)
def test_only_what_is_new_and_true_to_the_chunk_stays(
    numbers: tuple[int, ...], kept: tuple[int, ...] | None
) -> None:
    found = grounded(form(Statement("a", numbers)), chunk([4, 5, 6, 7], overlap=2)).sections[0]
    assert found == (() if kept is None else (Statement("a", kept),))


def test_a_message_of_which_a_part_is_new_is_new() -> None:
    """A long message cut in two: its second part comes after the overlap."""
    whole = chunk([4, 5, 5], overlap=2)
    assert grounded(form(Statement("a", (5,))), whole).sections[0] == (Statement("a", (5,)),)
