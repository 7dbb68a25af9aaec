"""A sample to be read: a talk alone, or a distilled result beside its source, each side lighting up what belongs to it
on the other.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.dataset.sample import Source
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.marks import Marks, marks_of
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.tabs.review.sample_side import SampleSide
from zishu_app.ui.tabs.review.shown import shown_source
from zishu_app.ui.tabs.review.side import Side
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.told import numbers_word
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.xray import XrayView
from zishu_app.ui.workbench import Workbench


class Reader(QWidget):
    """`told`: a line about the place the keyboard is at."""

    told = Signal(str)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._source: Source | None = None
        self._marks = Marks()
        self.sample = SampleSide(self._sample_moved)
        self.source = Side(self._source_moved, quiet=True)
        self.source.view.picked.connect(lambda number: self.source.spots.go(number, scroll=False))
        splitter = QSplitter()
        splitter.setHandleWidth(GAP)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.source)
        splitter.addWidget(self.sample.side)
        bench.remembered.keep_splitter("review.reader", splitter, [480, 480])
        self._sides, self.xray = splitter, XrayView()
        whole = column(gap=0)
        whole.addWidget(splitter, 1)
        whole.addWidget(self.xray, 1)
        self.setLayout(whole)
        self.source.hide()
        self.xray.hide()
        self.setFocusProxy(self.sample.view)
        say(self, self._speak)

    @property
    def at(self) -> int:
        """The message of the sample the keyboard is at."""
        return self.sample.spots.number

    def show_sample(self, opened: Opened, sought: str = "") -> None:
        """Show one; the same again stays where it is, with what was open. `sought`: what was searched for."""
        before, anew = self.sample.opened, sought != self.sample.sought
        self.sample.sought = sought
        again = before is not None and before.sample.id == opened.sample.id
        self._show_source(opened, again=again, anew=anew)
        self.sample.show_sample(opened)

    def forget(self) -> None:
        """Nothing is read."""
        self._source = None
        self.source.hide()
        self.sample.forget()

    def step(self, by: int) -> None:
        """A place up or down, on the side the keyboard is on."""
        self.side().spots.step(by)

    def side(self) -> Side:
        """The side the keyboard is on."""
        return self.source if self.source.view.hasFocus() else self.sample.side

    def edge(self, by: int) -> None:
        """To the first place (-1) or the last one (1), on the side the keyboard is on."""
        if by > 0:
            self.side().whole()
        self.side().spots.edge(by)

    def take_keys(self) -> None:
        """The keyboard comes back to the text."""
        (self.sample.view if self.xray.isHidden() else self.xray).setFocus()

    def show_xray(self, shown: bool) -> None:
        """The X-ray in the place of the text, or the text again; the keyboard goes along."""
        self.xray.setVisible(shown)
        self._sides.setVisible(not shown)
        self.take_keys()

    def cross(self) -> None:
        """The keyboard goes to the other side; to the source at what is lit there."""
        if self.source.isVisible() and not self.source.view.hasFocus():
            lit = self.source.view.lit
            self.source.view.setFocus()
            if lit and self.source.spots.number not in lit:
                self.source.spots.go(lit[0])
            elif self.source.spots.number < 0:
                self.source.spots.step(1)
        else:
            self.sample.view.setFocus()

    def _show_source(self, opened: Opened, *, again: bool, anew: bool) -> None:
        if opened.source is None:
            if self.source.view.hasFocus():
                self.sample.view.setFocus()
            self.source.hide()
            self.sample.side.name.hide()
            return
        new = self._source is None or self._source.key != opened.source.key
        if new:
            self._source = opened.source
            self._marks = marks_of(opened.source.messages, opened.source.provenance)
            self._write_source()
        elif anew:
            self._write_source(self.source.view.verticalScrollBar().value())
        self.source.show()
        self.sample.side.name.show()
        self.source.name.show()
        self._speak_names(opened)
        if not again:
            self.source.spots.forget()
            about = opened.sample.provenance.get("messages")
            numbers = [one for one in about if isinstance(one, int)] if isinstance(about, list) else []
            self.source.light(numbers[:1])
            self.source.light([])
            if not numbers:
                self.source.view.verticalScrollBar().setValue(0)

    def _speak(self) -> None:
        """In another language."""
        self.source.view.setAccessibleName(t("原文", "Source"))
        self.sample.view.setAccessibleName(t("样本", "Sample"))
        opened = self.sample.opened
        if opened is None:
            return
        self._speak_names(opened)
        self.sample.again()
        self._write_source()

    def _write_source(self, place: int = 0) -> None:
        if self._source is not None:
            said = shown_source(self._source.messages, self._marks, self.sample.sought)
            self.source.show_talk(said, place)

    def _speak_names(self, opened: Opened) -> None:
        self.sample.side.name.setText(t("蒸馏结果", "Result"))
        if opened.source is None:
            return
        count = len(opened.source.messages)
        parts = [t("原文", "Source"), t(f"{count:,} 条消息", counted(count, "message"))]
        about = opened.sample.provenance.get("messages")
        if isinstance(about, list) and 0 < len(about) < count:
            numbers = numbers_word([one for one in about if isinstance(one, int)])
            parts.append(t(f"本块：消息 {numbers}", f"this chunk: messages {numbers}"))
        self.source.name.setText(" · ".join(parts))

    def _sample_moved(self) -> None:
        opened = self.sample.opened
        if opened is None:
            return
        if opened.source is not None:
            here = self.sample.statement()
            self.source.light(here.messages if here is not None else [])
            self.sample.spots.point(())
        self.told.emit(_sample_word(self.sample))

    def _source_moved(self) -> None:
        number = self.source.spots.number
        self.source.view.light([])
        keys = [one.key for one in self.sample.statements if number in one.messages]
        self.sample.spots.point(keys)
        said = (
            t(f"消息 {number + 1}：{len(keys)} 句以它为依据", f"Message {number + 1}: {_rest_on(len(keys))}")
            if keys
            else t(
                f"消息 {number + 1}：没有哪一句以它为依据", f"Message {number + 1}: no statement rests on it"
            )
        )
        self.told.emit(said)


def _sample_word(side: SampleSide) -> str:
    """What is to be known of the place the keyboard is at."""
    here = side.statement()
    if here is not None:
        numbers = numbers_word(here.messages)
        if not numbers:
            return t("模型没有注明这一句的依据", "The model did not say what this rests on")
        return t(f"依据消息 {numbers}", f"Rests on messages {numbers}")
    meant = side.meant()
    if meant:
        return t(f"错字：{'；'.join(meant)}", f"Meant: {'; '.join(meant)}")
    found = side.opened.found if side.opened else ()
    return " · ".join(one.text for one in found if one.message == side.spots.number)


def _rest_on(count: int) -> str:
    return "1 statement rests on it" if count == 1 else f"{count} statements rest on it"
