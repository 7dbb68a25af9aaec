"""Which of the user's messages get a mistake, so that the measured share is the one that was asked for."""

from collections.abc import Sequence

from zishu_app.core.chance import dice

#: how far into its share of messages a mistake may be put off, at most and at least
_WIDEST, _NARROWEST = 0.75, 0.4
#: messages that should stay free behind every mistake, for another try if one could not take it
_ROOM = 4


def due(rate: float, seed: int, done: Sequence[bool]) -> bool:
    """Whether the next user message shall have a mistake.

    `rate`: share of user messages with at least one, 0 to 1. `done`: for every user message so far, whether it has
    one; the next is number `len(done)`. The first message never has one: it is the scenario's own prompt.

    At a rate of 0.12 there is one mistake to every 8.3 messages, and each falls somewhere in the first part of its
    own 8.3: by chance, yet after any number of messages the count is less than one from the rate. A message that was
    due and could not take a mistake leaves a debt, and the next one is due. Only the count so far, the rate and the
    seed decide, so a resumed dialogue goes on as if it had never stopped.
    """
    if not done or rate <= 0:
        return False
    count = sum(done)
    width = min(_WIDEST, max(_NARROWEST, 1 - _ROOM * rate))
    place = count + width * dice(seed, "due", count).random()
    return place < rate * (len(done) + 1)
