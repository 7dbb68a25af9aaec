"""The X-ray of a sample: its text token by token, coloured by what is learnt, only read, or cut away.

Neighbouring tokens differ a little in their ground, so that each can be told from the next; what is learnt has violet
ground, what is cut is struck out: the colours are not needed to read it.
"""

import re
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QTextBrowser, QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.core.texts import counted, t
from zishu_app.studio.xray import Seen
from zishu_app.ui.follow import say, wear
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, NEAR, TIGHT
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.labels import Say, label, set_kind

#: what ends a line somewhere; Qt would begin a block at some of them
_ENDS = re.compile("\r\n|[\n\r\u2028\u2029\ufdd0\ufdd1]")
#: chips of the legend, in the colours of the tokens
_TONES = {"learnt": "", "context": "plain", "cut": "bad"}


class XrayView(QWidget):
    """A legend with counts, what is wrong with the sample, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Seen | None = None
        self._why: Say | None = None
        self.chips: dict[str, QLabel] = {kind: _chip(tone) for kind, tone in _TONES.items()}
        self.about = Elided("small")
        self.faults = label("fault", wrap=True)
        self.why = label("soft", wrap=True)
        self.text = _TokenText()
        inside = column(
            Flow(*self.chips.values(), gap=TIGHT + 2), self.about, self.faults, self.why, gap=TIGHT
        )
        inside.addWidget(self.text, 1)
        self.setLayout(inside)
        self.setFocusProxy(self.text)
        say(self, self._speak)
        wear(self, self._draw)

    def show_seen(self, seen: Seen) -> None:
        """Show a sample, from its beginning."""
        self._seen, self._why = seen, None
        self._speak()
        self._draw()
        self.text.verticalScrollBar().setValue(0)

    def show_none(self, why: Say) -> None:
        """Say why there is nothing to be seen."""
        self._seen, self._why = None, why
        self._speak()
        self._draw()

    def _speak(self) -> None:
        seen = self._seen
        words = {"learnt": t("学习", "learnt"), "context": t("只读", "context"), "cut": t("截去", "cut")}
        for kind, chip in self.chips.items():
            chip.setVisible(seen is not None)
            chip.setText(f"{words[kind]}  {seen.counts[kind] if seen else 0:,}")
        self.about.setVisible(seen is not None)
        self.faults.setVisible(bool(seen and seen.faults))
        self.faults.setText("\n".join(seen.faults if seen else ()))
        self.why.setText(self._why() if self._why else "")
        self.why.setVisible(self._why is not None)
        self.text.setAccessibleName(self._spoken())
        if seen is not None:
            total, most = sum(seen.counts.values()), seen.longest
            self.about.setText(
                t(
                    f"{base_title(seen.base)} · {total:,} 个 token，最多 {most:,} 个",
                    f"{base_title(seen.base)} · {counted(total, 'token')}, at most {most:,}",
                )
            )

    def _spoken(self) -> str:
        """All of it in a sentence, for who does not see colours."""
        if self._seen is None:
            return t("遮罩透视", "X-ray")
        learnt, context, cut = (self._seen.counts[kind] for kind in _TONES)
        return t(
            f"遮罩透视：学习 {learnt:,} 个 token，只读 {context:,} 个，截去 {cut:,} 个",
            f"X-ray: {counted(learnt, 'token')} learnt, {context:,} context, {cut:,} cut",
        )

    def _draw(self) -> None:
        self.text.write(self._seen.tokens if self._seen else ())


class _TokenText(QTextBrowser):
    """The tokens as one document, to be scrolled with the keyboard and selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(NEAR)
        self.viewport().setAutoFillBackground(False)

    def write(self, tokens: Iterable[tuple[str, str]]) -> None:
        """Show these; one that stands for a part of a letter is shown with it."""
        place = self.verticalScrollBar().value()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setBlockFormat(_lines_apart())
        forms = _forms()
        for number, (text, kind) in enumerate((text, kind) for text, kind in tokens if text):
            cursor.insertText(_ENDS.sub("\u21b5\u2028", text), forms[kind][number % 2])
        cursor.endEditBlock()
        # the reader's own cursor stays at the top: at the end it would pull the view after it
        self.setTextCursor(QTextCursor(self.document()))
        self.verticalScrollBar().setValue(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The space bar goes a page on, with Shift back; Home and End to the ends. Qt does the rest."""
        bar, back = self.verticalScrollBar(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        page = -bar.pageStep() if back else bar.pageStep()
        places = {
            Qt.Key.Key_Space: bar.value() + page,
            Qt.Key.Key_Home: bar.minimum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        if event.key() in places:
            bar.setValue(places[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def _chip(tone: str) -> QLabel:
    made = label("chip")
    if tone:
        set_kind(made, "chip", tone=tone)
    return made


def _lines_apart() -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setLineHeight(150.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return made


def _forms() -> dict[str, tuple[QTextCharFormat, QTextCharFormat]]:
    """Of each kind, for one token and for the next."""
    worn = look.now()
    return {
        "learnt": (_form(worn.ink, worn.wash_strong), _form(worn.ink, worn.wash)),
        "context": (_form(worn.soft, worn.sunken), _form(worn.soft, "")),
        "cut": (_form(worn.bad, worn.bad_wash, cut=True), _form(worn.bad, "", cut=True)),
    }


def _form(ink: str, ground: str, *, cut: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(font(BODY))
    made.setForeground(QColor(ink))
    made.setFontStrikeOut(cut)
    if ground:
        made.setBackground(QColor(ground))
    return made
