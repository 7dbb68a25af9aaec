"""What a command says of an event: a line for people, JSON for programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from zishu_app.cli.view import JsonView, told
from zishu_app.core.texts import set_language
from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.distill.form import Line

FILE = Path("talk.json")


@pytest.mark.parametrize(
    ("ended", "zh", "en"),
    [
        ("rounds", "[1] 5 轮 → talk.json", "[1] 5 rounds → talk.json"),
        (
            "stalled",
            "[1] 5 轮（聊不下去，提前结束） → talk.json",
            "[1] 5 rounds (stalled, ended early) → talk.json",
        ),
        ("by_hand", "[1] 5 轮（手动结束） → talk.json", "[1] 5 rounds (ended by hand) → talk.json"),
    ],
)
def test_how_a_dialogue_ended(ended: str, zh: str, en: str) -> None:
    assert told(dialogue.Written(0, FILE, 5, ended)) == en
    set_language("zh")
    assert told(dialogue.Written(0, FILE, 5, ended)) == zh


@pytest.mark.parametrize(
    ("extra", "zh", "en"),
    [
        (
            {"steer": "shift", "goal": "snow", "reason": "r", "by_hand": True},
            "[1] 手动转移话题 → snow",
            "[1] topic shifted by hand → snow",
        ),
        (
            {"steer": "shift", "goal": "snow", "reason": "r"},
            "[1] 转移话题：r→ snow",
            "[1] topic shifted: r → snow",
        ),
        ({"steer": "farewell", "reason": "r"}, "[1] 结束：r", "[1] ends: r"),
    ],
)
def test_why_a_talk_took_a_turn(extra: dict[str, Any], zh: str, en: str) -> None:
    said = dialogue.Said(0, "user", "text", 3, extra)
    assert told(said) == en
    set_language("zh")
    assert told(said) == zh


def test_a_talk_that_was_left_says_how_far_it_came() -> None:
    assert told(distill.Left("roofs", "item", 3, 9)) == "roofs: stopped at 3/9"


def test_events_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    lines = (Line("key_insights", "dry", (0, 2)), Line("core_questions", "why?"))
    JsonView().show(distill.PartDone("roofs", "item", 0, 2, 1, "text", True, lines))
    JsonView().show(distill.FileWritten("roofs", "item", FILE, FILE, 0))
    part, file = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert part["event"] == "part_done"
    assert part["statements"] == [
        {"section": "key_insights", "text": "dry", "messages": [0, 2]},
        {"section": "core_questions", "text": "why?", "messages": []},
    ]
    assert file["path"] == "talk.json"
