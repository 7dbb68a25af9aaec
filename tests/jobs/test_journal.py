from dataclasses import asdict
from pathlib import Path

import pytest

from zishu_app.core.files import write_json
from zishu_app.jobs.journal import bury, read_events, read_record
from zishu_app.jobs.protocol import Cancelled, Done, JobRecord, Lost, Note, Queued, encode, event_to_dict

RECORD = JobRecord("job-1", "noop", "long", 77, "2026-01-12T16:54:04", {"kind": "noop"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "job-1"
    write_json(folder / "job.json", asdict(RECORD))
    return folder


def tell(folder: Path, *events: object) -> None:
    lines = [encode({"at": 1.5, "event": event_to_dict(event)}) for event in events]
    (folder / "events.jsonl").write_bytes(b"".join(lines))


def dead(pid: int) -> bool:
    return False


def test_what_was_told_is_read(folder: Path) -> None:
    tell(folder, Queued(), Note("你好"), Done({"a": 1}))
    assert read_events(folder) == [Queued(), Note("你好"), Done({"a": 1})]
    assert read_events(folder, 2) == [Done({"a": 1})]
    assert read_record(folder) == RECORD


def test_nothing_there(tmp_path: Path) -> None:
    assert read_events(tmp_path / "no") == []
    assert read_record(tmp_path / "no") is None


def test_a_line_cut_off_by_a_crash_does_not_matter(folder: Path) -> None:
    tell(folder, Queued(), Note("whole"))
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"at": 2, "event": {"type": "no')
    assert read_events(folder) == [Queued(), Note("whole")]
    bury(folder.parent, "long", dead, "died")
    assert read_events(folder) == [Queued(), Note("whole"), Lost("died")]


def test_a_dead_job_is_buried_once(folder: Path) -> None:
    tell(folder, Queued())
    assert bury(folder.parent, "long", dead, "died") == ["job-1"]
    assert bury(folder.parent, "long", dead, "died again") == []
    assert read_events(folder) == [Queued(), Lost("died")]
    record = read_record(folder)
    assert record and record.ending == "lost" and record.ended > "2026"


def test_the_living_and_other_lanes_are_left_alone(folder: Path) -> None:
    tell(folder, Queued())
    assert bury(folder.parent, "long", lambda pid: pid == 77, "died") == []
    assert bury(folder.parent, "quick", dead, "died") == []
    assert read_events(folder) == [Queued()]


def test_an_ending_that_was_written_stays_the_ending(folder: Path) -> None:
    tell(folder, Queued(), Cancelled())
    bury(folder.parent, "long", dead, "died")
    assert read_events(folder) == [Queued(), Cancelled()]
    record = read_record(folder)
    assert record and record.ending == "cancelled"


def test_a_broken_record_does_not_stop_the_others(folder: Path) -> None:
    broken = folder.parent / "job-0"
    broken.mkdir()
    (broken / "job.json").write_text("{", encoding="utf-8")
    assert bury(folder.parent, "long", dead, "died") == ["job-1"]
