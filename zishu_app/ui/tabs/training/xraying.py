"""The X-ray over the page: what was made ready to be learnt, sample by sample, coloured by which tokens are learnt."""

import asyncio
from itertools import islice
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.frozen import read_lines
from zishu_app.studio.training import Prepared
from zishu_app.studio.xray import see_row
from zishu_app.training.material import TRAIN
from zishu_app.training.runs import MATERIAL
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.keyed import Keyed
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.overlay import Overlay
from zishu_app.ui.widgets.xray import XrayView
from zishu_app.ui.workbench import Workbench

#: samples that can be looked through
MOST = 300


class Xraying:
    """Lies over `page` until it is closed; the arrows go from sample to sample."""

    def __init__(self, page: QWidget, bench: Workbench) -> None:
        self._bench = bench
        self._prepared: Prepared | None = None
        self._rows: list[dict[str, Any]] = []
        self._place = 0
        keys = {Qt.Key.Key_Left: lambda: self.step(-1), Qt.Key.Key_Right: lambda: self.step(1)}
        self._frame = Keyed(keys)
        self.view, self._count = XrayView(), label("soft")
        self.before = button(lambda: t("上一个", "Previous"), lambda: self.step(-1), icon="chevron-left")
        self.after = button(lambda: t("下一个", "Next"), lambda: self.step(1), icon="chevron-right")
        close = icon_button("close", lambda: t("关闭", "Close"), self.close_, size=16)
        title = label("title", lambda: t("逐个 token 看样本", "X-ray of the samples"))
        whole = column(row(title, None, close), gap=GAP)
        whole.addWidget(self.view, 1)
        whole.addLayout(row(self._count, None, self.before, self.after, gap=NEAR))
        whole.setContentsMargins(ROOM, GAP, GAP, GAP)
        self._frame.setLayout(whole)
        self.overlay = Overlay(page, self._frame, QSize(760, 600))
        self._frame.listen(self.view.text)
        say(self._frame, self._speak)

    def open(self, prepared: Prepared) -> None:
        """Look through what it is to learn."""
        self._prepared, self._rows, self._place = prepared, [], 0
        self.view.show_none(lambda: t("正在读取……", "Reading …"))
        self._speak()
        self.overlay.open(self.view)
        self._start(self._read(prepared))

    def close_(self) -> None:
        """Back to the form."""
        self.overlay.close_()

    def step(self, by: int) -> None:
        """To the next one, or the former."""
        place = self._place + by
        if 0 <= place < len(self._rows) and self._prepared is not None:
            self._place = place
            self._speak()
            self._start(self._see(self._prepared))

    def _start(self, work: Any) -> None:
        self._bench.tasks.start(self._frame, work, replaces="see", failed=self._failed)

    async def _read(self, prepared: Prepared) -> None:
        path = prepared.run.folder / MATERIAL / TRAIN
        self._rows = await asyncio.to_thread(lambda: list(islice(read_lines(path), MOST)))
        self._speak()
        if self._rows:
            await self._see(prepared)
        else:
            self.view.show_none(lambda: t("没有样本。", "There are no samples."))

    async def _see(self, prepared: Prepared) -> None:
        row_ = self._rows[self._place]
        self.view.show_seen(
            await see_row(self._bench.house, prepared.base.folder, row_, prepared.run.recipe.longest)
        )

    def _failed(self, told: Told) -> None:
        said = f"{told.message} {told.hint}".strip()
        self.view.show_none(lambda: said)

    def _speak(self) -> None:
        count = len(self._rows)
        more = "+" if count == MOST else ""
        self._count.setText(f"{self._place + 1:,} / {count:,}{more}" if count else "")
        self.before.setEnabled(self._place > 0)
        self.after.setEnabled(self._place < count - 1)
