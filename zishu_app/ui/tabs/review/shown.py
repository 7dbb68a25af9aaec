"""A sample as it is shown: its messages with everything that is known of places in them. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from zishu_app.core.terms import places as places_of
from zishu_app.core.texts import t
from zishu_app.dataset.sample import Sample, SampleMessage
from zishu_app.ui.tabs.review.findings import Found
from zishu_app.ui.tabs.review.folding import Piece, Written, folds, pieces_of, written
from zishu_app.ui.tabs.review.marks import Marks
from zishu_app.ui.told import numbers_word
from zishu_app.ui.widgets.talk_text import Said, Span

#: a user's message of a distilled sample that is longer than this repeats the source
LONG_PROMPT = 280
#: places of a talk where words that were searched for are marked: of a single letter there may be thousands
MARKED = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of a distilled result, where it stands in its message, and the messages of the source it rests on."""

    key: str
    message: int
    start: int
    end: int
    messages: tuple[int, ...]


def statements_of(sample: Sample) -> list[Statement]:
    """The statements that still stand in the sample, in the order of its text; none where it was written anew."""
    told = sample.provenance.get("statements")
    known = (
        [one for one in told if isinstance(one, Mapping) and one.get("text")]
        if isinstance(told, list)
        else []
    )
    found: list[tuple[int, int, int, tuple[int, ...]]] = []
    for number, one in enumerate(sample.messages):
        at = 0
        for statement in known if one.role == "assistant" else ():
            text = str(statement["text"]).strip()
            place = one.content.find(text, at)
            if place < 0:
                continue
            rests = tuple(each for each in statement.get("messages") or () if isinstance(each, int))
            found.append((number, place, place + len(text), rests))
            at = place + len(text)
    return [Statement(f"says/{place}", *each) for place, each in enumerate(found)]


def pieces_of_sample(sample: Sample) -> list[list[Piece]]:
    """What can be folded in each message."""
    distilled = sample.kind == "distilled" and sample.source is not None
    return [
        pieces_of(
            one.content, prompt=distilled and one.role != "assistant" and len(one.content) > LONG_PROMPT
        )
        for one in sample.messages
    ]


def all_folds(pieces: Sequence[Sequence[Piece]]) -> set[tuple[int, int]]:
    """Everything that can be opened: (message, part)."""
    return {(number, part) for number, each in enumerate(pieces) for part in folds(each)}


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of places in a sample's messages."""

    marks: Marks = Marks()  # noqa: RUF009 - a frozen value
    found: Sequence[Found] = ()
    statements: Sequence[Statement] = ()
    #: what was searched for, as it was typed
    sought: str = ""


def shown_sample(
    messages: Sequence[SampleMessage],
    pieces: Sequence[Sequence[Piece]],
    open_: Collection[tuple[int, int]],
    places: Places,
) -> list[Said]:
    """A sample's own messages. `open_`: what is unfolded, (message, part)."""
    found: dict[int, list[Found]] = defaultdict(list)
    for one in places.found:
        if one.message is not None:
            found[one.message].append(one)
    stated: dict[int, list[Statement]] = defaultdict(list)
    for statement in places.statements:
        stated[statement.message].append(statement)
    said: list[Said] = []
    left = MARKED
    for number, message in enumerate(messages):
        if number in places.marks.shifts:
            said.append(Said(-1, "mark", places.marks.shifts[number]))
        opened = {part for at, part in open_ if at == number}
        sheet = Sheet(written(message.content, pieces[number], opened, f"fold/{number}/"))
        sheet.mark(places.marks, number)
        sheet.find(found[number])
        sheet.cite(stated[number])
        left -= sheet.seek(places_of(message.content, places.sought, left), pieces[number])
        said.append(_said(number, message, sheet))
    return said


def shown_source(messages: Sequence[SampleMessage], marks: Marks, sought: str = "") -> list[Said]:
    """The talk a sample was distilled from."""
    said: list[Said] = []
    left = MARKED
    for number, one in enumerate(messages):
        if number in marks.shifts:
            said.append(Said(-1, "mark", marks.shifts[number]))
        sheet = Sheet(Written(one.content, (), ((0, 0, len(one.content)),)))
        sheet.mark(marks, number)
        left -= sheet.seek(places_of(one.content, sought, left))
        said.append(Said(number, one.role, sheet.text, spans=tuple(sheet.spans)))
    return said


def _said(number: int, one: SampleMessage, sheet: "Sheet") -> Said:
    faded = one.role == "assistant" and not one.loss
    notes = [t("不学这一条", "not learnt from")] if faded else []
    notes += [tag for tag in one.tags if tag not in ("mistake", "shift")]
    return Said(number, one.role, sheet.text, note=" · ".join(notes), spans=tuple(sheet.spans), faded=faded)


class Sheet:
    """One message while its marks are written into it."""

    def __init__(self, begun: Written) -> None:
        self.text, self.spans = begun.text, list(begun.spans)
        self._written = begun

    def mark(self, marks: Marks, number: int) -> None:
        """Typing mistakes, with what was meant; a sign where something was left out."""
        for slip in reversed(marks.slips.get(number, ())):
            place = self._written.where(slip.start, slip.end)
            if place is None:
                continue
            start, end = place
            if start == end:
                self._put(start, "\u2038")
                end += 1
            meant = slip.meant or t("（无）", "(nothing)")
            self.spans.append(Span(start, end, "slip", t(f"原文：{meant}", f"Meant: {meant}")))

    def find(self, found: Iterable[Found]) -> None:
        """What the checks found."""
        for one in found:
            place = self._written.where(one.start, one.end)
            if place is not None and place[0] < place[1]:
                self.spans.append(Span(*place, "finding", one.text))

    def cite(self, stated: Sequence[Statement]) -> None:
        """Statements, each with the numbers of its messages after it."""
        for one in reversed(stated):
            place = self._written.where(one.start, one.end)
            if place is None:
                continue
            start, end = place
            note = f"  {numbers_word(one.messages)}" if one.messages else ""
            self._put(end, note)
            self.spans.append(Span(start, end + len(note), "", "", one.key))
            if note:
                self.spans.append(Span(end, end + len(note), "cited"))

    def seek(self, sought: Iterable[tuple[int, int]], pieces: Sequence[Piece] = ()) -> int:
        """Words that were searched for; where they are folded away, the line that opens them. How many marks that is."""
        spans: dict[tuple[int, int], Span] = {}
        for start, end in sought:
            place = self._written.where(start, end)
            tip = ""
            if place is None:
                part = next(at for at, one in enumerate(pieces) if one.start <= start < one.end)
                line = next(
                    one for one in self.spans if one.key.endswith(f"/{part}") and one.manner == "fold"
                )
                place = line.start, line.end
                tip = t("展开（O）：搜索的词在里面", "Open (O): what was searched for is in here")
            spans[place] = Span(*place, "sought", tip)
        self.spans += spans.values()
        return len(spans)

    def _put(self, at: int, more: str) -> None:
        """Put something in that is not in the message; what stands behind it moves."""
        by = len(more)
        self.text = self.text[:at] + more + self.text[at:]
        self.spans = [
            Span(
                one.start + by if one.start >= at else one.start,
                one.end + by if one.end > at else one.end,
                one.manner,
                one.tip,
                one.key,
            )
            for one in self.spans
        ]
        self._written = self._written.moved(at, by)
