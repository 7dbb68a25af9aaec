"""What became of the groups: acted on here, and seen again whenever something was done, or taken back, anywhere."""

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.group_list import State

#: acts that are looked through for those of ours
MOST = 1_000


class Fates(QObject):
    """`known` hears that `states` say something else."""

    def __init__(self, owner: QObject, around: Around, known: Callable[[], object]) -> None:
        super().__init__(owner)
        self._around, self._known = around, known
        self.states: dict[int, State] = {}
        #: what was done to which groups, by act
        self._acts: dict[int, tuple[Sequence[int], State]] = {}
        around.bench.news.samples_changed.connect(self._look)

    def forget(self) -> None:
        """Other groups are shown."""
        self.states, self._acts = {}, {}

    def acted(self, act: Act, numbers: Sequence[int], state: State) -> None:
        """An act did something to these groups."""
        self._acts[act.id] = (numbers, state)
        self.states |= dict.fromkeys(numbers, state)
        self._known()

    def _look(self) -> None:
        if self._acts:
            self._around.bench.tasks.start(self, self._look_again(), replaces="look")

    async def _look_again(self) -> None:
        """An act that was taken back is as if it had never been."""
        samples, known = self._around.samples, self._acts

        def look() -> set[int]:
            with samples.reading() as connection:
                return {act.id for act in acts.history(connection, MOST) if act.state != "done"}

        undone = await asyncio.to_thread(look)
        states: dict[int, State] = {}
        for number, (groups, state) in known.items():
            if number not in undone:
                states |= dict.fromkeys(groups, state)
        if states != self.states:
            self.states = states
            self._known()
