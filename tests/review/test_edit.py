"""Edits of messages: pure, and what is left can always teach something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.dataset.sample import SampleMessage, message
from zishu_app.review import edit

SYSTEM = message("system", "你是老师")
TALK = (
    message("user", "问一"),
    message("assistant", "答一"),
    message("user", "问二"),
    message("assistant", "答二"),
)

talks = st.builds(
    lambda system, roles: tuple(
        [SYSTEM] * system + [message(role, f"{role} {at}") for at, role in enumerate(roles)]
    ),
    st.booleans(),
    st.lists(
        st.sampled_from(["user", "assistant", "user", "assistant", "assistant"]), min_size=2, max_size=8
    ),
)


def teaches(messages: tuple[SampleMessage, ...]) -> bool:
    roles = [one.role for one in messages]
    return "assistant" in roles and roles[0] != "assistant" and roles[-1] == "assistant"


def test_a_message_is_rewritten_alone() -> None:
    assert edit.rewrite(TALK, 1, "新") == (TALK[0], message("assistant", "新"), *TALK[2:])
    unlearnt = edit.learn(TALK, 1, learnt=False)
    assert edit.rewrite(unlearnt, 1, "新")[1] == message("assistant", "新", loss=False)


@pytest.mark.parametrize("content", ["", "  \n"])
def test_a_message_says_something(content: str) -> None:
    with pytest.raises(DataError, match="empty"):
        edit.rewrite(TALK, 1, content)


def test_learning_is_switched_for_the_assistant_only() -> None:
    assert [one.loss for one in edit.learn(TALK, 3, learnt=False)] == [False, True, False, False]
    assert edit.learn(edit.learn(TALK, 3, learnt=False), 3, learnt=True) == TALK
    with pytest.raises(DataError, match="assistant's messages only"):
        edit.learn(TALK, 0, learnt=True)


def test_what_is_dropped_takes_its_question_along() -> None:
    assert edit.drop_from(TALK, 3) == TALK[:2]
    assert edit.drop_from(TALK, 2) == TALK[:2]
    assert edit.drop_from((SYSTEM, *TALK), 3) == (SYSTEM, *TALK[:2])


def test_a_split_begins_with_a_question_and_keeps_the_system_message() -> None:
    assert edit.split((SYSTEM, *TALK), 3) == ((SYSTEM, *TALK[:2]), (SYSTEM, *TALK[2:]))
    assert edit.split(TALK, 3) == (TALK[:2], TALK[2:])  # at an answer: its question goes with it


@pytest.mark.parametrize("at", [0, 1])
def test_nothing_is_split_off_or_dropped_so_that_no_answer_is_left(at: int) -> None:
    with pytest.raises(DataError, match="no question with its answer"):
        edit.split(TALK, at)
    with pytest.raises(DataError, match="no question with its answer"):
        edit.drop_from(TALK, at)


@given(talks, st.data())
def test_what_is_left_can_teach_and_nothing_is_made_up(
    talk: tuple[SampleMessage, ...], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(talk) - 1))
    try:
        kept = edit.drop_from(talk, at)
    except DataError:
        kept = ()
    assert not kept or (teaches(kept) and kept == talk[: len(kept)] and len(kept) <= at)
    try:
        first, second = edit.split(talk, at)
    except DataError:
        return
    body = talk[1:] if talk[0] is SYSTEM else talk
    assert teaches(first) and second[-1] == talk[-1]
    assert {one.role for one in (first[0], second[0])} <= {"system", "user"}
    own = [tuple(one for one in part if one is not SYSTEM) for part in (first, second)]
    assert own[0] == body[: len(own[0])] and own[1] == body[len(body) - len(own[1]) :]
    assert len(own[0]) + len(own[1]) <= len(body)
