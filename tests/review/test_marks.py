"""The judge's form, as models write it: in JSON, in lines, with ornaments, in either language; and broken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.court import in_json, in_lines
from zishu_app.dataset.scores import Mark
from zishu_app.review.marks import LONGEST, answer_tokens, read_marks, schema
from zishu_app.review.rubric import CLEAR, COMPLETE, FAITHFUL, criteria

ASKED = (FAITHFUL, COMPLETE)


def scores(reply: str) -> list[int] | None:
    found = read_marks(reply, ASKED)
    return None if found is None else [one.score for one in found]


def test_what_is_kept_is_the_quotation_and_the_reason() -> None:
    expected = (
        Mark("faithful", 4, "“faithful words”\nfaithful because"),
        Mark("complete", 2, "“complete words”\ncomplete because"),
    )
    assert read_marks(in_json(complete=2, faithful=4), ASKED) == expected, "in the order they are asked"
    assert read_marks(in_lines(faithful=4, complete=2), ASKED) == expected
    assert read_marks(in_lines("zh", faithful=4, complete=2), ASKED) == expected


LINES = {
    "ornaments": "**1. Faithful**\n- **Evidence:** “a”\n- **Reason:** b\n- **Score:** 4/5\n\n"
    "### Complete:\n* Evidence: c\n* Score: **2**",
    "chatter": "Sure! Here are my marks.\n\nFaithful\nEvidence: a\nScore: 4\nComplete\nEvidence: c\nScore: 2.\nDone.",
    "score in the heading": "Faithful: 4\nEvidence: a\nComplete: 2\nEvidence: c",
    "names": "faithful\nQuote: a\nRating: 4 out of 5\ncomplete\nQuote: c\nMark: 2",
    "full width": "忠实\n依据：“甲”\n分数：４分\n完整\n证据：乙\n得分：2 分",
    "evidence below": "Faithful\nEvidence:\n“a line”\n“and another”\nScore: 4\nComplete\nEvidence: c\nScore: 2",
    "between two marks": "Faithful\nEvidence: a\nScore: 4.5\nComplete\nEvidence: c\nScore: 2.9",
}
JSONS: dict[str, Any] = {
    "a fence": "```json\n" + in_json(faithful=4, complete=2) + "\n```",
    "talk around it": "Let me think. " + in_json(faithful=4, complete=2) + "\nThat is all.",
    "titles": json.dumps(
        {"Faithful": {"evidence": "a", "score": "4/5"}, "完整": {"evidence": "c", "score": 2.0}}
    ),
    "more than asked": in_json(faithful=4, complete=2, clear=1),
}


@pytest.mark.parametrize("reply", [*LINES.values(), *JSONS.values()], ids=[*LINES, *JSONS])
def test_forms_that_are_understood(reply: str) -> None:
    assert scores(reply) == [4, 2]


BROKEN = {
    "nothing": "",
    "prose": "I would give it a 4 for being faithful and a 2 for being complete.",
    "one is missing": in_json(faithful=4),
    "one is missing in lines": in_lines(faithful=4),
    "no evidence": json.dumps(
        {"faithful": {"evidence": " ", "score": 4}, "complete": {"evidence": "c", "score": 2}}
    ),
    "marks only": json.dumps({"faithful": 4, "complete": 2}),
    "marks only in lines": "Faithful: 4\nComplete: 2",
    "out of range": in_json(faithful=6, complete=2),
    "none": in_json(faithful=0, complete=2),
    "more than all": "Faithful\nEvidence: a\nScore: 5.5\nComplete\nEvidence: c\nScore: 2",
    "of ten": "Faithful\nEvidence: a\nScore: 4/10\nComplete\nEvidence: c\nScore: 2",
    "truth is no mark": json.dumps(
        {"faithful": {"evidence": "a", "score": True}, "complete": {"evidence": "c", "score": 2}}
    ),
    "a list": "[4, 2]",
    "half of it": in_json(faithful=4, complete=2)[:-4],
    "braces without end": '{"a":' * 20_000,
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=list(BROKEN))
def test_what_does_not_keep_the_form_is_none(reply: str) -> None:
    assert scores(reply) is None


def test_own_criteria_are_found_by_what_they_are_called() -> None:
    own = criteria("温柔, not too long")
    reply = "温柔\n依据：甲\n分数：5\nNot too long\nEvidence: b\nScore: 1"
    assert [one.score for one in read_marks(reply, own) or ()] == [5, 1]
    value = {"温柔": {"evidence": "甲", "score": 5}, "not_too_long": {"evidence": "b", "score": 1}}
    found = read_marks(json.dumps(value), own)
    assert [one.criterion for one in found or ()] == ["温柔", "not too long"]


def test_evidence_is_one_line_each_and_no_novel() -> None:
    value = {"faithful": {"evidence": "a\n\n b " + "x" * 5000, "reason": "c", "score": 3}}
    found = read_marks(json.dumps(value), (FAITHFUL,))
    assert found and len(found[0].evidence) == LONGEST and found[0].evidence.startswith("a b x")


text = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=80).filter(str.strip)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=2), text)
def test_what_the_schema_allows_is_always_read(given_scores: list[int], words: str) -> None:
    names = ("faithful", "complete")
    value = {
        name: {"evidence": words, "reason": words, "score": score}
        for name, score in zip(names, given_scores, strict=True)
    }
    assert scores(json.dumps(value)) == given_scores


@given(st.text(max_size=300))
def test_whatever_a_model_writes_it_is_read_or_none(reply: str) -> None:
    found = read_marks(reply, (CLEAR,))
    assert found is None or 1 <= found[0].score <= 5


def test_the_schema_asks_for_evidence_before_the_mark_and_fits_the_room() -> None:
    made = schema(ASKED, 0.25)
    assert list(made["properties"]) == made["required"] == ["faithful", "complete"]
    one = made["properties"]["faithful"]
    assert list(one["properties"]) == one["required"] == ["evidence", "reason", "score"]
    for density in (0.2, 0.6, 1.0, 3.0):
        words = schema(ASKED, density)["properties"]["faithful"]["properties"]["evidence"]["maxLength"]
        # two texts for each criterion; in a script that takes three tokens a letter they are short, but not nothing
        assert 24 <= words <= 160
        assert density > 2 or 2 * len(ASKED) * words * density < answer_tokens(ASKED)
