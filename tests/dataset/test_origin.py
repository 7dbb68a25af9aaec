"""Dialogues and distillates as samples: what is learnt, and what is known of where it came from."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import PRICE, RUN
from tests.dialogue.cast import Studio, models, plans, sides
from tests.distill.desk import faithful, talk, tools, way
from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language
from zishu_app.dataset.distillate import Distillate, is_distillate, read_distillate
from zishu_app.dataset.importers import read_talks
from zishu_app.dataset.origin import dialogue_draft, distilled_drafts
from zishu_app.dataset.sample import Draft, said
from zishu_app.dataset.talks import Place, conversation_of
from zishu_app.distill.distil import distil
from zishu_app.distill.events import Distilled
from zishu_app.ledger.answers import calls_of_parts, calls_of_turns
from zishu_app.ledger.store import Store, open_ledger
from zishu_app.llm.scripted import ScriptedModel

HERE = Place(Path("distilled_x.json"), alone=True)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


async def dialogue(folder: Path, language: Language = "zh") -> tuple[Draft, Studio]:
    """A long dialogue with notes, mistakes and goals, as a sample."""
    studio = Studio(folder, sides(*models(language, 1600, 80), PRICE))
    await studio.plan(plans(1, language, rounds=(14, 14), noise=0.3))
    await studio.events(1)
    studio = studio.again()
    (planned,) = studio.talks
    (held,) = read_talks(Path(planned.folder) / planned.file)
    return dialogue_draft(held, calls_of_turns(studio.store, planned.id)), studio


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_dialogue_is_learnt_in_the_role_of_its_scenario(tmp_path: Path, language: Language) -> None:
    draft, studio = await dialogue(tmp_path, language)
    file = json.loads(studio.files()[0].read_text(encoding="utf-8"))
    system, *rest = draft.messages
    assert (system.role, system.content, system.loss) == ("system", file["scenario"]["ai_role"], False)
    assert [{"role": one.role, "content": one.content} for one in rest] == file["conversation"]
    assert {(one.role, one.loss) for one in rest} == {("user", False), ("assistant", True)}
    assert (draft.kind, draft.language, draft.title) == ("dialogue", language, file["scenario"]["name"])
    assert draft.scenario == file["scenario"]["name"]
    studio.close()


async def test_its_numbers_are_places_in_its_own_messages(tmp_path: Path) -> None:
    draft, studio = await dialogue(tmp_path)
    about = draft.provenance
    assert about["mistakes"]
    for mistake in about["mistakes"]:
        made = draft.messages[mistake["message"]]
        assert made.role == "user"
        assert "mistake" in made.tags
        assert mistake["end"] <= len(made.content)
    marked = {number for number, one in enumerate(draft.messages) if "mistake" in one.tags}
    assert marked == {mistake["message"] for mistake in about["mistakes"]}
    assert all(draft.messages[goal["message"]].role == "user" for goal in about["goals"])
    studio.close()


async def test_every_answered_call_is_told(tmp_path: Path) -> None:
    draft, studio = await dialogue(tmp_path)
    calls = draft.provenance["calls"]
    # the scenario's own first message was no call; notes are calls without a message
    by_message = {call["message"]: call for call in calls if call["message"] is not None}
    assert sorted(by_message) == list(range(2, len(draft.messages)))
    assert any(call["message"] is None and call["purpose"] == "summary" for call in calls)
    for number, call in by_message.items():
        assert call["purpose"] == draft.messages[number].role
        assert call["model"] == f"scripted/{call['purpose']}"
        assert isinstance(call["seed"], int)
        assert call["params"]["temperature"] in (0.9, 0.7)
        assert call["tokens"] == call["prompt_tokens"] + call["completion_tokens"] > 0
        assert call["money"] > 0
        assert call["currency"] == "CNY"
        assert call["run"] == RUN
    spent = draft.provenance["accounting"]
    assert sum(call["tokens"] for call in calls) == spent["booked_tokens"]
    assert draft.provenance["run"] == RUN
    json.dumps(draft.provenance)
    studio.close()


def test_an_old_file_has_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    said_ = [{"role": "user", "content": "在吗"}, {"role": "assistant", "content": "在的"}]
    path.write_text(json.dumps({"scenario": {"name": "闲聊"}, "conversation": said_}, ensure_ascii=False))
    draft = dialogue_draft(read_talks(path)[0])
    assert [one.role for one in draft.messages] == ["user", "assistant"]
    assert draft.provenance["calls"] == draft.provenance["mistakes"] == []
    assert draft.provenance["run"] == ""
    assert draft.scenario == "闲聊"


async def product_of(store: Store, *, language: Language = "zh", **wanted: Any) -> dict[str, Any]:
    """A distilled talk of some chunks, as it stands in its file."""
    model = ScriptedModel(answers=faithful(language, 2))
    source = talk(40, language=language, scenario={"name": "机器学习", "ai_role": "老师"})
    events = [event async for event in distil(source, way(**wanted), tools(store, model))]
    (done,) = [event for event in events if isinstance(event, Distilled)]
    return json.loads(json.dumps(done.product))


async def test_every_chunk_and_the_summary_is_a_sample(store: Store) -> None:
    product = await product_of(store)
    made = read_distillate(product, HERE)
    drafts = distilled_drafts(made, calls_of_parts(store, product["metadata"]["item"]))
    assert len(drafts) == product["total_chunks"] + 1 > 3
    assert {draft.kind for draft in drafts} == {"distilled"}
    assert len({draft.key for draft in drafts}) == len(drafts)
    for draft, chunk in zip(drafts, product["distilled_chunks"], strict=False):
        asked, answer = draft.messages
        assert (asked.role, answer.role, answer.loss) == ("user", "assistant", True)
        assert answer.content == chunk["distilled_content"]
        at = -1
        for one in chunk["original_messages"]:  # all of them, in their order
            assert (at := asked.content.find(one["content"], at + 1)) >= 0
        assert draft.provenance["chunk"] == chunk["chunk_index"]
    final = drafts[-1]
    assert final.messages[1].content == product["final_summary"]
    assert all(
        chunk["distilled_content"] in final.messages[0].content for chunk in product["distilled_chunks"]
    )
    assert final.provenance["chunk"] == "final"
    assert [drafts[0].title, final.title] == [f"机器学习（1/{product['total_chunks']}）", "机器学习（总结）"]


async def test_their_statements_rest_on_messages_of_the_source(store: Store) -> None:
    product = await product_of(store)
    drafts = distilled_drafts(read_distillate(product, HERE))
    messages = talk(40).messages
    for draft in drafts:
        source = draft.source
        assert source is not None
        assert [(one.role, one.content) for one in source.messages] == [(o.role, o.content) for o in messages]
        assert source.key == draft.provenance["conversation"] == conversation_of(messages)
        assert draft.provenance["statements"]
        for statement in draft.provenance["statements"]:
            assert set(statement) == {"section", "text", "messages"}
            assert set(statement["messages"]) <= set(range(len(messages)))
    chunk = drafts[1].provenance
    assert set(chunk["statements"][0]["messages"]) <= set(chunk["messages"])


async def test_their_calls_are_told(store: Store) -> None:
    product = await product_of(store)
    drafts = distilled_drafts(
        read_distillate(product, HERE), calls_of_parts(store, product["metadata"]["item"])
    )
    told = [call for draft in drafts for call in draft.provenance["calls"]]
    assert len(told) == product["metadata"]["accounting"]["calls"]
    assert len({call["call"] for call in told}) == len(told)
    assert drafts[-1].provenance["calls"][-1]["purpose"] == "final"
    assert {draft.provenance["run"] for draft in drafts} == {RUN}


async def test_what_was_only_background_stands_above_the_line(store: Store) -> None:
    product = await product_of(store, overlap_tokens=100)
    made = read_distillate(product, HERE)
    assert made.parts[0].overlap == 0
    assert "---" not in distilled_drafts(made)[0].messages[0].content
    for part, draft in list(zip(made.parts, distilled_drafts(made), strict=False))[1:]:
        assert part.overlap > 0
        above, below = draft.messages[0].content.split("\n---\n")
        assert all(piece.content in above for piece in part.pieces[: part.overlap])
        assert all(piece.content in below for piece in part.pieces[part.overlap :])


async def test_a_sample_and_what_was_distilled_from_it_belong_together(tmp_path: Path, store: Store) -> None:
    source = talk(12, scenario={"name": "机器学习", "ai_role": "老师"})
    events = [e async for e in distil(source, way(), tools(store, ScriptedModel(answers=faithful())))]
    product = next(event.product for event in events if isinstance(event, Distilled))
    together = {one.provenance["conversation"] for one in distilled_drafts(read_distillate(product, HERE))}
    assert together == {dialogue_draft(source).provenance["conversation"]}


async def test_the_source_tells_mistakes_where_they_are_known(store: Store) -> None:
    product = await product_of(store)
    source = talk(40, metadata={"mistakes": [{"message": 4, "kind": "x"}], "accounting": {"run": "r1"}})
    (known,) = {
        json.dumps(draft.source.provenance, sort_keys=True)
        for draft in distilled_drafts(read_distillate(product, HERE), None, source)
        if draft.source
    }
    assert json.loads(known)["mistakes"] == [{"message": 4, "kind": "x"}]
    assert json.loads(known)["run"] == "r1"


CONTENT = st.text(min_size=1, max_size=400)
TALKS = st.lists(st.tuples(st.sampled_from(["user", "assistant"]), CONTENT), min_size=1, max_size=30)


@given(said_=TALKS, limits=st.tuples(st.integers(60, 400), st.integers(0, 50)), numbered=st.booleans())
def test_the_source_is_put_together_again(
    said_: Sequence[tuple[Any, str]], limits: tuple[int, int], numbered: bool
) -> None:
    """Whatever was cut, and wherever it overlaps."""
    messages = [Message(role, f"{number} {content}") for number, (role, content) in enumerate(said_)]
    made = cut(messages, limits, numbered)
    if numbered:
        assert list(made.messages) == messages
    else:  # nobody says what was cut, but nothing is lost and nothing comes twice
        assert "".join(one.content for one in made.messages) == "".join(one.content for one in messages)


def cut(messages: Sequence[Message], limits: tuple[int, int], numbered: bool) -> Distillate:
    """A distillate as it is written, or as another program would, which numbers nothing."""
    from tests.books import LetterCounter
    from zishu_app.distill.chunks import by_tokens
    from zishu_app.distill.extract import Result
    from zishu_app.distill.product import build

    counter = LetterCounter()
    chunks = by_tokens(
        messages,
        counter.count_many([one.content for one in messages]),
        max_tokens=limits[0],
        overlap_tokens=limits[1],
        count=counter.count,
    )
    parts = [(chunk, Result(f"chunk {chunk.index}", None, "raw"), "shown") for chunk in chunks]
    about = {"conversation": conversation_of(messages), "language": "zh", "source": "x_20260101_101112.json"}
    product = build(about, parts, (Result("final", None, "raw"), "summary"), {})
    if not numbered:
        del product["metadata"]
    return read_distillate(json.loads(json.dumps(product)), HERE)


def test_an_answer_that_kept_no_form_says_so() -> None:
    made = cut([Message("user", "a" * 300), Message("assistant", "b" * 300)], (100, 0), True)
    drafts = distilled_drafts(made)
    assert {draft.provenance["in_form"] for draft in drafts} == {False}
    assert drafts[0].messages[1].content == "shown"


def test_results_of_the_first_versions_are_called_by_their_source() -> None:
    made = cut([Message("user", "hello there"), Message("assistant", "hi")], (100, 0), True)
    assert (made.name, made.scenario) == ("x", "x")
    assert cut([Message("user", "hello")], (100, 0), False).name == "x"  # after its own file


@pytest.mark.parametrize(
    "record",
    [
        None,
        {},
        {"distilled_chunks": []},
        {"distilled_chunks": [{"original_messages": 3, "distilled_content": "x"}], "final_summary": "x"},
        {"distilled_chunks": [{"original_messages": []}], "final_summary": "x"},
        {"distilled_chunks": [{"original_messages": [], "distilled_content": "x"}]},
        {"distilled_chunks": [7], "final_summary": "x"},
    ],
)
def test_what_is_no_distillate_is_told(record: object) -> None:
    with pytest.raises(DataError) as caught:
        read_distillate(record, HERE)
    assert caught.value.hint
    assert not is_distillate({"messages": []})


def test_a_draft_is_the_same_whenever_it_is_made() -> None:
    one, other = dialogue_draft(talk(8)), dialogue_draft(talk(8, name="anders", made=None))
    assert one.key == other.key
    assert said(one.messages) == said(other.messages)
    assert dialogue_draft(talk(10)).key != one.key
