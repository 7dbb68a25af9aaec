"""A run in words: its turns as a talk to be read, its states, its money."""

from collections.abc import Mapping
from typing import Any

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow
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
    reason, goal = extra.get("reason", ""), extra.get("goal", "")
    if extra.get("steer") == "farewell":
        return t(f"收尾：{reason}", f"Coming to an end: {reason}")
    if extra.get("steer") == "shift":
        return t(f"话题转向“{goal}”——{reason}", f"Topic shifted to “{goal}” — {reason}")
    return ""


def state_word(state: str) -> str:
    """The state of one dialogue."""
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


def run_word(state: str) -> str:
    """The state of a whole run."""
    return {
        "running": t("进行中", "going on"),
        "done": t("完成", "done"),
        "stopped": t("已停下", "stopped"),
        "failed": t("失败", "failed"),
        "interrupted": t("被中断", "interrupted"),
    }[state]


RUN_TONES: dict[str, Tone] = {
    "running": "violet",
    "done": "good",
    "stopped": "warn",
    "failed": "bad",
    "interrupted": "warn",
}


def ended_word(ended: str) -> str:
    """How a dialogue ended, where it was not by its rounds."""
    return {
        "stalled": t("聊不下去，提前结束", "stalled, ended early"),
        "by_hand": t("手动结束", "ended by hand"),
    }.get(ended, "")


def money(micros: int | None, currency: str) -> str:
    """Money as it is read: CNY 0.0123, or a dash where no price is known."""
    if micros is None:
        return "–"
    if not micros and not currency:
        return t("免费", "free")
    return (
        f"{currency} {micros / 1e6:.4f}".strip() if micros < 1e6 else f"{currency} {micros / 1e6:.2f}".strip()
    )
