"""Two texts of a sample as talks to be read: word by word what went and what came. Pure; not in the event loop, see
review/difference.
"""

from collections.abc import Iterable, Iterator, Sequence

from zishu_app.core.texts import t
from zishu_app.dataset.sample import SampleMessage
from zishu_app.review.difference import Changed, How, Piece, versions_difference
from zishu_app.ui.widgets.talk_text import Manner, Said, Span

_MANNERS: dict[How, Manner] = {"same": "", "gone": "gone", "new": "new"}


#: messages that stay in sight before and after one that differs; a run of others gives way to a line that counts them
AROUND = 1


def in_one(before: Sequence[SampleMessage], after: Sequence[SampleMessage]) -> list[Said]:
    """Both in one talk: what went is struck out, what came stands beside it."""
    changes = versions_difference(before, after)
    return [
        _skipped(one) if isinstance(one, int) else _said(one, _message(one, before, after), one.pieces)
        for one in _folded(changes)
    ]


def beside(before: Sequence[SampleMessage], after: Sequence[SampleMessage]) -> tuple[list[Said], list[Said]]:
    """Each for itself: in the first what the second has not, in the second what the first has not."""
    left, right = list[Said](), list[Said]()
    for one in _folded(versions_difference(before, after)):
        if isinstance(one, int):
            left.append(_skipped(one))
            right.append(_skipped(one))
            continue
        if one.before is not None:
            left.append(_side(one.before, before[one.before], one.pieces, "gone"))
        if one.after is not None:
            right.append(_side(one.after, after[one.after], one.pieces, "new"))
    return left, right


def _folded(changes: Sequence[Changed]) -> Iterator[Changed | int]:
    """Runs of messages that are the same give way to their number, unless nothing differs at all."""
    differing = [number for number, one in enumerate(changes) if not one.same]
    if not differing:
        yield from changes
        return
    near = {number + by for number in differing for by in range(-AROUND, AROUND + 1)}
    run: list[Changed] = []
    for number, one in enumerate(changes):
        if number not in near:
            run.append(one)
            continue
        yield from _run(run)
        run = []
        yield one
    yield from _run(run)


def _run(run: Sequence[Changed]) -> Iterator[Changed | int]:
    """A line in the place of one message would save nothing."""
    if len(run) > 1:
        yield len(run)
    else:
        yield from run


def _skipped(number: int) -> Said:
    return Said(-1, "mark", t(f"{number} 条消息相同", f"{number} messages are the same"))


def as_said(messages: Iterable[SampleMessage]) -> list[Said]:
    """A talk as it is."""
    return [Said(number, one.role, one.content) for number, one in enumerate(messages)]


def _message(one: Changed, before: Sequence[SampleMessage], after: Sequence[SampleMessage]) -> SampleMessage:
    if one.after is not None:
        return after[one.after]
    assert one.before is not None
    return before[one.before]


def _said(one: Changed, message: SampleMessage, pieces: Sequence[Piece]) -> Said:
    number = one.after if one.after is not None else one.before
    assert number is not None
    return Said(number, message.role, _text(pieces), spans=_spans(pieces))


def _side(number: int, message: SampleMessage, pieces: Sequence[Piece], own: How) -> Said:
    mine = [piece for piece in pieces if piece.how in ("same", own)]
    return Said(number, message.role, _text(mine), spans=_spans(mine))


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _spans(pieces: Iterable[Piece]) -> tuple[Span, ...]:
    found, at = [], 0
    for piece in pieces:
        end = at + len(piece.text)
        if piece.how != "same":
            found.append(Span(at, end, _MANNERS[piece.how]))
        at = end
    return tuple(found)
