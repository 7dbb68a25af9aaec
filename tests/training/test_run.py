"""A training as events of a lane: begun, followed, stopped, lost; and how it stands on disk meanwhile."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Told
from zishu_app.core.aside import KEPT, bring_back, drop_old, put_aside
from zishu_app.core.errors import DataError, JobFailed, JobLost
from zishu_app.core.paths import Home
from zishu_app.jobs.protocol import Done, Failed, Lost, Metric, Note, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import TrainSpec
from zishu_app.training.material import read_material, write_material
from zishu_app.training.recipe import derive
from zishu_app.training.run import Asking, Going, Halted, Measured, Noted, Stepped, Trained, halt, train
from zishu_app.training.runs import (
    TrainingRun,
    list_removed,
    list_runs,
    name_for,
    new_run,
    open_run,
    said_of,
    save,
)

NOW = datetime(2026, 11, 30, 12, 0)
ASKING = Asking(("Who are you?",), "You are Zishu.")


@pytest.fixture
def run(home: Home, tmp_path: Path) -> TrainingRun:
    (tmp_path / "x.jsonl").write_text('{"messages": [{"role": "assistant", "content": "Hi."}]}\n')
    name = name_for(home.trainings, "2026-11-29T20:15:30", "SmolLM2 135M")
    made = new_run(
        home.trainings,
        TrainingRun(
            name,
            home.trainings / name,
            "2026-11-29T20:15:30",
            "v1",
            "abc",
            "smollm2-135m",
            "/base",
            derive("tiny"),
        ),
    )
    write_material(made.folder / "material", read_material(str(tmp_path / "x.jsonl"), tmp_path, 0.0, 1))
    return made


async def events_of(lane: ScriptedLane, run: TrainingRun) -> list[Any]:
    return [one async for one in train(lane, run, ASKING)]


async def test_it_is_told_step_by_step_and_ends_with_what_was_learnt(run: TrainingRun, home: Home) -> None:
    story = [
        Progress(1, 2, "about a minute left"),
        Metric(1, {"loss": 2.5}),
        Note("memory is short"),
        Done({"loss": 2.0}),
    ]
    events = await events_of(ScriptedLane([story]), run)
    assert [type(one) for one in events] == [Going, Stepped, Measured, Noted, Trained]
    ended = events[-1].run
    assert (ended.state, ended.result, ended.jobs) == ("done", {"loss": 2.0}, ("job-1",))
    assert open_run(home.trainings, run.id) == ended


async def test_the_worker_is_given_plain_values_and_no_file_that_is_empty(run: TrainingRun) -> None:
    lane = ScriptedLane([[Done({})]])
    await events_of(lane, run)
    spec = lane.specs[0]
    assert isinstance(spec, TrainSpec)
    assert (spec.evaluation, spec.prompts, spec.persona) == ("", ("Who are you?",), "You are Zishu.")
    assert spec.recipe["targets"] == ["all-linear"] and spec.train.endswith("train.jsonl")


async def test_what_is_stopped_can_go_on_in_another_job(run: TrainingRun, home: Home) -> None:
    lane = ScriptedLane([[Metric(1, {"loss": 3.0})], [Done({"loss": 1.0})]])
    stream, events = train(lane, run, ASKING), []
    async for event in stream:
        events.append(event)
        if isinstance(event, Measured):
            await halt(lane, open_run(home.trainings, run.id))
    assert isinstance(events[-1], Halted) and events[-1].run.can_go_on
    again = await events_of(lane, events[-1].run)
    assert again[-1].run.jobs == ("job-1", "job-2") and again[-1].run.state == "done"


async def test_a_failure_is_raised_and_kept(run: TrainingRun, home: Home) -> None:
    with pytest.raises(JobFailed, match="no memory"):
        await events_of(ScriptedLane([[Failed("no memory", "smaller")]]), run)
    assert (open_run(home.trainings, "last").state, open_run(home.trainings, "last").why) == (
        "failed",
        "no memory",
    )


async def test_a_process_that_went_leaves_a_run_to_go_on_with(run: TrainingRun, home: Home) -> None:
    with pytest.raises(JobLost) as caught:
        await events_of(ScriptedLane([[Lost("killed")]]), run)
    assert f"zishu runs resume {run.id}" in caught.value.hint
    assert open_run(home.trainings, run.id[:12]).state == "lost"


def test_runs_are_found_by_the_beginning_of_their_names(run: TrainingRun, home: Home, told: Told) -> None:
    other = new_run(home.trainings, replace(run, id=run.id + "-b", folder=home.trainings / (run.id + "-b")))
    assert list_runs(home.trainings) == [other, run]
    assert open_run(home.trainings, run.id) == run
    assert "may be several" in told(DataError, lambda: open_run(home.trainings, run.id[:9]))
    assert run.id in told(DataError, lambda: open_run(home.trainings, "x"))


def test_two_begun_in_the_same_second_get_folders_of_their_own(run: TrainingRun, home: Home) -> None:
    assert name_for(home.trainings, "2026-11-29T20:15:30", "/bases/SmolLM2 135M") == f"{run.id}-2"
    put_aside(run.folder, NOW)
    assert name_for(home.trainings, "2026-11-29T20:15:30", "SmolLM2 135M") == f"{run.id}-2"


def test_what_is_removed_can_be_brought_back_for_its_days(run: TrainingRun, home: Home) -> None:
    aside = put_aside(run.folder, NOW)
    assert list_runs(home.trainings) == []
    ((found, removed),) = list_removed(home.trainings)
    assert (found.folder, removed.id, removed.dataset) == (aside, run.id, run.dataset)
    bring_back(aside)
    assert list_runs(home.trainings) == [run]
    assert list_removed(home.trainings) == []
    put_aside(run.folder, NOW)
    drop_old(home.trainings, NOW + 2 * KEPT)
    assert list(home.trainings.iterdir()) == []


def test_a_damaged_run_hides_no_other(run: TrainingRun, home: Home, expects_log: list[object]) -> None:
    broken = new_run(home.trainings, replace(run, id="x", folder=home.trainings / "x"))
    (broken.folder / "run.json").write_text('{"state": "asleep"}')
    assert list_runs(home.trainings) == [run]


def test_a_last_line_cut_off_by_a_kill_is_left_out(run: TrainingRun) -> None:
    assert said_of(run) == []
    (run.folder / "said.jsonl").write_text('{"step": 1, "prompt": "A?", "answer": "B."}\n{"step": 2, "pro')
    assert [one["step"] for one in said_of(run)] == [1]


def test_it_is_written_whole(run: TrainingRun, home: Home) -> None:
    saved = save(run, note="the first", result={"loss": 1.5}, counts={"train": 3})
    assert open_run(home.trainings, run.id) == saved
