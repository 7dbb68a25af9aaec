"""Which base an X-ray is made with, and what comes of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.worker.training.bases import base_folder, byte_tokenizer
from zishu_app.brains.hers import Change, choose
from zishu_app.brains.learnt import Learnt, keep
from zishu_app.core.errors import JobFailed
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.dataset.sample import message
from zishu_app.house import House
from zishu_app.jobs.protocol import Done, Failed
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.studio.xray import Seen, base_here, see

SAID = (
    message("user", "Hi"),
    message("assistant", "No.", loss=False),
    message("user", "?"),
    message("assistant", "Yes."),
)
TOLD = {
    "tokens": [["Yes.", "learnt"], ["\n", "context"]],
    "learnt": 1,
    "context": 1,
    "cut": 0,
    "faults": ["?"],
}


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, environment={}), Keys(home.keys)) as house:
        yield house


def make_base(folder: Path) -> Path:
    return base_folder(folder, "smol", byte_tokenizer())


def test_the_built_in_one_comes_before_others_and_hers_before_it(
    house: House, home: Home, tmp_path: Path
) -> None:
    assert base_here(house) is None
    (home.bases / ".half").mkdir(parents=True)
    other = make_base(home.bases / "a-base")
    assert base_here(house) == other
    built_in = make_base(home.bases / "smollm2-135m")
    assert base_here(house) == built_in
    hers = make_base(tmp_path / "elsewhere")
    places: dict[str, Any] = {"base": "x", "base_folder": str(hers), "base_gguf": "", "base_spec": "builtin"}
    folder = home.brains / "kind"
    folder.mkdir(parents=True)
    brain = keep(Learnt("kind", folder, "Kind", "2026-01-01", run="", parent="", hashes={}, **places))
    assert base_here(house) == built_in
    choose(home.her_brains, Change(brain.spec, "2026-01-02", "trained", house.settings.companion.brain))
    assert base_here(house) == hers


async def test_no_base_is_no_fault(house: House) -> None:
    assert await see(house, SAID) is None


async def test_what_is_seen(house: House, home: Home) -> None:
    make_base(home.bases / "smollm2-135m")
    lane = ScriptedLane([[Done({"samples": [TOLD]})], [Failed("Broken.", "", "data_error")]])
    house._lanes["quick"] = lane  # type: ignore[assignment]
    seen = await see(house, SAID)
    assert isinstance(seen, Seen)
    assert (seen.base, seen.tokens, seen.faults) == (
        "smollm2-135m",
        (("Yes.", "learnt"), ("\n", "context")),
        ("?",),
    )
    assert seen.counts == {"learnt": 1, "context": 1, "cut": 0}
    (spec,) = lane.specs
    assert spec.longest == seen.longest >= 512  # type: ignore[union-attr]
    assert spec.rows[0]["messages"][1] == {"role": "assistant", "content": "No.", "loss": False}  # type: ignore[union-attr]
    with pytest.raises(JobFailed):
        await see(house, SAID)
