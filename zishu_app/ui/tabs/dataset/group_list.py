"""Groups of duplicates as a list of any length: what a row says is fetched when it comes into sight."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QListView, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.dataset.duplicates import Group
from zishu_app.ui.follow import LANGUAGE, LOOK
from zishu_app.ui.tabs.dataset.words import share_word
from zishu_app.ui.widgets.rows import Row, RowPainter, Tone

Index = QModelIndex | QPersistentModelIndex
#: what became of a group: nothing yet; the best was kept; they are no duplicates
State = Literal["", "kept", "apart"]

#: hears of samples whose titles are wanted by a list
Fetch = Callable[["GroupModel", Sequence[int]], object]

#: groups whose titles are fetched together
PAGE = 100
#: milliseconds between the first row that asks for its title and the fetching
PAUSE = 20


class GroupModel(QAbstractListModel):
    """`fetch` is asked for the titles of samples; they come with `put`."""

    def __init__(self, parent: QWidget, fetch: Fetch) -> None:
        super().__init__(parent)
        self.groups: list[Group] = []
        self.states: dict[int, State] = {}
        self._titles: dict[int, str] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._fetch = fetch
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """See QAbstractItemModel."""
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under UserRole; in words under the others."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.UserRole:
            return self.row(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row(index.row())
            return ", ".join(part for part in (row.title, row.under, row.state) if part)
        return None

    def row(self, number: int) -> Row:
        """As it is shown; its title is asked for where nobody has done so."""
        group = self.groups[number]
        if group.best not in self._titles and number // PAGE not in self._asked:
            self._wanted.add(number // PAGE)
            if not self._pause.isActive():  # each paint would begin the pause anew
                self._pause.start()
        state = self.states.get(number, "")
        return Row(
            number, self._titles.get(group.best, "…"), told(group), "", _state_word(state), _state_tone(state)
        )

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Others altogether."""
        self.beginResetModel()
        self.groups, self.states = list(groups), {}
        self._titles, self._asked, self._wanted = {}, set(), set()
        self.endResetModel()

    def change(self, number: int, group: Group) -> None:
        """Another one of it is the best."""
        self.groups[number] = group
        self._asked.discard(number // PAGE)
        self._tell(number)

    def set_states(self, states: Mapping[int, State]) -> None:
        """What became of them; what is not named is open."""
        changed = {
            number for number in {*states, *self.states} if states.get(number) != self.states.get(number)
        }
        self.states = dict(states)
        for number in changed:
            self._tell(number)

    def put(self, titles: Mapping[int, str]) -> None:
        """Titles that were asked for, by sample."""
        self._titles |= titles
        if self.groups:
            self.dataChanged.emit(self.index(0), self.index(len(self.groups) - 1))

    def _tell(self, number: int) -> None:
        self.dataChanged.emit(self.index(number), self.index(number))

    def _ask(self) -> None:
        pages, self._wanted = self._wanted, set()
        self._asked |= pages
        self._fetch(
            self,
            [group.best for page in sorted(pages) for group in self.groups[page * PAGE : (page + 1) * PAGE]],
        )


class GroupList(QListView):
    """`chosen` hears the number of the group that is looked at; `kept` the one that Enter is pressed on."""

    def __init__(
        self,
        chosen: Callable[[int], object],
        kept: Callable[[int], object],
        fetch: Fetch,
    ) -> None:
        super().__init__()
        self.groups = GroupModel(self, fetch)
        self.setModel(self.groups)
        self.setItemDelegate(RowPainter(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(
            lambda now, _: chosen(now.row()) if now.isValid() else None
        )
        self.activated.connect(lambda index: kept(index.row()))
        LOOK.follow(self, self.viewport().update)
        LANGUAGE.follow(self, self.viewport().update)

    def choose(self, number: int) -> None:
        """Look at a group."""
        if 0 <= number < len(self.groups.groups):
            self.setCurrentIndex(self.groups.index(number))

    @property
    def current(self) -> int:
        """The number of the group that is looked at; -1: none."""
        return self.currentIndex().row()

    def next_open(self, after: int) -> int:
        """The next group of which nothing became yet, from the top again behind the last; -1: there is none."""
        count = len(self.groups.groups)
        order = [*range(after + 1, count), *range(min(after + 1, count))]
        return next((number for number in order if not self.groups.states.get(number)), -1)


def told(group: Group) -> str:
    """How many there are, and how alike."""
    count, share = len(group.ids), share_word(group.similarity)
    return {
        "exact": t(f"{count} 个完全相同", f"{counted(count, 'sample')}, all the same"),
        "near": t(f"{count} 个，至少 {share} 相同", f"{counted(count, 'sample')}, at least {share} the same"),
        "alike": t(f"{count} 个意思相近，{share}", f"{counted(count, 'sample')} alike in meaning, {share}"),
    }[group.how]


def likeness(group: Group) -> str:
    """How alike they are."""
    share = share_word(group.similarity)
    return {
        "exact": t("完全相同", "All the same"),
        "near": t(f"至少 {share} 相同", f"At least {share} the same"),
        "alike": t(f"意思相近，{share}", f"Alike in meaning, {share}"),
    }[group.how]


def _state_word(state: State) -> str:
    return {"": "", "kept": t("已留最好的", "best kept"), "apart": t("不算重复", "no duplicates")}[state]


def _state_tone(state: State) -> Tone:
    tones: dict[State, Tone] = {"": "", "kept": "good", "apart": "plain"}
    return tones[state]
