"""The log: what happened, the newest at the bottom, followed while it is in sight."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.ui.follow import say, wear
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.settings.log_lines import Line, Tail, files_of, wanted
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import NEAR, SMALL
from zishu_app.ui.widgets.buttons import Segments, button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: milliseconds between two looks
EVERY = 1000
#: lines that are kept
MOST = 5000


class Log(QWidget):
    """See the module."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._tail: Tail | None = None
        self._looking: asyncio.Task[None] | None = None
        self._lines: list[Line] = []
        self._words, self._least = "", "INFO"
        self.file = QComboBox()
        self.file.setMinimumContentsLength(14)
        self.file.activated.connect(lambda _: self._choose())
        say(self.file, lambda: self.file.setAccessibleName(t("日志文件", "Log file")))
        self.level = Segments(
            {
                "INFO": lambda: t("全部", "All"),
                "WARNING": lambda: t("警告", "Warnings"),
                "ERROR": lambda: t("错误", "Errors"),
            },
            self._set_level,
        )
        self.search = Search(lambda: t("在日志里找", "Search the log"), self._set_words)
        self.view = _page()
        self.none = label("soft", self._say_none)
        self._build()
        wear(self, self._write_all)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    def _build(self) -> None:
        copy = button(lambda: t("复制", "Copy"), self._copy, icon="copy", kind="quiet")
        folder = button(
            lambda: t("打开文件夹", "Open the folder"),
            lambda: open_folder(self._bench.house.home.logs),
            icon="folder-open",
            kind="quiet",
        )
        head = row(self.file, self.level, gap=NEAR)
        head.addWidget(self.search, 1)
        whole = column(head, gap=NEAR)
        whole.addWidget(self.view, 1)
        whole.addLayout(row(self.none, None, copy, folder))
        self.setLayout(whole)

    def look(self) -> None:
        """Read what is new; a look that is still going on is not cut off, for it would take its lines with it."""
        if self._looking is None or self._looking.done():
            self._looking = self._bench.tasks.start(self, self._look())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks."""
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    async def _look(self) -> None:
        found = await asyncio.to_thread(files_of, self._bench.house.home.logs)
        self._show_files(found)
        if self._tail is None and found:
            today = next((path for path in found if path.stem.isdigit()), found[0])
            self._open(today)
        if (tail := self._tail) is None:
            return
        fresh = await asyncio.to_thread(tail.more)
        if fresh is None:
            self._open(tail.path)
        elif fresh and tail is self._tail:  # and no other file was opened meanwhile
            self._lines = [*self._lines, *fresh][-MOST:]
            self._append([line for line in fresh if wanted(line, self._least, self._words)])

    def _show_files(self, found: list[Path]) -> None:
        names = [str(path) for path in found]
        if names != [self.file.itemData(number) for number in range(self.file.count())]:
            self.file.clear()
            for path in found:
                self.file.addItem(path.name, str(path))
        if self._tail is not None:
            self.file.setCurrentIndex(self.file.findData(str(self._tail.path)))

    def _open(self, path: Path) -> None:
        self._tail, self._lines = Tail(path), []
        self._write_all()

    def _choose(self) -> None:
        self._open(Path(self.file.currentData()))
        self.look()

    def _set_level(self, least: str) -> None:
        self._least = least
        self._write_all()

    def _set_words(self, words: str) -> None:
        self._words = words
        self._write_all()

    def _write_all(self) -> None:
        self.view.clear()
        self._append([line for line in self._lines if wanted(line, self._least, self._words)])

    def _append(self, lines: list[Line]) -> None:
        """At the bottom, which is followed unless somebody has scrolled up."""
        bar = self.view.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        colours, plain = look.now(), QTextCharFormat()
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for line in lines:
            worn = {"WARNING": colours.warn, "ERROR": colours.bad, "CRITICAL": colours.bad}
            plain.setForeground(QColor(worn.get(line.level, colours.ink)))
            if not self.view.document().isEmpty():
                cursor.insertBlock()
            cursor.insertText(line.text, plain)
        cursor.endEditBlock()
        if follows:
            bar.setValue(bar.maximum())
        self.none.setText(self._say_none())

    def _say_none(self) -> str:
        if self.view.document().isEmpty():
            return t("没有这样的记录。", "Nothing of this kind was logged.")
        return t(f"{self.view.blockCount():,} 行", counted(self.view.blockCount(), "line"))

    def _copy(self) -> None:
        chosen = self.view.textCursor().selectedText().replace("\u2029", "\n")
        QGuiApplication.clipboard().setText(chosen or self.view.toPlainText())


def _page() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setReadOnly(True)
    made.setMaximumBlockCount(MOST)
    made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    made.setFont(font(SMALL, mono=True))
    return made
