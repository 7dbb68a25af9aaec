"""She is examined: who may sit, what is asked, what it is held against, and what is kept."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from zishu_app.brains.learnt import Learnt, keep, list_learnt
from zishu_app.cli.exam import lines_of
from zishu_app.cli.main import main
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.weights import weights_sha256
from zishu_app.house import House
from zishu_app.jobs.protocol import Done, Event, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import ExamSpec, Spec
from zishu_app.studio.exam import Compared, Examining, Wish, examine, reports_of, sets_of
from zishu_app.studio.gate import gate_of
from zishu_app.training.exam import Left, Sat
from zishu_app.training.item_file import write_set
from zishu_app.training.items import Item, ItemSet
from zishu_app.training.recipe import derive
from zishu_app.training.runs import TrainingRun, new_run, save

ITEMS = tuple(
    Item(f"mine-{n}", "math", f"{n} and one?", str(n + 1), (str(n),), system=n == 0) for n in range(20)
)


@pytest.fixture
def base(home: Home) -> Path:
    folder = home.bases / "tiny"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "model.safetensors").write_bytes(b"weights")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text("{}")
    (folder / "chat_template.jinja").write_text("{{ messages[0].content }}")
    write_set(ItemSet("Mine", "en", "guard", ITEMS), home.exams / "mine.toml")
    return folder


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, {}, {}), Keys(home.keys), ScriptedClock()) as made:
        yield made


def worker(house: House, base: Path, better: int = 0) -> ScriptedLane:
    """A base that knows ten of the twenty, and what was learnt on it `better` more."""

    sha256 = weights_sha256(base)

    def story(spec: Spec) -> list[Event]:
        assert isinstance(spec, ExamSpec)
        has_learnt = bool(spec.adapter) or spec.base != str(base)
        knows = 10 + better * has_learnt
        items = [
            {"id": one["id"], "right": -1.0, "wrong": [-2.0 if n < knows else -0.5]}
            for n, one in enumerate(spec.items)
        ]
        texts = {name: [[float(10 - better * has_learnt), 10]] * 4 for name in spec.texts}
        result = {"items": items, "texts": texts, "base_sha256": sha256, "template_sha256": "t"}
        return [Progress(1, 2, "answering"), Done(result | {"device": "cpu", "seconds": 1.0})]

    lane = ScriptedLane(story)
    house._lanes["long"] = lane  # type: ignore[assignment]
    return lane


def learnt(home: Home, base: Path, run: str = "") -> Learnt:
    folder = home.brains / "kinder-20261129"
    (folder / "adapter").mkdir(parents=True)
    return keep(
        Learnt(folder.name, folder, "Kinder", "2026-11-29T20:00:00", run, "", "tiny", str(base), "", "", {})
    )


def trained(home: Home, base: Path, state: str = "done") -> TrainingRun:
    folder = home.trainings / "20261129-200000-tiny"
    run = TrainingRun(
        folder.name, folder, "2026-11-29T20:00:00", "kinder", "0" * 64, "tiny", str(base), derive("tiny")
    )
    new_run(home.trainings, run)
    (folder / "material").mkdir(exist_ok=True)
    (folder / "material" / "eval.jsonl").write_text('{"messages": []}\n')
    return save(run, state=state)  # type: ignore[arg-type]


async def all_of(house: House, wish: Wish, stop: asyncio.Event | None = None) -> list[Any]:
    return [event async for event in examine(house, wish, stop)]


async def test_a_base_is_examined_alone(house: House, base: Path) -> None:
    lane = worker(house, base)
    events = await all_of(house, Wish("tiny", ["mine"]))
    assert [type(one).__name__ for one in events] == ["Examining", "Sitting", "Sat"]
    [spec] = lane.specs
    assert isinstance(spec, ExamSpec)
    assert (spec.base, spec.adapter, list(spec.texts)) == (str(base), "", ["general.en"])
    assert "teacher" in spec.items[0]["system"], "her persona, in the language of the set"
    assert "system" not in spec.items[1]
    assert [one.id for one in await reports_of(house)] == [events[-1].report.id]


async def test_what_was_learnt_is_held_against_its_base_which_is_examined_once(
    house: House, base: Path
) -> None:
    run = trained(house.home, base)
    learnt(house.home, base, run.id)
    lane = worker(house, base, better=5)
    first = await all_of(house, Wish(sets=["mine"]))
    assert [type(one).__name__ for one in first if not isinstance(one, Progress)] == [
        "Examining", "Sitting", "Examining", "Sitting", "Sat", "Compared",
    ]  # fmt: skip
    compared = first[-1]
    assert isinstance(compared, Compared)
    [change] = compared.comparison.sets
    assert (change.before, change.after, change.n) == (0.5, 0.75, 20)
    assert {one.name.partition(".")[0] for one in compared.comparison.texts} == {"general", "held-out"}
    [brain] = list_learnt(house.home.brains)
    assert brain.marks["sets"] == {"mine": {"n": 20, "right": 0.75}}
    again = await all_of(house, Wish("Kinder", ["mine"]))
    assert [one.kept for one in again if isinstance(one, Examining)] == [True, False]
    assert len(lane.specs) == 3
    # the base has changed: what is known of it is of another one
    (base / "model.safetensors").write_bytes(b"other weights")
    assert [
        one.kept for one in await all_of(house, Wish("Kinder", ["mine"])) if isinstance(one, Examining)
    ] == [
        False,
        False,
    ]


async def test_a_training_sits_before_it_is_a_brain(house: House, base: Path) -> None:
    run = trained(house.home, base)
    lane = worker(house, base, better=-10)
    events = await all_of(house, Wish(run.id, ["mine"], delta=0.1))
    assert isinstance(events[-1], Compared)
    assert events[-1].comparison.gate.state == "unsure", (
        "a base that knows half of what has two answers knows nothing"
    )
    assert [bool(one.adapter) for one in lane.specs if isinstance(one, ExamSpec)] == [False, True]
    one = await all_of(house, Wish(run.id, ["mine"], against=events[-1].comparison.before.id))
    assert isinstance(one[-1], Compared)
    save(run, state="paused")
    with pytest.raises(DataError, match="is not done"):
        await all_of(house, Wish(run.id))


async def test_a_model_of_its_own_is_held_against_the_base_it_was(house: House, base: Path) -> None:
    brain = learnt(house.home, base)
    keep(brain, hashes={"model": "5" * 64})
    model = brain.folder / "model"
    shutil.copytree(base, model)
    (model / "zishu.json").write_text(json.dumps({"base_sha256": weights_sha256(base)}))
    lane = worker(house, base, better=10)
    events = await all_of(house, Wish(brain.spec, ["mine"]))
    assert isinstance(events[-1], Compared) and events[-1].comparison.gate.offered
    asked = [(one.base, one.adapter) for one in lane.specs if isinstance(one, ExamSpec)]
    assert asked == [(str(base), ""), (str(model), "")]
    gate = gate_of(house, brain)
    assert gate is not None and gate.offered
    (model / "zishu.json").unlink()
    with pytest.raises(DataError, match=r"zishu\.json"):
        await all_of(house, Wish(brain.spec, ["mine"]))


async def test_stopped_there_is_no_report(house: House, base: Path) -> None:
    learnt(house.home, base)
    lane = ScriptedLane(lambda _: [])
    house._lanes["long"] = lane  # type: ignore[assignment]
    stop = asyncio.Event()
    stop.set()
    events = await all_of(house, Wish(sets=["mine"]), stop)
    assert isinstance(events[-1], Left)
    assert [type(one) for one in events] == [Examining, Left]
    assert await reports_of(house) == []


async def test_who_is_not_there_is_told(house: House, base: Path) -> None:
    with pytest.raises(DataError, match="learnt no brain"):
        await all_of(house, Wish("learnt/gone"))
    with pytest.raises(DataError):
        await all_of(house, Wish("gone"))
    with pytest.raises(DataError, match="No item set"):
        await all_of(house, Wish("tiny", ["gone"]))


async def test_a_person_reads_what_came_of_it(house: House, base: Path) -> None:
    learnt(house.home, base)
    worker(house, base, better=5)
    told = [line for event in await all_of(house, Wish(sets=["mine"])) for line in lines_of(event)]
    assert told[0] == "tiny is examined"
    assert told[1] == "Kinder is examined"
    assert "  mine              75.0%  of 20, chance 50%" in told
    assert any("50.0% →  75.0%  +25.0" in line for line in told)
    assert any(line.startswith("  general.en") and "-" in line.rpartition("→")[2] for line in told)
    assert isinstance((await all_of(house, Wish("tiny", ["mine"])))[-1], Sat)


async def test_own_sets_stand_in_the_list(house: House, base: Path) -> None:
    assert [one.slug for one in await sets_of(house) if one.own] == ["mine"]


def test_the_list_is_for_programs_too(home: Home, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exam", "--list", "--json", "--home", str(home.root)], lambda _: 0) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["sets"] if one["own"]] == ["mine"]
    assert told["exams"] == []
    assert main(["exam", "--list", "--home", str(home.root)], lambda _: 0) == 0
    assert "mine               20" in capsys.readouterr().out
