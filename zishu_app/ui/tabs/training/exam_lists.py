"""The item sets there are, and beside them the items of one of them, to be searched."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import Language, counted, language, t
from zishu_app.training.item_edit import found_in, is_changed
from zishu_app.training.items import Item, ItemSet, Kind
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.menu import Offer, menu_button
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search

#: widths of the lists in pixels
SETS, ITEMS = 200, 280


@dataclass(frozen=True)
class Acts:
    """What is done with them."""

    #: hears the short name of the set that is chosen now, and the id of the item
    open_set: Callable[[str], object]
    open_item: Callable[[str], object]
    new_set: Callable[[Kind, Language], object]
    remove_set: Callable[[], object]
    add: Callable[[], object]
    remove: Callable[[], object]


class ExamLists(QWidget):
    """Both lists. `all`: every set there is; `slug`: the short name of the one in front."""

    def __init__(self, acts: Acts) -> None:
        super().__init__()
        self._acts = acts
        self.all: list[ItemSet] = []
        self.slug, self._wanted = "", ""
        self.sets, self.items = RowList(acts.open_set), RowList(acts.open_item)
        self.search = Search(lambda: t("搜索题目", "Search items"), self._find)
        self.count = label("small")
        self._build()
        say(self, self.draw)

    def _build(self) -> None:
        acts = self._acts
        new = menu_button(lambda: t("新的题集", "New set"), "add", self._kinds)
        self.restore = button(self._restoring, acts.remove_set, icon="trash", kind="quiet")
        add = button(lambda: t("新题目", "New item"), acts.add, icon="add", kind="quiet", hint=lambda: "Ins")
        remove = button(
            lambda: t("删除", "Delete"), acts.remove, icon="trash", kind="quiet", hint=lambda: "Del"
        )
        left = boxed(column(self.sets, new, self.restore, gap=NEAR))
        left.setFixedWidth(SETS)
        foot = row(add, remove, None, self.count, gap=2)
        right = boxed(column(self.search, self.items, foot, gap=NEAR))
        right.setFixedWidth(ITEMS)
        self.setLayout(row(left, right, gap=GAP))
        QShortcut(QKeySequence("Del"), self.items).activated.connect(acts.remove)

    @property
    def one(self) -> ItemSet | None:
        """The set in front."""
        return next((one for one in self.all if one.slug == self.slug), None)

    def show_sets(self, sets: list[ItemSet], slug: str) -> None:
        """Show these, and the items of one; where it is not there any more, of the first in the language spoken."""
        self.all, self.slug = sets, slug
        if self.one is None:
            first = next((one for one in sets if one.language == language()), None)
            self.slug = first.slug if first else ""
        self.draw()

    def draw(self) -> None:
        """As it stands."""
        self.sets.show_rows([_set_row(one) for one in self.all], self.slug or None)
        one = self.one
        found = found_in(one.items, self._wanted) if one else []
        self.items.show_rows([_item_row(each) for each in found])
        whole = len(one.items) if one else 0
        searched = f"{len(found)} / {whole}"
        self.count.setText(searched if self._wanted else t(f"{whole} 题", counted(whole, "item")))
        self.restore.setVisible(one is not None and one.own)
        self.restore.setText(self._restoring())
        self.sets.setAccessibleName(t("题集", "Item sets"))
        self.items.setAccessibleName(t("题目", "Items"))

    def _find(self, text: str) -> None:
        self._wanted = text
        self.draw()

    def _kinds(self) -> list[Offer]:
        """What a new set can be."""
        words: list[tuple[Kind, Language, str]] = [
            ("persona", "zh", t("关于她，中文", "About her, Chinese")),
            ("persona", "en", t("关于她，英文", "About her, English")),
            ("guard", "zh", t("不能变差的，中文", "Not to get worse, Chinese")),
            ("guard", "en", t("不能变差的，英文", "Not to get worse, English")),
        ]
        return [
            Offer(text, lambda kind=kind, spoken=spoken: self._acts.new_set(kind, spoken))  # type: ignore[misc]
            for kind, spoken, text in words
        ]

    def _restoring(self) -> str:
        back = self.one is not None and is_changed(self.one)
        return t("换回自带的", "Back to the shipped one") if back else t("删除题集", "Delete the set")


def _set_row(one: ItemSet) -> Row:
    spoken = t("中文", "Chinese") if one.language == "zh" else t("英文", "English")
    about = t("关于她", "about her") if one.kind == "persona" else t("不能变差的", "not to get worse")
    mine = (t("改过", "changed") if is_changed(one) else t("自己的", "your own")) if one.own else ""
    return Row(
        one.slug, one.name, f"{spoken} · {about}", str(len(one.items)), mine, "violet", hint=one.told()
    )


def _item_row(one: Item) -> Row:
    how = t("规则", "rule") if one.rule else one.right
    return Row(one.id, one.prompt, f"{one.ability} · {how}", hint=one.prompt)
