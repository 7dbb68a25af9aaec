from pathlib import Path

from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.ui.tabs.welcome.tour_state import Piece, TourState
from zishu_app.ui.widgets.talk_view import Said


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def said(side: dialogue.Side, done: int, text: str = "x") -> dialogue.Said:
    return dialogue.Said(0, side, text, done, {})


def test_pieces_of_one_message_are_drawn_as_one() -> None:
    state = TourState(3)
    for text in ("Hel", "lo"):
        state.hear(dialogue.Streamed(0, "user", text))
    state.hear(dialogue.Streamed(0, "assistant", "Hi"))
    assert state.talk == [Piece("user", "Hello"), Piece("assistant", "Hi")]


def test_a_void_attempt_is_taken_back_before_the_next_is_written() -> None:
    state = TourState(3)
    state.hear(dialogue.Streamed(0, "user", "bad"))
    state.hear(dialogue.Retried(0, "user", 1.0, "cut"))
    state.hear(dialogue.Streamed(0, "user", "good"))
    assert [(piece.text, piece.void) for piece in state.talk if isinstance(piece, Piece)] == [
        ("bad", False),
        ("", True),
        ("good", False),
    ]


def test_mistakes_are_counted_and_shown() -> None:
    state = TourState(3)
    mistake = {"start": 0, "end": 3, "original": "the", "kind": "swap"}
    state.hear(dialogue.Said(0, "user", "teh cat", 0, {"mistakes": [mistake]}))
    (shown,) = state.talk
    assert isinstance(shown, Said)
    assert shown.slips[0].meant == "the"
    assert state.mistakes == 1


def test_progress_follows_the_pace_and_never_goes_back() -> None:
    clock = Hands()
    state = TourState(3, clock)
    state.hear(dialogue.Opened(0, "s", 3, 0))
    state.hear(said("user", 0))  # the scenario's own: it took no call
    assert state.share() == 0
    assert state.seconds_left() is None
    shares = []
    for turn in range(1, 6):
        clock.now += 10
        shares.append(state.share())
        state.hear(said("user" if turn % 2 == 0 else "assistant", (turn + 1) // 2))
        shares.append(state.share())
    assert shares == sorted(shares)
    left = state.seconds_left()
    assert left is not None
    assert 40 <= left <= 50  # 4.5 messages' worth of distilling at ten seconds each
    clock.now += 1000
    assert state.share() < 1


def test_the_round_shown_is_the_one_going_on() -> None:
    state = TourState(2)
    state.hear(dialogue.Opened(0, "s", 2, 0))
    state.hear(said("user", 0))
    assert state.round == 1
    state.hear(said("assistant", 1))
    assert state.round == 2
    state.hear(said("assistant", 2))
    assert state.round == 2


def test_it_knows_the_files_and_what_failed() -> None:
    state = TourState(2)
    state.hear(dialogue.Written(0, Path("/t/a.json"), 2, "rounds"))
    state.hear(distill.FileWritten("s", "i", Path("/t/a.json"), Path("/t/d.json"), 0))
    state.hear(dialogue.Failed(0, "no", "do"))
    assert (state.conversation, state.distilled) == (Path("/t/a.json"), Path("/t/d.json"))
    assert (state.reason, state.hint) == ("no", "do")
