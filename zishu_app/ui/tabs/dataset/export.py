"""Export: in which form, which samples, where to; and what was left out and why."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QWidget

from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.export import Exported, ExportEvent, Unfit, Unsaid, Wrote
from zishu_app.dataset.forms import FORMS, Form
from zishu_app.dataset.words import samples_word
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.form_cards import ENDINGS, FormCards
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.unfit import UnfitList
from zishu_app.ui.tabs.dataset.what import What
from zishu_app.ui.tabs.dataset.words import bytes_word
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import card, column, row, scrolled
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label

#: samples that were left out and are listed
MOST = 5_000


@dataclass
class ExportState:
    """An export as it stands."""

    form: Form
    path: Path
    done: int = 0
    total: int = 0
    left_out: int = 0
    unfit: list[Unfit] = field(default_factory=list)
    unsaid: Unsaid | None = None
    ending: Exported | None = None

    def hear(self, event: ExportEvent) -> None:
        """One event more."""
        match event:
            case Wrote():
                self.done, self.total, self.left_out = event.done, event.total, event.left_out
            case Unfit() if len(self.unfit) < MOST:
                self.unfit.append(event)
            case Unsaid():
                self.unsaid = event
            case Exported():
                self.ending = event


class Export(QWidget):
    """The form, and what came of it."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self.state: ExportState | None = None
        self.work = Work(self, around.bench)
        self.forms = FormCards(self._form_chosen)
        self.what = What(around, "export", self._draw)
        self.path = QLineEdit()
        self.path.textEdited.connect(self._typed)
        self.start = button(lambda: t("导出", "Export"), self.begin, icon="export", kind="primary")
        self.progress = Progress(self.work)
        self.result = _Result()
        self.left = UnfitList(around)
        self._form: Form = _known(around.bench.remembered.get("dataset.export.form", FORMS[0]))
        self._build()
        self.forms.choose(self._form)
        self.path.setText(str(self._suggested()))
        self.work.looked.connect(self._draw)
        say(self, self._draw)

    def _build(self) -> None:
        browse = icon_button("folder-open", lambda: t("选择位置", "Choose a place"), self._browse)
        where = row(gap=NEAR)
        where.addWidget(self.path, 1)
        where.addWidget(browse)
        where.addWidget(self.start)
        self.place = Field(lambda: t("写到", "Write to"), self.path, within=where)
        say(self.path, lambda: self.path.setAccessibleName(t("写到", "Write to")))
        self._said = label("small", wrap=True)
        which = card(
            self.what,
            self.place,
            self._said,
            title=lambda: t("哪些样本，写到哪里", "Which samples, and where to"),
        )
        inside = column(self.forms, which, self.progress, self.result, self.left, None, gap=GAP)
        inside.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self.setLayout(column(scrolled(inside), gap=0))

    def begin(self) -> None:
        """Write the file."""
        if self.work.busy or self._fault():
            return
        path = Path(self.path.text().strip()).expanduser()
        self._around.bench.remembered.put("dataset.export.folder", str(path.parent))
        self.state = ExportState(self._form, path)
        self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        from zishu_app.dataset.export import export

        state = self.state
        assert state is not None
        wanted = self.what.wanted
        async with closing(export(self._around.samples, wanted, state.form, state.path, stop)) as events:
            async for event in events:
                state.hear(event)

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.work.stop_softly()

    def _form_chosen(self, form: Form) -> None:
        self._form = form
        self._around.bench.remembered.put("dataset.export.form", form)
        path = Path(self.path.text().strip() or str(self._suggested()))
        self.path.setText(str(path.with_suffix(ENDINGS[form])))
        self._draw()

    def _suggested(self) -> Path:
        folder = self._around.bench.remembered.get("dataset.export.folder", "")
        day = f"{self._around.clock.now():%Y-%m-%d}"
        return Path(folder or Path.home()) / f"zishu-{day}{ENDINGS[self._form]}"

    def _browse(self) -> None:
        dialog = QFileDialog(self, t("写到", "Write to"), self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDINGS[self._form])
        dialog.fileSelected.connect(self._take_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_path(self, path: str) -> None:
        self.path.setText(path)
        self._draw()

    def _typed(self) -> None:
        self._draw()

    def _fault(self) -> str:
        text = self.path.text().strip()
        if not text:
            return t("请写一个文件名。", "Name a file.")
        if Path(text).expanduser().is_dir():
            return t("这是文件夹，请写文件名。", "That is a folder: name a file in it.")
        return ""

    def _draw(self) -> None:
        busy, fault, state = self.work.busy, self._fault(), self.state
        self.place.tell(fault)
        nothing = not self.what.found
        self.start.setEnabled(not busy and not fault and not nothing)
        path = Path(self.path.text().strip()).expanduser()
        just = state is not None and state.ending is not None and path == state.path
        there = not fault and not busy and not just and path.exists()
        self._said.setText(self._sentence(nothing=nothing, there=there))
        self._said.setVisible(bool(self._said.text()))
        for one in (self.forms, self.what, self.place):
            one.setEnabled(not busy)
        if state is not None:
            words = t(
                f"{state.done:,} / {samples_word(state.total)}",
                f"{state.done:,} of {samples_word(state.total)}",
            )
            self.progress.show_stand(lambda: words, state.done, state.total)
        self.result.show_state(None if busy else state)
        self.left.show_state(state.unfit if state else [], state.left_out if state else 0)

    def _sentence(self, *, nothing: bool, there: bool) -> str:
        if nothing:
            return t(
                "还没有这样的样本。先在审阅页采纳一些，或选“全部”。",
                "There are no such samples yet: accept some on the Review page, or choose All.",
            )
        if there:
            return t("这个文件已经在了，会被换掉。", "The file is there already; it will be replaced.")
        return ""


class _Result(QFrame):
    """What was written, and where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self._path = Path()
        self._said, self._where = label("", wrap=True), Elided("small", middle=True)
        self._note = label("small", wrap=True)
        show = button(
            lambda: t("在文件夹中显示", "Show in its folder"),
            lambda: open_folder(self._path.parent),
            icon="folder-open",
        )
        words = column(self._said, self._where, self._note, gap=2)
        line = row(gap=GAP)
        line.addLayout(words, 1)
        line.addWidget(show)
        line.setContentsMargins(ROOM, GAP, GAP, GAP)
        self.setLayout(line)
        self.hide()

    def show_state(self, state: ExportState | None) -> None:
        """Show how it ended."""
        ending = state.ending if state else None
        self.setVisible(ending is not None)
        if state is None or ending is None:
            return
        self._path = ending.path
        if ending.stopped:
            self._said.setText(t("已停下，什么也没有写。", "Stopped; nothing was written."))
        else:
            size = bytes_word(ending.size)
            written = samples_word(ending.written)
            self._said.setText(t(f"写好了 {written}，{size}。", f"{written} written, {size}."))
        beside = [ending.path.name, *(one.name for one in ending.beside)]
        self._where.setText(f"{ending.path.parent} · {', '.join(beside)}")
        note = f"{state.unsaid.message} {state.unsaid.hint}".strip() if state.unsaid else ""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setProperty("tone", "warn" if ending.stopped or state.unsaid else "good")
        self.style().unpolish(self)
        self.style().polish(self)


def _known(form: str) -> Form:
    return next((one for one in FORMS if one == form), FORMS[0])
