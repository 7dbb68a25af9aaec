"""One row for every call, and nothing is counted twice or not at all."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import pytest

from tests.books import (
    PRICE,
    RUN,
    DeltaModel,
    accounts_again,
    accounts_on,
    asker,
    calls,
    nothing_kept,
    question,
    scripted,
    speaker,
)
from zishu_app.core.errors import AnswerEmpty, BudgetReached, ModelRefused, ModelUnreachable
from zishu_app.core.messages import Message
from zishu_app.ledger.budget import Amount, Caps
from zishu_app.ledger.calls import Accounts, Speaker
from zishu_app.ledger.runs import accounting_of, calls_of, spent
from zishu_app.ledger.store import Statement, Store
from zishu_app.llm.base import Answered, Delta, Reasoning, Retrying, Text, Usage

#: prompt "hello": 3 tokens and a frame of 8; answer: 100 at most
WORST = Amount(11 + 100, 11 + 200)


async def ask(accounts: Accounts, who: Speaker, keep: Any = nothing_kept) -> list[Delta]:
    return [delta async for delta in accounts.ask(asker(), who, question(), keep)]


def kept(answer: Answered, call_id: str) -> Sequence[Statement]:
    return [("INSERT INTO parts (item, key, value, call_id) VALUES ('i', 'k', ?, ?)", (answer.text, call_id))]


async def test_an_answered_call_has_its_row(store: Store) -> None:
    accounts = accounts_on(store)
    model = scripted(["good morning"], usage=Usage(20, 7, 5, 2), name="scripted/one")
    deltas = await ask(accounts, speaker(model, PRICE))
    assert isinstance(deltas[-1], Answered)
    (row,) = calls(store)
    expected = {
        "run_id": RUN,
        "item": "0",
        "purpose": "assistant",
        "model": "scripted/one",
        "state": "answered",
        "prompt_tokens": 20,
        "completion_tokens": 7,
        "cached_tokens": 5,
        "reasoning_tokens": 2,
        "booked_tokens": 27,
        "counted": "reported",
        "micros": 20 + 14,
        "currency": "CNY",
        "retries": 0,
        "finish": "stop",
        "error": "",
    }
    assert {key: row[key] for key in expected} == expected
    assert row["opened"] == "2026-01-12T16:54:04" and row["seconds"] == 0.0
    assert accounts.budget.spent == Amount(27, 34) == spent(store, RUN)


async def test_unknown_usage_is_booked_at_its_reservation(store: Store) -> None:
    accounts = accounts_on(store)
    await ask(accounts, speaker(scripted(["hi"]), PRICE))
    (row,) = calls(store)
    assert (row["booked_tokens"], row["micros"], row["counted"]) == (WORST.tokens, WORST.micros, "reserved")
    assert row["prompt_tokens"] is None
    assert accounts.budget.spent == WORST == spent(store, RUN)


async def test_a_count_by_another_tokenizer_reserves_more(store: Store) -> None:
    accounts = accounts_on(store)
    await ask(accounts, speaker(scripted(["hi"]), exact=False))
    assert accounts.budget.spent.tokens > WORST.tokens


async def test_the_answer_and_what_is_kept_of_it_come_in_one_commit(store: Store) -> None:
    def broken(answer: Answered, call_id: str) -> Sequence[Statement]:
        return [*kept(answer, call_id), ("INSERT INTO calls (id) VALUES (?)", (call_id,))]

    accounts = accounts_on(store)
    import sqlite3

    with pytest.raises(sqlite3.IntegrityError):
        await ask(accounts, speaker(scripted(["hi"], usage=Usage(5, 5))), broken)
    assert store.read("SELECT * FROM parts") == []
    assert calls(store)[0]["state"] == "open"

    async for delta in accounts.ask(asker(), speaker(scripted(["hi"])), question(), kept):
        if isinstance(delta, Answered):  # it is told only when it is on disk
            (row,) = store.read("SELECT * FROM parts JOIN calls ON id = call_id")
            assert row["state"] == "answered" and row["value"] == "hi"


async def test_a_call_that_failed_before_it_answered_costs_nothing(store: Store) -> None:
    accounts = accounts_on(store)
    with pytest.raises(ModelRefused):
        await ask(accounts, speaker(DeltaModel([ModelRefused("no such model")]), PRICE))
    (row,) = calls(store)
    assert (row["state"], row["booked_tokens"], row["micros"]) == ("failed", 0, 0)
    assert row["error"] == "ModelRefused: no such model"
    assert accounts.budget.spent == Amount(0, 0) == spent(store, RUN)


@pytest.mark.parametrize("piece", [Text("half an ans"), Reasoning("well")])
async def test_a_call_that_failed_in_mid_answer_is_booked_whole(store: Store, piece: Delta) -> None:
    accounts = accounts_on(store)
    with pytest.raises(ModelUnreachable):
        await ask(accounts, speaker(DeltaModel([piece, ModelUnreachable("gone")]), PRICE))
    (row,) = calls(store)
    assert (row["state"], row["booked_tokens"], row["micros"]) == ("failed", *_pair(WORST))
    assert accounts.budget.spent == WORST == spent(store, RUN)


def _pair(amount: Amount) -> tuple[int, int | None]:
    return amount.tokens, amount.micros


async def test_every_attempt_that_began_to_answer_is_booked(store: Store) -> None:
    accounts = accounts_on(store)
    model = DeltaModel(
        [
            Retrying(1, 0.0, "busy"),  # nothing had come: nothing is booked
            Text("half"),
            Retrying(2, 0.0, "cut"),
            Text("whole"),
            Answered("whole", usage=Usage(11, 4), retries=2),
        ]
    )
    await ask(accounts, speaker(model, PRICE))
    (row,) = calls(store)
    assert row["retries"] == 2
    assert (row["booked_tokens"], row["micros"]) == (WORST.tokens + 15, (WORST.micros or 0) + 19)
    assert accounts.budget.spent == Amount(row["booked_tokens"], row["micros"]) == spent(store, RUN)


async def test_a_retry_the_limit_has_no_room_for_is_not_made(store: Store) -> None:
    accounts = accounts_on(store, Caps(tokens=150))
    model = DeltaModel([Text("half"), Retrying(1, 0.0, "cut"), Text("whole"), Answered("whole")])
    with pytest.raises(BudgetReached):
        await ask(accounts, speaker(model))
    (row,) = calls(store)
    assert (row["state"], row["booked_tokens"]) == ("failed", WORST.tokens)
    assert accounts.budget.spent.tokens == WORST.tokens == spent(store, RUN).tokens
    with pytest.raises(BudgetReached):  # and nothing is left reserved
        await accounts.budget.reserve(Amount(40))
    await accounts.budget.reserve(Amount(39))


async def test_beyond_the_limit_nothing_is_sent(store: Store) -> None:
    accounts = accounts_on(store, Caps(tokens=110))
    model = DeltaModel([Answered("never")])
    with pytest.raises(BudgetReached):
        await ask(accounts, speaker(model))
    assert model.asked == 0 and calls(store) == []


@pytest.mark.parametrize("text", ["", " \n　"])
async def test_an_empty_answer_is_an_error(store: Store, text: str) -> None:
    accounts = accounts_on(store)
    with pytest.raises(AnswerEmpty):
        await ask(accounts, speaker(DeltaModel([Answered(text, usage=Usage(11, 0))]), PRICE), kept)
    assert store.read("SELECT * FROM parts") == []
    (row,) = calls(store)
    assert (row["state"], row["booked_tokens"]) == ("failed", 11)
    assert accounts.budget.spent == Amount(11, 11) == spent(store, RUN)


async def test_leaving_in_the_middle_books_it_whole_and_ends_the_stream(store: Store) -> None:
    accounts = accounts_on(store)
    model = DeltaModel([Text("one"), Text("two"), Answered("one two")])
    async with contextlib.aclosing(accounts.ask(asker(), speaker(model), question(), kept)) as stream:  # type: ignore[type-var]
        async for _ in stream:
            break
    assert model.closed == 1
    assert accounts.budget.spent == Amount(WORST.tokens, None)
    assert spent(store, RUN).tokens == WORST.tokens
    assert store.read("SELECT * FROM parts") == []
    again = await accounts_again(store)
    assert calls_of(store, RUN) == {"lost": 1, "retries": 0}
    assert again.budget.spent.tokens == WORST.tokens


async def test_a_cancelled_call_frees_its_reservation_and_books_it(store: Store) -> None:
    accounts = accounts_on(store, Caps(tokens=250))
    model = scripted(["a long answer"])
    model.piece, model.pause = 1, 60.0  # waits for a minute of the real clock
    task = asyncio.create_task(ask(accounts, speaker(model)))
    while not calls(store):  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert accounts.budget.spent.tokens == WORST.tokens
    await accounts.budget.reserve(Amount(250 - WORST.tokens))


async def test_a_kill_during_a_retry_counts_both_attempts(store: Store) -> None:
    """By our count the limit is never passed, also not by attempts of a call that was lost."""
    accounts = accounts_on(store)
    model = DeltaModel([Text("half"), Retrying(1, 0.0, "cut"), Text("who"), Text("le"), Answered("whole")])
    stream = accounts.ask(asker(), speaker(model), question(), kept)
    async with contextlib.aclosing(stream):  # type: ignore[type-var]
        async for delta in stream:
            if delta == Text("who"):
                break
    assert accounts.budget.spent.tokens == 2 * WORST.tokens
    assert spent(store, RUN).tokens == 2 * WORST.tokens


async def test_the_accounting_of_an_item_adds_up(store: Store) -> None:
    accounts = accounts_on(store)
    good = speaker(scripted(["one", "two"], usage=Usage(10, 5), name="scripted/good"), PRICE)
    await ask(accounts, good)
    with pytest.raises(ModelUnreachable):
        await ask(accounts, speaker(DeltaModel([Text("x"), ModelUnreachable("gone")]), PRICE))
    other = accounts.ask(asker(item="1"), good, question(), nothing_kept)
    assert [delta async for delta in other]
    assert accounting_of(store, RUN, "0") == {
        "models": {"assistant": "scripted/good"},
        "calls": 1,
        "failed_calls": 1,
        "repeated_after_kill": 0,
        "retries": 0,
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "booked_tokens": 15 + WORST.tokens,
        "money": (20 + 211) / 1e6,
        "currency": "CNY",
    }


def test_a_prompt_is_counted_with_its_frames() -> None:
    assert speaker(scripted([])).count([Message("system", "abcd"), Message("user", "abc")]) == 2 + 2 + 16
