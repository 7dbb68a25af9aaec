"""A training is looked over, measured and begun: what lies between the choices of the form and the training itself."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zishu_app.core.aside import discard
from zishu_app.core.streams import closing
from zishu_app.studio.material import Preparing
from zishu_app.studio.training import Prepared, Wish, measure, prepare
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.training.outlook import Outlook
from zishu_app.ui.tabs.training.start_bar import StartBar
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True)
class Heard:
    """Who hears what: `begin` what is to be trained; `looked` the id of the run that was made ready, or "" where there is
    none any more; `xray` whose samples are to be seen; `shown`: there is something new to be seen.
    """

    begin: Callable[[Prepared], object]
    looked: Callable[[str], object]
    xray: Callable[[Prepared], object]
    shown: Callable[[], object] = lambda: None


class Looking:
    """`asked`: what is wished for. `owner` is the form."""

    def __init__(self, owner: QWidget, bench: Workbench, asked: Callable[[], Wish], heard: Heard) -> None:
        self._owner, self._bench, self._asked, self._heard = owner, bench, asked, heard
        self._task: asyncio.Task[None] | None = None
        self.outlook = Outlook(self.measure, self._show_xray)
        self.bar = StartBar(self.look, self.stop, self.start)
        LANGUAGE.follow(owner, self._in_other_words)

    @property
    def prepared(self) -> Prepared | None:
        """What was made ready, if it still counts."""
        return self.outlook.prepared

    def look(self) -> None:
        """Have it looked over."""
        if self.bar.may_look:
            self.forget()
            self._task = self._bench.tasks.start(
                self._owner, self._look(), replaces="look", failed=self._failed
            )

    def stop(self) -> None:
        """Leave that."""
        if self._task is not None:
            self._task.cancel()
        self.bar.show_step(None)

    async def _look(self) -> None:
        self.bar.show_step(Preparing("base"))
        async with closing(prepare(self._bench.house, self._asked())) as events:
            async for event in events:
                if isinstance(event, Prepared):
                    self._show(event)
                else:
                    self.bar.show_step(event)

    def _in_other_words(self) -> None:
        """What was found is said anew by itself; what the worker said of it, only the worker can say otherwise."""
        prepared = self.prepared
        if prepared is not None and prepared.seen.faults:
            self.look()

    def _failed(self, told: Told) -> None:
        self.bar.show_step(None)
        self._bench.tell(told)

    def _show(self, prepared: Prepared) -> None:
        self.outlook.show_prepared(prepared)
        self.bar.show_step(None)
        self.bar.show_looked(True, prepared.may_start)
        self._heard.looked(prepared.run.id)
        self._heard.shown()

    def measure(self) -> None:
        """Two steps, to correct the estimate."""
        prepared = self.prepared
        if prepared is not None:
            self.outlook.set_measuring(True)
            self._bench.tasks.start(self._owner, self._measure(prepared), replaces="measure")

    async def _measure(self, prepared: Prepared) -> None:
        try:
            corrected = await measure(self._bench.house, prepared)
        finally:
            self.outlook.set_measuring(False)
        if self.prepared is prepared:
            self._show(corrected)

    def _show_xray(self) -> None:
        if self.prepared is not None:
            self._heard.xray(self.prepared)

    def forget(self) -> None:
        """What was looked over counts no more, for something else is wished for: its run goes."""
        prepared = self.prepared
        if prepared is not None:
            self._let_go()
            self._heard.looked("")
            self._bench.tasks.start(self._owner, asyncio.to_thread(discard, prepared.run.folder))

    def start(self) -> None:
        """Begin what was looked over."""
        prepared = self.prepared
        if prepared is not None and prepared.may_start:
            self._let_go()
            self._heard.looked("")
            self._heard.begin(prepared)

    def _let_go(self) -> None:
        self.outlook.show_prepared(None)
        self.bar.show_looked(False, False)
