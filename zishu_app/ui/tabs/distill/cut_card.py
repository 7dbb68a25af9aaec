"""How the chosen talk will be cut: the fields, and the picture that follows them while they are dragged."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import counted, t
from zishu_app.core.tokens import FALLBACK, open_counter
from zishu_app.dataset.talks import Talk
from zishu_app.distill.distil import fitted
from zishu_app.distill.preview import Preview, Span, preview
from zishu_app.ledger.calls import Speaker
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.distill.knobs import CutKnobs
from zishu_app.ui.tabs.distill.sources import Source, talk_of_file
from zishu_app.ui.tabs.distill.wishes import Wishes
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import boxed, card, column, row, scrolled
from zishu_app.ui.widgets.chunk_picture import ChunkPicture
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.workbench import Workbench

#: most of the picture in sight; more of it is scrolled to
TALL = 300
#: milliseconds in which moves of a slider are taken together
TOGETHER = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """Which talk is in the picture."""

    source: Source
    #: which of the talks in its file, from 0
    place: int


class CutCard(QWidget):
    """Fields and picture. `show_source` says whose chunks are drawn."""

    def __init__(self, bench: Workbench, changed: Callable[[dict[str, Any]], object], wishes: Wishes) -> None:
        super().__init__()
        self._bench, self._wishes = bench, wishes
        self._speaker: Speaker | None = None
        self._shown: Shown | None = None
        self._talk: Talk | None = None
        self.preview: Preview | None = None
        self.knobs = CutKnobs(changed)
        self.knobs.show_wishes(wishes)
        self.picture = ChunkPicture(self._pointed)
        self._told = Elided("small", tip=False)
        self._name = Elided("small")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOGETHER)
        self._soon.timeout.connect(lambda: bench.tasks.start(self, self._cut(), replaces="cut"))
        self._build()
        say(self, self._speak)

    def _build(self) -> None:
        self._back = icon_button(
            "chevron-left", lambda: t("上一段", "The talk before"), lambda: self._step(-1), size=16
        )
        self._next = icon_button(
            "chevron-right", lambda: t("下一段", "The next talk"), lambda: self._step(1), size=16
        )
        head = row(label("lead", lambda: t("怎样切块", "How talks are cut")), None, self.knobs.by)
        inside = column(self.picture, None, gap=0)
        self._area: QScrollArea = scrolled(inside)
        self.picture.laid.connect(lambda tall: self._area.setFixedHeight(min(tall, TALL)))
        which = row(gap=NEAR)
        which.addWidget(self._name, 1)
        which.addLayout(row(self._back, self._next, gap=2))
        self._drawn = boxed(column(which, self._area, self._told, gap=NEAR))
        whole = column(card(head, self.knobs, self._drawn), gap=0)
        whole.setContentsMargins(0, 0, 0, 0)
        self.setLayout(whole)

    def show_source(self, source: Source | None) -> None:
        """Draw the talks of this file; None: there is none."""
        if source is None or not source.talks:
            self._shown, self._talk, self.preview = None, None, None
            self.picture.show_preview(None)
            self._speak()
            return
        place = self._shown.place if self._shown and self._shown.source.key == source.key else 0
        self._look(Shown(source, min(place, len(source.talks) - 1)))

    def follow(self, wishes: Wishes) -> None:
        """The choices are others."""
        self._wishes = wishes
        self.knobs.follow(wishes)
        self._soon.start()

    def use(self, speaker: Speaker | None) -> None:
        """Cut with the tokens and within the limits of this model; None: it is not known."""
        if speaker is not self._speaker:
            self._speaker = speaker
            self._soon.start()

    def _look(self, shown: Shown) -> None:
        if shown == self._shown:
            return
        self._shown = shown
        self._bench.tasks.start(self, self._read(shown), replaces="read")
        self._speak()

    def _step(self, step: int) -> None:
        if self._shown is not None:
            place = (self._shown.place + step) % len(self._shown.source.talks)
            self._look(Shown(self._shown.source, place))

    async def _read(self, shown: Shown) -> None:
        number = shown.source.talks[shown.place].number
        self._talk = await asyncio.to_thread(talk_of_file, shown.source.path, number)
        await self._cut()

    async def _cut(self) -> None:
        talk, wishes, speaker = self._talk, self._wishes, self._speaker
        if talk is None:
            return

        def cut() -> Preview | None:
            counter = speaker.counter if speaker else open_counter(FALLBACK)
            language = wishes.language or talk.language
            way = fitted(wishes.way, speaker, language) if speaker else wishes.way
            try:
                return preview(talk, way, counter)
            except SettingsError:
                return None  # the fields say it

        found = await asyncio.to_thread(cut)
        if found is not None and talk is self._talk:
            self.preview = found
            self.picture.show_preview(found)
            self._speak()

    def _pointed(self, number: int, spans: list[Span]) -> None:
        self._told.setText(self._pointed_at(number, spans) if number >= 0 else self._whole())

    def _pointed_at(self, number: int, spans: list[Span]) -> str:
        if self.preview is None or self._talk is None:
            return ""
        block = self.preview.blocks[number]
        who = {"user": t("用户", "user"), "assistant": t("助手", "assistant")}.get(
            block.role, t("系统", "system")
        )
        chunks = ", ".join(str(span.index + 1) for span in spans)
        shared = t("，重叠", ", overlap") if len(spans) > 1 else ""
        text = " ".join(self._talk.messages[number].content.split())[:80]
        place = t(f"消息 {number + 1}", f"Message {number + 1}")
        within = t(f"第 {chunks} 块{shared}", f"chunk {chunks}{shared}")
        return f"{place} · {who} · {block.tokens:,} tokens · {within} · {text}"

    def _whole(self) -> str:
        if self.preview is None:
            return ""
        chunks = len(self.preview.spans)
        repeated = sum(
            block.tokens
            for span in self.preview.spans
            for block in self.preview.blocks[span.first : span.first + span.overlap]
        )
        total = max(sum(block.tokens for block in self.preview.blocks), 1)
        return t(
            f"切成 {chunks} 块，重叠 {repeated / total:.0%}。指向色块可看是哪条消息。",
            f"{counted(chunks, 'chunk')}, {repeated / total:.0%} is read twice. Point at a bar to see its message.",
        )

    def _speak(self) -> None:
        shown = self._shown
        many = shown is not None and len(shown.source.talks) > 1
        for one in (self._back, self._next):
            one.setVisible(many)
        self._drawn.setVisible(shown is not None)
        if shown is None:
            return
        talk = shown.source.talks[shown.place]
        place = f"{shown.place + 1} / {len(shown.source.talks)}  " if many else ""
        self._name.setText(f"{place}{talk.name}")
        self._told.setText(self._whole())
