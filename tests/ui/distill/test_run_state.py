"""What the page tells of a run, from the events of its run alone."""

from pathlib import Path

from zishu_app.distill.events import (
    Asked,
    BatchEnded,
    Chunked,
    FileFailed,
    FileSkipped,
    FileWritten,
    Found,
    PartDone,
)
from zishu_app.ui.tabs.distill.run_state import RunState, TalkLine
from zishu_app.ui.tabs.distill.talk_rows import matching, talk_row

A, B = Path("/t/a.json"), Path("/t/b.json")


class Clock:
    """A watch that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def state(clock: Clock | None = None) -> RunState:
    lines = [
        TalkLine(1, "Roof", A, 1, "ia"),
        TalkLine(2, "Roof", B, 1, "ib"),
        TalkLine(3, "b.json", B, 0, state="failed", reason="item 2 is none"),
    ]
    return RunState(lines, clock or Clock())


def test_two_talks_of_one_name_are_told_apart() -> None:
    run = state()
    for event in (
        Found(2),
        Chunked("Roof", "ib", 4, (1, 1, 1, 1)),
        PartDone("Roof", "ib", 2, 4, 1, "x", True),
    ):
        run.hear(event)
    first, second = run.lines[:2]
    assert (first.state, first.done) == ("waiting", 0)
    assert (second.state, second.done, second.chunks) == ("working", 1, 4)
    assert talk_row(second, live=True).state == "1/4 chunks"
    assert talk_row(second, live=True).progress == 0.2


def test_the_same_talk_in_two_files_is_done_once_and_found_once() -> None:
    run = RunState([TalkLine(1, "Roof", A, 1, "i"), TalkLine(2, "Roof", B, 1, "i")], Clock())
    run.hear(FileWritten("Roof", "i", A, Path("/o/x.json"), 0))
    run.hear(FileSkipped("Roof", "i", B, Path("/o/x.json")))
    assert [line.state for line in run.lines] == ["done", "before"]


def test_a_bad_file_is_one_line_however_often_it_is_told() -> None:
    run = state()
    run.hear(FileFailed(B, "item 2 is none", "mend it"))
    assert len(run.lines) == 3
    assert run.lines[2].hint == "mend it"
    assert (run.talks, run.unreadable) == (2, 1)


def test_a_failed_talk_says_why_and_the_rest_goes_on() -> None:
    run = state()
    run.hear(FileFailed(A, "the model refused", "try another", "ia"))
    run.hear(FileWritten("Roof", "ib", B, Path("/o/b.json"), 2))
    failed, done = (talk_row(line, live=False) for line in run.lines[:2])
    assert (failed.state, failed.under, failed.tone) == ("failed", "the model refused", "bad")
    assert (done.state, done.tone) == ("done, 2 flagged", "warn")
    assert done.progress is None


def test_time_left_goes_by_the_pace_of_this_sitting() -> None:
    clock = Clock()
    run = state(clock)
    assert run.seconds_left() is None
    run.hear(FileSkipped("Roof", "ia", A, Path("/o/a.json")))
    assert run.seconds_left() is None, "what was done before tells nothing of the pace"
    clock.now += 30
    run.hear(Chunked("Roof", "ib", 3, (1, 1, 1)))
    run.hear(PartDone("Roof", "ib", 0, 3, 1, "x", True))
    assert run.seconds_left() == 90
    run.hear(FileWritten("Roof", "ib", B, Path("/o/b.json"), 0))
    assert run.seconds_left() == 0


def test_what_is_not_done_at_the_end_is_left() -> None:
    run = state()
    run.hear(Chunked("Roof", "ia", 3, (1, 1, 1)))
    run.hear(PartDone("Roof", "ia", 0, 3, 1, "x", True))
    run.hear(Asked("Roof", "form", 0.0))
    run.hear(BatchEnded(0, 0, 1, 2, "the budget is reached", "raise it"))
    assert [line.state for line in run.lines] == ["left", "left", "failed"]
    assert talk_row(run.lines[0], live=False).state == "1/3 chunks"
    assert talk_row(run.lines[1], live=False).state == "not done"
    assert run.retries == 1


def test_only_what_changed_is_told_to_the_list() -> None:
    run = state()
    run.touched = set()
    run.hear(PartDone("Roof", "ib", 0, 3, 1, "x", True))
    run.hear(Asked("Roof", "form", 0.0))
    assert run.touched == {2}


def test_a_talk_nobody_announced_gets_a_line() -> None:
    run = state()
    run.hear(FileWritten("New", "in", Path("/t/new.json"), Path("/o/n.json"), 0))
    run.hear(FileFailed(Path("/t/late.json"), "gone", ""))
    assert [(line.name, line.state) for line in run.lines[3:]] == [("New", "done"), ("late.json", "failed")]
    assert len({line.key for line in run.lines}) == 5


def test_searching_finds_all_words_and_bad_files_stand_first() -> None:
    run = state()
    assert [line.key for line in matching(run.lines, "")] == [3, 1, 2]
    assert [line.key for line in matching(run.lines, "ROOF a.json")] == [1]
    assert [line.key for line in matching(run.lines, "item none")] == [3]
