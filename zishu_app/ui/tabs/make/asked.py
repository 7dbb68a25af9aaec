"""What a run asked for, what it paid, and what it made: for a run that is opened later as for one that goes on."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.ledger.overview import RunRow
from zishu_app.ledger.runs import calls_of
from zishu_app.ledger.store import Store
from zishu_app.llm.names import model_name
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import money, run_word
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.labels import label

Lines = Iterable[tuple[str, str]]


class Asked(QWidget):
    """Three cards of figures."""

    def __init__(self) -> None:
        super().__init__()
        self._grids = [QGridLayout() for _ in range(3)]
        names = (
            lambda: t("要求", "Asked for"),
            lambda: t("花费", "Paid"),
            lambda: t("产出", "Made"),
        )
        cards = [card(grid, title=name) for grid, name in zip(self._grids, names, strict=True)]
        inside = column(*cards, None, gap=GAP)
        inside.setContentsMargins(0, 0, NEAR, ROOM)
        self.setLayout(column(scrolled(inside)))

    def show_run(self, run: RunRow, store: Store) -> None:
        """Fill all three."""
        told = (asked_lines(run), paid_lines(run, calls_of(store, run.id)), made_lines(run))
        for grid, lines in zip(self._grids, told, strict=True):
            _fill(grid, lines)


def asked_lines(run: RunRow) -> Lines:
    """The recipe in words."""
    recipe, settings = run.recipe, run.recipe.get("settings", {})
    low, high = settings.get("dialogue.min_rounds"), settings.get("dialogue.max_rounds")
    yield t("模型", "Model"), model_name(str(settings.get("teacher.model", "")))
    yield (
        t("扮演用户", "Plays the user"),
        settings.get("teacher.user_model") or t("同一个模型", "the same model"),
    )
    yield t("场景", "Scenarios"), t("、", ", ").join(run.scenarios)
    yield t("对话数", "Dialogues"), str(settings.get("dialogue.num_conversations", run.talks))
    yield t("轮数", "Rounds"), f"{low}–{high}" if low != high else str(low)
    yield t("噪声", "Noise"), f"{float(settings.get('dialogue.noise_rate', 0)):.0%}"
    yield t("语言", "Language"), {"zh": "中文", "en": "English"}.get(recipe.get("language", ""), "")
    yield t("种子", "Seed"), str(recipe.get("seed", ""))
    if persona := {key: value for key, value in (recipe.get("persona") or {}).items() if value}:
        yield t("人物", "Persona"), ", ".join(f"{value}" for value in persona.values())
    yield t("上限", "Limits"), _limits(recipe)


def _limits(recipe: Any) -> str:
    tokens, cost = recipe.get("max_total_tokens"), recipe.get("max_cost")
    parts = [f"{tokens:,} tokens"] if tokens else []
    parts += [f"{cost:g}"] if cost else []
    return " · ".join(parts) or t("没有", "none")


def paid_lines(run: RunRow, calls: dict[str, int]) -> Lines:
    """Calls, tokens, money."""
    yield t("调用", "Calls"), f"{calls.get('answered', 0):,}"
    yield t("重试", "Tried again"), f"{calls.get('retries', 0):,}"
    yield t("中断后重发", "Asked again after a stop"), f"{calls.get('lost', 0):,}"
    yield "Tokens", f"{run.tokens:,}"
    yield t("费用", "Money"), money(run.micros, run.currency) if run.tokens else "–"


def made_lines(run: RunRow) -> Lines:
    """Dialogues, rounds, folders."""
    yield t("状态", "State"), run_word(run.state) + (f" · {run.reason}" if run.reason else "")
    yield (
        t("对话", "Dialogues"),
        t(
            f"{run.done} 完成，{run.failed} 失败，共 {run.talks}",
            f"{run.done} done, {run.failed} failed, of {run.talks}",
        ),
    )
    yield t("轮", "Rounds"), f"{run.rounds:,}"
    yield t("开始", "Begun"), run.created.replace("T", " ")[:16]
    yield t("结束", "Ended"), (run.ended or "–").replace("T", " ")[:16]
    yield t("对话文件夹", "Dialogues in"), str(Path(run.recipe.get("conversation_dir", "")))
    if run.recipe.get("distil"):
        yield t("蒸馏文件夹", "Distillates in"), str(Path(run.recipe.get("distilled_dir", "")))


def _fill(grid: QGridLayout, lines: Lines) -> None:
    while (item := grid.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.deleteLater()
    grid.setHorizontalSpacing(ROOM)
    grid.setVerticalSpacing(NEAR - 2)
    grid.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(lines):
        named, shown = label("soft"), label("", wrap=True)
        named.setText(name)
        named.setMinimumWidth(150)
        shown.setText(value)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        _place(grid, number, named, shown)


def _place(grid: QGridLayout, number: int, named: QLabel, shown: QLabel) -> None:
    grid.addWidget(named, number, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(shown, number, 1, Qt.AlignmentFlag.AlignTop)
