"""Where the tour plays: a picture while nothing happens, then the talk as it is written, then what is left of it."""

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QTextBrowser

from zishu_app.core.texts import t
from zishu_app.ui.follow import say, wear
from zishu_app.ui.tabs.welcome.tour_state import Piece, TourState
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import BODY, GAP, LEAD, NEAR
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.talk_view import TalkView

#: height while it plays
HEIGHT = 340


class TourStage(QStackedWidget):
    """Picture, or talk and notes."""

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        put_picture(picture, "empty-make", 210, height=140)
        self.addWidget(boxed(column(None, row(None, picture, None), None)))
        self.talk, self.notes = TalkView(), Notes()
        self._views = QStackedWidget()
        self._views.addWidget(self.talk)
        self._views.addWidget(self.notes)
        self.which = Segments(
            {"talk": lambda: t("对话", "Talk"), "notes": lambda: t("蒸馏结果", "Distilled")}, self.turn_to
        )
        say(self, self._speak)
        inside = column(row(self.which, None), gap=NEAR)
        inside.addWidget(self._views, 1)
        self._well = card(inside, kind="well", margin=NEAR)
        # while it is hidden it asks for no room
        self._well.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.addWidget(self._well)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def begin(self) -> None:
        """An empty stage."""
        self.talk.show_talk([])
        self.talk.end()
        self.notes.show_notes([])
        self.setMinimumHeight(HEIGHT)
        self.setCurrentIndex(1)
        self.turn_to("talk")

    def turn_to(self, which: str) -> None:
        """The talk, or what it was distilled to."""
        self.which.choose(which)
        self._views.setCurrentWidget(self.notes if which == "notes" else self.talk)

    def draw(self, state: TourState) -> None:
        """Everything that was heard since the last time."""
        for piece in state.talk:
            if not isinstance(piece, Piece):
                self.talk.add(piece)
            elif piece.void:
                self.talk.void()
            else:
                self.talk.write_on(piece.voice, piece.text)
        state.talk = []
        if state.notes != self.notes.shown:
            if not self.notes.shown:  # the first time only: whoever turned back wants to read
                self.turn_to("notes")
            self.notes.show_notes(list(state.notes))

    def _speak(self) -> None:
        self.talk.setAccessibleName(t("演示的对话", "The talk of the tour"))
        self.notes.setAccessibleName(t("演示的蒸馏结果", "What the talk was distilled to"))
        self.which.setAccessibleName(t("看什么", "What is shown"))


class Notes(QTextBrowser):
    """What a talk was distilled to, to be read from its beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, str]] = []
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(GAP)
        wear(self, self._write)
        say(self, self._write)

    def show_notes(self, notes: list[tuple[str, str]]) -> None:
        """The points of each chunk, then the summary."""
        self.shown = notes
        self._write()

    def _write(self) -> None:
        self.document().clear()
        cursor = QTextCursor(self.document())
        names = {"points": t("要点", "The points"), "summary": t("总结", "Summary")}
        for number, (kind, text) in enumerate(self.shown):
            if number:
                cursor.insertText("\n\n", _format(BODY))
            cursor.insertText(f"{names[kind]}\n", _format(LEAD, QFont.Weight.DemiBold))
            cursor.insertText(text.strip(), _format(BODY))
        self.verticalScrollBar().setValue(0)


def _format(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(font(size, weight))
    made.setForeground(QColor(look.now().violet_ink if weight == QFont.Weight.DemiBold else look.now().ink))
    return made
