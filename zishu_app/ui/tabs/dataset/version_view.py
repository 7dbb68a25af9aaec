"""A version that is open: its figures, its card, its files, and how it differs from another one."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.frozen import CARD, Fault, Frozen, told, verify
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.card_view import CardView
from zishu_app.ui.tabs.dataset.terms_note import TermsNote
from zishu_app.ui.tabs.dataset.version_difference import VersionDifference
from zishu_app.ui.tabs.dataset.words import bytes_word, short_hash
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import Segments, button, icon_button
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import Row, RowList, Tone


class VersionView(QWidget):
    """`verified` hears that it is known of another version whether it is as it was frozen."""

    def __init__(self, around: Around, verified: Callable[[], object]) -> None:
        super().__init__()
        self._around, self._verified = around, verified
        self.frozen: Frozen | None = None
        #: by folder: what is wrong with a version; None while it is being looked at
        self._faults: dict[Path, list[Fault] | None] = {}
        self._name, self._under, self._chip = Elided("title"), Elided("small"), label("chip")
        self.terms = TermsNote()
        self.card, self.files = CardView(), RowList(lambda _: None)
        self.difference = VersionDifference(around)
        self._build()
        say(self, self._draw)
        say(self.files, lambda: self.files.setAccessibleName(t("文件", "Files")))

    def _build(self) -> None:
        self.part = Segments(
            {
                "card": lambda: t("说明卡", "Card"),
                "files": lambda: t("文件", "Files"),
                "difference": lambda: t("对比", "Compare"),
            },
            self._turn,
        )
        self.verify = icon_button("shield", lambda: t("核对每个文件", "Verify every file"), self.look)
        copy = icon_button("copy", lambda: t("复制内容哈希", "Copy the content hash"), self._copy_hash)
        folder = button(lambda: t("打开文件夹", "Open folder"), self._open, icon="folder-open", kind="quiet")
        train = button(lambda: t("用它训练", "Train on it"), self._train, icon="train", kind="quiet")
        head = row(gap=GAP)
        head.addWidget(self._name, 1)
        head.addWidget(self._chip)
        told_card = column(self.terms, gap=NEAR)
        told_card.addWidget(self.card, 1)
        self._told = boxed(told_card)
        self._stack = QStackedWidget()
        for widget in (self._told, self.files, self.difference):
            self._stack.addWidget(widget)
        below = card(margin=GAP)
        inside = below.layout()
        assert inside is not None
        inside.addWidget(self._stack)
        line = row(self.part, None, self.verify, copy, folder, train, gap=NEAR)
        whole = column(column(head, self._under, gap=2), line, gap=GAP)
        whole.addWidget(below, 1)
        whole.setContentsMargins(0, 0, NEAR, ROOM)
        self.setLayout(whole)

    def show_version(self, frozen: Frozen, others: Sequence[Frozen]) -> None:
        """Open it; `others` can be compared with it."""
        fresh = self.frozen is None or self.frozen.folder != frozen.folder
        self.frozen = frozen
        self.difference.show_version(frozen, [one for one in others if one.folder != frozen.folder])
        if fresh:
            self._around.bench.tasks.start(self, self._read(frozen), replaces="card")
        if frozen.folder not in self._faults:
            self.look()
        self._draw()

    def _train(self) -> None:
        if self.frozen is not None:
            self._around.bench.go("training", {"dataset": self.frozen.name})

    def look(self) -> None:
        """Hold every file against its hash."""
        if self.frozen is not None:
            self._around.bench.tasks.start(self, self._look(self.frozen))

    async def _look(self, frozen: Frozen) -> None:
        self._faults[frozen.folder] = None
        self._draw()
        try:
            self._faults[frozen.folder] = await asyncio.to_thread(verify, frozen)
        finally:
            if self._faults[frozen.folder] is None:
                del self._faults[frozen.folder]
        self._draw()
        self._verified()

    async def _read(self, frozen: Frozen) -> None:
        path = frozen.folder / CARD

        def read() -> str:
            try:
                return path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                return ""

        self.card.show_text(await asyncio.to_thread(read))

    def state_of(self, frozen: Frozen) -> tuple[str, Tone]:
        """Whether it is as it was frozen, as far as is known."""
        if frozen.folder not in self._faults:
            return "", ""
        faults = self._faults[frozen.folder]
        if faults is None:
            return t("核对中……", "checking …"), "plain"
        if any(fault.what != "added" for fault in faults):
            return t("被改动过", "was changed"), "bad"
        return t("完好", "as frozen"), "good"

    def _turn(self, part: str) -> None:
        self._stack.setCurrentWidget({"card": self._told, "files": self.files}.get(part, self.difference))
        if part == "difference":
            self.difference.look()

    def _copy_hash(self) -> None:
        if self.frozen is not None:
            QGuiApplication.clipboard().setText(self.frozen.content)
            self._around.bench.tell(Told("good", t("内容哈希已复制。", "The content hash is copied.")))

    def _open(self) -> None:
        if self.frozen is not None:
            open_folder(self.frozen.folder)

    def _draw(self) -> None:
        one = self.frozen
        if one is None:
            return
        self._name.setText(one.name)
        size = bytes_word(sum(mark.bytes for mark in one.files.values()))
        self._under.setText(" · ".join([counts_word(one), when(one.created), short_hash(one.content), size]))
        state, tone = self.state_of(one)
        self._chip.setText(state)
        self._chip.setVisible(bool(state))
        set_kind(self._chip, "chip", tone=tone or "plain")
        self.terms.show_teachers(one.about["teachers"])
        self.files.show_rows(self._rows(one))

    def _rows(self, one: Frozen) -> list[Row]:
        faults = {fault.file: fault for fault in self._faults.get(one.folder) or ()}
        rows = [
            Row(
                name,
                name,
                f"sha256 {mark.sha256}",
                bytes_word(mark.bytes),
                told(faults[name]) if name in faults else "",
                "bad",
                icon="file-text",
                hint=f"{one.folder / name}\n{mark.sha256}",
            )
            for name, mark in one.files.items()
        ]
        others = [fault for name, fault in faults.items() if name not in one.files]
        return [*rows, *(Row(fault.file, fault.file, told(fault), icon="warning") for fault in others)]


def counts_word(one: Frozen) -> str:
    """How many samples a version has for what, and what was left out of it."""
    train, kept = (int(one.counts[side]["samples"]) for side in ("train", "eval"))
    said = t(f"训练 {train:,} + 评估 {kept:,}", f"{train:,} for training + {kept:,} for evaluation")
    left = sum(one.left_out.values())
    return said + (t(f"，因重复去掉 {left:,}", f", {left:,} left out") if left else "")
