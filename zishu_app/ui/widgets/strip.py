"""Where things lie in the picture of a talk: one long strip of messages, cut into lines as wide as the picture.

Knows no colours: messages and chunks are stretches [start, end) of the strip, and a stretch is one box a line.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from zishu_app.distill.preview import Preview

#: logical pixels: the narrowest bar, the narrowest mean one, the gap between two
LEAST, MEAN, BETWEEN = 3.5, 8.6, 1.5
#: heights: bars, the lane of a chunk, gaps below bars, between lanes and between lines
BAR, LANE, BELOW, APART, NEXT = 20, 18, 4, 2, 14
#: one line with its two lanes
PITCH = BAR + BELOW + 2 * LANE + APART + NEXT


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the strip."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Box:
    """A part of one line; `first` and `last` tell whether the stretch begins and ends in it."""

    line: int
    left: float
    right: float
    first: bool = True
    last: bool = True


@dataclass(frozen=True, slots=True)
class Lap:
    """One chunk on the strip: all of it, and what of it the chunk before and the chunk after read too."""

    index: int
    whole: Stretch
    before: Stretch | None
    after: Stretch | None

    @property
    def own(self) -> Stretch | None:
        """What no other chunk reads; None where there is nothing."""
        start = self.before.end + BETWEEN if self.before else self.whole.start
        end = self.after.start - BETWEEN if self.after else self.whole.end
        return Stretch(start, end) if end > start else None


@dataclass(frozen=True)
class Strip:
    """A cut talk on lines of a width."""

    preview: Preview
    width: float
    starts: list[float] = field(default_factory=list)

    @property
    def length(self) -> float:
        """Of the whole strip."""
        return self.starts[-1]

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return max(int((self.length - BETWEEN - 0.01) // self.width) + 1, 1)

    def message(self, number: int) -> Stretch:
        """Where a message lies."""
        return Stretch(self.starts[number], self.starts[number + 1] - BETWEEN)

    def message_at(self, place: float) -> int:
        """Which message lies there; -1: none."""
        number = bisect_right(self.starts, place) - 1
        return number if 0 <= number < len(self.preview.blocks) else -1

    def boxes(self, stretch: Stretch) -> Iterator[Box]:
        """A stretch as boxes, one a line."""
        line = int(stretch.start // self.width)
        left = stretch.start
        while True:
            edge = (line + 1) * self.width
            end = min(stretch.end, edge)
            offset = line * self.width
            if end - left > 0.2 or stretch.end <= edge:
                yield Box(line, left - offset, end - offset, left == stretch.start, end == stretch.end)
            if stretch.end <= edge + 0.2:
                return
            left, line = edge, line + 1

    def laps(self) -> list[Lap]:
        """The chunks. Of a message that lies in several chunks, each has a part of its own."""
        wholes = self._wholes()
        heads = [
            Stretch(self.starts[span.first], self.message(span.first + span.overlap - 1).end)
            if span.overlap
            else None
            for span in self.preview.spans
        ]
        return [
            Lap(span.index, whole, head, after)
            for span, whole, head, after in zip(
                self.preview.spans, wholes, heads, [*heads[1:], None], strict=True
            )
        ]

    def _wholes(self) -> list[Stretch]:
        spans = self.preview.spans
        sharing: dict[int, list[int]] = {}
        for span in spans:
            for number in {span.first + span.overlap, span.last}:
                sharing.setdefault(number, []).append(span.index)
        found = []
        for span in spans:
            start, end = self.message(span.first).start, self.message(span.last).end
            if not span.overlap:
                start = self._part(span.first, sharing, span.index)[0]
            found.append(Stretch(start, min(end, self._part(span.last, sharing, span.index)[1])))
        return found

    def _part(self, number: int, sharing: dict[int, list[int]], index: int) -> tuple[float, float]:
        """From where to where a chunk has a message that it may share with others."""
        whole, those = self.message(number), sharing.get(number, [index])
        step = (whole.end - whole.start) / len(those)
        place = those.index(index) if index in those else 0
        return whole.start + place * step, whole.start + (place + 1) * step


def lay(preview: Preview, width: float) -> Strip:
    """Lay a talk out: lines are full where there are enough messages, and no bar is too narrow to be seen."""
    tokens = [block.tokens for block in preview.blocks]
    count = len(tokens)
    lines = max(round(count * MEAN / max(width, 1) + 0.49), 1)
    room = lines * width - count * BETWEEN
    scale = room / max(sum(tokens), 1)
    wide = [max(one * scale, LEAST) for one in tokens]
    over = sum(wide) / max(room, 1)
    if over > 1:  # what the narrow ones were given is taken from the wide ones
        free = sum(max(one - LEAST, 0) for one in wide)
        take = (sum(wide) - room) / free if free else 0
        wide = [one - max(one - LEAST, 0) * min(take, 1) for one in wide]
    return Strip(preview, width, list(accumulate((one + BETWEEN for one in wide), initial=0.0)))
