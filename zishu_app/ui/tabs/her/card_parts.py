"""Parts of the card on the page: each is shown, and with its pencil written in place. Ctrl+Enter keeps, Escape does not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.character.card import Card
from zishu_app.character.card_file import plain_value
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.card_fields import ListField, TextField
from zishu_app.ui.tabs.her.card_read import as_read
from zishu_app.ui.tabs.her.rows_editor import GrowingText, RowsEditor, words_of
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.labels import Say, label

#: rows of a list that are shown before it is opened
FEW = 6


class Part(Protocol):
    """One part of the card."""

    frame: "PartFrame"

    def show_card(self, card: Card) -> None:
        """Show what the card says."""


#: fields of the card to be written, and by which part
Save = Callable[[Part, dict[str, Any]], object]


@dataclass(frozen=True)
class Sides:
    """What a part looks like while it is read, and while it is written; and what its pencil and its button do."""

    shown: QWidget
    written: QWidget
    write: Callable[[], object]
    keep: Callable[[], object]


class PartFrame(QFrame):
    """A title, a pencil, and one of two sides. `bare`: without a card around it."""

    def __init__(self, title: Say, help_: Say, sides: Sides, *, bare: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "" if bare else "card")
        self._sides = sides
        self.pencil = icon_button(
            "edit", lambda: t(f"改写：{title()}", f"Edit: {title()}"), self.write, size=16
        )
        self._help = label("small", help_, wrap=True)
        keep = button(lambda: t("保存", "Keep"), sides.keep, kind="primary")
        give_up = button(lambda: t("取消", "Cancel"), self.leave, kind="quiet")
        hint = label("faint", lambda: t("Ctrl+Enter 保存，Esc 取消", "Ctrl+Enter keeps it, Esc does not"))
        self._foot = boxed(row(hint, None, give_up, keep))
        if bare:
            line = row(sides.shown, self.pencil, None, gap=NEAR)
            inside = column(line, sides.written, self._foot, gap=NEAR)
            inside.setContentsMargins(0, 0, 0, 0)
            self._help.setParent(self)
        else:
            head = row(label("lead", title), None, self.pencil)
            inside = column(head, self._help, sides.shown, sides.written, self._foot, gap=NEAR)
            inside.setContentsMargins(ROOM, GAP, GAP, ROOM)
        self._bare = bare
        self.setLayout(inside)
        self.leave()

    @property
    def writing(self) -> bool:
        """Whether it is being edited."""
        return not self._sides.written.isHidden()

    def write(self) -> None:
        """Edit it."""
        self._show(writing=True)
        self._sides.write()

    def leave(self) -> None:
        """What is being written is given up."""
        self._show(writing=False)

    def _show(self, *, writing: bool) -> None:
        sides = self._sides
        for part, shown in (
            (sides.shown, not writing),
            (self.pencil, not writing),
            (sides.written, writing),
            (self._foot, writing),
            (self._help, writing and not self._bare),
        ):
            part.setVisible(shown)


class TextPart:
    """A text of the card. `bare`: it stands alone, as a title."""

    def __init__(self, spec: TextField, save: Save, *, bare: bool = False) -> None:
        self.spec, self._save, self._text = spec, save, ""
        self._card: Card | None = None
        self._said = label("title" if bare else "", wrap=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said.setProperty("foreign", True)
        self._empty = label("faint", lambda: t("（还没有写）", "(nothing yet)"))
        self.field = GrowingText(
            self._keep, lambda: self.frame.leave(), least=1 if spec.form != "text" else 2
        )
        say(self.field, lambda: self.field.setAccessibleName(spec.title()))
        say(self._said, self._speak)
        shown, written = _held(column(self._said, self._empty)), _held(column(self.field))
        self.frame = PartFrame(
            spec.title, spec.help, Sides(shown, written, self._open, self._keep), bare=bare
        )

    def show_card(self, card: Card) -> None:
        """See `Part`."""
        value = getattr(card, self.spec.name)
        self._text = value if isinstance(value, str) else ", ".join(value)
        self._card = card
        self._speak()
        self._said.setVisible(bool(self._text.strip()))
        self._empty.setVisible(not self._text.strip())

    def _speak(self) -> None:
        if self._card is not None:
            self._said.setText(as_read(self._text.strip(), self._card))

    def _open(self) -> None:
        self.field.setPlainText(self._text.strip("\n"))
        self.field.setFocus()

    def _keep(self) -> None:
        text = self.field.toPlainText()
        text = text.strip("\n") if self.spec.form == "text" else " ".join(text.split())
        if text == self._text.strip("\n"):
            self.frame.leave()
        else:
            self._save(self, {self.spec.name: words_of(text) if self.spec.form == "words" else text})


class ListPart:
    """A list of the card."""

    def __init__(self, spec: ListField, save: Save) -> None:
        self.spec, self._save = spec, save
        self._card: Card | None = None
        self._all = False
        self._list = column(gap=NEAR)
        self._more = button(self._more_word, self._turn, kind="link")
        self._empty = label("faint", lambda: t("（还没有）", "(none yet)"))
        self.editor = RowsEditor(spec, self._keep, lambda: self.frame.leave())
        shown = _held(column(self._list, self._empty, row(self._more, None), gap=NEAR))
        self.frame = PartFrame(
            spec.title, spec.help, Sides(shown, _held(column(self.editor)), self._open, self._keep)
        )
        say(self.frame, self._draw)

    def show_card(self, card: Card) -> None:
        """See `Part`."""
        self._card = card
        self._draw()

    def _open(self) -> None:
        if self._card is not None:
            self.editor.open(self.spec.read(self._card))

    def _keep(self) -> None:
        if self._card is None:
            return
        before, rows = self.spec.read(self._card), self.editor.values()
        if rows == before:
            self.frame.leave()
            return
        values = self.spec.write(rows)
        if self.spec.name == "knowledge":  # what the book says of itself stays
            values = {"knowledge": {**plain_value(self._card.knowledge), **values["knowledge"]}}
        self._save(self, values)

    def _turn(self) -> None:
        self._all = not self._all
        self._draw()

    def _more_word(self) -> str:
        rows = len(self.spec.read(self._card)) if self._card is not None else 0
        return t("收起", "Show fewer") if self._all else t(f"全部 {rows} 条", f"All {rows}")

    def _draw(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        rows = self.spec.read(self._card) if self._card is not None else []
        for one in rows if self._all else rows[:FEW]:
            if self._card is not None:
                head, text = self.spec.shown(one)
                self._list.addWidget(_entry(head, as_read(text, self._card)))
        self._empty.setVisible(not rows)
        self._more.setVisible(len(rows) > FEW)
        self._more.setText(self._more_word())


def _held(layout: Any) -> QWidget:
    made = QWidget()
    layout.setContentsMargins(0, 0, GAP, 0)
    made.setLayout(layout)
    return made


def _entry(head: str, text: str) -> QWidget:
    """A row as it is read."""
    made = QFrame()
    made.setProperty("kind", "well")
    made.setProperty("foreign", True)
    above, said = label("small", wrap=True), label("", wrap=True)
    above.setText(head)
    said.setText(text)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    inside = column(above, said, gap=TIGHT)
    inside.setContentsMargins(GAP, NEAR, GAP, NEAR)
    made.setLayout(inside)
    above.setVisible(bool(head))  # not before it is part of something: it would be a window of its own
    return made
