"""What a side is shown: as much as fits, and nothing is forgotten that no notes tell of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.books import speaker
from zishu_app.dialogue.history import last_round, room_for_history, to_note, window
from zishu_app.ledger.calls import FRAME
from zishu_app.llm.base import Limits
from zishu_app.llm.scripted import ScriptedModel

COUNTS = st.lists(st.integers(0, 300), min_size=1, max_size=60)


@settings(deadline=None)
@given(COUNTS, st.integers(0, 2000))
def test_the_window_is_the_longest_that_fits(counts: list[int], room: int) -> None:
    seen = window(counts, room)
    newest = last_round(len(counts))
    assert (
        seen.start % 2 == 0 and 0 <= seen.start <= newest
    )  # a user's message first, the newest round always
    assert seen.tokens == sum(counts[seen.start :]) + FRAME * (len(counts) - seen.start)
    assert seen.tokens <= room or seen.start == newest
    if seen.start:  # one more round would not have fitted
        assert sum(counts[seen.start - 2 :]) + FRAME * (len(counts) - seen.start + 2) > room


@settings(deadline=None)
@given(COUNTS, st.tuples(st.integers(20, 1500), st.integers(20, 1500)))
def test_whatever_is_not_shown_is_in_the_notes(counts: list[int], rooms: tuple[int, int]) -> None:
    """A dialogue grows message by message; notes are taken as they fall due for either of two sides."""
    covered = 0
    for length in range(1, len(counts) + 1):
        so_far = counts[:length]
        spans = [span for room in rooms if (span := to_note(so_far, covered, room))]
        if spans:
            upto = max(span[1] for span in spans)
            assert all(span[0] == covered for span in spans)
            assert covered < upto <= last_round(length) and upto % 2 == 0
            covered = upto
        for room in rooms:
            assert window(so_far, room).start <= covered
            assert to_note(so_far, covered, room) is None  # taken once, not before every call


def test_notes_are_rare() -> None:
    counts, taken, covered = [100] * 200, 0, 0
    for length in range(1, 201):
        if span := to_note(counts[:length], covered, 2000):
            taken, covered = taken + 1, span[1]
    assert taken < 25


def test_the_room_is_what_the_model_leaves() -> None:
    model = ScriptedModel(limits=Limits(context=4000))
    assert room_for_history(speaker(model), 1000, 500, 10**6) == 4000 - 1000 - 500 - 4 * FRAME
    assert room_for_history(speaker(model), 1000, 500, 700) == 700
    assert room_for_history(speaker(model, exact=False), 1000, 500, 10**6) == int((2500 - 4 * FRAME) / 1.3)
    assert (
        room_for_history(speaker(model), 3000, 5000, 700) == FRAME
    )  # no room at all: the newest round is tried
