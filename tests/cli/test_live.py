"""The live view: what stands on the terminal after each event."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from zishu_app.cli.live import LiveView, duration
from zishu_app.dialogue import events as dialogue
from zishu_app.distill import events as distill
from zishu_app.ledger.budget import Amount, Caps

FILE = Path("talk.json")


class Screen:
    """A terminal of 100 columns and the view on it."""

    def __init__(self, rounds: int | None, caps: Caps | None = None) -> None:
        self.paper = io.StringIO()
        console = Console(file=self.paper, width=100, force_terminal=False)
        self.spent = Amount(0, 0)
        self.view = LiveView(lambda: self.spent, caps or Caps(), rounds, console)

    def show(self, *events: object) -> str:
        """What the live part looks like after these events."""
        for event in events:
            self.view.show(event)
        drawn = io.StringIO()
        Console(file=drawn, width=100).print(self.view.draw())
        return drawn.getvalue()


def said(number: int, side: str, done: int, **extra: object) -> dialogue.Said:
    return dialogue.Said(number, side, "text", done, dict(extra))  # type: ignore[arg-type]


def test_rounds_are_counted_over_all_dialogues() -> None:
    screen = Screen(10)
    drawn = screen.show(
        dialogue.Opened(0, "weather", 5, 2), dialogue.Opened(1, "film", 5, 0), said(1, "assistant", 1)
    )
    assert "3/10 rounds" in drawn and "2/5" in drawn and "1/5" in drawn


def test_an_early_end_leaves_nothing_to_do() -> None:
    screen = Screen(10)
    screen.show(dialogue.Opened(0, "weather", 5, 0), dialogue.Opened(1, "film", 5, 0))
    screen.show(said(0, "assistant", 1), dialogue.Written(0, FILE, 1, "stalled"))
    assert "1/6 rounds" in screen.show()


def test_talks_are_counted_as_they_are_found() -> None:
    screen = Screen(None)
    drawn = screen.show(distill.Found(4), distill.Chunked("film", "f", 3, (9, 9, 9)))
    assert "0/4 talks" in drawn and "distil film" in drawn and "0/4" in drawn and "left …" in drawn
    drawn = screen.show(distill.PartDone("film", "f", 0, 3, 1, "", True))
    assert "1/4" in drawn and "left 0:" in drawn, "half a talk already tells a pace"
    drawn = screen.show(
        distill.FileWritten("film", "f", FILE, FILE, 0),
        distill.FileSkipped("news", "n", FILE, FILE),
        distill.FileFailed(FILE, "broken", "mend it", "third"),
    )
    assert "3/4 talks" in drawn and "distil" not in drawn


def test_two_talks_of_one_name_are_two() -> None:
    """Dialogues of one scenario are distilled side by side, and are called alike."""
    screen = Screen(None)
    screen.show(
        distill.Found(2), distill.Chunked("film", "a", 1, (9,)), distill.Chunked("film", "b", 1, (9,))
    )
    screen.show(distill.FileWritten("film", "a", FILE, FILE, 0))
    assert "1/2 talks" in screen.show(distill.PartDone("film", "b", 0, 1, 1, "", True))


def test_a_bad_file_is_no_talk() -> None:
    screen = Screen(None)
    assert "0/2 talks" in screen.show(distill.Found(2), distill.FileFailed(FILE, "broken", "mend it"))
    assert "broken mend it" in screen.paper.getvalue()


def test_money_is_shown_with_its_limit() -> None:
    screen = Screen(1, Caps(tokens=9000, micros=2_000_000, currency="CNY"))
    screen.spent = Amount(1234, 500_000)
    drawn = screen.show()
    assert "1,234 / 9,000 tokens" in drawn and "0.5000 / 2.00 CNY" in drawn


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (59.6, "1:00"), (3909, "1:05:09")])
def test_duration(seconds: float, told: str) -> None:
    assert duration(seconds) == told
