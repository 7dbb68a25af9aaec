"""Where a key is had: the provider's page, to be opened or copied. Only addresses out of the catalog are opened."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import CONTROL_SMALL, NEAR
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label
from zishu_app.ui.workbench import Workbench


class KeyPage(QWidget):
    """One line; empty where no provider is chosen."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench, self._address = bench, ""
        self._otherwise: Say = lambda: ""
        self._ask = label("small", lambda: t("还没有密钥？", "No key yet?"))
        self.line = Elided("small")
        self.copy = icon_button("copy", lambda: t("复制网址", "Copy the address"), self._copy, size=16)
        self.visit = icon_button(
            "external", lambda: t("在浏览器中打开", "Open in the browser"), self._open, size=16
        )
        self.setLayout(row(self._ask, self.line, self.copy, self.visit, None, gap=NEAR // 2))
        self.setFixedHeight(CONTROL_SMALL)
        say(self, self._speak)

    def show_page(self, address: str, otherwise: Say) -> None:
        """The page of a provider; "": there is none, and `otherwise` is said."""
        self._address, self._otherwise = address, otherwise
        self._speak()

    def _speak(self) -> None:
        self._ask.setVisible(bool(self._address))
        self.line.setText(self._address.removeprefix("https://") or self._otherwise())
        for one in (self.copy, self.visit):
            one.setVisible(bool(self._address))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self._bench.tell(Told("good", t("网址已复制。", "The address is copied.")))

    def _open(self) -> None:
        known = {record.key_page for record in self._bench.house.catalog.endpoints.values()}
        if self._address in known and self._address.startswith("https://"):
            QDesktopServices.openUrl(QUrl(self._address))
