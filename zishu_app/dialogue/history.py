"""What a side sees of a long dialogue: system, running notes, and the last messages that fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.ledger.calls import FRAME, MARGIN, Speaker

#: after notes are taken, this share of the room is filled at most; the rest is free for the rounds to come
REFILL = 0.5


@dataclass(frozen=True, slots=True)
class Window:
    """Messages from `start` on are shown; those before are in the notes."""

    start: int
    tokens: int


def room_for_history(speaker: Speaker, max_tokens: int, system_tokens: int, history_tokens: int) -> int:
    """Tokens of history a side can be shown, by our count.

    A count by another model's tokenizer is trusted less, so that the true prompt fits.
    """
    free = speaker.model.limits.context - max_tokens - system_tokens - 4 * FRAME
    if not speaker.counter.exact:
        free = int(free / MARGIN)
    return max(min(history_tokens, free), FRAME)


def window(counts: Sequence[int], room: int) -> Window:
    """The longest tail of messages within `room` tokens that starts with a user message.

    `counts`: tokens of each message, user first, sides in turn. The newest round is always shown.
    """
    start, total = len(counts), 0
    while start > 0:
        step = counts[start - 1] + FRAME
        if total + step > room and start <= last_round(len(counts)):
            break
        start, total = start - 1, total + step
    if start % 2:
        total -= counts[start] + FRAME
        start += 1
    return Window(start, total)


def last_round(messages: int) -> int:
    """Number of the user message that begins the newest round."""
    return max((messages - 1) // 2 * 2, 0)


def to_note(counts: Sequence[int], covered: int, room: int) -> tuple[int, int] | None:
    """Which messages must go into the notes before the next call, as [from, to); None: none.

    Taken when the messages that no notes cover no longer fit, and then down to half, so that notes are
    rare.
    """
    if window(counts, room).start <= covered:
        return None
    upto = window(counts, int(room * REFILL)).start
    return (covered, upto) if upto > covered else None
