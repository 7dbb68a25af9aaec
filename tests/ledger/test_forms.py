"""A form is asked for twice at most; every reply is kept; what is kept is not asked again. See also distill/extract."""

from typing import Any

import pytest

from tests.books import RUN, accounts_on, calls, scripted, speaker
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.ledger.calls import Asker
from zishu_app.ledger.forms import Filled, Sheet, Slip, Work, fill, json_in
from zishu_app.ledger.runs import parts_of
from zishu_app.ledger.store import Store
from zishu_app.llm.base import Options

ASK = (Message("system", "s"), Message("user", "a number, please"))


def number(reply: str) -> int | None:
    return int(reply) if reply.isdigit() else None


async def ask(store: Store, model: Any) -> list[Slip | Filled[int]]:
    who = Asker(RUN, "sample 1", "judge", 0)
    work = Work(who, speaker(model), accounts_on(store), "item", parts_of(store, "item"))
    sheet = Sheet("judge", ASK, Options(max_tokens=100, seed=1), number, "Only a number.")
    return [event async for event in fill(work, sheet)]


async def test_what_is_read_is_told_and_the_reply_is_kept(store: Store) -> None:
    assert await ask(store, scripted(["7"])) == [Filled(7, "7")]
    assert parts_of(store, "item") == {"judge/1": "7"}
    (row,) = calls(store)
    assert (row["purpose"], row["item"], row["state"]) == ("judge", "sample 1", "answered")


async def test_nothing_that_is_kept_is_asked_again(store: Store) -> None:
    first = await ask(store, scripted(["seven", "7"]))
    again = scripted([])
    assert await ask(store, again) == first == [Slip("form"), Filled(7, "7")]
    assert again.calls == []


async def test_a_second_try_shows_the_first_and_says_what_was_wrong(store: Store) -> None:
    model = scripted(["seven", "eight"])
    assert await ask(store, model) == [Slip("form"), Filled(None, "eight")]
    assert model.calls[1][0] == (*ASK, Message("assistant", "seven"), Message("user", "Only a number."))
    assert await ask(store, scripted([])) == [Slip("form"), Filled(None, "eight")], "nor is it paid for again"


async def test_cut_twice_is_an_error_and_nothing_is_kept(store: Store) -> None:
    model = scripted(["7"], faults={0: AnswerCut("one"), 1: AnswerCut("two")})
    with pytest.raises(AnswerCut, match="two"):
        await ask(store, model)
    assert parts_of(store, "item") == {}


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": 1', None),
        ("a: 1", None),
        ("", None),
        ('{"a":' * 20_000, None),
    ],
)
def test_json_in_a_reply(reply: str, value: Any) -> None:
    assert json_in(reply) == value
