"""A brain is given away without anything of its owner's, and a friend's is looked at before it is taken in."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.gguf_files import write_gguf
from tests.jobs.lanes import model_path
from zishu_app.brains.learnt import Learnt, list_learnt, require_whole
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError, JobFailed, UsageError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.weights import sum_of
from zishu_app.house import House
from zishu_app.jobs.protocol import Done, Event, Failed, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import ExportSpec, Spec
from zishu_app.studio import giving
from zishu_app.studio.giving import Given
from zishu_app.studio.parity import PROBES, Compared, Forms, Giving, compare

FIGURES = {"agreement": 0.99, "same_answers": 18, "kl": 0.01, "worst_kl": 0.2}


@pytest.fixture
async def house(home: Home) -> AsyncIterator[House]:
    async with House(home, load_settings(home, {}, {}), Keys(home.keys), ScriptedClock()) as made:
        yield made


def tensors() -> bytes:
    """A safetensors file with one number."""
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + b"\0\0\0\0"


@pytest.fixture
def brain(home: Home) -> Learnt:
    """One that was learnt here, with this computer's paths in it."""
    from zishu_app.brains.keeping import shelve

    adapter = home.trainings / "run" / "adapter"
    adapter.mkdir(parents=True)
    (adapter / "adapter_model.safetensors").write_bytes(tensors())
    config = {"peft_type": "LORA", "base_model_name_or_path": str(home.bases / "smollm2-135m")}
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    lora = write_gguf(home.root / "l.gguf", {"general.architecture": "llama", "general.type": "adapter"})
    base = str(home.bases / "smollm2-135m")
    about = Learnt(
        "", home.brains / "-", "Kinder", "2026-11-29T20:00:00", "run", "", "smollm2-135m", base,
        str(model_path()), "builtin", {"template": "5" * 64}, ("en",), {"persona": 0.8}, "secret note",
    )  # fmt: skip
    return shelve(about, adapter, lora)


def lane_of(house: House, ending: Event | None = None, parity: Event | None = None) -> ScriptedLane:
    """Both lanes: what is written is there, the forms agree; or it ends like this."""

    def story(spec: Spec) -> list[Event]:
        assert isinstance(spec, ExportSpec)
        if spec.act == "gguf" and ending is None:
            Path(spec.target).write_bytes(b"GGUF")
        if spec.act == "merged" and ending is None:
            Path(spec.target).mkdir(exist_ok=True)
        if spec.act == "parity":
            side = "merged" if spec.merged else "gguf"
            return [Progress(1, 40, "said"), parity or Done({"prompts": 20, "tokens": 400, side: FIGURES})]
        return [Progress(1, 2, "half"), ending or Done({"template_sha256": "5" * 64})]

    lane = ScriptedLane(story)
    house._lanes |= {"quick": lane, "long": lane}  # type: ignore[dict-item]
    return lane


def base_is_here(brain: Learnt) -> None:
    config = Path(brain.base_folder) / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text("{}")


async def given(house: House, brain: Learnt, form: str, target: Path, *, check: bool = False) -> list[Any]:
    return [event async for event in giving.export(house, brain, form, target, check=check)]


async def test_a_folder_for_a_friend_holds_nothing_of_its_owners(
    house: House, brain: Learnt, tmp_path: Path
) -> None:
    folder = tmp_path / "gift"
    assert await given(house, brain, "folder", folder) == [Given("folder", folder)]
    names = sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    assert names == [
        "README.en.md", "README.md", "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "brain.json",
        "card.en.toml", "card.toml", "lora.gguf",
    ]  # fmt: skip
    for path in folder.rglob("*.*"):
        text = path.read_bytes() if path.is_file() else b""
        assert str(house.home.root).encode() not in text and b"secret note" not in text
    assert "zishu brains import" in (folder / "README.md").read_text(encoding="utf-8")
    assert json.loads((folder / "brain.json").read_text())["marks"] == {"persona": 0.8}


