"""What is shown of a message: folds, marks, findings, statements, each where its words stand."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.terms import places
from zishu_app.dataset.sample import Sample, SampleMessage, message
from zishu_app.ui.tabs.review.findings import Found
from zishu_app.ui.tabs.review.folding import folds, pieces_of, written
from zishu_app.ui.tabs.review.marks import Marks, marks_of, meant_in
from zishu_app.ui.tabs.review.shown import (
    MARKED,
    Places,
    Sheet,
    Statement,
    all_folds,
    pieces_of_sample,
    shown_sample,
    shown_source,
    statements_of,
)
from zishu_app.ui.told import numbers_word
from zishu_app.ui.widgets.talk_text import Said, Slip, Span

CODE = "```python\n" + "x = 1\n" * 4 + "```"


def sample(*messages: SampleMessage, **more: Any) -> Sample:
    usual = Sample(
        1, "0" * 32, "dialogue", "en", "A talk", messages, "", (), {}, None, "pending", "", "", False,
        None, None, None, 0, None, 0,
    )  # fmt: skip
    return replace(usual, **more)


def stretch(said: Said, manner: str) -> list[str]:
    spans = sorted((one.start, one.end) for one in said.spans if one.manner == manner)
    return [said.text[start:end] for start, end in spans]


def keyed(said: Said, key: str) -> str:
    return next(said.text[one.start : one.end] for one in said.spans if one.key == key)


def test_reasoning_and_code_are_parts_of_their_own() -> None:
    text = f"<think>Why?\nSo.</think>Because.\n{CODE}\nThat is it."
    parts = pieces_of(text)
    assert [one.part for one in parts] == ["thought", "plain", "code", "plain"]
    assert "".join(text[one.start : one.end] for one in parts) == text
    assert parts[2].name == "python"
    assert folds(parts) == [0, 2]


def test_a_thought_without_its_end_goes_on_to_the_end() -> None:
    assert [one.part for one in pieces_of("Well. <think>and then")] == ["plain", "thought"]


def test_a_line_of_code_is_read_at_a_glance() -> None:
    assert [one.part for one in pieces_of("```\nx\n```")] == ["plain"]


@given(st.text(alphabet="ab<think>/`\n~x🙂", max_size=80), st.sets(st.integers(0, 6)))
def test_every_place_that_is_shown_says_what_the_message_says(text: str, opened: set[int]) -> None:
    parts = pieces_of(text)
    assert "".join(text[one.start : one.end] for one in parts) == text
    found = written(text, parts, opened, "fold/0/")
    for start, shown, length in found.places:
        assert found.text[shown : shown + length] == text[start : start + length]
    for start in range(len(text)):
        place = found.where(start, start + 1)
        if place is not None:
            assert found.text[place[0] : place[1]] == text[start]


def test_a_folded_part_is_a_line_that_can_be_opened() -> None:
    text = f"Look:\n{CODE}\nDone."
    closed = written(text, pieces_of(text), (), "fold/3/")
    opened = written(text, pieces_of(text), (1,), "fold/3/")
    assert closed.text == "Look:\n▸ Code python · 6 lines\nDone."
    assert [one.key for one in closed.spans] == ["fold/3/1"]
    assert closed.where(text.index("x = 1"), text.index("x = 1") + 5) is None
    assert CODE in opened.text
    assert opened.text.startswith("Look:\n▾ Code")


def test_mistakes_are_marked_with_what_was_meant() -> None:
    about = {"mistakes": [{"message": 0, "start": 4, "end": 7, "original": "the"}]}
    talk = sample(message("user", "Was teh sea deep?"), message("assistant", "Yes."), provenance=about)
    marks = marks_of(talk.messages, talk.provenance)
    (first, _) = shown_sample(talk.messages, pieces_of_sample(talk), (), Places(marks))
    assert stretch(first, "slip") == ["teh"]
    assert first.spans[0].tip == "Meant: the"
    assert meant_in(talk.messages[0], marks.slips[0]) == ["teh → the"]


def test_what_was_left_out_has_a_sign() -> None:
    about = {"mistakes": [{"message": 0, "start": 4, "end": 4, "original": "the "}]}
    talk = sample(message("user", "Was sea deep?"), message("assistant", "Yes."))
    (first, _) = shown_sample(
        talk.messages, pieces_of_sample(talk), (), Places(marks_of(talk.messages, about))
    )
    assert first.text == "Was \u2038sea deep?"
    assert stretch(first, "slip") == ["\u2038"]


def test_an_edited_message_shows_no_mark_that_fits_no_more() -> None:
    about = {
        "mistakes": [{"message": 0, "start": 0, "end": 3, "original": "Was"}],
        "shifts": [{"message": 2, "to": "fish", "reason": "enough"}],
    }
    came = (message("user", "Wsa it?"), message("assistant", "Yes."), message("user", "And fish?"))
    edited = (message("user", "Was it deep?"), *came[1:])
    assert marks_of(came, about).slips[0] == [Slip(0, 3, "Was")]
    found = marks_of(edited, about, came)
    assert found.slips == {}
    assert list(found.shifts) == [2]
    assert marks_of(edited[:2], about, came).shifts == {}


def test_the_second_half_of_a_split_keeps_its_marks_at_its_own_numbers() -> None:
    about = {
        "mistakes": [{"message": 3, "start": 0, "end": 3, "original": "And"}],
        "split_from": {"sample": 1, "message": 4},
    }
    second = (
        message("system", "Be kind."),
        message("user", "Adn fish?", tags=("mistake",)),
        message("assistant", "Many."),
    )
    assert list(marks_of(second, about).slips) == [1]


@pytest.mark.parametrize(
    "about", [{"mistakes": "many"}, {"mistakes": [{"message": "x"}]}, {"shifts": [3]}, {}]
)
def test_what_a_foreign_file_has_under_these_names_is_left_alone(about: dict[str, Any]) -> None:
    assert marks_of((message("user", "x"),), about) == Marks()


def test_a_finding_is_lit_where_it_is_and_not_in_what_is_folded() -> None:
    text = f"Call 123.\n{CODE}"
    talk = sample(message("user", "Hi"), message("assistant", text))
    found = [
        Found(1, 5, 8, "a number"),
        Found(1, text.index("x"), text.index("x") + 1, "x"),
        Found(None, 0, 0, ""),
    ]
    shown = shown_sample(talk.messages, pieces_of_sample(talk), (), Places(found=found))
    assert stretch(shown[1], "finding") == ["123"]
    opened = shown_sample(talk.messages, pieces_of_sample(talk), {(1, 1)}, Places(found=found))
    assert stretch(opened[1], "finding") == ["123", "x"]


def distilled() -> Sample:
    about = {
        "statements": [
            {"section": "a", "text": "The sea is deep.", "messages": [0, 1, 2]},
            {"section": "b", "text": "Fish swim.", "messages": []},
            {"section": "b", "text": "Nobody said this.", "messages": [5]},
        ]
    }
    return sample(
        message("user", "Distil this. " * 40),
        message("assistant", "Topic: sea\n- The sea is deep.\n- Fish swim."),
        kind="distilled",
        source=1,
        provenance=about,
    )


def test_statements_stand_in_the_text_with_the_numbers_of_their_messages() -> None:
    one = distilled()
    stated = statements_of(one)
    assert [(found.key, found.messages) for found in stated] == [("says/0", (0, 1, 2)), ("says/1", ())]
    shown = shown_sample(one.messages, pieces_of_sample(one), (), Places(statements=stated))
    assert shown[1].text == "Topic: sea\n- The sea is deep.  1–3\n- Fish swim."
    assert keyed(shown[1], "says/0") == "The sea is deep.  1–3"
    assert keyed(shown[1], "says/1") == "Fish swim."
    assert stretch(shown[1], "cited") == ["  1–3"]


def test_a_prompt_that_repeats_the_source_is_folded() -> None:
    one = distilled()
    pieces = pieces_of_sample(one)
    assert all_folds(pieces) == {(0, 0)}
    shown = shown_sample(one.messages, pieces, (), Places())
    assert shown[0].text.startswith("▸ Prompt and source")
    assert all_folds(pieces_of_sample(replace(one, source=None))) == set()


def test_all_marks_of_one_message_keep_their_places() -> None:
    text = "Teh sea is deep. Call 123 now."
    sheet = Sheet(written(text, pieces_of(text), (), "fold/0/"))
    sheet.mark(Marks({0: [Slip(0, 3, "The"), Slip(16, 16, " ")]}), 0)
    sheet.find([Found(0, 22, 25, "a number")])
    sheet.cite([Statement("says/0", 0, 0, 16, (1,)), Statement("says/1", 0, 17, 30, (2, 3))])
    said = Said(0, "user", sheet.text, spans=tuple(sheet.spans))
    assert stretch(said, "slip") == ["Teh", "\u2038"]
    assert stretch(said, "finding") == ["123"]
    assert keyed(said, "says/1") == "Call 123 now.  3–4"


def test_messages_not_learnt_from_are_faded() -> None:
    talk = sample(message("user", "x"), message("assistant", "y", loss=False, tags=("odd",)))
    shown = shown_sample(talk.messages, pieces_of_sample(talk), (), Places())
    assert [one.faded for one in shown] == [False, True]
    assert shown[1].note == "not learnt from · odd"


def test_words_that_were_searched_for_are_marked_among_all_other_marks() -> None:
    text = "Teh sea is deep. 海很深，the sea is 海."
    sheet = Sheet(written(text, pieces_of(text), (), "fold/0/"))
    sheet.mark(Marks({0: [Slip(0, 3, "The"), Slip(16, 16, " ")]}), 0)
    sheet.cite([Statement("says/0", 0, 0, 16, (1,))])
    assert sheet.seek(places(text, "SEA 海")) == 4
    said = Said(0, "user", sheet.text, spans=tuple(sheet.spans))
    assert stretch(said, "sought") == ["sea", "海", "sea", "海"]


def test_words_in_what_is_folded_mark_the_line_that_opens_it() -> None:
    text = f"<think>The sea, the sea.</think>The sea.\n{CODE}"
    talk = sample(message("assistant", text))
    pieces = pieces_of_sample(talk)
    (shut,) = shown_sample(talk.messages, pieces, (), Places(sought="sea"))
    marked = [one for one in shut.spans if one.manner == "sought"]
    assert stretch(shut, "sought") == ["▸ Reasoning · 32 characters", "sea"]
    assert "searched for" in marked[0].tip or "searched for" in marked[1].tip
    (open_,) = shown_sample(talk.messages, pieces, {(0, 0)}, Places(sought="sea"))
    assert stretch(open_, "sought") == ["sea", "sea", "sea"]


def test_only_so_many_places_are_marked_and_what_is_folded_counts_as_one() -> None:
    talk = distilled()
    talk = replace(talk, messages=(message("user", "海 " * 900), *(message("assistant", "海 " * 300),) * 3))
    shown = shown_sample(talk.messages, pieces_of_sample(talk), (), Places(sought="海"))
    assert [len(stretch(one, "sought")) for one in shown] == [1, 300, MARKED - 301, 0]
    source = shown_source(talk.messages, Marks(), "海")
    assert [len(stretch(one, "sought")) for one in source] == [MARKED, 0, 0, 0]


def test_the_source_has_its_marks_too() -> None:
    about = {"shifts": [{"message": 1, "to": "fish", "reason": "enough"}]}
    talk = (message("user", "x"), message("assistant", "y"))
    shown = shown_source(talk, marks_of(talk, about))
    assert [one.voice for one in shown] == ["user", "mark", "assistant"]
    assert shown[0].spans in ((), (Span(0, 1),))


@pytest.mark.parametrize(
    ("numbers", "said"), [((), ""), ((2,), "3"), ((0, 1, 2), "1–3"), ((5, 1, 2, 5), "2–3, 6")]
)
def test_numbers_are_counted_as_a_reader_counts(numbers: tuple[int, ...], said: str) -> None:
    assert numbers_word(numbers) == said
