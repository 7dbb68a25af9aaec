"""Source and result side by side: a statement lights the messages it rests on, a message the statements that do."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.llm.names import model_name
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.distill import shown
from zishu_app.ui.tabs.distill.reading import Reading
from zishu_app.ui.tabs.distill.taking import Taking
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import Segments, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.statements import Entry, StatementList
from zishu_app.ui.widgets.talk_view import TalkView
from zishu_app.ui.workbench import Workbench

#: fetches what is to be read; the argument is what was read before of the same
Fetch = Callable[[Reading | None], Reading]


class Reader(QWidget):
    """`back` leaves it; `step` asks for the talk before (-1) or after (1), where there is one."""

    def __init__(self, bench: Workbench, back: Callable[[], object], step: Callable[[int], object]) -> None:
        super().__init__()
        self._bench, self._back, self._step = bench, back, step
        self.reading: Reading | None = None
        self._place: object = None
        self.talk = TalkView()
        self.statements = StatementList()
        self.view = Segments(
            {"chunks": lambda: t("按块", "By chunk"), "final": lambda: t("最终总结", "Final summary")},
            lambda _: self._show_result(),
        )
        self.taking = Taking(bench, self)
        self._name = Elided("lead")
        self._about = Elided("small")
        self._told = label("small")
        self._source = label("field", lambda: t("原文", "Source"))
        self._build()
        self.talk.picked.connect(self._message_picked)
        self.statements.rests_on.connect(self._statement_chosen)
        say(self, self._speak)

    def _build(self) -> None:
        leave = icon_button("chevron-left", lambda: t("返回（Esc）", "Back (Esc)"), self._back)
        before = icon_button(
            "chevron-up", lambda: t("上一段（Alt+↑）", "The talk before (Alt+Up)"), lambda: self._step(-1)
        )
        after = icon_button(
            "chevron-down", lambda: t("下一段（Alt+↓）", "The next talk (Alt+Down)"), lambda: self._step(1)
        )
        self._steps = (before, after)
        head = row(leave, gap=NEAR)
        head.addLayout(column(self._name, self._about, gap=0), 1)
        head.addLayout(row(before, after, self.taking.copy, self.taking.save, gap=2))
        left = QWidget()
        self._source.setFixedHeight(36)
        side = column(self._source, gap=NEAR)
        side.addWidget(self.talk, 1)
        left.setLayout(side)
        right = QWidget()
        other = column(row(self.view, None), gap=NEAR)
        other.addWidget(self.statements, 1)
        other.addWidget(self._told)
        right.setLayout(other)
        splitter = QSplitter()
        splitter.setHandleWidth(GAP)
        splitter.setChildrenCollapsible(False)
        for one in (left, right):
            one.setMinimumWidth(220)
            splitter.addWidget(one)
        self._bench.remembered.keep_splitter("distill.reader", splitter, [480, 480])
        whole = column(head, gap=GAP)
        whole.addWidget(splitter, 1)
        self.setLayout(whole)
        self._shortcuts()

    def _shortcuts(self) -> None:
        acts = {
            "Escape": self._back,
            "Alt+Up": lambda: self._step(-1),
            "Alt+Down": lambda: self._step(1),
            "Ctrl+Shift+C": self.taking.copy_section,
        }
        for keys, act in acts.items():
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self.statements)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.taking.copy_statement)

    def read(self, place: object, fetch: Fetch, *, steps: bool = False) -> Awaitable[None]:
        """Show what `fetch` brings. The same `place` again: more of what is shown; everything stays where it is."""
        again = place == self._place
        if not again:
            self._place, self.reading = place, None
            self.statements.choose_none()
        for one in self._steps:
            one.setVisible(steps)
        return self._bench.tasks.start(self, self._read(fetch, again=again), replaces="read")

    async def _read(self, fetch: Fetch, *, again: bool) -> None:
        known = self.reading if again else None
        found = await asyncio.to_thread(fetch, known)
        new_talk = known is None or found.messages is not known.messages and found.messages != known.messages
        self.reading = found
        if new_talk:
            self.talk.show_talk(shown.said_of(found.messages, found.about))
        if not again:
            self.view.choose("chunks")
        self._speak()

    def forget(self) -> None:
        """Nothing is read any more."""
        self._place, self.reading = None, None

    def path(self) -> Path | None:
        """The file of the result."""
        return self.reading.result.path if self.reading else None

    def _speak(self) -> None:
        if self.reading is None:
            return
        result, count = self.reading.result, len(self.reading.messages)
        self._name.setText(result.name)
        done = len(result.parts)
        cut = t(f"{result.chunks} 块", counted(result.chunks, "chunk"))
        if done < result.chunks:
            cut = t(f"{done}/{result.chunks} 块", f"{done}/{counted(result.chunks, 'chunk')}")
        parts = [t(f"{count:,} 条消息", counted(count, "message")), cut]
        parts += [model_name(result.model)] if result.model else []
        self._about.setText(" · ".join(parts if result.chunks else parts[:1]))
        self.taking.show(self.reading, self.statements)
        self._show_result()

    def _show_result(self) -> None:
        if self.reading is None:
            return
        result = self.reading.result
        entries = shown.by_chunk(result) if self.view.value == "chunks" else shown.summary(result)
        if self.view.value == "chunks" and not result.parts and not result.chunks:
            entries = [Entry("note", t("还没有结果。", "There is no result yet."))]
        self.statements.show_entries(entries)
        self._hint()

    def _hint(self) -> None:
        self._told.setText(
            t(
                "点一句看它的依据，点一条消息看谁引用它。",
                "Click a statement or a message: what belongs to it lights up.",
            )
        )

    def _statement_chosen(self, messages: tuple[int, ...]) -> None:
        self.talk.light(messages)
        entry = self.statements.current()
        if entry is None or entry.kind != "line":
            self._hint()
        elif messages:
            self._told.setText(t(f"依据消息 {entry.note}", f"Rests on messages {entry.note}"))
        else:
            self._told.setText(t("模型没有注明这一句的依据。", "The model did not say what this rests on."))

    def _message_picked(self, number: int) -> None:
        self.talk.light([number], scroll=False)
        found = self.statements.light(number)
        place = number + 1
        self._told.setText(
            t(
                f"消息 {place}：{found} 句以它为依据",
                f"Message {place}: {counted(found, 'statement')} rest on it",
            )
            if found
            else t(f"消息 {place}：没有哪一句以它为依据", f"Message {place}: no statement rests on it")
        )
