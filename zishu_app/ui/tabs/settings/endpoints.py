"""The endpoints that are known: how it stands with each, what it costs, its key, and endpoints of one's own."""

import asyncio
import functools

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t
from zishu_app.llm.catalog_edit import (
    Edit,
    remove_endpoint,
    take_back,
    write_endpoint,
)
from zishu_app.llm.names import endpoint_name
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.endpoint_card import EndpointCard
from zishu_app.ui.tabs.settings.endpoint_form import EndpointForm, Written
from zishu_app.ui.tabs.settings.known import SHIPPED, Known, known_of, stamp_of
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.rows import Row, RowList, Tone
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench

LIST = 236


class Endpoints(QWidget):
    """List to the left, the chosen one to the right."""

    def __init__(self, bench: Workbench, toast: Toast) -> None:
        super().__init__()
        self._bench, self._toast = bench, toast
        self._known: dict[str, Known] = {}
        self._words = ""
        self._stamp = stamp_of(bench.house.home.models_toml)
        self.list = RowList(self.choose)
        self.list.setProperty("kind", "framed")
        say(self.list, lambda: self.list.setAccessibleName(t("接口", "Endpoints")))
        self.search = Search(lambda: t("找接口", "Find an endpoint"), self._filter)
        self.add = button(lambda: t("添加接口", "Add an endpoint"), self._new, icon="add")
        self._fault = label("fault", wrap=True)
        self.card = EndpointCard(bench, toast, self._edit, self._remove)
        self._right = QStackedWidget()
        self._right.addWidget(scrolled(_padded(self.card)))
        left = column(self.search, gap=NEAR)
        left.addWidget(self.list, 1)
        left.addLayout(row(self.add, None))
        side = boxed(left)
        side.setFixedWidth(LIST)
        line = row(side, gap=GAP)
        line.addWidget(self._right, 1)
        whole = column(self._fault, gap=GAP)
        whole.addLayout(line, 1)
        self.setLayout(whole)
        bench.news.settings_changed.connect(self.renew)
        say(self, self.renew)

    @functools.cached_property
    def form(self) -> EndpointForm:
        """Made when somebody first wants to write in it."""
        made = EndpointForm(self._save, self._cancel)
        self._right.addWidget(scrolled(_padded(made)))
        return made

    def renew(self) -> None:
        """Look again how it stands."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    def choose(self, name: str) -> None:
        """Show one."""
        if name in self._known:
            self.list.choose(name)
            self.card.show_known(self._known[name])
            self._right.setCurrentIndex(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look whether the file was changed by hand."""
        super().showEvent(event)
        self.renew()

    async def _look(self) -> None:
        house = self._bench.house
        stamp = await asyncio.to_thread(stamp_of, house.home.models_toml)
        if stamp != self._stamp:
            self._stamp = stamp
            house.renew(house.settings)  # by hand, or by another program
        try:
            found = await asyncio.to_thread(known_of, self._bench.house)
        except ZishuError as error:
            self._fault.setText(f"{error.message} {error.hint}")
            self._fault.show()
            return
        self._fault.hide()
        self._known = {one.name: one for one in found}
        self._show()

    def _filter(self, words: str) -> None:
        self._words = words.lower()
        self._show()

    def _show(self) -> None:
        shown = [
            one
            for one in self._known.values()
            if self._words in f"{one.name} {endpoint_name(one.name)} {one.record.default_model}".lower()
        ]
        self.list.show_rows([_row(one) for one in shown])
        key = self.list.current_key()
        if key is None and shown:
            key = shown[0].name
            self.list.choose(key)
        if key in self._known:
            self.card.show_known(self._known[key])

    def _new(self) -> None:
        self.form.begin(None, taken=set(self._known))
        self._right.setCurrentIndex(1)

    def _edit(self, known: Known) -> None:
        self.form.begin(known, taken=set(self._known))
        self._right.setCurrentIndex(1)

    def _cancel(self) -> None:
        self._right.setCurrentIndex(0)

    def _save(self, written: Written) -> None:
        own = self._bench.house.home.models_toml

        async def work() -> None:
            edit = await asyncio.to_thread(write_endpoint, SHIPPED, own, written.name, written.record)
            self._changed(edit, _saved_word(written.name))
            await self._look()
            self.choose(written.name)

        self._bench.tasks.start(self, work(), replaces="edit")

    def _remove(self, known: Known) -> None:
        own, name = self._bench.house.home.models_toml, endpoint_name(known.name)
        said = (
            t(f"{name} 已恢复默认", f"{name} is as shipped again")
            if known.shipped
            else t(f"{name} 已移除", f"{name} is removed")
        )

        async def work() -> None:
            self._changed(await asyncio.to_thread(remove_endpoint, SHIPPED, own, known.name), said)

        self._bench.tasks.start(self, work(), replaces="edit")

    def _changed(self, edit: Edit, said: str) -> None:
        """The catalog is another from here on; runs that go on keep theirs."""
        self._toast.offer(lambda: said, lambda: self._undo(edit), about="endpoints")
        self._bench.house.renew(self._bench.house.settings)
        self._bench.news.settings_changed.emit()

    def _undo(self, edit: Edit) -> None:
        house = self._bench.house

        async def work() -> None:
            await asyncio.to_thread(take_back, SHIPPED, house.home.models_toml, edit)
            house.renew(house.settings)
            self._bench.news.settings_changed.emit()

        self._bench.tasks.start(self, work(), replaces="edit")


def _saved_word(endpoint: str) -> str:
    name = endpoint_name(endpoint)
    return t(f"{name} 已保存", f"{name} is saved")


def _padded(part: QWidget) -> QVBoxLayout:
    made = column(part, None)
    made.setContentsMargins(0, 0, NEAR, 0)
    return made


def _row(known: Known) -> Row:
    record = known.record
    tone: Tone
    if record.kind == "local":
        state, tone, icon = t("内置", "Built in"), "plain", "model"
    elif not record.needs_key and known.key is None:
        state, tone, icon = t("不需要密钥", "No key needed"), "plain", "link"
    elif known.key is not None:
        state, tone, icon = t("有密钥", "Key there"), "good", "key"
    else:
        state, tone, icon = t("缺密钥", "No key yet"), "warn", "key"
    under = record.default_model or t("没有默认模型", "no default model")
    return Row(
        known.name,
        endpoint_name(known.name),
        under,
        state=state,
        tone=tone,
        icon=icon,
        hint=f"{known.name}\n{under}",
    )
