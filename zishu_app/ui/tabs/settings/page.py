"""The settings: a list of sections with a search over all of them, and to the right of it the section that is open."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from zishu_app.core.settings import told_of, value_of
from zishu_app.core.settings_file import Change, default
from zishu_app.core.texts import t
from zishu_app.ui.follow import wear
from zishu_app.ui.tabs.settings.changes import Changes
from zishu_app.ui.tabs.settings.fault import FaultStrip
from zishu_app.ui.tabs.settings.found import Found
from zishu_app.ui.tabs.settings.sections import SECTIONS, Section
from zishu_app.ui.tabs.settings.views import View, view_of
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: widths of the list of sections, and of the page below which it is the narrow one
LIST, NARROW, BELOW = 216, 184, 900
#: height below which the sections stand closer, so that none lies over another
LOW = 720
#: milliseconds between two looks at whether the file was changed by hand
LOOK_AGAIN = 2000


class SettingsPage(QWidget):
    """See the module."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.changes = Changes(bench, self)
        self.toast = Toast(self)
        self._views: dict[str, View] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._stack = QStackedWidget()
        self._found = Found(bench, self.changes, self.open_section)
        self._stack.addWidget(self._found)
        self._build()
        self.changes.saved.connect(self._on_saved)
        self.changes.changed.connect(self._refresh)
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_AGAIN)
        self._watch.timeout.connect(self.changes.look_again)
        wear(self, self._colour)
        self.open_section(bench.remembered.get("settings.section", SECTIONS[0].name))

    def _build(self) -> None:
        self.search = Search(lambda: t("搜索全部设置", "Search all settings"), lambda _: self._filter())
        self.only = button(
            lambda: t("只看改过的", "Only what differs"), self._filter, icon="filter", kind="quiet"
        )
        self.only.setCheckable(True)
        self.reset_all = button(
            lambda: t("全部恢复默认", "Reset all"), self._reset_all, icon="reset", kind="quiet"
        )
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.activated.connect(self._go_search)
        sections = column(gap=2)
        group = self._group = QButtonGroup(self)
        for section in SECTIONS:
            one = self._entry(section)
            group.addButton(one)
            sections.addWidget(one)
        title = label("display", lambda: t("设置", "Settings"))
        foot = column(row(self.only, None), row(self.reset_all, None), gap=2)
        left = self._left = boxed(column(title, TIGHT, self.search, TIGHT, sections, None, foot, gap=NEAR))
        left.setFixedWidth(LIST)
        self._fault = FaultStrip(self.changes)
        right = column(self._fault, gap=GAP)
        right.addWidget(self._stack, 1)
        whole = row(left, gap=ROOM, margin=ROOM)
        whole.addLayout(right, 1)
        self.setLayout(whole)

    def _entry(self, section: Section) -> QPushButton:
        made = button(lambda: f"  {section.title()}", lambda: self.open_section(section.name), kind="nav")
        made.setCheckable(True)
        self._buttons[section.name] = made
        return made

    def receive(self, what: str) -> None:
        """Open the section of that name."""
        self.open_section(what)

    def open_section(self, name: str) -> None:
        """Bring a section to the front; a search that was going on is over."""
        section = next((one for one in SECTIONS if one.name == name), SECTIONS[0])
        if section.name not in self._views:
            view = view_of(section, self._bench, self.changes, self.toast)
            self._views[section.name] = view
            self._stack.addWidget(view)
        self.only.setChecked(False)
        self.search.clear()
        self._stack.setCurrentWidget(self._views[section.name])
        self._bench.remembered.put("settings.section", section.name)
        self._refresh()

    @property
    def section(self) -> str:
        """The name of the section in front; "" while searching."""
        front = self._stack.currentWidget()
        return next((name for name, view in self._views.items() if view is front), "")

    def _filter(self) -> None:
        words, only = self.search.text().strip(), self.only.isChecked()
        if not words and not only:
            if self._stack.currentWidget() is self._found:
                self.open_section(self._bench.remembered.get("settings.section", SECTIONS[0].name))
            return
        self._found.show_for(words, only_differing=only)
        self._stack.setCurrentWidget(self._found)
        self._refresh()

    def _refresh(self) -> None:
        differing = self.changes.differing()
        self.reset_all.setEnabled(bool(differing))
        self._group.setExclusive(False)  # while searching none of them is open
        for section in SECTIONS:
            self._buttons[section.name].setChecked(section.name == self.section)
        self._group.setExclusive(True)
        if self._stack.currentWidget() is self._found and self.only.isChecked():
            self._found.show_for(self.search.text().strip(), only_differing=True)
        self._colour()

    def _colour(self) -> None:
        worn = look.now()
        for section in SECTIONS:
            one = self._buttons[section.name]
            one.setIcon(icon(section.icon, worn.violet_ink if one.isChecked() else worn.soft, 18))

    def _go_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _reset_all(self) -> None:
        self.changes.put(dict.fromkeys(self.changes.differing()))

    def _on_saved(self, done: Change) -> None:
        undo: Callable[[], object] = lambda: self.changes.undo(done)  # noqa: E731 - typed for the toast
        self.toast.offer(lambda: told_saved(done), undo, about=" ".join(["settings", *sorted(done.before)]))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave room for the section in a narrow window."""
        super().resizeEvent(event)
        self._left.setFixedWidth(NARROW if self.width() < BELOW else LIST)
        for one in self._buttons.values():
            if one.property("low") is not (low := self.height() < LOW):
                one.setProperty("low", low)
                one.style().unpolish(one)
                one.style().polish(one)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look whether the file was changed meanwhile, and go on looking."""
        super().showEvent(event)
        self.changes.look_again()
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks: rest."""
        super().hideEvent(event)
        self._watch.stop()


def told_saved(done: Change) -> str:
    """What a change did, in a few words."""
    names = list(done.before)
    back = all(value_of(done.settings, name) == default(name) for name in names)
    if len(names) == 1:
        title = told_of(names[0])[0]
        if back:
            return t(f"已恢复默认：{title}", f"Back to the default: {title}")
        return t(f"已保存：{title}", f"Saved: {title}")
    if back:
        return t(f"已恢复默认：{len(names)} 项设置", f"Back to the defaults: {len(names)} settings")
    return t(f"已保存 {len(names)} 项设置", f"Saved {len(names)} settings")
