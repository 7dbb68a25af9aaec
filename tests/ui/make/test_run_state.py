"""A run as it stands, from its events and from the ledger; no window is needed for it."""

import time
from pathlib import Path
from typing import Any

import pytest

from zishu_app.dialogue.events import Failed, Opened, Retried, Said, Streamed, Written
from zishu_app.distill.events import FileFailed, FileSkipped, FileWritten
from zishu_app.ledger.runs import PlannedTalk, Turn
from zishu_app.ui.tabs.make.run_state import Dialogue, RunState
from zishu_app.ui.tabs.make.told import said_of
from zishu_app.ui.widgets.talk_text import Slip

MISTAKE = {"mistakes": [{"start": 2, "end": 5, "original": "their"}]}


def planned(number: int = 0, rounds: int = 3, state: str = "planned", reason: str = "") -> PlannedTalk:
    plan = {"scenario": {"name": f"Scenario {number}"}, "rounds": rounds, "noise_rate": 0.3}
    return PlannedTalk(100 + number, number, plan, "/t", f"talk_{number}.json", state, reason)


def state(*talks: PlannedTalk, distil: bool = False) -> RunState:
    return RunState(talks or [planned()], distil=distil)


def said(run: RunState, *turns: tuple[str, dict[str, Any]], number: int = 0) -> None:
    """So many messages are stored, user and assistant in turn; `turns`: side and extra."""
    for side, extra in turns:
        one = run.dialogues[number]
        done = one.done + (side == "assistant")
        run.hear(Said(number, side, f"{side} {len(one.said)}", done, extra))  # type: ignore[arg-type]


def texts(one: Dialogue) -> list[str]:
    return [said.text for said in one.said]


def test_a_dialogue_from_its_opening_to_its_file() -> None:
    run = state()
    one = run.dialogues[0]
    assert (one.scenario, one.rounds, one.state, run.rounds) == ("Scenario 0", 3, "waiting", (0, 3))
    run.hear(Opened(0, "Scenario 0", 3, 0))
    assert one.state == "talking"
    for _ in range(3):
        said(run, ("user", {}), ("assistant", {}))
    assert (one.done, run.rounds) == (3, (3, 3))
    assert [message.number for message in one.said] == [0, 1, 2, 3, 4, 5]
    assert [message.voice for message in one.said][:2] == ["user", "assistant"]
    run.hear(Written(0, Path("/t/talk_0.json"), 3, "rounds"))
    assert (one.state, one.path, one.over) == ("done", Path("/t/talk_0.json"), True)


def test_a_message_grows_piece_by_piece_and_gives_way_to_the_whole() -> None:
    run = state()
    one = run.dialogues[0]
    run.hear(Streamed(0, "user", "Hel"))
    run.hear(Streamed(0, "user", "lo"))
    assert (one.writing, one.state, texts(one)) == (("user", "Hello"), "talking", [])
    run.hear(Streamed(0, "assistant", "Well"))
    assert one.writing == ("assistant", "Well"), "another side begins anew"
    run.hear(Said(0, "assistant", "Well, hello.", 1, {}))
    assert (one.writing, texts(one)) == (("", ""), ["Well, hello."])


def test_an_attempt_that_failed_is_void_and_says_why_until_the_next_one_works() -> None:
    run = state()
    one = run.dialogues[0]
    run.hear(Streamed(0, "assistant", "Half a sen"))
    run.hear(Retried(0, "assistant", 2.0, "The endpoint is busy (429)."))
    assert (one.state, one.writing, one.reason) == (
        "retrying",
        ("", ""),
        "The endpoint is busy (429).",
    )
    run.hear(Streamed(0, "assistant", "A whole"))
    assert (one.state, one.writing, one.reason) == ("talking", ("assistant", "A whole"), "")
    run.hear(Retried(0, "assistant", 2.0, "again"))
    run.hear(Said(0, "assistant", "A whole one.", 1, {}))
    assert (one.state, one.reason) == ("talking", "")


