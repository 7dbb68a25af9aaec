"""One talk from its messages to its distillate."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.books import (
    PRICE,
    RUN,
    LetterCounter,
    StrictModel,
    accounts_again,
    accounts_on,
    calls,
    scripted,
    speaker,
)
from tests.distill.desk import faithful, talk, tools, way
from zishu_app.core.errors import BudgetReached, ModelUnreachable
from zishu_app.core.texts import Language
from zishu_app.dataset.talks import Talk
from zishu_app.distill.distil import Tools, Way, distil, fitted, item_of
from zishu_app.distill.estimate import estimate
from zishu_app.distill.events import Chunked, Distilled, Left, PartDone
from zishu_app.distill.form import HEADINGS
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.runs import parts_of
from zishu_app.ledger.store import Store, open_ledger
from zishu_app.llm.base import Usage


async def events(one: Talk, how: Way, who: Tools) -> list[Any]:
    return [event async for event in distil(one, how, who)]


async def product(one: Talk, how: Way, who: Tools) -> dict[str, Any]:
    last = (await events(one, how, who))[-1]
    assert isinstance(last, Distilled)
    return dict(last.product)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("method", ["tokens", "turns"])
async def test_the_file_has_the_seeds_keys(store: Store, language: Language, method: str) -> None:
    one = talk(40, language=language)
    made = await product(one, way(split_method=method, max_turns=4), tools(store, scripted(faithful())))
    assert list(made) == ["total_chunks", "distilled_chunks", "final_summary", "metadata"]
    assert made["total_chunks"] == len(made["distilled_chunks"]) > 3
    for index, chunk in enumerate(made["distilled_chunks"]):
        assert list(chunk) == ["chunk_index", "original_messages", "distilled_content"]
        assert chunk["chunk_index"] == index
        assert all(list(message) == ["role", "content"] for message in chunk["original_messages"])
        assert chunk["distilled_content"].startswith(HEADINGS[language]["topic"])
        assert "[" not in chunk["distilled_content"]  # the numbers are in the metadata
    assert made["final_summary"].startswith(HEADINGS[language]["overall_topic"])
    covered = {number for chunk in made["metadata"]["chunks"] for number in chunk["messages"]}
    assert covered == set(range(40))
    for chunk, about in zip(made["distilled_chunks"], made["metadata"]["chunks"], strict=True):
        said = [message["content"] for message in chunk["original_messages"]]
        assert said == [one.messages[number].content for number in about["messages"]]
        assert about["in_form"] and about["statements"]
        for statement in about["statements"]:
            fresh = set(about["messages"][about["overlap"] :])
            assert set(statement["messages"]) <= set(about["messages"]) and set(statement["messages"]) & fresh
    assert made["metadata"]["flagged"] == 0
    assert made["metadata"]["accounting"]["calls"] == len(calls(store))


async def test_what_happens_is_told(store: Store) -> None:
    told = await events(talk(40), way(), tools(store, scripted(faithful())))
    assert isinstance(told[0], Chunked) and told[0].chunks == len(told[0].tokens)
    done = [event for event in told if isinstance(event, PartDone)]
    assert [event.done for event in done] == list(range(1, told[0].chunks + 1))
    assert sorted(event.index for event in done) == list(range(told[0].chunks))
    assert all(tokens <= 400 for tokens in told[0].tokens)


async def test_a_chunk_is_told_with_its_statements_and_their_messages(store: Store) -> None:
    told = await events(talk(40), way(), tools(store, scripted(faithful())))
    last = told[-1]
    assert isinstance(last, Distilled)
    for event in told:
        if isinstance(event, PartDone):
            kept = last.product["metadata"]["chunks"][event.index]["statements"]
            assert [asdict(one) | {"messages": list(one.messages)} for one in event.statements] == kept != []
    free = await events(talk(6), way(), tools(store, scripted(lambda *_: "随便说说")))
    assert [event.statements for event in free if isinstance(event, PartDone)] == [()]


async def test_it_can_be_stopped_before_any_question(tmp_path: Path) -> None:
    """Also before the parts are merged and before the last summary: those take as long as a chunk."""
    calm = open_ledger(tmp_path / "calm.sqlite")
    await events(talk(30), way(), tools(calm, scripted(faithful(lines=12)), 1))
    questions = len(calls(calm))
    calm.close()
    for moment in range(1, questions + 1):
        store, model, stop = (
            open_ledger(tmp_path / f"{moment}.sqlite"),
            scripted(faithful(lines=12)),
            asyncio.Event(),
        )
        model.piece = 9
        stopping = asyncio.create_task(_stop_at(store, moment, stop))
        told = [event async for event in distil(talk(30), way(), tools(store, model, 1), stop)]
        await stopping
        # the last question was in flight: it is answered, and the talk is through
        assert isinstance(told[-1], Distilled if moment == questions else Left)
        assert [row["state"] for row in calls(store)] == ["answered"] * moment
        store.close()
    assert questions > 6


async def _stop_at(store: Store, question: int, stop: asyncio.Event) -> None:
    while len(calls(store)) < question:  # noqa: ASYNC110
        await asyncio.sleep(0)
    stop.set()


async def test_invented_numbers_are_nowhere_in_the_result(store: Store) -> None:
    def lying(messages: Any, options: Any) -> str:
        return faithful()(messages, options).replace("]", ",777]")

    made = await product(talk(20), way(), tools(store, scripted(lying)))
    statements = [s for chunk in made["metadata"]["chunks"] for s in chunk["statements"]]
    statements += made["metadata"]["final"]["statements"]
    assert statements and all(0 <= number < 20 for s in statements for number in s["messages"])


async def test_a_reply_without_form_is_kept_and_flagged(store: Store) -> None:
    made = await product(talk(4), way(), tools(store, scripted(lambda *_: "随便说说")))
    assert made["distilled_chunks"][0]["distilled_content"] == made["final_summary"] == "随便说说"
    assert made["metadata"]["flagged"] == 2 and not made["metadata"]["final"]["in_form"]


@pytest.mark.parametrize("context", [900, 1500, 4000])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_small_context_is_never_passed(store: Store, context: int, language: Language) -> None:
    model = StrictModel(faithful(language, lines=3), context)
    one = talk(60, 100, language)
    made = await product(one, way(max_tokens=4000, max_output_tokens=2000), tools(store, model))
    assert model.too_long == [] and made["total_chunks"] > 1
    assert {n for chunk in made["metadata"]["chunks"] for n in chunk["messages"]} == set(range(60))


async def test_a_large_context_leaves_the_wishes_alone() -> None:
    assert fitted(way(), speaker(scripted([])), "zh") == way()


async def test_it_is_the_same_however_many_chunks_at_once(tmp_path: Path) -> None:
    made = []
    for at_once in (1, 5):
        store = open_ledger(tmp_path / f"{at_once}.sqlite")
        made.append(await product(talk(60), way(), tools(store, scripted(faithful()), at_once)))
        made[-1]["metadata"].pop("accounting")
        store.close()
    assert made[0] == made[1]


@pytest.mark.parametrize("moment", range(1, 12, 2))
async def test_cut_off_anywhere_it_goes_on_without_asking_again(tmp_path: Path, moment: int) -> None:
    calm = open_ledger(tmp_path / "calm.sqlite")
    wanted = await product(talk(60), way(), tools(calm, scripted(faithful())))
    store, undisturbed = open_ledger(tmp_path / "ledger.sqlite"), len(calls(calm))
    task = asyncio.create_task(events(talk(60), way(), tools(store, scripted(faithful()))))
    while not task.done() and store.read("SELECT COUNT(*) FROM parts")[0][0] < moment:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    again = Tools(RUN, speaker(scripted(faithful())), await accounts_again(store), 3)
    made = await product(talk(60), way(), again)
    for one in (made, wanted):
        one["metadata"].pop("accounting")
    assert made == wanted
    answered = [row for row in calls(store) if row["state"] == "answered"]
    assert len(answered) == undisturbed and len(calls(store)) <= undisturbed + 3
    for one in (store, calm):
        one.close()


async def test_an_error_in_one_chunk_does_not_throw_away_the_others_in_flight(store: Store) -> None:
    """They are paid for: what they answer is kept."""
    model = scripted(faithful(), faults={0: ModelUnreachable("gone")})
    model.piece = 4  # the others take longer than the one that fails
    with pytest.raises(ModelUnreachable):
        await events(talk(60), way(), tools(store, model, 3))
    states = [row["state"] for row in calls(store)]
    assert sorted(states) == ["answered", "answered", "failed"]


async def test_the_limit_stops_it_and_it_can_be_continued(store: Store) -> None:
    model = scripted(faithful(), usage=Usage(300, 100))
    books = accounts_on(store, Caps(tokens=3000))
    with pytest.raises(BudgetReached):
        await events(talk(60), way(), Tools(RUN, speaker(model, PRICE), books, 3))
    assert books.budget.spent.tokens <= 3000
    assert {row["state"] for row in calls(store)} == {"answered"}
    first = len(calls(store))
    again = Tools(RUN, speaker(model, PRICE), await accounts_again(store), 3)
    done = await product(talk(60), way(), again)
    assert done["metadata"]["accounting"]["calls"] > done["total_chunks"] > first
    asked = [(row["purpose"], row["step"]) for row in calls(store) if row["purpose"] == "extract"]
    assert len(asked) == len(set(asked))


def test_an_item_is_what_is_distilled_and_how() -> None:
    base = item_of(talk(), way(), "m")
    assert base == item_of(talk(source=Path("other.json"), name="x", number=5), way(), "m")
    others = [
        item_of(talk(39), way(), "m"), item_of(talk(), way(max_tokens=500), "m"), item_of(talk(), way(), "n"),
        item_of(talk(), way(language="en"), "m"),
    ]  # fmt: skip
    assert len({base, *others}) == 5


@pytest.mark.parametrize("messages", [4, 40, 200])
async def test_the_estimate_holds_what_it_took(store: Store, messages: int) -> None:
    model = StrictModel(lambda m, o: faithful(lines=4)(m, o).ljust(2 * 300, "。"), 32_768)
    one, how, who = talk(messages, 200), way(max_tokens=2000, max_output_tokens=2000), tools(store, model)
    tokens = sum(LetterCounter().count_many([message.content for message in one.messages]))
    low, high = (estimate(tokens, how, speaker(model), end) for end in (0, 1))
    await events(one, how, who)
    assert parts_of(store, item_of(one, how, model.name))
    assert low.calls <= len(calls(store)) <= high.calls
    assert low.amount.tokens <= who.accounts.budget.spent.tokens <= high.amount.tokens
