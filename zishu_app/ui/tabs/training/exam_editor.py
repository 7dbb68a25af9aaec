"""The items of exams: sets, what is in them, and the one that is written on. Everything done here can be undone."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import Language, t
from zishu_app.studio.exam import sets_of
from zishu_app.training.item_edit import (
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
from zishu_app.ui.tabs.training.exam_lists import Acts, ExamLists
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.toast import Toast, Undo
from zishu_app.ui.workbench import Workbench

BLANK = Item("", "", "")


class ExamEditor(QWidget):
    """The lists on the left, beside them the form of one item. `open` reads what there is."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._note = label("small", wrap=True)
        self.form, self.toast = ItemForm(self._save), Toast(self)
        self.deeds = Deeds(self, bench)
        self.lists = ExamLists(
            Acts(self.open_set, self.open_item, self.deeds.new, self.deeds.remove_set, self.add, self.remove)
        )
        right = column(self._note, gap=NEAR)
        right.addWidget(self.form, 1)
        whole = row(self.lists, gap=GAP)
        whole.addLayout(right, 1)
        self.setLayout(whole)
        for keys, act in (("Ins", self.add), ("Ctrl+F", self.lists.search.setFocus)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)
        say(self, self._speak)

    def open(self) -> None:
        """Read what there is."""
        self.deeds.read()

    def show_sets(self, sets: list[ItemSet], slug: str, choose: str) -> None:
        """Show these: a set by its short name, and in it an item by its id; "": the set in front, its first item."""
        self.lists.show_sets(sets, slug or self.lists.slug)
        self._fill(choose)

    def open_set(self, slug: str) -> None:
        """The items of a set."""
        self._leave()
        self.lists.show_sets(self.lists.all, slug)
        self._fill()

    def open_item(self, item_id: str) -> None:
        """Write on an item."""
        items = self.lists.one.items if self.lists.one else ()
        found = next((each for each in items if each.id == item_id), None)
        if found is not None:
            self._leave()
            self.form.open(found)

    def add(self) -> None:
        """A new item, in the form."""
        if (one := self.lists.one) is not None:
            self._leave()
            self.lists.items.choose(None)
            self.form.open(Item(next_id(one), "", ""), new=True)
            self.form.controls["ability"].setFocus()

    def remove(self) -> None:
        """The item that is chosen goes, until it is brought back."""
        if (chosen := self.lists.items.current_key()) is not None:
            self.deeds.take_out(chosen)

    def _save(self, item: Item, before: str) -> None:
        self.deeds.put(item, before)

    def _fill(self, choose: str = "") -> None:
        """The form: the item that is wanted, else the first, else an empty one."""
        one = self.lists.one
        items = one.items if one else ()
        found = next((each for each in items if each.id == choose), items[0] if items else None)
        self.form.setEnabled(one is not None)
        if found is not None:
            self.lists.items.choose(found.id)
            self.form.open(found)
        else:
            self.form.open(Item(next_id(one), "", "") if one else BLANK, new=True)
        self._speak()

    def _leave(self) -> None:
        """What was written and not saved can be gone on with for a moment."""
        if self.form.is_changed:
            draft, slug = self.form.draft(), self.lists.slug
            self.toast.offer(
                lambda: t("刚才写的还没有保存。", "What you wrote there was not saved."),
                lambda: self._take_up(draft, slug),
                done=False,
                about="draft",
            )

    def _take_up(self, draft: Draft, slug: str) -> None:
        self.lists.show_sets(self.lists.all, slug)
        self.lists.items.choose(draft.before)
        self.form.take_up(draft)

    def _speak(self) -> None:
        self._note.setText(self.lists.one.told() if self.lists.one else "")


class Deeds:
    """What changes files, and the way back from each."""

    def __init__(self, editor: ExamEditor, bench: Workbench) -> None:
        self._editor, self._bench = editor, bench
        #: where the user's own sets lie
        self.own = bench.house.home.exams

    def read(self) -> None:
        """Show what there is."""
        self._start(self._read())

    def put(self, item: Item, before: str) -> None:
        """An item is saved. `before`: the id it had; "": it is new."""
        if (one := self._editor.lists.one) is not None:
            said = t("保存好了。", "It is saved.")
            self._start(self._change(one, lambda: put(self.own, one, item, before), lambda: said, item.id))

    def take_out(self, item_id: str) -> None:
        """An item goes."""
        if (one := self._editor.lists.one) is not None:
            said = t(f"题目 {item_id} 已删除。", f"The item {item_id} is deleted.")
            self._start(self._change(one, lambda: take_out(self.own, one, item_id), lambda: said, ""))

    def new(self, kind: Kind, spoken: Language) -> None:
        """An own set."""
        self._start(self._new(kind, spoken))

    def remove_set(self) -> None:
        """An own set goes; where it stands in the place of a shipped one, that is there again."""
        if (one := self._editor.lists.one) is not None and one.own:
            self._start(self._put_aside(one))

    async def _change(self, was: ItemSet, do: Callable[[], ItemSet], said: Say, choose: str) -> None:
        """Do it, show it, and offer the way back."""
        await asyncio.to_thread(do)
        await self._read(was.slug, choose)
        undo: Undo = lambda: self._start(self._undo(was, choose))  # noqa: E731 - typed for the toast
        self._editor.toast.offer(said, undo, about=f"items {was.slug}")

    async def _undo(self, was: ItemSet, choose: str) -> None:
        """As it was before; where it was a shipped set that nothing had been changed in, that itself."""
        path = own_path(self.own, was)
        if was.own:
            await asyncio.to_thread(write_set, was, path)
        else:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        await self._read(was.slug, choose)

    async def _new(self, kind: Kind, spoken: Language) -> None:
        taken = [one.slug for one in self._editor.lists.all]
        name = t("我的题目", "My items")
        made = await asyncio.to_thread(new_set, self.own, name, spoken, kind, taken)
        await self._read(made.slug)
        self._editor.add()

    async def _put_aside(self, one: ItemSet) -> None:
        changed = await asyncio.to_thread(is_changed, one)
        aside = await asyncio.to_thread(put_aside, one)
        await self._read()
        said = (
            t("换回了自带的题集。", "The shipped set is back.")
            if changed
            else t(f"题集“{one.name}”已删除。", f'The set "{one.name}" is deleted.')
        )
        undo: Undo = lambda: self._start(self._put_back(aside, one.slug))  # noqa: E731 - typed for the toast
        self._editor.toast.offer(lambda: said, undo, about=f"items {one.slug}")

    async def _put_back(self, aside: Path, slug: str) -> None:
        await asyncio.to_thread(put_back, aside)
        await self._read(slug)

    async def _read(self, slug: str = "", choose: str = "") -> None:
        self._editor.show_sets(await sets_of(self._bench.house), slug, choose)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._bench.tasks.start(self._editor, work, replaces="items")
