"""What the judges said of a sample: each mark with the words it rests on."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.scores import Marked
from zishu_app.llm.names import model_name
from zishu_app.review.rubric import criteria
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.overlay import Overlay

#: a height of 0: no more than it needs
SIZE, EMPTY = QSize(640, 560), QSize(640, 0)


class JudgedSheet:
    """Lies over the page for a moment."""

    def __init__(self, page: QWidget) -> None:
        self._opened: Opened | None = None
        self._list = column(gap=ROOM)
        self._none = label("soft", wrap=True)
        title = label("title", lambda: t("评审怎么说", "What the judges said"))
        close = KeyButton(lambda: t("关闭", "Close"), "Escape", lambda: self.overlay.close_())
        inside = column(row(title, None, close), self._none, gap=GAP)
        self._area = scrolled(self._list)
        inside.addWidget(self._area, 1)
        inside.setContentsMargins(ROOM, ROOM, GAP, GAP)
        self._card = _Card(self._area)
        self._card.setLayout(inside)
        self.overlay = Overlay(page, self._card, SIZE)
        say(self._card, self._draw)

    def open(self, opened: Opened | None) -> None:
        """What was said of this one."""
        self._opened = opened
        self._draw()
        self.overlay.open(self._card, SIZE if self._judged else EMPTY)

    @property
    def _judged(self) -> Sequence[Marked]:
        return self._opened.judged if self._opened is not None else ()

    def _draw(self) -> None:
        _emptied(self._list)
        judged = self._judged
        self._none.setVisible(not judged)
        self._area.setVisible(bool(judged))
        self._none.setText(
            t(
                "还没有评审模型看过这一版。按 Ctrl+J 让它们打分。",
                "No model has judged this version yet. Ctrl+J has them do it.",
            )
        )
        for one in judged:
            self._list.addWidget(_judge(one))
        self._list.addStretch(1)


class _Card(QFrame):
    """Arrows scroll in it."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__()
        self._area = area
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        steps = {Qt.Key.Key_Down: 48, Qt.Key.Key_Up: -48, Qt.Key.Key_Space: 300, Qt.Key.Key_PageDown: 300}
        step = next((by for key, by in steps.items() if key == event.key()), None)
        if step is None:
            super().keyPressEvent(event)
        else:
            bar = self._area.verticalScrollBar()
            bar.setValue(bar.value() + step)


def _judge(one: Marked) -> QWidget:
    made = QWidget()
    made.setProperty("foreign", True)
    head = label("lead")
    head.setText(f"{model_name(one.who)}   {one.mean:.1f}")
    inside = column(head, gap=NEAR)
    order = [known.name for known in criteria("")]  # as everywhere; own ones behind
    for mark in sorted(one.marks, key=lambda mark: [*order, mark.criterion].index(mark.criterion)):
        (known,) = criteria(mark.criterion)[:1]
        name = label("field")
        name.setText(f"{known.title if known.name == mark.criterion else mark.criterion}  {mark.score}")
        said = label("soft", wrap=True)
        said.setText(mark.evidence)
        inside.addLayout(column(name, said, gap=TIGHT))
    made.setLayout(inside)
    return made


def _emptied(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
