"""What every section of the page is given: the window's bench, and what it may ask of the page around it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from zishu_app.core.clock import Clock
from zishu_app.core.settings import Settings
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act, Part
from zishu_app.dataset.find import Filter
from zishu_app.dataset.store import Samples
from zishu_app.review.desk import Desk
from zishu_app.ui.errors import Told
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.toast import Toast, Undo
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True, eq=False)
class Around:
    """Handed to every section."""

    bench: Workbench
    #: says what was done, with a way back
    toast: Toast
    #: brings another section to the front
    open: Callable[[str], object]

    @property
    def samples(self) -> Samples:
        """The data set."""
        return self.bench.house.samples

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self.bench.house.settings

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.bench.house.clock

    @property
    def desk(self) -> Desk:
        """What is done to samples here, under the name of whoever does it."""
        return Desk(self.samples, self.settings.review.reviewer or t("我", "me"), self.clock)

    def show(self, wanted: Filter) -> None:
        """Bring samples to be looked at one by one: the Review page, filtered."""
        self.bench.go("review", wanted)

    async def act(self, parts: AsyncIterator[Part], said: Say) -> None:
        """Do something to samples, all of it as one act; then say so, with a way back."""
        act: Act | None = None
        try:
            async with closing(parts):
                async for part in parts:
                    act = part.act
        finally:
            self.bench.news.samples_changed.emit()
        if act is not None and act.total:
            self.offer_undo(act, said)

    def offer_undo(self, act: Act, said: Say) -> None:
        """Say what was done, with a way back for as long as it is said."""
        # only the newest act can be undone here
        undo: Undo = lambda: self.bench.tasks.start(self.toast, self._undo(act))  # noqa: E731
        self.toast.offer(said, undo, about="samples")

    async def _undo(self, act: Act) -> None:
        def newest() -> Act | None:
            with self.samples.reading() as connection:
                return acts.next_undo(connection)

        last = await asyncio.to_thread(newest)
        if last is None or last.id != act.id:
            self.bench.tell(
                Told(
                    "info",
                    t(
                        "在这之后又做了别的事，没有撤销。",
                        "Something else was done since; nothing was undone.",
                    ),
                    t("在审阅页可以逐步撤销。", "The Review page undoes one act after the other."),
                )
            )
            return
        async with closing(acts.undo(self.samples)) as parts:
            async for _ in parts:
                pass
        self.bench.news.samples_changed.emit()
