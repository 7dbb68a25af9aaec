"""Versions: frozen ones as a list, the one that is open, and the form for a new one. One that cannot be read stands in
the list too, first, and says what is wrong with it.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter
from zishu_app.dataset.frozen import Frozen, list_broken, list_frozen
from zishu_app.ui.errors import Told, told
from zishu_app.ui.follow import LANGUAGE, say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.broken_view import BrokenView
from zishu_app.ui.tabs.dataset.freeze_form import FreezeForm
from zishu_app.ui.tabs.dataset.version_view import VersionView
from zishu_app.ui.tabs.dataset.words import bytes_word, short_hash
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.widgets.rows import Row, RowList

#: widths of the list, and of the section below which it is the narrow one
LIST, NARROW, BELOW = 232, 196, 900


class Versions(QWidget):
    """Left the list, right the form or one of them."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, self._folder = around, around.bench.house.home.datasets
        self.all: list[Frozen] = []
        #: those that cannot be read, and why
        self.unread: Sequence[tuple[str, DataError]] = ()
        self._read = False
        self._wanted = ""
        #: the keyboard is to go to the list: the form that had it has gone
        self._lead = False
        self.list = RowList(self.open)
        say(self.list, lambda: self.list.setAccessibleName(t("版本", "Versions")))
        self.form = FreezeForm(around, self._froze, self._leave_form)
        self.view, self.broken = VersionView(around, self._draw), BrokenView(self.renew)
        self._build()
        say(self, self._draw)
        # what is wrong with one is told as it was read
        LANGUAGE.follow(self, lambda: self.renew() if self.unread else None)

    def _build(self) -> None:
        self.new = button(lambda: t("冻结一个版本", "Freeze a version"), self.freeze, icon="freeze")
        self._left = boxed(column(self.new, self.list, gap=NEAR))
        self._left.setFixedWidth(LIST)
        self._stack = QStackedWidget()
        self._nothing = Empty(
            "empty-versions",
            lambda: t("还没有冻结过版本", "No version is frozen yet"),
            lambda: t(
                "版本是一份再也不变的数据集：训练用它，以后也能说清她学过什么。",
                "A version is a data set that never changes: what she learnt can be told from it ever after.",
            ),
            button(
                lambda: t("冻结第一个版本", "Freeze the first one"),
                self.freeze,
                icon="freeze",
                kind="primary",
            ),
        )
        for one in (self.view, self.broken, self.form, self._nothing):
            self._stack.addWidget(one)
        whole = row(self._left, gap=ROOM)
        whole.addWidget(self._stack, 1)
        whole.setContentsMargins(ROOM, 0, ROOM - GAP, 0)
        self.setLayout(whole)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look again: versions are frozen on the command line too."""
        super().showEvent(event)
        self.renew()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave room for the version in a narrow window."""
        super().resizeEvent(event)
        self._left.setFixedWidth(NARROW if self.width() < BELOW else LIST)

    def renew(self) -> None:
        """Look again what there is."""
        self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self.all, self.unread = await asyncio.to_thread(_found, self._folder)
        self._read = True
        self._draw()
        if self._stack.currentWidget() is not self.form:
            known = self._names()
            shown = self._wanted or self._around.bench.remembered.get("dataset.version", "")
            if known:
                self.open(shown if shown in known else known[0])
            else:
                self._stack.setCurrentWidget(self._nothing)
        self._draw()
        if self._lead:
            self._lead = False
            self.list.setFocus()

    def freeze(self) -> None:
        """The form."""
        self.list.choose(None)
        self._stack.setCurrentWidget(self.form)
        self.form.open(self._names())
        self._draw()

    def offer(self, wanted: Filter) -> None:
        """The form, with these samples; a free name is found first."""
        self._around.bench.tasks.start(self, self._offer(wanted), replaces="offer")

    async def _offer(self, wanted: Filter) -> None:
        await self._look()
        self.freeze()
        self.form.what.choose(wanted)

    def open(self, name: str) -> None:
        """A version."""
        frozen = next((one for one in self.all if one.name == name), None)
        error = dict(self.unread).get(name)
        if frozen is not None:
            self._stack.setCurrentWidget(self.view)
            self.view.show_version(frozen, self.all)
        elif error is not None:
            self._stack.setCurrentWidget(self.broken)
            self.broken.show_broken(self._folder / name, error)
        else:
            return
        self._wanted = name
        self._around.bench.remembered.put("dataset.version", name)
        self.list.choose(name)
        self._draw()

    def _names(self) -> list[str]:
        """Those that can be read first: one of them is opened where none was asked for."""
        return [*(one.name for one in self.all), *(name for name, _ in self.unread)]

    def _leave_form(self) -> None:
        self._stack.setCurrentWidget(self._nothing)
        self._lead = bool(self._names())
        self.renew()

    def _froze(self, name: str) -> None:
        self._wanted, self._lead = name, True
        self._around.bench.tell(Told("good", t(f"版本“{name}”已冻结。", f'Version "{name}" is frozen.')))
        self._stack.setCurrentWidget(self._nothing)
        self.renew()

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.form.stop_softly()

    def _draw(self) -> None:
        self._left.setVisible(bool(self._names()))
        broken = [_broken_row(name, error) for name, error in self.unread]
        self.list.show_rows([*broken, *(self._row(one) for one in self.all)])
        self.new.setEnabled(self._stack.currentWidget() is not self.form)

    def _row(self, one: Frozen) -> Row:
        train, kept = (int(one.counts[side]["samples"]) for side in ("train", "eval"))
        size = sum(mark.bytes for mark in one.files.values())
        hint = "\n".join(
            [one.name, one.created.replace("T", " "), one.content, str(one.folder), bytes_word(size)]
        )
        state, tone = self.view.state_of(one)
        return Row(
            one.name,
            one.name,
            f"{train:,} + {kept:,} · {short_hash(one.content)[:7]}",
            when(one.created),
            state,
            tone,
            hint=hint,
        )


def _found(folder: Path) -> tuple[list[Frozen], list[tuple[str, DataError]]]:
    """What there is on the disk."""
    return list_frozen(folder), list_broken(folder)


def _broken_row(name: str, error: DataError) -> Row:
    said = told(error)
    hint = f"{said.message}\n{said.hint}"
    return Row(name, name, state=t("读不了", "cannot be read"), tone="bad", icon="warning", hint=hint)
