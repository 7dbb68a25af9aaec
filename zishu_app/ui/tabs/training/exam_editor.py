"""The items of exams: sets, what is in them, and the one that is written on. Everything done here can be undone."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import Language, counted, language, t
from zishu_app.studio.exam import sets_of
from zishu_app.training.item_edit import (
    found_in,
    is_changed,
    new_set,
    next_id,
    own_path,
    put,
    put_aside,
    put_back,
    take_out,
)
from zishu_app.training.item_file import write_set
from zishu_app.training.items import Item, ItemSet, Kind
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.exam_item import Draft, ItemForm
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.menu import Offer, menu_button
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

#: widths of the lists in pixels
SETS, ITEMS = 200, 280
BLANK = Item("", "", "")


class ExamEditor(QWidget):
    """Sets on the left, their items beside them, and the form of one."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench, self._own = bench, bench.house.home.exams
        self.all: list[ItemSet] = []
        self._slug, self._wanted = "", ""
        self.sets, self.items = RowList(self._open_set), RowList(self.open_item)
        self.search = Search(lambda: t("搜索题目", "Search items"), self._find)
        self._count, self._note = label("small"), label("small", wrap=True)
        self.form, self.toast = ItemForm(self._save), Toast(self)
        self._build()
        say(self, self._draw)

    def _build(self) -> None:
        new = menu_button(lambda: t("新的题集", "New set"), "add", self._kinds)
        self.restore = button(self._restoring, self.remove_set, icon="trash", kind="quiet")
        add = button(lambda: t("新题目", "New item"), self.add, icon="add", kind="quiet", hint=lambda: "Ins")
        self.remove = button(
            lambda: t("删除", "Delete"), self.remove_item, icon="trash", kind="quiet", hint=lambda: "Del"
        )
        left = column(self.sets, new, self.restore, gap=NEAR)
        middle = column(self.search, self.items, row(add, self.remove, None, self._count, gap=2), gap=NEAR)
        right = column(self._note, gap=NEAR)
        right.addWidget(self.form, 1)
        parts = [boxed(left), boxed(middle), boxed(right)]
        parts[0].setFixedWidth(SETS)
        parts[1].setFixedWidth(ITEMS)
        whole = row(gap=GAP)
        for part in parts:
            whole.addWidget(part, 1 if part is parts[2] else 0)
        self.setLayout(whole)
        for keys, where, act in (
            ("Ins", self, self.add),
            ("Del", self.items, self.remove_item),
            ("Ctrl+F", self, self.search.setFocus),
        ):
            made = QShortcut(QKeySequence(keys), where)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)

    @property
    def one(self) -> ItemSet | None:
        """The set in front."""
        return next((one for one in self.all if one.slug == self._slug), None)

    def open(self) -> None:
        """Read what there is."""
        self._start(self._read())

    def add(self) -> None:
        """A new item, in the form."""
        if (one := self.one) is not None:
            self._leave()
            self.items.choose(None)
            self.form.open(Item(next_id(one), "", ""), new=True)
            self.form.controls["ability"].setFocus()

    def open_item(self, item_id: str) -> None:
        """Write on an item."""
        found = next((each for each in self.one.items if each.id == item_id), None) if self.one else None
        if found is not None:
            self._leave()
            self.form.open(found)

    def _leave(self) -> None:
        """What was written and not saved can be gone on with for a moment."""
        if self.form.is_changed:
            draft, slug = self.form.draft(), self._slug
            self.toast.offer(
                lambda: t("刚才写的还没有保存。", "What you wrote there was not saved."),
                lambda: self._take_up(draft, slug),
                done=False,
            )

    def _take_up(self, draft: Draft, slug: str) -> None:
        self._slug = slug
        self._draw()
        self.items.choose(draft.before)
        self.form.take_up(draft)

    def remove_item(self) -> None:
        """The one that is chosen goes, until it is brought back."""
        if (one := self.one) is not None and (chosen := self.items.current_key()) is not None:
            self._change(
                lambda: take_out(self._own, one, chosen),
                lambda: t(f"题目 {chosen} 已删除。", f"The item {chosen} is deleted."),
            )

    def remove_set(self) -> None:
        """An own set goes, until it is brought back; where a shipped one lies under it, that is there again."""
        if (one := self.one) is not None and one.own:
            changed = is_changed(one)
            self._start(self._put_aside(one, changed=changed))

    async def _put_aside(self, one: ItemSet, *, changed: bool) -> None:
        aside = await asyncio.to_thread(put_aside, one)
        await self._read()
        said = (
            t("换回了自带的题集。", "The shipped set is back.")
            if changed
            else t(f"题集“{one.name}”已删除。", f'The set "{one.name}" is deleted.')
        )
        self.toast.offer(lambda: said, lambda: self._start(self._put_back(aside, one.slug)))

    async def _put_back(self, aside: Path, slug: str) -> None:
        await asyncio.to_thread(put_back, aside)
        await self._read(slug)

    def _save(self, item: Item, before: str) -> None:
        if (one := self.one) is not None:
            self._change(
                lambda: put(self._own, one, item, before), lambda: t("保存好了。", "It is saved."), item.id
            )

    def _change(self, do: Callable[[], ItemSet], said: Callable[[], str], choose: str = "") -> None:
        if (was := self.one) is not None:
            self._start(self._changed(was, do, said, choose))

    async def _changed(
        self, was: ItemSet, do: Callable[[], ItemSet], said: Callable[[], str], choose: str
    ) -> None:
        """Do it, show it, and offer the way back."""
        await asyncio.to_thread(do)
        await self._read(was.slug, choose)
        self.toast.offer(said, lambda: self._start(self._undo(was, choose)))

    async def _undo(self, was: ItemSet, choose: str) -> None:
        """As it was before; where it was a shipped set that nothing had been changed in, that itself."""
        if was.own:
            await asyncio.to_thread(write_set, was, own_path(self._own, was))
        else:
            await asyncio.to_thread(own_path(self._own, was).unlink, missing_ok=True)
        await self._read(was.slug, choose)

    def _kinds(self) -> list[Offer]:
        """What a new set can be."""
        words: list[tuple[Kind, Language, str]] = [
            ("persona", "zh", t("关于她，中文", "About her, Chinese")),
            ("persona", "en", t("关于她，英文", "About her, English")),
            ("guard", "zh", t("不能变差的，中文", "Not to get worse, Chinese")),
            ("guard", "en", t("不能变差的，英文", "Not to get worse, English")),
        ]
        return [
            Offer(text, lambda kind=kind, spoken=spoken: self.new(kind, spoken))  # type: ignore[misc]
            for kind, spoken, text in words
        ]

    def new(self, kind: Kind, spoken: Language) -> None:
        """An own set."""
        self._start(self._new(kind, spoken))

    async def _new(self, kind: Kind, spoken: Language) -> None:
        name = t("我的题目", "My items")
        taken = [one.slug for one in self.all]
        made = await asyncio.to_thread(new_set, self._own, name, spoken, kind, taken)
        await self._read(made.slug)
        self.add()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._bench.tasks.start(self, work, replaces="items")

    async def _read(self, slug: str = "", choose: str = "") -> None:
        self.all = await sets_of(self._bench.house)
        self._slug = slug or self._slug
        if self.one is None:
            first = next((one for one in self.all if one.language == language()), None)
            self._slug = first.slug if first else ""
        self._draw()
        if choose:
            self.items.choose(choose)
        self._fill(choose)

    def _open_set(self, slug: str) -> None:
        self._leave()
        self._slug = slug
        self._draw()
        self._fill()

    def _fill(self, choose: str = "") -> None:
        """The form: the item that is wanted, else the first, else an empty one."""
        items = self.one.items if self.one else ()
        found = next((each for each in items if each.id == choose), items[0] if items else None)
        self.form.setEnabled(self.one is not None)
        if found is not None:
            self.items.choose(found.id)
            self.form.open(found)
        else:
            self.form.open(Item(next_id(self.one), "", "") if self.one else BLANK, new=True)

    def _find(self, text: str) -> None:
        self._wanted = text
        self._draw()

    def _draw(self) -> None:
        self.sets.show_rows([_set_row(one) for one in self.all], self._slug or None)
        one = self.one
        found = found_in(one.items, self._wanted) if one else []
        self.items.show_rows([_item_row(each) for each in found])
        whole = len(one.items) if one else 0
        self._count.setText(
            f"{len(found)} / {whole}" if self._wanted else t(f"{whole} 题", counted(whole, "item"))
        )
        self._note.setText(one.told() if one else "")
        self.restore.setVisible(one is not None and one.own)
        self.restore.setText(self._restoring())
        self.sets.setAccessibleName(t("题集", "Item sets"))
        self.items.setAccessibleName(t("题目", "Items"))

    def _restoring(self) -> str:
        back = self.one is not None and is_changed(self.one)
        return t("换回自带的", "Back to the shipped one") if back else t("删除题集", "Delete the set")


def _set_row(one: ItemSet) -> Row:
    spoken = t("中文", "Chinese") if one.language == "zh" else t("英文", "English")
    about = t("关于她", "about her") if one.kind == "persona" else t("不能变差的", "not to get worse")
    mine = (t("改过", "changed") if is_changed(one) else t("自己的", "your own")) if one.own else ""
    under = f"{spoken} · {about}"
    return Row(one.slug, one.name, under, str(len(one.items)), mine, "violet", hint=one.told())


def _item_row(one: Item) -> Row:
    how = t("规则", "rule") if one.rule else one.right
    return Row(one.id, one.prompt, f"{one.ability} · {how}", hint=one.prompt)
