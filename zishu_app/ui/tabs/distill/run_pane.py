"""One run: its figures and a line a talk, or one of its talks to be read."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.distill.distiller import Distiller, Opened
from zishu_app.ui.tabs.distill.figures import Figures
from zishu_app.ui.tabs.distill.halt import stand_of
from zishu_app.ui.tabs.distill.reader import Reader
from zishu_app.ui.tabs.distill.reading import Reading, reading_of_line
from zishu_app.ui.tabs.distill.run_state import TalkLine
from zishu_app.ui.tabs.distill.talk_rows import matching, talk_row
from zishu_app.ui.tabs.distill.words import recipe_title, talks_word
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.told import RUN_TONES, run_word, when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.halt import Halt
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench


class RunPane(QWidget):
    """`reading` hears whether a talk is being read, so that the page can make room."""

    def __init__(self, bench: Workbench, distiller: Distiller, reading: Callable[[bool], object]) -> None:
        super().__init__()
        self._bench, self._distiller, self._reading = bench, distiller, reading
        self.opened: Opened | None = None
        self._searched = ""
        self._read_key = 0
        self._drawn: object = None
        #: how many talks are listed, live or not; and where in the list each is
        self._listed: object = None
        self._places: dict[int, int] = {}
        self.list = RowList(lambda _: None)
        self.list.clicked.connect(lambda index: self.read(self.list.rows.at(index.row()).key))
        self.list.activated.connect(lambda index: self.read(self.list.rows.at(index.row()).key))
        self.figures = Figures()
        self.halt = Halt(self._go_on)
        self.reader = Reader(bench, self.leave, self._step)
        self._build()
        say(self, lambda: self.draw(anew=True))
        say(self.list, lambda: self.list.setAccessibleName(t("对话", "Talks")))

    def _build(self) -> None:
        self._title, self._under = Elided("title"), label("small")
        self._state = label("chip")
        self._stop = button(self._stop_word, self._distiller.stop, icon="stop")
        folder = button(
            lambda: t("打开文件夹", "Open folder"), self._open_folder, icon="folder-open", kind="quiet"
        )
        head = row(gap=GAP)
        head.addLayout(column(self._title, row(self._state, self._under, None), gap=4), 1)
        head.addWidget(folder)
        head.addWidget(self._stop)
        search = Search(lambda: t("搜索对话、文件", "Search talks, files"), self._search)
        self._search_box = search
        listed = card(search, margin=GAP)
        inside = listed.layout()
        assert inside is not None
        inside.addWidget(self.list)
        self._over = boxed(column(head, self.halt, self.figures, gap=ROOM))
        overview = QWidget()
        whole = column(self._over, gap=ROOM)
        whole.addWidget(listed, 1)
        overview.setLayout(whole)
        self._stack = QStackedWidget()
        self._stack.addWidget(overview)
        self._stack.addWidget(self.reader)
        page = column(self._stack, gap=0)
        page.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        self.setLayout(page)

    def open(self, opened: Opened) -> None:
        """Show this run."""
        self.opened, self._read_key = opened, 0
        self.halt.forget()
        self.list.choose(None)
        self._search_box.clear()
        self._show_overview()
        only = opened.state.lines[0] if len(opened.state.lines) == 1 else None
        if only is not None and only.path is not None and not opened.live:
            self.read(only.key, focus=False)

    def _go_on(self) -> None:
        if self.opened is not None:
            self._distiller.resume(self.opened.row.id, self.halt.limits())

    @property
    def reads(self) -> bool:
        """Whether a talk is being read."""
        return self._stack.currentWidget() is self.reader

    def leave(self) -> None:
        """Back to the run."""
        self._show_overview()
        self.list.setFocus()

    def _show_overview(self) -> None:
        self._stack.setCurrentIndex(0)
        self.reader.forget()
        self._read_key = 0
        self._reading(False)
        self.draw(anew=True)

    def read(self, key: int, *, focus: bool = True) -> None:
        """Read a talk; of a bad file there is nothing to read. `focus`: whether the keys are to go there too."""
        line = self.opened.state.find(key) if self.opened else None
        if line is None or not line.number:
            return
        self._read_key, self._drawn = key, None
        self._stack.setCurrentWidget(self.reader)
        self._reading(True)
        self._fetch(line)
        if focus:
            self.reader.statements.setFocus()

    def _fetch(self, line: TalkLine) -> None:
        mark = (line.key, line.state, len(line.parts), line.chunks, line.path)
        if mark == self._drawn or self.opened is None:
            return
        self._drawn = mark
        language = self.opened.row.recipe.get("language")

        def fetch(known: Reading | None) -> Reading:
            return reading_of_line(line, language, known)

        self.reader.read((self.opened.row.id, line.key), fetch, steps=self.opened.state.talks > 1)

    def _step(self, step: int) -> None:
        """To the next talk that can be read."""
        lines = [line for line in self._lines() if line.number]
        keys = [line.key for line in lines]
        if self._read_key in keys:
            place = keys.index(self._read_key) + step
            if 0 <= place < len(keys):
                self.list.choose(keys[place])
                self.read(keys[place])

    def _lines(self) -> list[TalkLine]:
        return matching(self.opened.state.lines, self._searched) if self.opened else []

    def _search(self, words: str) -> None:
        self._searched = words
        self.draw(anew=True)

    def draw(self, *, anew: bool = False) -> None:
        """Show how it stands now."""
        opened = self.opened
        if opened is None:
            return
        if self.reads and not anew:
            line = opened.state.find(self._read_key)
            if line is not None:
                self._fetch(line)
            return
        recipe = opened.row.recipe
        self._title.setText(recipe_title(recipe))
        self._under.setText(_told(opened))
        self._state.setText(
            t("收尾中", "coming to an end") if opened.stopping else run_word(opened.row.state)
        )
        set_kind(self._state, "chip", tone=RUN_TONES.get(opened.row.state, "plain"))
        self._stop.setVisible(opened.live)
        self._stop.setText(self._stop_word())
        self.halt.show_stand(stand_of(opened), busy=self._distiller.busy)
        self.figures.show_run(opened)
        self._draw_rows(opened, anew=anew)

    def _draw_rows(self, opened: Opened, *, anew: bool) -> None:
        """All rows, or those of the talks that have changed since."""
        touched, opened.state.touched = opened.state.touched, set()
        shown = (len(opened.state.lines), opened.live)
        if anew or shown != self._listed:
            lines = self._lines()
            self._listed, self._places = shown, {line.key: place for place, line in enumerate(lines)}
            self.list.show_rows([talk_row(line, live=opened.live) for line in lines])
            return
        for key in touched & self._places.keys():
            if line := opened.state.find(key):
                self.list.rows.put(self._places[key], talk_row(line, live=opened.live))

    def _stop_word(self) -> str:
        stopping = self.opened is not None and self.opened.stopping
        return t("立即停止", "Stop now") if stopping else t("停止", "Stop")

    def _open_folder(self) -> None:
        from zishu_app.ui.tabs.distill.past import folder_of

        if self.opened is not None:
            open_folder(folder_of(self.opened.row.recipe))


def _told(opened: Opened) -> str:
    if opened.stopping and opened.live:
        return t("等已经问出去的有了回答就停", "stops when what was asked is answered")
    return f"{talks_word(opened.state.talks)} · {when(opened.row.created)}"