def test_what_failed_says_why_and_what_to_do() -> None:
    run = state(planned(0), planned(1))
    run.hear(Streamed(0, "user", "He"))
    run.hear(Failed(0, "The answer was refused.", "Choose another model."))
    failed, other = run.dialogues.values()
    assert (failed.state, failed.reason) == ("failed", "The answer was refused. Choose another model.")
    assert failed.writing == ("", ""), "nothing of it comes any more"
    assert not failed.over, "it can be gone on with"
    assert other.state == "waiting"


def test_a_wish_is_over_when_it_is_done_or_can_no_longer_be() -> None:
    run = state(planned(0), planned(1), planned(2), planned(3))
    for one in run.dialogues.values():
        one.wish = "shift"
    said(run, ("user", {}), ("assistant", {}))
    assert run.dialogues[0].wish == "shift", "not yet"
    said(run, ("user", {"steer": "shift", "goal": "tea", "reason": "Shifted by hand."}))
    assert run.dialogues[0].wish == ""
    run.hear(Written(1, Path("/t/talk_1.json"), 3, "rounds"))
    run.hear(Failed(2, "no", ""))
    run.close()
    assert [one.wish for one in run.dialogues.values()] == ["", "", "", ""]


def test_the_stall_radar_gives_a_score_a_round_and_the_rounds_of_shifts() -> None:
    run = state()
    one = run.dialogues[0]
    said(run, ("user", {}), ("assistant", {}))
    assert one.scores == [], "the first message is the scenario's own"
    said(run, ("user", {"stall": 0.2}), ("assistant", {}), ("user", {}), ("assistant", {}))
    shift = {"stall": 0.61, "steer": "shift", "goal": "tea", "reason": "nothing new", "signals": []}
    said(run, ("user", shift))
    assert one.scores == [0.2, 0.0, 0.61]
    assert one.shifts == [2]


def test_a_shift_and_a_farewell_leave_a_mark_before_their_message() -> None:
    mark, message = said_of(
        4, "user", "By the way", {"steer": "shift", "goal": "tea", "reason": "nothing new"}
    )
    assert (mark.voice, mark.number, mark.text) == ("mark", -1, "Topic shifted to “tea” — nothing new")
    assert (message.number, message.text) == (4, "By the way")
    farewell, _ = said_of(6, "user", "Bye", {"steer": "farewell", "reason": "stalled three times"})
    assert farewell.text == "Coming to an end: stalled three times"
    assert len(said_of(2, "user", "And?", {"steer": "goal", "goal": "x"})) == 1, "no turn of the talk"


def test_marks_and_notes_take_no_number_from_the_messages() -> None:
    run = state()
    said(run, ("user", {}), ("assistant", {}))
    run.hear(Said(0, "summary", "What was said.", 1, {}))
    said(run, ("user", {"steer": "shift", "goal": "tea", "reason": "r"}), ("assistant", {}))
    one = run.dialogues[0]
    assert [(part.voice, part.number) for part in one.said] == [
        ("user", 0),
        ("assistant", 1),
        ("notes", -1),
        ("mark", -1),
        ("user", 2),
        ("assistant", 3),
    ]
    assert one.done == 2


def test_the_noise_is_measured_and_the_first_message_does_not_count() -> None:
    run = state(planned(0), planned(1))
    assert run.noise == (0, 0, 0.3)
    said(run, ("user", MISTAKE), ("assistant", {}))
    assert run.noise == (0, 0, 0.3), "nobody put mistakes into the scenario's own words"
    said(run, ("user", MISTAKE), ("assistant", {}), ("user", {}), ("assistant", {}))
    assert run.noise == (1, 2, 0.3)
    said(run, ("user", {}), ("user", {}), ("user", {}), number=1)
    assert run.noise == (1, 4, 0.3), "over all dialogues together"
    assert run.dialogues[0].said[2].slips == (Slip(2, 5, "their"),)


def test_time_left_goes_by_the_pace_of_this_sitting() -> None:
    run = state(planned(0, rounds=4))
    run.read_turns(0, [Turn(0, "user", "a", {}), Turn(1, "assistant", "b", {})])
    assert run.seconds_left is None, "what was made before says nothing of the pace now"
    run._began = time.monotonic() - 10
    said(run, ("user", {}), ("assistant", {}))
    assert run.seconds_left == pytest.approx(20, abs=1), "two rounds to go, ten seconds each"
    said(run, ("user", {}), ("assistant", {}), ("user", {}), ("assistant", {}))
    assert run.seconds_left == pytest.approx(0, abs=0.1)


