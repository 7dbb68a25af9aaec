"""A model file of one's own: copied into the models folder, or used where it lies."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from PySide6.QtWidgets import QFrame

from zishu_app.brains.events import Finished
from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.download_row import received
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.workbench import Workbench


class AddFile(QFrame):
    """Asks what to do with a file, see `offer`. `arrived` hears of a copy, `used` of a file used in its place."""

    def __init__(
        self, bench: Workbench, arrived: Callable[[Path], object], used: Callable[[Path], object]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench, self._arrived, self._used = bench, arrived, used
        self._source = Path()
        self._copying: asyncio.Task[None] | None = None
        self._asked, self._said = label("", wrap=True), label("small", wrap=True)
        self._bar = Bar()
        self.copy = button(
            lambda: t("复制到模型文件夹", "Copy it into the models folder"), self._copy, icon="download"
        )
        self.in_place = button(lambda: t("就用现在的位置", "Use it where it lies"), self._use, icon="link")
        leave = button(lambda: t("取消", "Cancel"), self._leave, kind="quiet")
        self.setLayout(
            column(
                self._asked,
                row(self.copy, self.in_place, None, leave),
                self._bar,
                self._said,
                gap=GAP,
                margin=ROOM,
            )
        )
        say(self, self._speak)
        self.hide()

    def offer(self, path: Path) -> None:
        """Ask what to do with this file."""
        self._source = path
        self._bar.hide()
        self._tell("small", "")
        self._speak()
        self.show()

    def _speak(self) -> None:
        name = self._source.name
        self._asked.setText(t(f"要怎样使用 {name}？", f"How is {name} to be used?"))

    def _use(self) -> None:
        self.hide()
        self._used(self._source)

    def _leave(self) -> None:
        if self._copying is not None:
            self._copying.cancel()
        self.copy.setEnabled(True)
        self.in_place.setEnabled(True)
        self.hide()

    def _copy(self) -> None:
        self.copy.setEnabled(False)
        self.in_place.setEnabled(False)
        self._copying = self._bench.tasks.start(self, self._do_copy(self._source), failed=self._failed)

    async def _do_copy(self, source: Path) -> None:
        from zishu_app.brains.adopt import copy_in

        self._bar.show()
        async with aclosing(copy_in(source, self._bench.house.home.models)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    self._copying = None
                    self._leave()
                    self._arrived(event.path)
                else:
                    self._bar.set_share(event.done / max(event.total or 1, 1))
                    self._tell("small", received(event))

    def _failed(self, said: Told) -> None:
        self.copy.setEnabled(True)
        self.in_place.setEnabled(True)
        self._bar.hide()
        self._tell("fault", f"{said.message} {said.hint}".strip())

    def _tell(self, kind: str, said: str) -> None:
        set_kind(self._said, kind)
        self._said.setText(said)
        self._said.setVisible(bool(said))
