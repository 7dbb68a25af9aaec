"""What an edit changed: both texts are in the difference, whole, and Chinese is told apart by words."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.words import dictionary, pieces
from zishu_app.dataset.sample import SampleMessage, message
from zishu_app.review.difference import Piece, amount, difference, versions_difference

TEXTS = st.text(alphabet="我们在北京大学学习中文，。 \n" + string.ascii_letters + "0🙂", max_size=60)


@pytest.fixture(autouse=True, scope="module")
def dictionary_is_read() -> None:
    """Once, outside of anything that is timed."""
    dictionary()


def told(before: str, after: str) -> str:
    """[gone] and {new} within the text."""
    marks = {"same": "{}", "gone": "[{}]", "new": "{{{}}}"}
    return "".join(marks[one.how].format(one.text) for one in difference(before, after))


def side(parts: tuple[Piece, ...], other: str) -> str:
    return "".join(part.text for part in parts if part.how != other)


@given(TEXTS)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(TEXTS, TEXTS)
def test_both_texts_are_in_the_difference(before: str, after: str) -> None:
    parts = difference(before, after)
    assert side(parts, "new") == before
    assert side(parts, "gone") == after
    assert all(part.text for part in parts)
    assert all(one.how != two.how for one, two in zip(parts, parts[1:], strict=False))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("我在北京大学学习中文。", "我在清华大学学习中文。", "我在[北京大学]{清华大学}学习中文。"),
        ("The sea is deep.", "The sea is very deep.", "The sea is {very }deep."),
        ("Don't go there now.", "Don't stay there now.", "Don't [go]{stay} there now."),
        ("一二三", "一二三", "一二三"),
        ("", "新的一句。", "{新的一句。}"),
        ("旧的。", "", "[旧的。]"),
    ],
)
def test_word_by_word(before: str, after: str, said: str) -> None:
    assert told(before, after) == said


def test_texts_without_anything_in_common_stand_one_after_the_other() -> None:
    assert told("今天天气很好", "Nothing of this is left") == "[今天天气很好]{Nothing of this is left}"


def test_neighbouring_changes_are_one_mark() -> None:
    assert (
        told("a long red line here today", "a short blue line here today")
        == "a [long red]{short blue} line here today"
    )


def test_a_long_text_is_compared_line_by_line_and_then_by_words() -> None:
    lines = [f"Line {number} says nothing new.\n" for number in range(1500)]
    before, after = "".join(lines), "".join([*lines[:700], "Line 700 says much.\n", *lines[701:]])
    parts = difference(before, after)
    assert side(parts, "new") == before
    assert side(parts, "gone") == after
    assert sum(len(part.text) for part in parts if part.how != "same") < 60


def talk(*said: str) -> list[SampleMessage]:
    return [message("assistant" if number % 2 else "user", text) for number, text in enumerate(said)]


def test_messages_that_went_stand_where_they_were() -> None:
    found = versions_difference(talk("a b", "c d", "e f", "g h"), talk("a b", "c d"))
    assert [(one.before, one.after) for one in found] == [(0, 0), (1, 1), (2, None), (3, None)]
    assert [one.same for one in found] == [True, True, False, False]
    assert amount(found) == (0, 6)


def test_a_message_that_was_written_anew_stands_beside_what_it_was() -> None:
    found = versions_difference(talk("what?", "the sea is deep"), talk("what?", "the sea is wide"))
    assert [(one.before, one.after, one.same) for one in found] == [(0, 0, True), (1, 1, False)]
    assert found[1].pieces == (Piece("same", "the sea is "), Piece("gone", "deep"), Piece("new", "wide"))
    assert amount(found) == (4, 4)


def test_whether_she_learns_from_it_is_a_change_too() -> None:
    before = talk("what?", "that")
    found = versions_difference(before, [before[0], message("assistant", "that", loss=False)])
    assert [(one.same, one.learning) for one in found] == [(True, False), (False, True)]
