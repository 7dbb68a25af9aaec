"""What each side is sent."""

from typing import Any

import pytest

from tests.dialogue.cast import plans
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language
from zishu_app.dialogue import prompt
from zishu_app.dialogue.persona import TurnStyle, draw_style
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.talk import Direction, Talk
from zishu_app.ledger.runs import Turn


def plan(language: Language = "en") -> Plan:
    return plans(1, language)[0]


def talk(language: Language = "en", rounds: int = 3, **extra: Any) -> Talk:
    turns = []
    for number in range(rounds):
        turns.append(Turn(2 * number, "user", f"question {number}", extra if number else {}))
        turns.append(Turn(2 * number + 1, "assistant", f"answer {number}", {}))
    return Talk(plan(language), turns)


def style(language: Language = "en") -> TurnStyle:
    return draw_style(1, plan(language).persona, 3, language)


def direction(steer: Any = "free", goal: str = "") -> Direction:
    return Direction(steer, style(), goal)


def test_the_assistant_sees_the_talk_as_it_is() -> None:
    sent = prompt.for_assistant(talk(), 0)
    assert sent[0].role == "system" and plan().scenario.ai_role in sent[0].content
    assert sent[1:] == talk().messages
    assert [message.role for message in sent[1:3]] == ["user", "assistant"]


def test_the_users_side_sees_it_with_roles_swapped_and_a_note_at_the_end() -> None:
    sent = prompt.for_user(talk(), 0, direction())
    assert [message.role for message in sent] == ["system", "user", *["assistant", "user"] * 3]
    assert plan().persona.name in sent[0].content and plan().scenario.description in sent[0].content
    assert sent[2] == Message("assistant", "question 0") and sent[3] == Message("user", "answer 0")
    assert sent[-1].content.startswith("answer 2\n\n[note] ")
    assert not any("[note] " in message.content for message in sent[1:-1])


def test_what_stands_before_the_note_stays_the_same_from_turn_to_turn() -> None:
    """So that an endpoint can reuse what it has read."""
    before = prompt.for_user(talk(rounds=3), 0, direction())
    after = prompt.for_user(talk(rounds=4), 0, direction("goal", "soup"))
    assert after[: len(before) - 1] == before[:-1]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("steer", "goal"), [("free", ""), ("goal", "汤 {x}"), ("shift", "汤"), ("farewell", "")]
)
def test_the_note_says_what_the_message_is_for(language: Language, steer: Any, goal: str) -> None:
    note = prompt.note(talk(language), Direction(steer, style(language), goal))
    assert note.startswith("【提示】" if language == "zh" else "[note] ")
    assert (goal in note) and "{goal}" not in note and "{style}" not in note


def test_an_interest_is_called_one() -> None:
    ours = talk()
    interest = ours.plan.persona.interests[0]
    assert f'something about "{interest}"' in prompt.note(ours, Direction("shift", style(), interest))


def test_notes_stand_in_the_system_message_once_something_is_left_out() -> None:
    ours = talk(rounds=4)
    ours.turns.append(Turn(8, "summary", "They talked about {soup}.", {"covers": 4}))
    for sent in (prompt.for_assistant(ours, 4), prompt.for_user(ours, 4, direction())):
        assert sent[0].content.count("They talked about {soup}.") == 1
        assert "question 1" not in "".join(message.content for message in sent)
    assert "soup" not in prompt.for_assistant(ours, 0)[0].content
    assert len(prompt.for_assistant(ours, 4)) == 1 + 4


def test_notes_are_asked_for_with_the_ones_before() -> None:
    ours = talk(rounds=4)
    first = prompt.for_notes(ours, 0, 4)[-1].content
    assert (
        "(none yet)" in first
        and "User: question 0\nAssistant: answer 0" in first
        and "question 2" not in first
    )
    ours.turns.append(Turn(8, "summary", "SO FAR", {"covers": 4}))
    second = prompt.for_notes(ours, 4, 6)[-1].content
    assert "SO FAR" in second and "question 2" in second and "question 1" not in second


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("  why? \n", "why?"),
        ("User: why?", "why?"),
        ("用户：为什么", "为什么"),
        ("Me: ok", "ok"),
        ("“为什么呀”", "为什么呀"),
        ('"why?"', "why?"),
        ("「为什么」", "为什么"),
        ('User: "why?"', "why?"),
        ('"a" or "b"', '"a" or "b"'),  # two quotations, not one around all
        ("User:", "User:"),  # never empty
        ("users: many of them", "users: many of them"),
        ("我：我想问", "我想问"),
        ("why?\n\n[note] short, casual", "why?"),
        ("为什么呀？\n【提示】写短一点", "为什么呀？"),
        ("【提示】写短一点。现在写你的下一条消息。\n\n为什么呀？", "为什么呀？"),
        ("[note] short", "[note] short"),
        ("“那”和“这”", "“那”和“这”"),
    ],
)
def test_the_users_message_is_bared(said: str, bare: str) -> None:
    assert (
        prompt.clean_user(said, prompt.labels_of("zh" if prompt.re.search("[一-鿿]", said) else "en")) == bare
    )
