"""One endpoint: address, model, pace, price, key."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t
from zishu_app.llm.addresses import shown_url
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.names import endpoint_name
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.key_box import KeyBox
from zishu_app.ui.tabs.settings.known import Known
from zishu_app.ui.tabs.settings.words import context_of, price_of, source_of
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench


class EndpointCard(QWidget):
    """The card of the endpoint that is chosen."""

    def __init__(
        self,
        bench: Workbench,
        toast: Toast,
        edit: Callable[[Known], object],
        remove: Callable[[Known], object],
    ) -> None:
        super().__init__()
        self._bench = bench
        self._known: Known | None = None
        self._title = Elided("title")
        self._kind = label("chip")
        self._kind.setProperty("tone", "plain")
        self.edit = button(
            lambda: t("修改", "Edit"), lambda: self._known and edit(self._known), icon="edit", kind="quiet"
        )
        self.remove = button(
            self._say_remove, lambda: self._known and remove(self._known), icon="trash", kind="quiet"
        )
        self.key = KeyBox(bench, toast)
        self._source = button(lambda: "", self._open_source, icon="external", kind="link")
        self._facts: dict[str, QLabel] = {}
        head = row(gap=NEAR)
        head.addWidget(self._title)
        head.addWidget(self._kind)
        head.addStretch(1)
        head.addWidget(self.edit)
        head.addWidget(self.remove)
        self._card = card(head, self.key, self._grid())
        self._card.hide()
        self.setLayout(column(self._card))
        say(self, self._speak)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(NEAR)
        grid.setColumnStretch(1, 1)
        names: dict[str, Say] = {
            "id": lambda: t("代号", "Id"),
            "address": lambda: t("地址", "Address"),
            "model": lambda: t("默认模型", "Default model"),
            "context": lambda: t("上下文", "Context"),
            "pace": lambda: t("同时请求", "Calls at once"),
            "price": lambda: t("价格", "Price"),
        }
        for number, (name, text) in enumerate(names.items()):
            value = label("", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts[name] = value
            grid.addWidget(label("soft", text), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
        grid.addLayout(row(self._source, None), len(names), 0, 1, 2)
        return grid

    def show_known(self, known: Known) -> None:
        """Show this one."""
        self._known = known
        self._card.show()
        self._speak()

    def _speak(self) -> None:
        known = self._known
        if known is None:
            return
        record, chosen = known.record, self._chosen()
        self._title.setText(endpoint_name(known.name))
        self._title.setToolTip(known.name)
        own = not known.shipped
        self._kind.setText(t("自己添加的", "Your own"))
        self._kind.setVisible(own)
        self.edit.setVisible(record.kind != "local")
        self.remove.setVisible(own or self._is_changed())
        self.remove.setText(self._say_remove())
        price = chosen.price if chosen else None
        said = {
            "id": known.name,
            "address": shown_url(record.base_url)
            if record.base_url
            else t("本机工作进程", "The worker on this computer"),
            "model": record.default_model or t("没有，用时要写明", "None: to be named when used"),
            "context": context_of(chosen) if chosen else f"{record.context:,} tokens",
            "pace": t(
                f"从 {record.concurrency} 个开始，自动调整",
                f"Beginning with {record.concurrency}, then by itself",
            ),
            "price": price_of(price),
        }
        for name, text in said.items():
            self._facts[name].setText(text)
        self._source.setText(source_of(price))
        self._source.setToolTip(t("价格来自这一页", "The page the price is from"))
        self._source.setVisible(bool(source_of(price)))
        self.key.show_endpoint(known.name, record, known.key)

    def _chosen(self) -> Chosen | None:
        known = self._known
        if known is None or not known.record.default_model:
            return None
        try:
            return self._bench.house.choose(known.name)
        except ZishuError:
            return None

    def _is_changed(self) -> bool:
        return self._known is not None and self._known.changed

    def _say_remove(self) -> str:
        shipped = self._known is not None and self._known.shipped
        return t("恢复默认", "As shipped") if shipped else t("移除", "Remove")

    def _open_source(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen.price is not None:
            QDesktopServices.openUrl(QUrl(chosen.price.source))
