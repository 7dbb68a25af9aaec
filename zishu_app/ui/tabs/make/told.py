"""Dialogues in words: their turns as a talk to be read, their states, what a run of them is called."""

from collections.abc import Mapping
from typing import Any

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow
from zishu_app.ui.told import turn_mark
from zishu_app.ui.widgets.rows import Tone
from zishu_app.ui.widgets.talk_view import Said, Slip


def said_of(number: int, kind: str, content: str, extra: Mapping[str, Any]) -> list[Said]:
    """A stored turn as it is shown: a mark before it where it turned the talk, its mistakes underlined.

    `number`: of the message, where it is one.
    """
    if kind == "summary":
        return [
            Said(-1, "notes", content, note=t("模型看不到更早的消息时用它", "stands in for older messages"))
        ]
    shown = [Said(-1, "mark", mark)] if (mark := mark_of(extra)) else []
    slips = tuple(
        Slip(int(one["start"]), int(one["end"]), str(one["original"])) for one in extra.get("mistakes", ())
    )
    return [*shown, Said(number, "user" if kind == "user" else "assistant", content, slips)]


def mark_of(extra: Mapping[str, Any]) -> str:
    """Why the talk took a turn here; empty where it did not."""
    if extra.get("steer") not in ("shift", "farewell"):
        return ""
    return turn_mark(extra.get("reason", ""), extra.get("goal", ""), farewell=extra["steer"] == "farewell")


def state_word(state: str, done: int, *, live: bool) -> str:
    """The state of one dialogue with `done` rounds; `live`: its run goes on now."""
    if state == "waiting" and not live:
        return t("停在这里", "stopped") if done else t("未开始", "not begun")
    return {
        "waiting": t("等待", "waiting"),
        "talking": t("对话中", "talking"),
        "retrying": t("重试中", "trying again"),
        "written": t("已写完", "written"),
        "distilling": t("蒸馏中", "distilling"),
        "done": t("完成", "done"),
        "failed": t("失败", "failed"),
    }[state]


STATE_TONES: dict[str, Tone] = {
    "waiting": "plain",
    "talking": "violet",
    "retrying": "warn",
    "written": "good",
    "distilling": "violet",
    "done": "good",
    "failed": "bad",
}


def run_title(run: RunRow) -> str:
    """What a run is called: its scenario, or the first of them and how many dialogues there are."""
    if run.talks < 2 or not run.scenarios:
        return run.scenarios[0] if run.scenarios else t("还没有对话", "No dialogues yet")
    return t(f"{run.scenarios[0]} 等 {run.talks} 段", f"{run.scenarios[0]} and {run.talks - 1} more")


def ended_word(ended: str) -> str:
    """How a dialogue ended, where it was not by its rounds."""
    return {
        "stalled": t("聊不下去，提前结束", "stalled, ended early"),
        "by_hand": t("手动结束", "ended by hand"),
    }.get(ended, "")
