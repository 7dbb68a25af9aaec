"""Results read from files, whoever wrote them, and from parts that are just done."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.distill.chunks import Chunk, by_tokens
from zishu_app.distill.events import PartDone
from zishu_app.distill.extract import Result
from zishu_app.distill.form import Form, Line, Statement, write_form
from zishu_app.distill.product import build
from zishu_app.ui.tabs.distill import export, shown
from zishu_app.ui.tabs.distill.distillate import Distillate, from_product, live_part, read_distillate
from zishu_app.ui.tabs.distill.past import folder_of

FORM = Form("part", "Roofs", ((Statement("Why?", (1,)),), (Statement("They keep <b>dry</b>.", (0, 2)),), ()))
FINAL = Form("final", "All roofs", ((Statement("Rain", (3,)),), (Statement("Dry", ()),)))


def count(text: str) -> int:
    return len(text)


def talk(*texts: str) -> list[Message]:
    return [Message("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]


def done(index: int) -> PartDone:
    """A chunk that is just done."""
    return PartDone("Roof", "item", index, 4, 1, write_form(FORM, "en"), True, FORM.lines())


def product_of(messages: Sequence[Message], **limits: int) -> dict[str, Any]:
    """The file of a talk, cut as the program cuts it."""
    chunks: list[Chunk] = by_tokens(messages, [len(one.content) for one in messages], count=count, **limits)  # type: ignore[arg-type]
    parts = [(chunk, Result(f"chunk {chunk.index}", FORM, ""), write_form(FORM, "en")) for chunk in chunks]
    about = {"source": "roof.json", "number": 1, "language": "en", "model": "teacher"}
    made = build(about, parts, (Result("final", FINAL, ""), write_form(FINAL, "en")), {})
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


@pytest.mark.parametrize("overlap", [0, 30])
def test_overlaps_and_cut_messages_make_the_talk_again(overlap: int) -> None:
    messages = talk(
        "short", "a" * 30 + ". " + "b" * 50 + ". " + "c" * 90, "again", "and", "so", "on", "x" * 40
    )
    product = product_of(messages, max_tokens=60, overlap_tokens=overlap)
    assert any("cut" in chunk for chunk in product["metadata"]["chunks"])
    assert list(from_product(product, "roof").messages) == messages


def test_statements_carry_the_numbers_of_their_messages() -> None:
    found = from_product(product_of(talk("a", "b", "c", "d"), max_tokens=60, overlap_tokens=0), "roof")
    part = found.parts[0]
    assert part.topic == "Roofs"
    assert part.lines == (
        Line("core_questions", "Why?", (1,)),
        Line("key_insights", "They keep <b>dry</b>.", (0, 2)),
    )
    assert found.final is not None
    assert [line.messages for line in found.final.lines] == [(3,), ()]


def test_a_result_without_our_metadata_is_read_too() -> None:
    messages = talk("first question", "first answer", "second question", "second answer")
    product = product_of(messages, max_tokens=60, overlap_tokens=30)
    assert product["total_chunks"] > 1
    del product["metadata"]
    found = from_product(product, "roof")
    assert list(found.messages) == messages
    assert [line.text for line in found.parts[0].lines] == ["Why?", "They keep <b>dry</b>."]


def test_a_reply_that_kept_no_form_stays_as_it_was() -> None:
    product = product_of(talk("a", "b"), max_tokens=60, overlap_tokens=0)
    product["distilled_chunks"][0]["distilled_content"] = "I would rather not."
    product["metadata"]["chunks"][0]["statements"] = []
    found = from_product(product, "roof")
    assert not found.parts[0].in_form
    assert [one.kind for one in shown.by_chunk(found)] == ["head", "note", "raw"]


@pytest.mark.parametrize(
    "text", ["", "[1", "[]", '{"a": 1}', '{"distilled_chunks": [{}]}', '{"distilled_chunks": [3]}']
)
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "distilled_x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"distilled_x\.json"):
        read_distillate(path)
    with pytest.raises(DataError):
        read_distillate(tmp_path / "nowhere.json")


def test_a_part_that_is_just_done_has_the_numbers_of_its_event() -> None:
    part = live_part(done(3), "en")
    assert (part.index, part.topic) == (3, "Roofs")
    assert [(line.text, line.messages) for line in part.lines] == [
        ("Why?", (1,)),
        ("They keep <b>dry</b>.", (0, 2)),
    ]
    free = live_part(PartDone("Roof", "item", 0, 2, 1, "I would rather not.", False), "en")
    assert (free.lines, free.text) == ((), "I would rather not.")


def test_markdown_has_headings_and_numbers_and_no_foreign_tags() -> None:
    found = from_product(product_of(talk("a", "b", "c", "d"), max_tokens=60, overlap_tokens=0), "roof")
    text = export.markdown(found)
    assert text.startswith("# roof\n\n## Final summary\n\n**Overall Conversation Topic:** All roofs")
    assert "- They keep &lt;b>dry&lt;/b>. (messages 1, 3)" in text
    assert "## Chunk 1" in text


def test_plain_text_is_the_form_of_the_file() -> None:
    found = from_product(product_of(talk("a", "b", "c", "d"), max_tokens=60, overlap_tokens=0), "roof")
    assert write_form(FORM, "en") in export.plain(found)
    assert write_form(FINAL, "en") in export.plain(found)


def test_what_is_still_to_come_is_said() -> None:
    part = live_part(done(0), "en")
    running = Distillate("roof", "en", tuple(talk("a", "b")), (part,), None, 3)
    assert shown.by_chunk(running)[-1].text == "2 more being distilled …"
    assert [one.kind for one in shown.summary(running)] == ["note"]


def test_mistakes_and_shifts_of_a_dialogue_are_marked() -> None:
    about = {
        "mistakes": [
            {"message": 0, "start": 5, "end": 8, "original": "one"},
            {"message": 0, "start": 0, "end": 2, "original": "An"},
            {"message": 0, "start": 5, "end": 800, "original": "of another text"},
        ],
        "shifts": [{"message": 1, "to": "snow", "reason": "stuck", "kind": "shift"}, "nonsense"],
    }
    said = shown.said_of(talk("a b c d e f", "answer"), about)
    assert [(slip.start, slip.meant) for slip in said[0].slips] == [(0, "An"), (5, "one")]
    assert [one.voice for one in said] == ["user", "mark", "assistant"]
    assert "snow" in said[1].text
    assert shown.said_of(talk("a", "b"), {"mistakes": {"rate": 3}})[0].slips == ()


def test_results_lie_in_the_folder_or_beside_the_file_that_was_named(tmp_path: Path) -> None:
    assert folder_of({"output": str(tmp_path)}) == tmp_path
    assert folder_of({"output": str(tmp_path / "mine.json")}) == tmp_path
    assert folder_of({"output": ""}) == Path("distilled").absolute()
