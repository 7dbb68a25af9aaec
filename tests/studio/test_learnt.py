"""What was learnt becomes a brain of hers: whole or not there, made hers, gone back on, named, put aside."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.lanes import model_path
from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import Learnt, chosen_of, keep, list_learnt, require_whole
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError, JobFailed
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.weights import sum_of
from zishu_app.house import House
from zishu_app.jobs.protocol import Done, Event, Failed
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import ExportSpec, Spec
from zishu_app.studio import giving, learnt
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.removed import find_removed, removed_brains
from zishu_app.training.recipe import derive
from zishu_app.training.runs import TrainingRun, new_run, save

WRITTEN: dict[str, Any] = {"template_sha256": "5" * 64, "template": "same"}


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, {}, {}), Keys(home.keys), ScriptedClock()) as made:
        yield made


def worker(house: House, ending: Event | None = None) -> ScriptedLane:
    """A lane that writes a GGUF, or ends otherwise."""

    def story(spec: Spec) -> list[Event]:
        assert isinstance(spec, ExportSpec)
        if ending is None:
            Path(spec.target).write_bytes(b"GGUF of an adapter")
        return [ending or Done({"file": spec.target, **WRITTEN})]

    lane = ScriptedLane(story)
    house._lanes["quick"] = lane  # type: ignore[assignment]
    return lane


def trained(home: Home, base: str = "smollm2-135m", **changes: Any) -> TrainingRun:
    folder = home.trainings / "20261129-200000-smollm2"
    run = TrainingRun(
        folder.name, folder, "2026-11-29T20:00:00", "kinder", "0" * 64, base, str(home.bases / base), derive("tiny")
    )  # fmt: skip
    new_run(home.trainings, run)
    run.adapter.mkdir()
    for name, text in (("adapter_model.safetensors", "W"), ("adapter_config.json", "{}"), ("notes.txt", "x")):
        (run.adapter / name).write_text(text, encoding="utf-8")
    return save(run, **({"state": "done"} | changes))


async def adopted(house: House, run: TrainingRun, name: str = "Kinder") -> Learnt:
    last = [event async for event in learnt.adopt(house, run, name, {"persona": 0.8})][-1]
    assert isinstance(last, Learnt)
    return last


async def test_what_was_learnt_becomes_a_brain(house: House) -> None:
    lane, run = worker(house), trained(house.home)
    brain = await adopted(house, run)
    assert (brain.name, brain.run, brain.parent, brain.base_spec) == ("Kinder", run.id, "", "builtin")
    assert (brain.base_gguf, brain.languages) == (str(model_path()), ("en",))
    assert brain.marks == {"persona": 0.8}
    assert brain.hashes["template"] == WRITTEN["template_sha256"]
    assert brain.hashes["lora"] == sum_of(brain.lora)
    assert sorted(one.name for one in brain.adapter.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    assert list_learnt(house.home.brains) == [brain]
    require_whole(brain)
    (spec,) = lane.specs
    assert isinstance(spec, ExportSpec) and spec.gguf_base == brain.base_gguf
    assert not (run.folder / learnt.LORA).exists()


async def test_it_is_kept_once(house: House) -> None:
    worker(house)
    run = trained(house.home)
    assert await adopted(house, run) == await adopted(house, run, "Another")


async def test_one_that_goes_on_from_another_knows_it(house: House) -> None:
    worker(house)
    first = await adopted(house, trained(house.home))
    second = trained(house.home.__class__(house.home.root / "2"), adapter_from=str(first.adapter))
    assert learnt._about(house, second, "x").parent == first.id


async def test_a_training_that_is_not_done_becomes_none(house: House) -> None:
    with pytest.raises(DataError, match="is not done"):
        await adopted(house, trained(house.home, state="paused"))


def trained_whole(home: Home) -> TrainingRun:
    """A training of all parameters; its model is small."""
    run = trained(home, recipe=derive("tiny", {"method": "full"}))
    run.adapter.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (run.adapter / name).write_text(name, encoding="utf-8")
    return run


async def test_a_training_of_all_parameters_is_a_model_of_its_own(house: House, tmp_path: Path) -> None:
    brain = await adopted(house, trained_whole(house.home))
    model = brain.folder / "model"
    assert brain.whole and brain.through_torch and brain.loaded == (model, None)
    assert (model / "model.safetensors").read_text() == "model.safetensors" and not brain.adapter.exists()
    assert list_learnt(house.home.brains) == [brain]
    require_whole(brain)
    chosen = chosen_of(house.catalog, brain)
    assert (chosen.local_path, chosen.lora_path, chosen.model) == (model, None, brain.id)
    events = [event async for event in giving.export(house, brain, "merged", tmp_path / "m")]
    assert events == [giving.Given("merged", tmp_path / "m")]
    assert sorted(one.name for one in (tmp_path / "m").iterdir()) == [
        "config.json", "model.safetensors", "tokenizer.json",
    ]  # fmt: skip
    for form in ("peft", "gguf", "folder"):
        with pytest.raises(DataError, match="a model of its own"):
            await anext(giving.export(house, brain, form, tmp_path / form))
    (model / "model.safetensors").write_text("another")
    with pytest.raises(DataError, match="was changed"):
        require_whole(brain)


async def test_she_goes_on_from_a_model_of_her_own_as_from_a_base(house: House) -> None:
    first = await adopted(house, trained_whole(house.home))
    second = trained(house.home.__class__(house.home.root / "2"), base_folder=str(first.loaded[0]))
    assert learnt._about(house, second, "x").parent == first.id


async def test_what_fails_leaves_nothing(house: House) -> None:
    worker(house, Failed("no", "", "data_error"))
    run = trained(house.home)
    with pytest.raises(JobFailed):
        await adopted(house, run)
    worker(house)
    (run.adapter / "adapter_model.safetensors").unlink()
    with pytest.raises(DataError, match="adapter_model"):
        await adopted(house, run)
    assert not house.home.brains.exists() or list(house.home.brains.iterdir()) == []


async def test_what_has_no_gguf_is_spoken_with_through_torch(house: House) -> None:
    worker(house, Done({"why_not": "DoRA", "hint": "", **WRITTEN}))
    brain = await adopted(house, trained(house.home))
    assert (brain.base_gguf, brain.base_spec, brain.lora.exists()) == ("", "", False)
    assert brain.languages == ("en",)


async def test_a_base_of_ones_own_without_a_gguf_needs_none(house: House) -> None:
    lane = worker(house)
    brain = await adopted(house, trained(house.home, "own"))
    assert (brain.base, brain.base_gguf, lane.specs) == ("own", "", [])


async def test_it_is_made_hers_and_gone_back_on(house: House) -> None:
    worker(house)
    brain = await adopted(house, trained(house.home))
    await learnt.make_hers(house, brain)
    hers = read_hers(house.home.her_brains)
    assert (hers.current(""), hers.changes[-1].why) == (brain.spec, "trained")
    assert await HerBrain(house, "en").speaks() == brain.spec
    with pytest.raises(DataError, match="speaks with now"):
        await learnt.put_aside(house, brain)
    assert await HerBrain(house, "en").roll_back() == ""


async def test_it_is_named_noted_put_aside_and_brought_back(house: House) -> None:
    worker(house)
    brain = await adopted(house, trained(house.home))
    brain = await learnt.note(await learnt.rename(brain, " Milder "), "after the first week")
    assert await learnt.find(house, "Milder") == brain
    assert (brain.spec, brain.note) == ("learnt/kinder-20260112", "after the first week")
    assert (await learnt.rename(brain, "Milder")).name == "Milder"
    keep(replace(brain, folder=house.home.brains / "other"), name="Other")
    with pytest.raises(DataError, match="Another brain"):
        await learnt.rename(brain, "Other")
    shutil.rmtree(house.home.brains / "other")
    with pytest.raises(DataError, match="empty"):
        await learnt.rename(brain, " ")
    aside = await learnt.put_aside(house, brain)
    assert list_learnt(house.home.brains) == []
    there = await removed_brains(house)
    assert [find_removed(there, name).folder for name in ("Milder", brain.id, "last")] == [aside] * 3
    assert await learnt.put_back(house, aside) == brain
    with pytest.raises(DataError, match="was removed"):
        find_removed(await removed_brains(house), "Milder")
