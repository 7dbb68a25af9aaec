"""The text of a talk as a document: two blocks a message, one for a mark between messages; and where each lies.

A message that is being written grows at the end and is taken out again when it is void or whole.
"""

import re
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from zishu_app.core.texts import t
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import BODY, NEAR, ROOM, SMALL
from zishu_app.ui.widgets.labels import plain

Voice = Literal["user", "assistant", "system", "mark", "notes"]
#: how a stretch of a message is written: a mistake, something a check found, what opens and closes, reasoning, code,
#: numbers of messages, what an edit took away and brought, words that were searched for; "" as the rest
Manner = Literal["", "slip", "finding", "fold", "thought", "code", "cited", "gone", "new", "sought"]

#: how far a message is set in from the other side
INSET = 56
PAD = 14


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake: [start, end) of the message, and what was meant."""

    start: int
    end: int
    meant: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a message, [start, end), that is written otherwise; `key`: what a click on it is told as."""

    start: int
    end: int
    manner: Manner = ""
    tip: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, or a mark between messages (`number` -1)."""

    number: int
    voice: Voice
    text: str
    slips: tuple[Slip, ...] = ()
    #: beside the name of who speaks
    note: str = ""
    #: they may overlap; a message has slips or spans
    spans: tuple[Span, ...] = ()
    #: it is there to be read, and counts for nothing else
    faded: bool = False
    #: who speaks, where a name says more than a role and a number
    name: str = ""


@dataclass
class Group:
    """The blocks of one message."""

    said: Said
    first: int
    last: int
    lit: bool = field(default=False)
    #: the keyboard is at it
    focused: bool = False
    #: where its spans that have a key lie in the document
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: where words that were searched for lie in it
    sought: list[tuple[int, int]] = field(default_factory=list)


class TalkText:
    """Writes a talk into a document."""

    def __init__(self, document: QTextDocument) -> None:
        self.document = document
        self.groups: list[Group] = []
        self.live: Group | None = None
        self._written = ""

    @property
    def writing(self) -> tuple[Voice, str] | None:
        """What is being written, and by whom."""
        return (self.live.said.voice, self._written) if self.live is not None else None

    def clear(self) -> None:
        """Nothing was said."""
        self.groups, self.live, self._written = [], None, ""
        self.document.clear()

    def write(self, said: Said, cursor: QTextCursor | None = None) -> Group:
        """A message, or a mark, at the end."""
        cursor = cursor or QTextCursor(self.document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self.groups:
            cursor.insertBlock()
        group = Group(said, cursor.blockNumber(), 0)
        if said.voice == "mark":
            cursor.setBlockFormat(_block(said.voice, NEAR, ROOM))
            cursor.insertText(said.text, _mark_format())
        else:
            cursor.setBlockFormat(_block(said.voice, NEAR, 0))
            cursor.insertText(name_of(said), _name_format(said.voice))
            cursor.insertBlock(_block(said.voice, 2, ROOM))
            _write_text(cursor, group)
        group.last = cursor.blockNumber()
        self.groups.append(group)
        return group

    def write_on(self, voice: Voice, text: str) -> None:
        """A piece of a message that is being written."""
        if self.live is None or self.live.said.voice != voice:
            self.drop_live()
            self.live = self.write(Said(-1, voice, ""))
        cursor = QTextCursor(self.document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(_lines(text), _text_format(voice))
        self._written += text

    def drop_live(self) -> None:
        """Take out what was being written."""
        if self.live is None:
            return
        cursor = QTextCursor(self.document.findBlockByNumber(self.live.first))
        if self.live.first:
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self.groups.remove(self.live)
        self.live, self._written = None, ""

    def number_at(self, block: int) -> int:
        """Which group a block belongs to, or -1."""
        return bisect_right(self.groups, block, key=lambda group: group.first) - 1

    def ground(self, group: Group) -> QRectF:
        """Where the ground behind a message lies, in the document."""
        first = self.document.findBlockByNumber(group.first)
        rect = self.document.documentLayout().blockBoundingRect
        whole = rect(first).united(rect(self.document.findBlockByNumber(group.last)))
        form, margin = first.blockFormat(), self.document.documentMargin()
        left = form.leftMargin() - PAD + margin
        right = self.document.size().width() - form.rightMargin() + PAD - margin
        return QRectF(left, whole.top() - NEAR, right - left, whole.height() + 2 * NEAR)


#: what ends a line somewhere; Qt would begin a block at some of them
_ENDS = re.compile("\r\n|[\n\r\u2029\ufdd0\ufdd1]")


def _lines(text: str) -> str:
    """With line separators instead of blocks: a message has two blocks whatever it holds."""
    return _ENDS.sub("\u2028", text)


def _write_text(cursor: QTextCursor, group: Group) -> None:
    """The words of a message; the group learns where its spans came to lie."""
    said = group.said
    if said.spans:
        _write_spans(cursor, group)
        return
    plain, done, text = _text_format(said.voice, faded=said.faded), 0, said.text
    for slip in said.slips:
        cursor.insertText(_lines(text[done : slip.start]), plain)
        cursor.insertText(_lines(text[slip.start : slip.end]) or "\u2038", _slip_format(slip))
        done = slip.end
    cursor.insertText(_lines(text[done:]), plain)


def _write_spans(cursor: QTextCursor, group: Group) -> None:
    """Piece by piece between all ends: Qt counts letters otherwise than Python, so none is sought by its number."""
    said, places = group.said, group.places
    for start, end, spans in _pieces(said):
        form = _text_format(said.voice, faded=said.faded)
        for span in spans:
            form.merge(_manner(span.manner, look.now().dark))
            if span.tip:
                form.setToolTip(plain(span.tip))
        place = cursor.position()
        cursor.insertText(_lines(said.text[start:end]), form)
        for span in spans:
            if span.key:
                places[span.key] = (places.get(span.key, (place, 0))[0], cursor.position())
            if span.manner == "sought":
                group.sought.append((place, cursor.position()))


def _pieces(said: Said) -> Iterator[tuple[int, int, list[Span]]]:
    """Each stretch with the spans that hold it, in their own order; there may be hundreds, so all are gone through once."""
    ends = sorted({0, len(said.text), *(end for span in said.spans for end in (span.start, span.end))})
    coming = deque(sorted(enumerate(said.spans), key=lambda one: one[1].start))
    here: list[tuple[int, Span]] = []
    for start, end in pairwise(ends):
        while coming and coming[0][1].start <= start:
            insort(here, coming.popleft(), key=lambda one: one[0])
        here = [one for one in here if end <= one[1].end]
        yield start, end, [span for _, span in here]


def name_of(said: Said) -> str:
    """Who speaks, and in which round."""
    names = {
        "user": t("用户", "User"),
        "assistant": t("助手", "Assistant"),
        "system": t("系统", "System"),
        "notes": t("备忘", "Notes"),
    }
    parts = [said.name or names[said.voice]]
    if said.number >= 0 and not said.name:
        parts.append(str(said.number + 1))
    return "  ·  ".join([*parts, *([said.note] if said.note else [])])


def _block(voice: Voice, above: int, below: int) -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setTopMargin(above)
    made.setBottomMargin(below)
    made.setLeftMargin(PAD + (INSET if voice == "user" else 0))
    made.setRightMargin(PAD + (INSET if voice in ("assistant", "notes", "system") else 0))
    made.setLineHeight(118.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if voice == "mark":
        made.setLeftMargin(PAD + INSET // 2)
        made.setRightMargin(PAD + INSET // 2)
    return made


#: asking the system for its fonts takes longer than writing a message
_font = lru_cache(32)(font)


def _text_format(voice: Voice, *, faded: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(_font(SMALL if voice in ("notes", "system") else BODY))
    quiet = faded or voice in ("notes", "system")
    made.setForeground(QColor(look.now().soft if quiet else look.now().ink))
    return made


@lru_cache(32)
def _manner(manner: Manner, _dark: bool) -> QTextCharFormat:
    """What a manner changes of a text."""
    made, worn = QTextCharFormat(), look.now()
    grounds = {
        "finding": worn.warn_wash,
        "gone": worn.bad_wash,
        "new": worn.good_wash,
        "code": worn.sunken,
        "sought": worn.sought,
    }
    inks = {
        "slip": worn.mistake,
        "finding": worn.warn,
        "fold": worn.violet_ink,
        "cited": worn.violet_ink,
        "thought": worn.soft,
        "gone": worn.bad,
        "new": worn.good,
        "sought": worn.on_sought,
    }
    if manner in grounds:
        made.setBackground(QColor(grounds[manner]))
    if manner in inks:
        made.setForeground(QColor(inks[manner]))
    if manner == "slip":
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        made.setUnderlineColor(QColor(worn.mistake))
    if manner == "finding":
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    if manner == "new":
        made.setFontUnderline(True)
    if manner == "gone":
        made.setFontStrikeOut(True)
    if manner in ("fold", "cited"):
        made.setFont(_font(SMALL, QFont.Weight.Medium))
    if manner == "code":
        made.setFont(_font(SMALL + 1, mono=True))
    return made


def _name_format(voice: Voice) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(_font(SMALL))
    made.setForeground(QColor(look.now().violet_ink if voice == "assistant" else look.now().soft))
    return made


def _mark_format() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(_font(SMALL))
    made.setForeground(QColor(look.now().shift))
    return made


def _slip_format(slip: Slip) -> QTextCharFormat:
    made = _text_format("user")
    made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    made.setUnderlineColor(QColor(look.now().mistake))
    made.setForeground(QColor(look.now().mistake))
    meant = plain(slip.meant) or t("（无）", "(nothing)")
    made.setToolTip(t(f"原文：{meant}", f"Meant: {meant}"))
    return made
