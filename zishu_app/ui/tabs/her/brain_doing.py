"""What goes on with brains she has learnt: one thing at a time, told in words, failures too."""

from collections.abc import AsyncIterator, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.streams import closing
from zishu_app.studio.parity import Giving
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.widgets.labels import Say


class Doing(QObject):
    """`told`: what is going on has changed."""

    told = Signal()

    def __init__(self, owner: QWidget, around: Around) -> None:
        super().__init__(owner)
        self._around = around
        self.busy, self.failed = False, False
        #: what is going on or came of it, and how far it is; 0: nobody knows
        self.said: Say = lambda: ""
        self.share = 0.0

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, unless something goes on already."""
        if self.busy:
            work.close()
            return
        self.busy, self.failed = True, False
        self.told.emit()
        self._around.bench.tasks.start(self, self._one(work), failed=self._fail)

    def tell(self, said: Say, share: float = 0.0) -> None:
        """What is being done or was done."""
        self.said, self.share = said, share
        self.told.emit()

    async def watched(self, events: AsyncIterator[Any]) -> Any:
        """To its end, which is given; on the way it is told."""
        last: Any = None
        async with closing(events) as stream:
            async for event in stream:
                last = event
                if isinstance(event, Giving):
                    said, share = event.text, event.done / max(event.total, 1)
                    self.tell(lambda said=said: said, share)  # type: ignore[misc]
        return last

    async def _one(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self.busy, self.share = False, 0.0
            self.told.emit()

    def _fail(self, told: Told) -> None:
        self.failed = True
        self.tell(lambda: f"{told.message} {told.hint}".strip())
