"""How a version differs from another one: counts by what happened, the samples with a search, and one of them word by word."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QWidget

from zishu_app.core.errors import DataError
from zishu_app.core.texts import counted, t
from zishu_app.dataset.compare import Difference, What, differences
from zishu_app.dataset.frozen import Frozen, require_whole
from zishu_app.dataset.words import kind_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.differing import in_one
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.rows import Row, RowList, Tone
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.talk_view import Said, TalkView

#: samples that are listed; of more there are only the counts
MOST = 20_000
ORDER: tuple[What, ...] = ("added", "removed", "changed", "moved", "marked")
TONES: dict[What, Tone] = {
    "added": "good",
    "removed": "bad",
    "changed": "violet",
    "moved": "warn",
    "marked": "plain",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """The samples that differ, as far as they are listed, and whether there are more."""

    before: Frozen
    after: Frozen
    found: Sequence[Difference]
    more: bool

    def count(self, what: What) -> int:
        """How many of the listed ones."""
        return sum(what in one.what for one in self.found)


class VersionDifference(QWidget):
    """Nothing is read before somebody looks."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._frozen: Frozen | None = None
        self._others: Sequence[Frozen] = ()
        self._compared: Compared | None = None
        self._searched, self._wrong, self._busy = "", "", False
        self.other = QComboBox()
        self.other.activated.connect(lambda _: self.look())
        self.kinds = Segments(
            {"all": lambda: t("全部", "All"), **{one: lambda one=one: what_word(one) for one in ORDER}},  # type: ignore[misc]
            lambda _: self._draw(),
        )
        self.list = RowList(self._chosen)
        self.text = TalkView()
        self._said = label("small", wrap=True)
        self._build()
        say(self, self._draw)

    def _build(self) -> None:
        before = label("small", lambda: t("与它相比：", "Compared with"))
        search = Search(lambda: t("搜索标题", "Search titles"), self._search)
        say(self.other, lambda: self.other.setAccessibleName(t("与哪个版本比", "The other version")))
        say(self.list, lambda: self.list.setAccessibleName(t("有变化的样本", "Samples that differ")))
        say(self.text, lambda: self.text.setAccessibleName(t("逐词对照", "Word by word")))
        head = row(before, self.other, gap=NEAR)
        head.addWidget(search, 1)
        self._both = QSplitter(Qt.Orientation.Vertical)
        self._both.setHandleWidth(NEAR)
        self._both.setChildrenCollapsible(False)
        self._both.addWidget(self.list)
        self._both.addWidget(self.text)
        self._around.bench.remembered.keep_splitter("dataset.difference", self._both, [200, 200])
        whole = column(head, row(self.kinds, None), self._said, gap=NEAR)
        whole.addWidget(self._both, 1)
        self.setLayout(whole)

    def show_version(self, frozen: Frozen, others: Sequence[Frozen]) -> None:
        """Another version is open: it is compared with the one before it, if nothing else is chosen."""
        if self._frozen is not None and self._frozen.folder == frozen.folder:
            same = [one.folder for one in others] == [one.folder for one in self._others]
            if same:
                return
        self._frozen, self._others, self._compared = frozen, others, None
        older = [number for number, one in enumerate(others) if one.created < frozen.created]
        self.other.clear()
        for one in others:
            self.other.addItem(one.name)
        self.other.setCurrentIndex(older[0] if older else 0)
        self._draw()
        if self.isVisible():
            self.look()

    def look(self) -> None:
        """Compare."""
        number = self.other.currentIndex()
        if self._frozen is None or not 0 <= number < len(self._others):
            return
        self._around.bench.tasks.start(
            self, self._compare(self._others[number], self._frozen), replaces="compare"
        )

    async def _compare(self, before: Frozen, after: Frozen) -> None:
        known = self._compared
        if known is not None and (known.before.folder, known.after.folder) == (before.folder, after.folder):
            return
        self._busy, self._wrong, self._compared = True, "", None
        self._draw()

        def read() -> Compared:
            for one in (before, after):
                require_whole(one)
            found = list(islice(differences(before, after), MOST + 1))
            return Compared(before, after, found[:MOST], len(found) > MOST)

        try:
            self._compared = await asyncio.to_thread(read)
        except DataError as error:
            self._wrong = f"{error.message} {error.hint}".strip()
        finally:
            self._busy = False
        self._draw()

    def _search(self, words: str) -> None:
        self._searched = words
        self._draw()

    def _listed(self) -> list[Difference]:
        if self._compared is None:
            return []
        wanted, words = self.kinds.value, self._searched.casefold().split()
        return [
            one
            for one in self._compared.found
            if (wanted == "all" or wanted in one.what) and all(word in one.title.casefold() for word in words)
        ]

    def _draw(self) -> None:
        listed = self._listed()
        self.list.show_rows([_row(one) for one in listed])
        self._both.setVisible(bool(listed))
        self.text.setVisible(self.list.current_key() is not None)
        self.kinds.setVisible(bool(self._compared and self._compared.found))
        self.other.setEnabled(bool(self._others))
        set_kind(self._said, "fault" if self._wrong else "small")
        self._said.setText(self._sentence())

    def _sentence(self) -> str:
        if self._wrong:
            return self._wrong
        if not self._others:
            return t("还没有别的版本可比。", "There is no other version yet.")
        if self._busy:
            return t("正在比较……", "Comparing …")
        if self._compared is None:
            return ""
        if not self._compared.found:
            return t("两个版本的样本完全相同。", "Both hold the same samples, to the last mark.")
        return t("，", ", ").join(
            f"{what_word(what)} {n:,}" for what in ORDER if (n := self._compared.count(what))
        ) + (t(f"（只列前 {MOST:,} 处）", f" (of the first {MOST:,})") if self._compared.more else "")

    def _chosen(self, key: str) -> None:
        one = next((one for one in self._compared.found if one.key == key), None) if self._compared else None
        if one is not None:
            self._around.bench.tasks.start(self, self._show(one), replaces="show")

    async def _show(self, one: Difference) -> None:
        self.text.show_talk(await asyncio.to_thread(_said_of, one))
        self.text.setVisible(True)


