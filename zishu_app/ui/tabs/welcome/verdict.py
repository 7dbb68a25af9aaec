"""What came of a trial, in words: a mark, a sentence, what to do. It keeps its place while it is empty."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from zishu_app.core.errors import KeyMissing, ModelRefused, OutOfCredit, RateLimited, ZishuError
from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.drawings import pixmap
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label

ICONS = {"info": "clock", "good": "check-circle", "warn": "warning", "bad": "error"}
COLOURS = {"info": "soft", "good": "good", "warn": "warn", "bad": "bad"}
SIZE = 18


class Verdict(QWidget):
    """One at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._said: Told | None = None
        self._mark = QLabel()
        self._mark.setFixedSize(SIZE, SIZE)
        self._message = label("", wrap=True)
        self._hint = label("small", wrap=True)
        self._hint.hide()
        line = row(gap=NEAR)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self._message, self._hint, gap=2), 1)
        line.setContentsMargins(0, NEAR, 0, 0)  # its first line beside the words of a button
        self.setLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        wear(self, self._draw)

    @property
    def said(self) -> Told | None:
        """What it says."""
        return self._said

    def show_told(self, said: Told | None) -> None:
        """Say this, or nothing."""
        self._said = said
        self._message.setText(said.message if said else "")
        self._hint.setText(said.hint if said else "")
        self._hint.setVisible(bool(said and said.hint))
        self.setAccessibleName(f"{said.message} {said.hint}".strip() if said else "")
        self._draw()

    def _draw(self) -> None:
        if self._said is None:
            self._mark.clear()
            return
        colour = getattr(look.now(), COLOURS[self._said.tone])
        self._mark.setPixmap(pixmap(ICONS[self._said.tone], colour, SIZE, self.devicePixelRatioF()))


def advice(error: ZishuError) -> Told:
    """An error of a trial with what to do here: the rooms' own hints name commands."""
    hints = {
        KeyMissing: t("把它的密钥粘贴到上面。", "Paste its key above."),
        OutOfCredit: t(
            "密钥没问题，只是账户里没有余额了：充值后就能用，也可以先存下密钥。",
            "The key is right, but its account is empty. Top it up; the key can be kept meanwhile.",
        ),
        RateLimited: t(
            "等一会儿再试，也可以先存下密钥。", "Wait a little and try again, or keep the key meanwhile."
        ),
        ModelRefused: t(
            "看看密钥是否复制完整、是不是这一家的，模型名对不对。",
            "See whether the key is whole and belongs to this provider, and whether the model's name is right.",
        ),
    }
    hint = next((text for kind, text in hints.items() if isinstance(error, kind)), error.hint)
    return Told("bad", error.message, hint)
