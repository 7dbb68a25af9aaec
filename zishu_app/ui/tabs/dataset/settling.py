"""What is done with groups of duplicates: the best is kept, or all are; each of it one act that can be taken back."""

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from zishu_app.core.texts import t
from zishu_app.dataset.duplicates import dismiss, keep_best
from zishu_app.dataset.find import rows_of
from zishu_app.dataset.words import samples_word
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.fates import Fates
from zishu_app.ui.tabs.dataset.group_list import GroupList, GroupModel


class Settling(QObject):
    """`changed` hears that something became of a group, or was taken back."""

    def __init__(
        self, owner: QObject, around: Around, groups: GroupList, changed: Callable[[], object]
    ) -> None:
        super().__init__(owner)
        self._around, self._list, self._changed = around, groups, changed
        self.fates = Fates(self, around, self._known)

    def keep_this(self) -> None:
        """The best of the group that is looked at is kept."""
        self.keep([self._list.current])

    def keep_all(self) -> None:
        """The best of every group of which nothing became yet."""
        self.keep(range(len(self._list.groups.groups)))

    def keep(self, numbers: Sequence[int]) -> None:
        """The best of these groups; those are passed over of which something became already."""
        if wanted := self._open(numbers):
            self._around.bench.tasks.start(self, self._keep_best(wanted))

    def dismiss(self) -> None:
        """The group that is looked at is none."""
        for number in self._open([self._list.current]):
            self._around.bench.tasks.start(self, self._dismiss(number))

    def _open(self, numbers: Sequence[int]) -> list[int]:
        count, states = len(self._list.groups.groups), self._list.groups.states
        return [number for number in numbers if 0 <= number < count and not states.get(number)]

    async def _keep_best(self, numbers: list[int]) -> None:
        desk, groups = self._around.desk, self._list.groups.groups
        act = await keep_best(desk.samples, [groups[one] for one in numbers], desk.who, desk.clock)
        self.fates.acted(act, numbers, "kept")
        many = samples_word(act.total)
        self._around.offer_undo(act, lambda: t(f"退回了重复的 {many}。", f"{many} rejected as duplicates."))
        self._onward(numbers)

    async def _dismiss(self, number: int) -> None:
        desk = self._around.desk
        act = await dismiss(desk.samples, self._list.groups.groups[number], desk.who, desk.clock)
        self.fates.acted(act, [number], "apart")
        self._around.offer_undo(act, lambda: t("这一组都留下。", "All of this group stay."))
        self._onward([number])

    def _onward(self, numbers: Sequence[int]) -> None:
        """To the next group of which nothing became yet."""
        self._around.bench.news.samples_changed.emit()
        following = self._list.next_open(self._list.current)
        if self._list.current in numbers and following >= 0:
            self._list.choose(following)
        self._changed()

    def _known(self) -> None:
        self._list.groups.set_states(self.fates.states)
        self._changed()


class Titles:
    """Fetches what groups are called: the titles of their best samples."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def __call__(self, groups: GroupModel, numbers: Sequence[int]) -> None:
        """They come to the list when they are read."""
        self._around.bench.tasks.start(groups, self._read(groups, list(numbers)))

    async def _read(self, groups: GroupModel, numbers: list[int]) -> None:
        samples = self._around.samples

        def look() -> dict[int, str]:
            with samples.reading() as connection:
                rows = rows_of(connection, [(0.0, one) for one in numbers])
                return {row.id: row.title or row.lead for row in rows}

        groups.put(await asyncio.to_thread(look))
