"""Rows of the form: a setting, its help, its field, and the way back to the shipped value."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.errors import SettingsError
from zishu_app.core.settings import shown_with, told_of
from zishu_app.core.settings_file import default
from zishu_app.core.texts import t
from zishu_app.ui.follow import say, wear
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.tabs.settings.fields import editor, shown_value
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, rule
from zishu_app.ui.workbench import Workbench

#: milliseconds after the last keystroke or step until it is written
PAUSE = 350


class Mark(QWidget):
    """A dot before what differs from the shipped value."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(8, 20)
        self._on = False
        wear(self, self.update)

    def set_on(self, on: bool) -> None:
        """Show it or not; its room is kept."""
        if on != self._on:
            self._on = on
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        if self._on:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(look.now().violet))
            painter.setBrush(QColor(look.now().violet))
            painter.drawEllipse(1, 7, 6, 6)


class FieldRow(QWidget):
    """One setting."""

    def __init__(self, bench: Workbench, changes: Changes, dotted: str) -> None:
        super().__init__()
        self._bench, self._changes, self.dotted = bench, changes, dotted
        self._waiting: Any = None
        self._refused = False
        self.editor = editor(bench, dotted, self._edited)
        self._title = label("", lambda: told_of(dotted)[0], wrap=True)
        self._title.setBuddy(self.editor.focus)
        say(self, lambda: self.editor.focus.setAccessibleName(told_of(dotted)[0]))
        self._help = label("small", lambda: told_of(dotted)[1], wrap=True)
        self._note, self._fault = label("small", wrap=True), label("fault", wrap=True)
        self._mark = Mark()
        self._reset = icon_button("reset", self._say_reset, self.reset, size=16)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._write)
        self._build()
        changes.changed.connect(self.renew)
        say(self, self.renew)

    def _build(self) -> None:
        said = column(self._title, self._help, self._note, self._fault, gap=2)
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)
        line = row(self._mark, gap=NEAR)
        line.addLayout(said, 1)
        line.addSpacing(GAP)
        line.addWidget(self.editor.widget)
        line.addWidget(self._reset)
        line.setContentsMargins(TIGHT, GAP, TIGHT, GAP)
        self.setLayout(line)
        self._fault.hide()

    def renew(self) -> None:
        """Show the value in force, and what is to be said of it."""
        held = self._changes.fixed.get(self.dotted, "")
        if self._refused:
            self._pause.start()  # something else has changed; it may fit now
        elif not self._pause.isActive():
            self.editor.show(self._changes.value(self.dotted))
        differs = self._changes.differs(self.dotted)
        self._mark.set_on(differs)
        _set_seen(self._reset, differs)
        self._reset.setToolTip(self._say_reset())
        self.editor.widget.setEnabled(not held)
        note = self._said_of_model()
        if held:
            note = t(f"由环境变量 {held} 固定", f"Held by the environment variable {held}")
        self._note.setText(note)
        _set_seen(self._note, bool(note))

    def reset(self) -> None:
        """Back to the shipped value."""
        self._pause.stop()
        self.show_fault("")
        self._changes.put({self.dotted: None}, self.show_fault)

    def show_fault(self, said: str) -> None:
        """What is wrong with the value; it is not written then."""
        self._refused = bool(said)
        self._fault.setText(said)
        _set_seen(self._fault, bool(said))

    def _say_reset(self) -> str:
        shipped = shown_value(self.dotted, default(self.dotted))
        return t(f"恢复默认：{shipped}", f"Back to the default: {shipped}")

    def _said_of_model(self) -> str:
        """A model nobody knows can be written, but not be talked to."""
        if shown_with(self.dotted).get("kind") != "model":
            return ""
        spec = self._changes.value(self.dotted)
        try:
            if spec:
                self._bench.house.choose(spec, self._changes.settings.teacher.base_url)
        except SettingsError as error:
            return error.message
        return ""

    def _edited(self, value: Any) -> None:
        self._waiting = value
        self._pause.start()

    def _write(self) -> None:
        if self._waiting != self._changes.value(self.dotted):
            self._changes.put({self.dotted: self._waiting}, self.show_fault)
        else:
            self.show_fault("")
            self.renew()


class FieldCard(QFrame):
    """Settings below each other on a card, with hairlines between those that are shown."""

    def __init__(self, bench: Workbench, changes: Changes, names: Sequence[str]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.rows = [FieldRow(bench, changes, dotted) for dotted in names]
        self._rules = [rule() for _ in self.rows]
        inside = column(gap=0)
        inside.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for line, one in zip(self._rules, self.rows, strict=True):
            inside.addWidget(line)
            inside.addWidget(one)
        self.setLayout(inside)
        self._show_rows(names)

    def show_only(self, names: Iterable[str]) -> int:
        """Show these of them; how many those are."""
        shown = self._show_rows(names)
        _set_seen(self, shown > 0)
        return shown

    def _show_rows(self, names: Iterable[str]) -> int:
        wanted, shown = set(names), 0
        for line, one in zip(self._rules, self.rows, strict=True):
            here = one.dotted in wanted
            _set_seen(one, here)
            _set_seen(line, here and shown > 0)
            shown += here
        return shown


def _set_seen(widget: QWidget, seen: bool) -> None:
    """Show or hide it if it is not so already: even to show what is shown has Qt look its style up anew."""
    if widget.isHidden() == seen:
        widget.setVisible(seen)
