"""What was asked for, what was counted and what was noted in a training, as lines of a name and a value."""

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.core.texts import counted, t
from zishu_app.training.recipe import changed, told_of
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.training.recipe_fields import shown_value
from zishu_app.ui.tabs.training.trainer import Opened
from zishu_app.ui.tabs.training.words import gigabytes, long_time, number, size_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.labels import label


def rows_about(opened: Opened) -> list[tuple[str, str]]:
    """What was asked for, and what it came to."""
    run, counts, result = opened.run, opened.run.counts, opened.run.result
    rows = [
        (t("学什么", "Learns from"), run.dataset),
        (t("底座", "Base"), base_title(run.base)),
        (t("档位", "Size"), _size(opened)),
        (t("样本", "Samples"), _samples(counts)),
        ("Tokens", _tokens(counts)),
    ]
    if run.adapter_from:
        rows.insert(2, (t("接着", "Goes on from"), run.adapter_from))
    if result:
        rows += [
            (t("训练的参数", "Parameters trained"), f"{int(result.get('trained_parameters') or 0):,}"),
            (t("最好的一步", "Best step"), f"{int(result.get('best_step') or 0):,}"),
            (t("内存峰值：估计 / 实测", "Peak memory: expected / measured"), _memory(opened)),
            (t("时间：估计 / 实测", "Time: expected / measured"), _times(opened)),
            (t("在哪里算的", "Computed on"), f"{result.get('device', '–')} · {result.get('precision', '–')}"),
        ]
    return [(name, value) for name, value in rows if value]


def _size(opened: Opened) -> str:
    recipe = opened.run.recipe
    names = changed(recipe)
    if not names:
        return size_word(recipe.size)
    pairs = [(told_of(name)[0], shown_value(name, getattr(recipe, name))) for name in names]
    other = t("，", ", ").join(t(f"{name}：{value}", f"{name}: {value}") for name, value in pairs)
    return t(f"{size_word(recipe.size)}，另外改了 {other}", f"{size_word(recipe.size)}, with {other}")


def _samples(counts: Any) -> str:
    own = int(counts.get("train", 0)) - int(counts.get("general", 0)) - int(counts.get("replayed", 0))
    parts = [t(f"{own:,} 个", counted(own, "sample"))]
    for name, zh, en in (
        ("general", "通用", "general"),
        ("replayed", "温习", "gone over again"),
        ("eval", "留作评估", "held out"),
    ):
        if counts.get(name):
            parts.append(t(f"{zh} {counts[name]:,}", f"{counts[name]:,} {en}"))
    return t("，", ", ").join(parts)


def _tokens(counts: Any) -> str:
    if not counts.get("tokens"):
        return ""
    return t(
        f"{counts['tokens']:,}，学 {counts.get('learnt', 0):,}",
        f"{counts['tokens']:,}, {counts.get('learnt', 0):,} of them learnt",
    )


def _memory(opened: Opened) -> str:
    expected, measured = opened.run.estimate.get("memory_mb"), opened.run.result.get("peak_memory_mb")
    if not expected or not measured:
        return ""
    return f"{gigabytes(expected)} / {gigabytes(measured)} ({number(measured / expected, 2)}×)"


def _times(opened: Opened) -> str:
    expected, measured = opened.run.estimate.get("seconds"), opened.run.result.get("seconds")
    return f"{long_time(expected)} / {long_time(measured)}" if expected and measured else ""


class AboutRun(QWidget):
    """The lines, and below them what was noted while it went."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: Opened | None = None
        self._drawn: object = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(ROOM)
        self._grid.setVerticalSpacing(NEAR)
        self._grid.setColumnStretch(1, 1)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(NEAR)
        asked = card(self._grid, title=lambda: t("这次训练", "This training"))
        self._noted = card(self._notes, title=lambda: t("记录", "Log"))
        whole = column(gap=0)
        whole.addWidget(scrolled(column(asked, self._noted, None, gap=GAP)))
        self.setLayout(whole)
        LANGUAGE.follow(self, lambda: self._draw(anew=True))

    def show_run(self, opened: Opened) -> None:
        """Show this one, as it stands."""
        self._opened = opened
        self._draw()

    def _draw(self, *, anew: bool = False) -> None:
        opened = self._opened
        if opened is None:
            return
        now = (opened.run.id, opened.run.state, len(opened.state.notes))
        if now == self._drawn and not anew:
            return
        self._drawn = now
        _empty(self._grid)
        for number_, (name, value) in enumerate(rows_about(opened)):
            head, said = label("field"), label("", wrap=True)
            head.setText(name)
            said.setText(value)
            said.setProperty("foreign", True)
            self._grid.addWidget(head, number_, 0)
            self._grid.addWidget(said, number_, 1)
        _empty(self._notes)
        for text in _noted(opened):
            self._notes.addWidget(_line(text))
        self._noted.setVisible(bool(_noted(opened)))


def _noted(opened: Opened) -> list[str]:
    why = [opened.run.why] if opened.run.why else []
    reductions = [str(one) for one in opened.run.result.get("reductions") or ()]
    return list(dict.fromkeys([*opened.state.notes, *reductions, *why]))


def _line(text: str) -> QLabel:
    made = label("", wrap=True)
    made.setText(text)
    made.setProperty("foreign", True)
    return made


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
