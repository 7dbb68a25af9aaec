"""How a command shows what happens: live on a terminal, as lines into a pipe, as JSON for programs."""

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from zishu_app.core.texts import counted, t
from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill


class View(Protocol):
    """Shows events as they come."""

    def show(self, event: Any) -> None:
        """One event of a run."""

    def say(self, line: str) -> None:
        """A line that stays."""

    def close(self) -> None:
        """Nothing more comes."""


class JsonView:
    """One JSON event a line. Pieces of text that is being written are left out unless asked for."""

    def show(self, event: Any) -> None:
        """See `View`."""
        if not isinstance(event, dialogue.Streamed):
            self._print({"event": snake(type(event).__name__), **_plain(event)})

    def say(self, line: str) -> None:
        """See `View`."""
        self._print({"event": "note", "text": line})

    def close(self) -> None:
        """See `View`."""
        sys.stdout.flush()

    def _print(self, value: dict[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False, default=_as_json), flush=True)


class LinesView:
    """One line for everything that matters; for pipes and logs."""

    def show(self, event: Any) -> None:
        """See `View`."""
        if line := told(event):
            print(line, flush=True)

    def say(self, line: str) -> None:
        """See `View`."""
        print(line, flush=True)

    def close(self) -> None:
        """See `View`."""
        sys.stdout.flush()


def open_view(*, as_json: bool, live: Callable[[], View]) -> View:
    """JSON if asked for, live on a terminal, lines elsewhere."""
    if as_json:
        return JsonView()
    return live() if sys.stdout.isatty() else LinesView()


def snake(name: str) -> str:
    """`FileWritten` -> `file_written`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def told(event: Any) -> str:
    """An event in one line; empty for what is only worth showing live."""
    match event:
        case dialogue.Opened() if event.rounds_done:
            where = t(f"从第 {event.rounds_done + 1} 轮继续", f"goes on at round {event.rounds_done + 1}")
            return f"[{event.number + 1}] {event.scenario}: {where} / {event.rounds}"
        case dialogue.Opened():
            return f"[{event.number + 1}] {event.scenario}: {t(f'{event.rounds} 轮', counted(event.rounds, 'round'))}"
        case dialogue.Said() if event.extra.get("reason"):
            return f"[{event.number + 1}] {_steered(event)}"
        case dialogue.Retried():
            return f"[{event.number + 1}] {t('重试', 'again')}: {event.reason}"
        case dialogue.Written():
            rounds = t(f"{event.rounds} 轮", counted(event.rounds, "round"))
            return f"[{event.number + 1}] {rounds}{_ended(event.ended)} → {event.path}"
        case dialogue.Failed():
            return f"[{event.number + 1}] {t('失败', 'failed')}: {event.reason} {event.hint}"
        case _:
            return _told_distil(event)


def _told_distil(event: Any) -> str:
    match event:
        case distill.Chunked():
            return f"{event.name}: {t(f'{event.chunks} 个片段', counted(event.chunks, 'chunk'))}"
        case distill.PartDone():
            flag = "" if event.in_form else t("（格式不符，原样保留）", " (not in form, kept as it is)")
            return f"{event.name}: {event.done}/{event.chunks}{flag}"
        case distill.Left():
            return f"{event.name}: {t('停在', 'stopped at')} {event.done}/{event.chunks}"
        case distill.FileWritten():
            return f"{event.name} → {event.path}"
        case distill.FileSkipped():
            return f"{event.name}: {t('已有结果', 'done before')} → {event.path}"
        case distill.FileFailed():
            return f"{event.source.name}: {t('失败', 'failed')}: {event.reason} {event.hint}"
        case distill.Asked() if event.reason != "form":
            return f"{event.name}: {t('重试', 'again')}: {event.reason}"
        case _:
            return ""


def _ended(how: str) -> str:
    return {
        "stalled": t("（聊不下去，提前结束）", " (stalled, ended early)"),
        "by_hand": t("（手动结束）", " (ended by hand)"),
    }.get(how, "")


def _steered(event: dialogue.Said) -> str:
    reason = event.extra["reason"]
    if event.extra["steer"] == "farewell":
        return t(f"结束：{reason}", f"ends: {reason}")
    if event.extra.get("by_hand"):
        return t(f"手动转移话题 → {event.extra['goal']}", f"topic shifted by hand → {event.extra['goal']}")
    return t(f"转移话题：{reason}→ {event.extra['goal']}", f"topic shifted: {reason} → {event.extra['goal']}")


def _as_json(value: Any) -> Any:
    """What json does not know: values of ours within an event, and whatever reads best as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def _plain(event: Any) -> dict[str, Any]:
    """An event's fields as JSON can hold them; the whole product of a distillation is in its file."""
    found = {}
    for item in dataclasses.fields(event):
        value = getattr(event, item.name)
        if item.name != "product":
            found[item.name] = str(value) if isinstance(value, Path) else value
    return found