def _said_of(one: Difference) -> list[Said]:
    """Only the messages that changed, each word by word; where none did, a line that says why it is listed."""
    if not one.messages:
        return [Said(-1, "mark", _why(one))]
    said: list[Said] = []
    for change in one.messages:
        before = [change.before] if change.before else []
        after = [change.after] if change.after else []
        number = change.now if change.now is not None else change.was or 0
        said += [Said(number, each.voice, each.text, spans=each.spans) for each in in_one(before, after)]
    return said


def _why(one: Difference) -> str:
    if one.before is None:
        return t("这个样本是新来的。", "This sample is new.")
    if one.after is None:
        return t("这个样本不在了。", "This sample is there no more.")
    if one.before != one.after:
        return t("内容没变，换了一边。", "It says the same, and stands on the other side.")
    return t("内容没变，标签、评分或审阅结果变了。", "It says the same; tags, scores or its verdict changed.")


def _row(one: Difference) -> Row:
    sides = " → ".join(dict.fromkeys(side_word(side) for side in (one.before, one.after) if side))
    number = len(one.messages)
    under = [kind_word(one.kind), sides]
    if number:
        under.append(t(f"{number} 条消息不同", f"{counted(number, 'message')} differ"))
    words = t("、", ", ").join(what_word(what) for what in one.what)
    return Row(one.key, one.title, " · ".join(under), "", words, TONES[one.what[0]], hint=one.title)


def side_word(side: str) -> str:
    """A side of the split."""
    return {"train": t("训练", "training"), "eval": t("评估", "evaluation")}[side]


def what_word(what: What) -> str:
    """What happened to a sample from one version to the other."""
    return {
        "added": t("新增", "added"),
        "removed": t("去掉", "removed"),
        "changed": t("改动", "changed"),
        "marked": t("标注变了", "marked"),
        "moved": t("换了一边", "moved"),
    }[what]
