"""An exam from its questions to its report."""

import asyncio
from pathlib import Path

import pytest

from zishu_app.core.errors import DataError, JobFailed, JobLost
from zishu_app.jobs.protocol import Done, Failed, Lost, Note, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import ExamSpec
from zishu_app.training.exam import (
    Candidate,
    Desk,
    ExamEvent,
    Left,
    Noted,
    Paper,
    Sat,
    Sitting,
    name_for,
    sit,
)
from zishu_app.training.items import Item, ItemSet, Rule
from zishu_app.training.marks import list_reports, read_report

ITEMS = (
    Item("a", "math", "1+1?", "two", ("three",)),
    Item("b", "length", "Yes?", rule=Rule(max_words=1), system=True),
)
SET = ItemSet("mine", "en", "guard", ITEMS)
WHO = Candidate("learnt/evening-20260101", "Evening", Path("base"), Path("adapter"))
RESULT = {
    "items": [{"id": "a", "right": -1.0, "wrong": [-2.0]}, {"id": "b", "answer": "Yes."}],
    "texts": {"held": [[3.0, 2]]},
    "base_sha256": "b",
    "template_sha256": "t",
    "device": "cpu",
    "seconds": 2.5,
}


def desk(folder: Path) -> Desk:
    return Desk(folder, "2026-01-01T20:30:00")


async def all_of(
    lane: ScriptedLane, paper: Paper, folder: Path, stop: asyncio.Event | None = None
) -> list[ExamEvent]:
    return [event async for event in sit(lane, WHO, paper, desk(folder), stop)]


async def test_an_exam_becomes_a_report(tmp_path: Path) -> None:
    lane = ScriptedLane([[Progress(1, 2, "answering"), Note("slow"), Done(RESULT)]])
    paper = Paper([SET], {"held": tmp_path / "held.jsonl"}, {"en": "Be kind."})
    *before, sat = await all_of(lane, paper, tmp_path)
    assert before == [Sitting(1, 2, "answering"), Noted("slow")]
    assert isinstance(sat, Sat)
    assert read_report(tmp_path / "20260101-203000-learnt-evening-20260101.json") == sat.report
    assert [item.right for item in sat.report.items] == [True, True]
    assert sat.report.texts == {"held": ((3.0, 2),)}
    assert lane.specs == [
        ExamSpec(
            "base",
            "adapter",
            (
                {"id": "a", "ability": "math", "prompt": "1+1?", "right": "two", "wrong": ["three"]},
                {
                    "id": "b",
                    "ability": "length",
                    "prompt": "Yes?",
                    "rule": {"max_words": 1},
                    "system": "Be kind.",
                },
            ),
            {"held": str(tmp_path / "held.jsonl")},
        )
    ]


async def test_it_can_be_stopped(tmp_path: Path) -> None:
    stop = asyncio.Event()
    stop.set()
    lane = ScriptedLane([[]])
    assert await all_of(lane, Paper([SET]), tmp_path, stop) == [Left()]
    assert lane.cancelled == ["job-1"]
    assert not list_reports(tmp_path)


async def test_one_that_nobody_waits_for_is_stopped(tmp_path: Path) -> None:
    lane = ScriptedLane([[Progress(1, 2, "")]])
    events = sit(lane, WHO, Paper([SET]), desk(tmp_path))
    assert await anext(events) == Sitting(1, 2, "")
    await events.aclose()  # type: ignore[attr-defined]
    assert lane.cancelled == ["job-1"]


async def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(JobFailed, match="no memory"):
        await all_of(ScriptedLane([[Failed("no memory", "", "x")]]), Paper([SET]), tmp_path)
    with pytest.raises(JobLost, match="gone"):
        await all_of(ScriptedLane([[Lost("gone")]]), Paper([SET]), tmp_path)
    with pytest.raises(DataError, match="nothing to be examined"):
        await all_of(ScriptedLane(), Paper([ItemSet("x", "en", "guard", ())]), tmp_path)
    with pytest.raises(DataError, match="same id: a, b"):
        await all_of(ScriptedLane(), Paper([SET, SET]), tmp_path)


def test_names_of_reports_can_be_typed() -> None:
    assert (
        name_for("2026-01-02T03:04:05", "/models/Big Model.gguf") == "20260102-030405-models-big-model-gguf"
    )
    assert name_for("2026-01-02T03:04:05", "大脑") == "20260102-030405-brain"
