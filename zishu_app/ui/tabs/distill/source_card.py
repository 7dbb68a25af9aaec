"""What is to be distilled, as a list to which files are dropped: each with what was found in it, or what is wrong."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QFrame, QLabel, QVBoxLayout, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.core.tokens import FALLBACK, open_counter
from zishu_app.ui.errors import told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.distill.sources import Source, Sources, files_of, measured, reason_of
from zishu_app.ui.tabs.distill.words import talks_word
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import ROW, Row, RowList
from zishu_app.ui.widgets.undo import UndoStrip
from zishu_app.ui.workbench import Workbench

#: rows in sight before the list scrolls
IN_SIGHT = 3
FILTER = "*.json *.jsonl *.ndjson"


class SourceCard(QWidget):
    """`changed` hears that the list is another; `looked` which file is looked at; `made_here` asks for dialogues."""

    def __init__(
        self,
        bench: Workbench,
        changed: Callable[[], object],
        looked: Callable[[int], object],
        made_here: Callable[[], object],
    ) -> None:
        super().__init__()
        self._bench, self._changed, self._looked, self._made_here = bench, changed, looked, made_here
        self.sources = Sources()
        self.list = RowList(looked)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        say(self.list, lambda: self.list.setAccessibleName(t("来源", "Sources")))
        self._sum = label("small")
        self._undo = UndoStrip()
        self._folder = ""
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(60)
        self._redraw.timeout.connect(self._draw)
        self._build()
        say(self, self._draw)
        for keys in (QKeySequence.StandardKey.Delete, QKeySequence("Backspace")):
            gone = QShortcut(keys, self.list)
            gone.setContext(Qt.ShortcutContext.WidgetShortcut)
            gone.activated.connect(self.remove_chosen)

    def _build(self) -> None:
        self._remove = button(lambda: t("移除", "Remove"), self.remove_chosen, icon="remove", kind="quiet")
        self._clear = button(lambda: t("清空", "Clear"), self.clear, kind="quiet")
        head = row(label("lead", lambda: t("来源", "Sources")), None, *self._adders("quiet"))
        foot = row(self._sum, None, self._remove, self._clear)
        self._filled = card(head, self.list, self._undo, foot)
        self._empty = self._drop_area()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(self._filled)

    def _drop_area(self) -> QFrame:
        mark = QLabel()
        put_picture(mark, "empty-distill", 180, height=120)
        title = label("title", lambda: t("把对话拖到这里", "Drop talks here"))
        said = label(
            "soft",
            lambda: t(
                "文件或文件夹都可以：本程序的对话、OpenAI messages、ShareGPT，JSON 或 JSONL。",
                "Files or folders: dialogues made here, OpenAI messages, ShareGPT; JSON or JSONL.",
            ),
            wrap=True,
        )
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return card(
            row(None, mark, None), title, said, row(None, *self._adders(""), None), kind="drop", margin=24
        )

    def _adders(self, kind: str) -> list[QWidget]:
        return [
            button(lambda: t("添加文件", "Add files"), self._ask_files, icon="file", kind=kind),
            button(lambda: t("添加文件夹", "Add a folder"), self._ask_folder, icon="folder", kind=kind),
            button(
                lambda: t("这里生成的对话", "Dialogues made here"), self._made_here, icon="make", kind=kind
            ),
        ]

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders; they are read while the window goes on."""
        self._bench.tasks.start(self, self._add(list(paths)))

    def remove_chosen(self) -> None:
        """Take the chosen ones away; the way back is offered."""
        keys = [
            index.data(Qt.ItemDataRole.UserRole).key for index in self.list.selectionModel().selectedIndexes()
        ]
        self._take(keys)

    def clear(self) -> None:
        """Take all away; the way back is offered."""
        self._take([one.key for one in self.sources.all])

    def _take(self, keys: Sequence[int]) -> None:
        taken = self.sources.remove(keys)
        if not taken:
            return

        def back() -> None:
            self.sources.restore(taken)
            self._draw()

        number = len(taken)
        self._undo.offer(
            lambda: t(f"移除了 {number} 个来源。", f"{counted(number, 'source')} removed."),
            back,
        )
        self._draw()

    def renew(self) -> None:
        """The list was changed from outside."""
        self._undo.hide()
        self._draw()

    def over(self, dragged: bool) -> None:
        """Something is being dragged over the page."""
        self._empty.setProperty("over", "true" if dragged else None)
        self._empty.style().unpolish(self._empty)
        self._empty.style().polish(self._empty)

    def _ask_files(self) -> None:
        dialog = self._dialog(t("添加文件", "Add files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [t(f"对话 ({FILTER})", f"Talks ({FILTER})"), t("所有文件 (*)", "All files (*)")]
        )
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = self._dialog(t("添加文件夹", "Add a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        made = QFileDialog(self, title, self._bench.remembered.get("distill.folder", ""))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.filesSelected.connect(self._take_files)
        return made

    def _take_files(self, names: list[str]) -> None:
        if names:
            self._bench.remembered.put("distill.folder", str(Path(names[0]).parent))
            self.add([Path(name) for name in names])

    async def _add(self, paths: list[Path]) -> None:
        files, wrong = await asyncio.to_thread(files_of, paths)
        for error in wrong:
            self._bench.tell(told(error))
        fresh = self.sources.add(files)
        self._draw(fresh[0].key if fresh else None)
        counter = await asyncio.to_thread(open_counter, FALLBACK)
        for one in fresh:
            if self.sources.put(await asyncio.to_thread(measured, one, counter)):
                self._redraw.start()

    def _draw(self, keep: int | None = None) -> None:
        shown = self.sources.all
        self._empty.setVisible(not shown and self._undo.isHidden())
        self._filled.setVisible(not self._empty.isVisibleTo(self))
        # what cannot be read stands first, where it is seen
        ordered = sorted(shown, key=lambda one: one.state != "bad")
        self.list.show_rows([source_row(one) for one in ordered], keep)
        self.list.setFixedHeight(min(max(len(shown), 1), IN_SIGHT) * ROW + NEAR)
        self._sum.setText(summed(self.sources))
        for one in (self._remove, self._clear):
            one.setEnabled(bool(shown))
        self._changed()


def summed(sources: Sources) -> str:
    """All of them in a line."""
    talks = sources.talks
    messages, tokens = sum(talk.messages for talk in talks), sum(talk.tokens for talk in talks)
    bad = sum(one.state == "bad" for one in sources.all)
    parts = [
        talks_word(len(talks)),
        t(f"{messages:,} 条消息", counted(messages, "message")),
        f"{tokens:,} tokens",
    ]
    if bad:
        parts.append(t(f"{bad} 个读不了", f"{bad} unreadable"))
    if waiting := len(sources.waiting):
        parts.append(t(f"还在读 {waiting} 个……", f"reading {waiting} more …"))
    return " · ".join(parts)


def source_row(one: Source) -> Row:
    """A file as the list shows it."""
    if one.state == "waiting":
        return Row(
            one.key, one.path.name, str(one.path.parent), state=t("读取中……", "reading …"), icon="file"
        )
    if one.state == "bad":
        hint = f"{one.path}\n{one.hint}".strip()
        return Row(
            one.key,
            one.path.name,
            one.reason,
            "",
            t("读不了", "unreadable"),
            "bad",
            icon="warning",
            hint=hint,
        )
    names = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}
    language = t("、", ", ").join(names[name] for name in one.languages)
    name = one.talks[0].name if len(one.talks) == 1 else one.path.name
    found = talks_word(len(one.talks)) if len(one.talks) > 1 else one.path.name
    under = " · ".join([found, t(f"{one.messages:,} 条消息", counted(one.messages, "message")), language])
    partly = one.state == "partly"
    return Row(
        one.key,
        name,
        reason_of(one) if partly else under,
        f"{one.tokens:,} tokens",
        t(f"{one.bad} 条读不了", f"{one.bad} unreadable") if partly else "",
        "warn" if partly else "",
        icon="file-text",
        hint=str(one.path),
    )
