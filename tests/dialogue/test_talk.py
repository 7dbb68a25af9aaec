"""What follows from a plan and the turns so far, and from nothing else."""

from typing import Any

import pytest

from tests.dialogue.cast import plans
from tests.teacher_talk import question, speech
from zishu_app.core.texts import Language
from zishu_app.dialogue.plan import Plan, plan_from_dict
from zishu_app.dialogue.talk import SHIFTS, Talk
from zishu_app.ledger.runs import Turn


def plan(rounds: int = 40, language: Language = "zh") -> Plan:
    return plans(1, language, rounds=(rounds, rounds))[0]


class Growing:
    """A talk that is spoken turn by turn."""

    def __init__(self, rounds: int = 40, language: Language = "zh") -> None:
        import random

        self.talk = Talk(plan(rounds, language))
        self.language, self.dice = language, random.Random(3)
        self.say("user", "你好，想问个问题", {})
        self.say("assistant", speech(self.dice, language, 60), {})

    def say(self, kind: str, content: str, extra: dict[str, Any]) -> None:
        self.talk.turns.append(Turn(len(self.talk.turns), kind, content, extra))

    def round(self, stalled: bool = False) -> str:
        """One more round; the steer of its user message."""
        directed = self.talk.direct()
        self.say("user", "谢谢，再见！" if stalled else question(self.dice, self.language), directed.record())
        self.say("assistant", "不客气，再见！" if stalled else speech(self.dice, self.language, 60), {})
        return directed.steer


def test_sides_take_turns_and_it_ends_with_the_assistant() -> None:
    talk = Talk(plan(2))
    order = []
    while (side := talk.next_side) is not None:
        order.append(side)
        talk.turns.append(Turn(len(talk.turns), side, "x", {}))
        if len(order) == 2:  # notes are no message
            talk.turns.append(Turn(len(talk.turns), "summary", "notes", {"covers": 0}))
    assert order == ["user", "assistant", "user", "assistant"]
    assert talk.rounds == 2 and talk.ended == "rounds"
    assert [message.role for message in talk.messages] == order
    assert talk.summary is not None and talk.summary.content == "notes"


def test_the_farewell_is_answered_and_then_it_is_over() -> None:
    talk = Talk(plan(40), [Turn(0, "user", "hi", {}), Turn(1, "assistant", "hi", {})])
    talk.turns.append(Turn(2, "user", "bye", {"steer": "farewell"}))
    assert talk.next_side == "assistant"
    talk.turns.append(Turn(3, "assistant", "bye", {}))
    assert talk.next_side is None and talk.ended == "stalled"


def test_a_plan_comes_back_from_the_ledger_as_it_was() -> None:
    import json

    first = plan()
    assert plan_from_dict(json.loads(json.dumps(first.as_dict(), ensure_ascii=False))) == first


def test_rounds_are_uniform_and_scenarios_take_turns() -> None:
    many = plans(300, rounds=(50, 60))
    assert {p.rounds for p in many} == set(range(50, 61))
    assert {p.scenario.name for p in many[:10]} == {p.scenario.name for p in many}
    assert many == plans(300, rounds=(50, 60)) and many[:3] != plans(3, rounds=(50, 60), seed=8)
    assert plans(5, rounds=(50, 60)) == many[:5]


@pytest.mark.parametrize("rounds", [12, 50, 100])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_goal_is_revealed_little_by_little(language: Language, rounds: int) -> None:
    growing = Growing(rounds, language)
    while growing.talk.next_side:
        growing.round()
    goals = [
        (n // 2, t.extra["goal"]) for n, t in enumerate(growing.talk.turns) if t.extra.get("steer") == "goal"
    ]
    followups = growing.talk.plan.scenario.user_followups
    assert [goal for _, goal in goals] == list(followups)[: len(goals)]
    assert len(goals) >= min(len(followups), rounds // 2) - 1
    places = [number / rounds for number, _ in goals]
    assert places[0] < 0.3 and places[-1] > 0.6  # over the whole of it
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) > 0


def test_a_stall_shifts_the_topic_with_its_reason() -> None:
    growing = Growing()
    steers = [growing.round(stalled=True) for _ in range(8)]
    assert "shift" in steers
    shift = next(t.extra for t in growing.talk.turns if t.extra.get("steer") == "shift")
    assert shift["goal"] in growing.talk.plan.scenario.user_followups
    assert shift["reason"] and len(shift["signals"]) >= 2 and shift["shift"] == 1


def test_three_shifts_that_do_not_help_end_it_politely() -> None:
    growing = Growing(100)
    while growing.talk.next_side:
        growing.round(stalled=True)
    steered = [t.extra for t in growing.talk.turns if "reason" in t.extra]
    assert [(extra["steer"], extra["shift"]) for extra in steered] == [
        ("shift", 1), ("shift", 2), ("shift", 3), ("farewell", SHIFTS),
    ]  # fmt: skip
    assert len({extra["goal"] for extra in steered[:3]}) == 3
    assert growing.talk.rounds < 25 and growing.talk.ended == "stalled"


def test_a_shift_that_helped_is_forgotten() -> None:
    growing = Growing(200)
    for _ in range(6):  # stalls again and again, with good talk between
        while growing.round(stalled=True) != "shift":
            assert growing.talk.rounds < 200
        for _ in range(6):
            growing.round()
    steers = [t.extra["steer"] for t in growing.talk.turns if "reason" in t.extra]
    assert "farewell" not in steers and steers.count("shift") >= 6
    assert {t.extra["shift"] for t in growing.talk.turns if "reason" in t.extra} == {1}


def test_when_the_follow_ups_are_used_up_the_persona_helps() -> None:
    growing = Growing(100)
    for goal in growing.talk.plan.scenario.user_followups:
        growing.say("user", question(growing.dice, "zh"), {"steer": "goal", "goal": goal})
        growing.say("assistant", speech(growing.dice, "zh", 60), {})
    while growing.round(stalled=True) != "shift":
        assert growing.talk.rounds < 60
    shift = next(t.extra for t in reversed(growing.talk.turns) if t.extra.get("steer") == "shift")
    assert shift["goal"] in growing.talk.plan.persona.interests and growing.talk.is_interest(shift["goal"])


def test_directions_follow_from_the_turns_alone() -> None:
    growing = Growing()
    for stalled in [False, True, True, True, False, False]:
        before = Talk(plan_from_dict(growing.talk.plan.as_dict()), list(growing.talk.turns))
        assert before.direct() == growing.talk.direct()
        growing.round(stalled)
