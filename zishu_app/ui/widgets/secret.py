"""A field for what nobody should read over one's shoulder, with an eye to look at it all the same."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit

from zishu_app.core.texts import t
from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import icon
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.buttons import icon_button


class SecretField(QLineEdit):
    """Hidden until the eye is clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = icon_button("eye", self._verb, self._turn)
        self.eye.setParent(self)
        self.setTextMargins(0, 0, self.eye.sizeHint().width() + TIGHT, 0)
        wear(self, self._draw)

    @property
    def hidden(self) -> bool:
        """Whether it is hidden now."""
        return self.echoMode() == QLineEdit.EchoMode.Password

    def hide_again(self) -> None:
        """Hide it, e.g. when it was used."""
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The eye stays at the right end."""
        super().resizeEvent(event)
        eye = self.eye.sizeHint()
        self.eye.resize(eye)
        self.eye.move(self.width() - eye.width() - TIGHT, (self.height() - eye.height()) // 2)

    def _turn(self) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if self.hidden else QLineEdit.EchoMode.Password)
        self._draw()

    def _verb(self) -> str:
        return t("显示密钥", "Show the key") if self.hidden else t("隐藏密钥", "Hide the key")

    def _draw(self) -> None:
        self.eye.setIcon(icon("eye" if self.hidden else "eye-off", look.now().soft, 18))
        self.eye.setToolTip(self._verb())
        self.eye.setAccessibleName(self._verb())
