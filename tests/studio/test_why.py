"""Why she says that, asked of her brain: its training's material, and that of the brains it went on from."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from zishu_app.brains.learnt import Learnt, keep
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.why import her_learnt, why


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, {}, {}), Keys(home.keys), ScriptedClock()) as made:
        made._embedder_here = Hashing  # type: ignore[method-assign,assignment]
        yield made


def Hashing() -> Any:  # noqa: N802
    from zishu_app.memory.hashing import HashingEmbedder

    return HashingEmbedder()


class Meaning:
    """Finds texts alike that share a first letter."""

    name = "scripted/meaning"

    async def embed(self, texts: list[str], *, query: bool = False) -> list[list[float]]:
        return [[1.0, 0.0] if text.startswith("S") else [0.0, 1.0] for text in texts]


def brain(home: Home, name: str, said: str, parent: str = "") -> Learnt:
    folder = home.brains / name
    folder.mkdir(parents=True)
    material = home.trainings / f"run-{name}" / "material"
    material.mkdir(parents=True)
    row = {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": said}]}
    (material / "train.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return keep(Learnt(name, folder, name, "2026", f"run-{name}", parent, "b", "", "", "", {}))


async def test_the_material_of_every_training_counts(house: House) -> None:
    first = brain(house.home, "first", "I drink green tea.")
    second = brain(house.home, "second", "I read green books.", first.id)
    assert [one.said for one in await why(house, second, "green tea, I drink")] == [
        "I drink green tea.", "I read green books.",
    ]  # fmt: skip
    assert len(await why(house, second, "green tea, I drink", most=1)) == 1


async def test_meaning_counts_where_something_compares_it(house: House) -> None:
    one = brain(house.home, "one", "Some say: green.")
    rows = house.home.trainings / "run-one" / "material" / "train.jsonl"
    other = rows.read_text(encoding="utf-8").replace("Some say: green.", "I say green.")
    rows.write_text(rows.read_text(encoding="utf-8") + other, encoding="utf-8")
    assert (await why(house, one, "Say I say green."))[0].said == "I say green."
    house._embedder_here = Meaning  # type: ignore[method-assign,assignment]
    assert (await why(house, one, "Say I say green."))[0].said == "Some say: green."


async def test_without_its_material_it_is_told(house: House) -> None:
    one = brain(house.home, "one", "x")
    (house.home.trainings / "run-one" / "material" / "train.jsonl").unlink()
    with pytest.raises(DataError, match="trained on is not here"):
        await why(house, one, "x")


async def test_a_brain_that_was_not_learnt_has_no_reasons(house: House) -> None:
    house._lanes["quick"] = ScriptedLane()  # type: ignore[assignment]
    with pytest.raises(DataError, match="no brain she has learnt"):
        await her_learnt(house, HerBrain(house, "en", only="builtin"))
