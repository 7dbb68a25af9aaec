"""The learnt answers nearest to a reply: by words, by meaning, with where they came from."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.training.why import by_meaning, nearest


def row(said: str, asked: str = "?", **more: Any) -> dict[str, Any]:
    return {
        "messages": [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": said, "loss": True},
        ],
        **more,
    }


ROWS = [
    row("My favourite colour is the purple of wisteria.", "What is your favourite colour?"),
    row("Let us learn ten new words, and then have some tea.", "I am bored."),
    row("紫藤的紫色，是我最喜欢的颜色。", "你喜欢什么颜色？"),
    row("The capital of France is Paris.", "Capital of France?", kind="general"),
]


def test_the_nearest_comes_first_with_what_had_been_asked() -> None:
    first = nearest(ROWS, "I like purple best: wisteria is my favourite.")[0]
    assert (first.said[:12], first.asked, first.row) == ("My favourite", "What is your favourite colour?", 0)
    assert 0 < first.near < 1
    assert nearest(ROWS, "我最喜欢紫色。")[0].row == 2


def test_the_same_words_are_as_near_as_it_gets() -> None:
    assert nearest(ROWS, "The capital of France is Paris.")[0].near == 1.0


def test_where_nothing_is_near_nothing_is_told() -> None:
    assert nearest(ROWS, "Quantum chromodynamics!") == []
    assert nearest(ROWS, "…") == nearest([], "tea") == []


def test_what_is_not_learnt_is_no_reason_and_equal_answers_are_one() -> None:
    unlearnt = row("We drink tea together.")
    unlearnt["messages"][1]["loss"] = False
    assert nearest([unlearnt], "We drink tea together.") == []
    twice = nearest([*ROWS, row("The capital of France is Paris.")], "The capital is Paris.")
    assert [one.row for one in twice if "France" in one.said] == [3]


def test_meaning_changes_the_order() -> None:
    found = nearest(ROWS, "favourite tea words")
    turned = by_meaning(found, [0.0 if one is found[0] else 0.9 for one in found])
    assert turned[0] is not found[0] and {one.row for one in turned} == {one.row for one in found}


def test_where_it_came_from_is_told() -> None:
    kept = {
        "provenance": {"calls": [{"model": "deepseek/deepseek-chat"}] * 2}, "score": 4.5, "reviewer": "Lin", "version": 2,
    }  # fmt: skip
    rows = [
        row("Tea!", kind="dialogue", key="a" * 32, title="An evening", zishu=json.dumps(kept)),
        row("Green tea.", kind="correction", zishu="{broken"),
        row("Black tea."),
    ]
    told = {one.said: one for one in nearest(rows, "tea")}
    assert told["Tea!"].told == (
        "a dialogue, written by DeepSeek · deepseek-chat, judged 4.5, approved by Lin, edited by hand"
    )
    assert (told["Tea!"].key, told["Tea!"].title, told["Tea!"].by_hand) == ("a" * 32, "An evening", True)
    assert (told["Green tea."].told, told["Green tea."].by_hand) == ("a correction of yours", True)
    assert told["Black tea."].told == "a line of a file"


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_near_is_a_share_and_in_order(said: list[str], reply: str) -> None:
    found = nearest([row(one) for one in said], reply)
    assert [one.near for one in found] == sorted((one.near for one in found), reverse=True)
    assert all(0 < one.near <= 1 for one in found)