async def test_a_friend_takes_it_in(house: House, brain: Learnt, tmp_path: Path) -> None:
    await given(house, brain, "folder", tmp_path / "gift")
    friends = await giving.take_in(house, tmp_path / "gift")
    assert (friends.name, friends.marks, friends.languages, friends.run) == (
        "Kinder 2", {"persona": 0.8}, ("en",), "",
    )  # fmt: skip
    assert (friends.base_gguf, friends.hashes["lora"]) == (brain.base_gguf, brain.hashes["lora"])
    require_whole(friends)
    assert {one.id for one in list_learnt(house.home.brains)} == {brain.id, friends.id}


async def test_without_a_gguf_it_is_written_here(house: House, brain: Learnt, tmp_path: Path) -> None:
    lane_of(house)
    base = house.home.bases / "smollm2-135m"
    base.mkdir(parents=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (base / name).write_text("{}")
    await given(house, brain, "folder", tmp_path / "gift")
    (tmp_path / "gift" / "lora.gguf").unlink()
    friends = await giving.take_in(house, tmp_path / "gift")
    assert friends.hashes["lora"] == sum_of(friends.lora)
    assert not [one for one in house.home.brains.iterdir() if one.name.startswith(".")]


def _pickle(folder: Path) -> None:
    (folder / "adapter" / "adapter_model.bin").write_bytes(b"x")


def _link(folder: Path) -> None:
    (folder / "adapter" / "zishu.json").symlink_to(folder / "brain.json")


def _changed(folder: Path) -> None:
    (folder / "adapter" / "adapter_model.safetensors").write_bytes(tensors()[:-1] + b"\1")


def _cut(folder: Path) -> None:
    (folder / "adapter" / "adapter_model.safetensors").write_bytes(tensors()[:-1])


def _no_tensors(folder: Path) -> None:
    (folder / "adapter" / "adapter_model.safetensors").write_bytes(b"\x80\x04" * 40)


def _other_lora(folder: Path) -> None:
    (folder / "lora.gguf").write_bytes(b"GGUF of another")


def _no_note(folder: Path) -> None:
    (folder / "brain.json").unlink()


def _strange_note(folder: Path) -> None:
    (folder / "brain.json").write_text('{"format": "zishu-brain/1", "name": 3}')


def _elsewhere(folder: Path) -> None:
    told = json.loads((folder / "brain.json").read_text())
    (folder / "brain.json").write_text(json.dumps(told | {"base": "../../etc"}))


def _other_version(folder: Path) -> None:
    told = json.loads((folder / "brain.json").read_text())
    told["hashes"]["base_gguf"] = "0" * 64
    (folder / "brain.json").write_text(json.dumps(told))


def _other_kind(folder: Path) -> None:
    (folder / "adapter" / "adapter_config.json").write_text('{"peft_type": "IA3"}')


def _code(folder: Path) -> None:
    told = {"peft_type": "LORA", "auto_mapping": {"parent_library": "antigravity"}}
    (folder / "adapter" / "adapter_config.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_other_kind, "no LoRA"), (_code, "no LoRA"),
        (_pickle, "may hold code"), (_link, "is a link"), (_changed, "was changed"), (_cut, "not whole"),
        (_no_tensors, "no safetensors"), (_other_lora, "was changed"), (_no_note, "no brain.json"),
        (_strange_note, "not whole"), (_elsewhere, "not whole"), (_other_version, "another version"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_not_taken_in(
    house: House, brain: Learnt, tmp_path: Path, spoil: Any, said: str
) -> None:
    await given(house, brain, "folder", tmp_path / "gift")
    spoil(tmp_path / "gift")
    with pytest.raises(DataError, match=said):
        await giving.take_in(house, tmp_path / "gift")
    assert list_learnt(house.home.brains) == [brain]


async def test_the_adapter_alone(house: House, brain: Learnt, tmp_path: Path) -> None:
    await given(house, brain, "peft", tmp_path / "a")
    told = json.loads((tmp_path / "a" / "adapter_config.json").read_text())
    assert told == {"peft_type": "LORA", "base_model_name_or_path": "smollm2-135m"}


async def test_the_gguf_alone(house: House, brain: Learnt, tmp_path: Path) -> None:
    await given(house, brain, "gguf", tmp_path / "a.gguf")
    assert (tmp_path / "a.gguf").read_bytes() == brain.lora.read_bytes()
    brain.lora.unlink()
    lane_of(house)
    await given(house, brain, "gguf", tmp_path / "b.gguf")
    assert (tmp_path / "b.gguf").read_bytes() == b"GGUF"
    lane_of(house, Done({"why_not": "no DoRA", "hint": "merged"}))
    with pytest.raises(DataError, match="no DoRA"):
        await given(house, brain, "gguf", tmp_path / "c.gguf")


async def test_merged_is_done_by_the_worker(house: House, brain: Learnt, tmp_path: Path) -> None:
    lane = lane_of(house)
    events = await given(house, brain, "merged", tmp_path / "m")
    assert events == [Giving(1, 2, "half"), Given("merged", tmp_path / "m")]
    (spec,) = lane.specs
    assert isinstance(spec, ExportSpec) and (spec.act, spec.target) == ("merged", str(tmp_path / "m"))
    lane_of(house, Failed("The chat template differs", "", "data_error"))
    with pytest.raises(JobFailed, match="template"):
        await given(house, brain, "merged", tmp_path / "n")


@pytest.mark.parametrize(("form", "asked"), [("merged", "m"), ("gguf", "m"), ("folder", "m/lora.gguf")])
async def test_what_was_written_is_asked_before_it_is_given(
    house: House, brain: Learnt, tmp_path: Path, form: str, asked: str
) -> None:
    lane = lane_of(house)
    base_is_here(brain)
    *_, said, last = await given(house, brain, form, tmp_path / "m", check=True)
    assert said == Giving(1, 40, "said")
    sides = (FIGURES, None) if form == "merged" else (None, FIGURES)
    assert last == Given(form, tmp_path / "m", Compared(20, 400, *sides))  # type: ignore[arg-type]
    assert "99.0% of the tokens agree" in last.told and str(tmp_path / "m") in last.told
    spec = lane.specs[-1]
    assert isinstance(spec, ExportSpec) and len(set(spec.prompts)) == 20
    assert str(tmp_path / asked) in (spec.merged, spec.gguf_lora)
    assert (tmp_path / "m").exists()


@pytest.mark.parametrize("form", ["merged", "gguf", "folder"])
async def test_what_does_not_say_the_same_is_not_given(
    house: House, brain: Learnt, tmp_path: Path, form: str
) -> None:
    lane_of(house, parity=Failed("The chat template differs", "", "data_error"))
    base_is_here(brain)
    with pytest.raises(JobFailed, match="template"):
        await given(house, brain, form, tmp_path / "m", check=True)
    assert not (tmp_path / "m").exists()


async def test_a_folder_is_given_where_its_base_is_not_here(
    house: House, brain: Learnt, tmp_path: Path
) -> None:
    assert await given(house, brain, "folder", tmp_path / "a", check=True) == [
        Given("folder", tmp_path / "a")
    ]


async def test_an_adapter_alone_has_nothing_to_be_held_against(
    house: House, brain: Learnt, tmp_path: Path
) -> None:
    assert await given(house, brain, "peft", tmp_path / "a", check=True) == [Given("peft", tmp_path / "a")]
    brain.lora.unlink()
    assert [one async for one in compare(house, brain)] == [Compared(0, 0, None, None)]


async def test_its_forms_are_held_against_each_other(house: House, brain: Learnt) -> None:
    lane = lane_of(house)
    events = [event async for event in compare(house, brain)]
    assert events == [Giving(1, 40, "said"), Compared(20, 400, None, FIGURES)]
    (spec,) = lane.specs
    assert isinstance(spec, ExportSpec) and spec.prompts == PROBES
    assert (spec.gguf_base, spec.gguf_lora, spec.merged) == (brain.base_gguf, str(brain.lora), "")
    found = [event async for event in compare(house, brain, Forms(merged=Path("/m")))]
    assert found[-1] == Compared(20, 400, FIGURES, None)


async def test_a_taken_place_and_an_unknown_form_are_told(
    house: House, brain: Learnt, tmp_path: Path
) -> None:
    for form in giving.FORMS:
        with pytest.raises(DataError, match="there already"):
            await given(house, brain, form, tmp_path)
    with pytest.raises(UsageError, match="no form"):
        await given(house, brain, "fly", tmp_path / "x")
