"""A training from what was asked for to its ending: looked at, begun, stopped when asked; and what it took is kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Told
from tests.training.test_estimate import SMOL
from zishu_app.core.errors import DataError, SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.jobs.protocol import Done, Event, Metric
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import CountSpec, Spec, TrainSpec
from zishu_app.studio import training
from zishu_app.studio.material import Preparing
from zishu_app.studio.training import DRY_STEPS, Prepared, Wish, begin, find_run, measure, prepare
from zishu_app.training.estimate import read_known, within
from zishu_app.training.run import Halted, Measured, Trained

COUNTED = {
    "samples": 30,
    "tokens": 9_000,
    "learnt": 3_000,
    "longest": 400,
    "cut_samples": 0,
    "cut_messages": 0,
}
ENDED = {"steps": 4, "loss": 1.5, "peak_memory_mb": 5_000.0, "tokens_per_s": 200.0, "seconds": 60.0}


def stories(spec: Spec) -> list[Event]:
    if isinstance(spec, CountSpec):
        return [Done({"files": [COUNTED] * len(spec.files), "faults": []})]
    if isinstance(spec, TrainSpec) and spec.dry:
        return [Done({"peak_memory_mb": 3_000.0, "tokens_per_s": 100.0})]
    return [Metric(1, {"loss": 2.0}), Done(ENDED)]


@pytest.fixture
async def house(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """With a base that was put into the home by hand, and lanes that do as they are told."""
    base = home.bases / "own"
    base.mkdir(parents=True)
    for name, text in (
        ("config.json", json.dumps(SMOL)),
        ("tokenizer.json", "{}"),
        ("model.safetensors", ""),
    ):
        (base / name).write_text(text)
    rows = [
        {"messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": "Yes."}]}
        for n in range(30)
    ]
    (tmp_path / "talks.jsonl").write_text("\n".join(map(json.dumps, rows)))
    async with House(home, load_settings(home), Keys(home.keys)) as opened:
        lane = ScriptedLane(stories)
        monkeypatch.setattr(House, "lane", lambda _house, _name: lane)
        yield opened


async def ready(house: House, tmp_path: Path, **given: Any) -> Prepared:
    wish = Wish(str(tmp_path / "talks.jsonl"), "own", "tiny", {"general": 0, **given})
    events = [one async for one in prepare(house, wish)]
    assert all(isinstance(one, Preparing) for one in events[:-1])
    assert isinstance(events[-1], Prepared)
    return events[-1]


async def test_it_is_looked_at_and_nothing_stands_against_it(house: House, tmp_path: Path) -> None:
    prepared = await ready(house, tmp_path)
    assert prepared.may_start and prepared.run.state == "ready"
    assert prepared.run.counts["train"] + prepared.run.counts["eval"] == 30
    assert not prepared.estimate.measured and prepared.run.estimate["light"] == prepared.estimate.light


async def test_two_steps_correct_the_estimate_and_are_kept(house: House, tmp_path: Path) -> None:
    prepared = await ready(house, tmp_path)
    measured = await measure(house, prepared)
    assert measured.estimate.measured
    two = within(measured.estimate, DRY_STEPS, measured.load.steps)
    assert two.memory_mb == pytest.approx(3_000, rel=0.05)
    assert len(measured.findings) == len(prepared.findings)
    assert (await ready(house, tmp_path)).estimate.measured, "the next one knows it from the start"


async def test_what_a_whole_training_took_is_kept_too(house: House, tmp_path: Path) -> None:
    run = (await ready(house, tmp_path)).run
    ending = [one async for one in begin(house, run)][-1]
    assert isinstance(ending, Trained)
    known = await asyncio.to_thread(read_known, house.home.trainings / training.KNOWN, "cpu", "bf16")
    assert known.runs == 1 and known.memory_ratio > 1 and known.flops > 0
    again = await ready(house, tmp_path)
    assert again.estimate.memory_mb == pytest.approx(5_000, rel=0.05)


async def test_it_is_stopped_softly_when_asked(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(spec: Spec) -> list[Event]:
        return [Metric(1, {"loss": 2.0})] if isinstance(spec, TrainSpec) else stories(spec)

    lane = ScriptedLane(endless)
    monkeypatch.setattr(House, "lane", lambda _house, _name: lane)
    run, stop, events = (await ready(house, tmp_path)).run, asyncio.Event(), []
    async for event in begin(house, run, stop):
        events.append(event)
        if isinstance(event, Measured):
            stop.set()
    assert isinstance(events[-1], Halted)
    assert (await find_run(house, "last")).state == "paused"


async def test_what_is_wrong_is_told_before_anything_is_made(
    house: House, tmp_path: Path, told: Told
) -> None:
    for wish, kind, words in (
        (Wish("no-such", "own"), DataError, "no-such"),
        (Wish(str(tmp_path / "talks.jsonl"), "no-base"), DataError, "no-base"),
        (Wish(str(tmp_path / "talks.jsonl"), "own", None, {"rank": 0}), SettingsError, "rank"),
    ):
        with pytest.raises(kind, match=words):
            [one async for one in prepare(house, wish)]
    assert not await asyncio.to_thread(house.home.trainings.exists)


async def test_a_card_too_small_stops_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = training.look
    monkeypatch.setattr(training, "look", lambda folder: replace(real(folder), free_mb=500.0))
    prepared = await ready(house, tmp_path)
    assert not prepared.may_start
    (wrong,) = [one for one in prepared.findings if one.level == "stop"]
    assert "0.5 GB free" in wrong.what and wrong.hint