def test_what_an_early_end_leaves_out_is_not_left_to_do() -> None:
    run = state(planned(0, rounds=30), planned(1, rounds=5))
    said(run, ("user", {}), ("assistant", {}))
    assert run.rounds == (1, 35)
    run.hear(Written(0, Path("/t/a.json"), 1, "by_hand"))
    assert run.rounds == (1, 6)
    assert run.dialogues[0].ended == "by_hand"


def test_a_file_that_is_distilled_next_is_done_when_that_is() -> None:
    run = state(planned(0), planned(1), planned(2), distil=True)
    paths = [Path(f"/t/{number}.json") for number in range(3)]
    for number, path in enumerate(paths):
        run.hear(Written(number, path, 3, "rounds"))
    assert [one.state for one in run.dialogues.values()] == ["distilling"] * 3
    run.hear(FileWritten("Scenario 0", "i", paths[0], Path("/d/0.json"), 0))
    run.hear(FileSkipped("Scenario 1", "i", paths[1], Path("/d/1.json")))
    run.hear(FileFailed(paths[2], "Not valid JSON.", "Mend it."))
    first, second, third = run.dialogues.values()
    assert [one.state for one in (first, second, third)] == ["done", "done", "failed"]
    assert (first.distilled, second.distilled) == (Path("/d/0.json"), Path("/d/1.json"))
    assert third.reason == "Not valid JSON. Mend it."


def test_what_is_not_of_this_run_changes_nothing() -> None:
    run = state(distil=True)
    run.hear(FileWritten("Elsewhere", "i", Path("/else.json"), Path("/d/e.json"), 0))
    run.hear(object())
    assert run.dialogues[0].state == "waiting"


def test_when_it_is_over_nothing_seems_to_go_on() -> None:
    run = state(*(planned(number) for number in range(5)), distil=True)
    run.hear(Streamed(0, "user", "Half"))
    run.hear(Retried(1, "user", 1.0, "busy"))
    run.hear(Written(2, Path("/t/2.json"), 3, "rounds"))
    run.hear(Failed(3, "no", ""))
    run.close()
    assert [one.state for one in run.dialogues.values()] == [
        "waiting",
        "waiting",
        "written",
        "failed",
        "waiting",
    ]
    assert run.dialogues[0].writing == ("", "")


def test_it_is_read_from_the_ledger_as_it_was_heard() -> None:
    heard, read = state(), state()
    turns = [
        ("user", {}),
        ("assistant", {}),
        ("user", {"stall": 0.4, **MISTAKE}),
        ("assistant", {}),
        ("user", {"stall": 0.6, "steer": "shift", "goal": "tea", "reason": "r"}),
    ]
    said(heard, *turns)
    one = heard.dialogues[0]
    stored = [text for text in texts(one) if not text.startswith("Topic")]
    read.read_turns(
        0,
        [
            Turn(step, kind, text, extra)
            for step, ((kind, extra), text) in enumerate(zip(turns, stored, strict=True))
        ],
    )
    other = read.dialogues[0]
    assert other.loaded
    for name in ("said", "done", "scores", "shifts", "typed", "mistaken"):
        assert getattr(other, name) == getattr(one, name), name
    read.read_turns(0, [])
    assert (other.said, other.done, other.scores) == ([], 0, []), "instead of what was known, not beside it"


def test_a_run_of_the_past_shows_what_became_of_each() -> None:
    run = state(planned(0, state="done"), planned(1, state="failed", reason="refused"), planned(2))
    done, failed, waiting = run.dialogues.values()
    assert (done.state, done.path) == ("done", Path("/t/talk_0.json"))
    assert (failed.state, failed.reason, failed.path) == ("failed", "refused", None)
    assert (waiting.state, waiting.path) == ("waiting", None)


def test_ten_thousand_pieces_are_heard_quickly() -> None:
    run = state()
    began = time.perf_counter()
    for _ in range(10_000):
        run.hear(Streamed(0, "assistant", "word "))
    assert time.perf_counter() - began < 1.0
    assert len(run.dialogues[0].writing[1]) == 50_000
