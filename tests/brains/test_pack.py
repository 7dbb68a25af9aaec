"""The training pack: installed whole or not at all, looked at, removed. pip and its index are real, the wheels are tiny."""

import asyncio
import json
import sys
import zipfile
from pathlib import Path

import pytest

from zishu_app.brains.pack import (
    NOTE,
    PINS,
    accelerator_of,
    look,
    plain,
    read_pins,
    remove,
    size_of,
    versions_in,
)
from zishu_app.brains.pack_events import Begun, Entered, Fetching, Installed, Removed, Stopped, Unpacking
from zishu_app.brains.pack_install import ROOM, Wishes, _Watch, install
from zishu_app.core import torch_build
from zishu_app.core.errors import DataError, DownloadError
from zishu_app.core.torch_build import TorchBuild

ROOT = Path(__file__).parents[2]
CPU = TorchBuild("torch==1.0+cpu", None, "cpu", "no card")
VERSION = "__version__ = '1.0+cpu'\ncuda: Optional[str] = None\n"
#: a pip that says what pip says, fills its room a little, and waits to be killed
WAITING = """
import os, sys, time
from pathlib import Path
print("Downloading torch-1.0%2Bcpu-py3-none-any.whl (2.0 MB)", flush=True)
with (Path(os.environ["TMPDIR"]) / "growing").open("wb") as file:
    file.write(bytes(1_000_000))
    file.flush()
    time.sleep(60)
"""


def a_wheel(index: Path, name: str, version: str, files: dict[str, str], needs: str = "") -> None:
    """A package that pip installs."""
    described = f"{name}-{version}.dist-info"
    told = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    told += f"Requires-Dist: {needs}\n" if needs else ""
    with zipfile.ZipFile(index / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{described}/METADATA", told)
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{described}/RECORD", "")


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """All the package index pip knows: a torch that needs numbers, and a peft that needs torch."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    a_wheel(
        folder,
        "torch",
        "1.0+cpu",
        {"torch/__init__.py": "import numbrs", "torch/version.py": VERSION},
        "numbrs",
    )
    a_wheel(folder, "numbrs", "2.0", {"numbrs/__init__.py": ""})
    a_wheel(folder, "numbrs", "3.0", {"numbrs/__init__.py": "raise SystemExit('not the pinned one')"})
    a_wheel(folder, "peft", "4.0", {"peft/__init__.py": "import torch"}, "torch>=1.0")
    return folder


@pytest.fixture
def wishes(tmp_path, index):
    """Wishes for a pack in this test's folder."""
    pins = tmp_path / "pins.txt"
    pins.write_text(
        "# tested together\ntorch==1.0\nnumbrs==2.0\npeft==4.0\nother==1.0 ; sys_platform == 'plan9'\n",
        encoding="utf-8",
    )

    def make(**changes) -> Wishes:
        values = {
            "folder": tmp_path / "packs" / "training",
            "pins": pins,
            "build": CPU,
            "tried": ("torch", "peft"),
            "tick": 0.02,
            "free_space": lambda _: 10**12,
        }
        return Wishes(**(values | changes))

    return make


@pytest.fixture
def installed(wishes) -> Wishes:
    """A pack that is there, as an installation leaves it."""
    asked = wishes()
    for name in ("torch", "torch-1.0+cpu.dist-info", "numbrs-2.0.dist-info", "peft-4.0.dist-info"):
        (asked.folder / name).mkdir(parents=True)
    (asked.folder / "torch" / "version.py").write_text(VERSION, encoding="utf-8")
    note = {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "bytes": 1234}
    (asked.folder / NOTE).write_text(json.dumps(note), encoding="utf-8")
    return asked


async def everything(events):
    return [event async for event in events]


def left_in(wishes: Wishes) -> list[str]:
    """What lies beside the pack's place, less the lock."""
    parent = wishes.folder.parent
    return sorted(one.name for one in parent.iterdir() if one.suffix != ".lock") if parent.is_dir() else []


async def test_it_comes_whole_and_in_the_pinned_versions(wishes):
    asked = wishes()
    events = await everything(install(asked))
    assert isinstance(events[0], Begun)
    assert [one.stage for one in events if isinstance(one, Entered)] == ["torch", "rest", "check", "place"]
    assert isinstance(events[-1], Installed)
    pack = events[-1].pack
    assert pack.versions == {"torch": "1.0+cpu", "numbrs": "2.0", "peft": "4.0"}
    assert (pack.torch, pack.accelerator, pack.differs) == ("1.0+cpu", "cpu", ())
    assert pack == look(asked.folder, asked.pins)
    assert left_in(asked) == ["training"]


async def test_what_is_there_in_the_same_versions_is_not_installed_again(installed):
    assert await everything(install(installed)) == [Installed(look(installed.folder, installed.pins))]


async def test_other_pins_or_another_card_bring_it_anew(wishes, installed, index):
    asked = installed
    (asked.folder / "old.txt").touch()
    asked.pins.write_text("torch==1.0\nnumbrs==2.0\npeft==5.0\n", encoding="utf-8")
    assert look(asked.folder, asked.pins).differs == ("peft",)
    a_wheel(index, "peft", "5.0", {"peft/__init__.py": "import torch"})
    events = await everything(install(asked))
    assert events[-1].pack.versions["peft"] == "5.0"
    assert not (asked.folder / "old.txt").exists()
    assert left_in(asked) == ["training"]
    card = install(wishes(build=TorchBuild("torch==1.0+cpu", None, "cuda", "a card")))
    assert isinstance(await anext(card), Begun)
    await card.aclose()


async def test_the_build_is_looked_for_where_pip_looks_and_then_in_its_own_index(wishes, index, monkeypatch):
    elsewhere = index.with_name("elsewhere")
    elsewhere.mkdir()
    (index / "torch-1.0+cpu-py3-none-any.whl").rename(elsewhere / "torch-1.0+cpu-py3-none-any.whl")
    first = ["torch==1.0+cpu"]
    build = type(
        "Build",
        (),
        {
            "requirement": first[0],
            "accelerator": "cpu",
            "why": "",
            "attempts": lambda self: [first, [*first, "--find-links", str(elsewhere)]],
        },
    )()
    events = await everything(install(wishes(build=build)))
    assert isinstance(events[-1], Installed)


async def test_what_does_not_hold_together_is_not_put_in_place(wishes, index):
    asked = wishes()
    a_wheel(index, "peft", "4.0", {"peft/__init__.py": "import torch"}, "torch>=2.0")
    with pytest.raises(DataError, match="peft: torch>=2.0"):
        await everything(install(asked))
    assert left_in(asked) == []


async def test_what_cannot_be_imported_is_not_put_in_place(wishes, installed, index):
    asked = installed
    a_wheel(index, "peft", "4.0", {"peft/__init__.py": "raise ValueError('no such instruction')"})
    with pytest.raises(DataError, match="no such instruction"):
        await everything(install(wishes(again=True)))
    assert left_in(asked) == ["training"], "the old one is there still"
    assert look(asked.folder, asked.pins) is not None


async def test_a_version_that_cannot_be_had_is_told(wishes, index):
    (index / "peft-4.0-py3-none-any.whl").unlink()
    with pytest.raises(DownloadError, match="peft") as caught:
        await everything(install(wishes()))
    assert "PIP_EXTRA_INDEX_URL" in caught.value.hint
    assert left_in(wishes()) == []


async def test_without_a_network_it_is_told_what_to_do(wishes, monkeypatch, closed_port):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{closed_port}/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(DownloadError, match="cannot be reached") as caught:
        await everything(install(wishes()))
    assert "HTTPS_PROXY" in caught.value.hint


async def test_too_little_room_is_told_before_anything_is_fetched(wishes):
    with pytest.raises(DownloadError, match="full"):
        await everything(install(wishes(free_space=lambda _: ROOM["cpu"] - 1)))
    assert left_in(wishes()) == []


async def test_stopped_it_leaves_nothing(wishes):
    asked, stop, events = wishes(pip=(sys.executable, "-c", WAITING)), asyncio.Event(), []
    async for event in install(asked, stop):
        events.append(event)
        if isinstance(event, Fetching):
            stop.set()
    assert isinstance(events[-1], Stopped)
    assert Fetching("torch-1.0+cpu-py3-none-any.whl", 2_000_000) in events
    assert left_in(asked) == []


async def test_left_alone_it_ends_pip_too(wishes):
    asked = wishes(pip=(sys.executable, "-c", WAITING))
    events = install(asked)
    async for event in events:
        if isinstance(event, Fetching):
            break
    await events.aclose()
    assert left_in(asked) == []


async def test_only_one_installs_at_a_time(wishes):
    asked, stop = wishes(pip=(sys.executable, "-c", WAITING)), asyncio.Event()
    async for event in install(asked, stop):
        if isinstance(event, Fetching):
            with pytest.raises(DataError, match="Another program"):
                await everything(install(asked))
            stop.set()
    assert left_in(asked) == []


async def test_users_own_targets_do_not_lead_it_astray(wishes, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "astray"))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "index"))
    events = await everything(install(wishes()))
    assert isinstance(events[-1], Installed)
    assert not (tmp_path / "astray").exists()


def test_what_pip_does_is_seen(wishes):
    asked = wishes()
    (asked.room / "temporary").mkdir(parents=True)
    said, watch = asked.room / "said.txt", _Watch(asked)
    assert watch.look() == []
    said.write_text("Collecting torch\n  Downloading https://x/torch-1.0%2Bcpu.whl (1.5 kB)\n")
    assert watch.look() == [Fetching("torch-1.0+cpu.whl", 1500)]
    (asked.room / "temporary" / "a").write_bytes(bytes(700))
    (received,) = watch.look()
    assert (received.done, received.total) == (700, 1500)
    said.write_text(said.read_text() + "Collecting x\n  Downloading x.whl\n")
    assert watch.look() == [Fetching("x.whl", None)]
    (received,) = watch.look()
    assert (received.done, received.total) == (0, None)
    said.write_text(said.read_text() + "Installing collected packages: x, torch\n")
    assert watch.look() == [Unpacking(700)]


async def test_removed_it_is_gone(installed):
    asked = installed
    size = size_of(asked.folder)
    assert await everything(remove(asked.folder)) == [Removed(size)]
    assert (left_in(asked), look(asked.folder, asked.pins)) == ([], None)
    assert await everything(remove(asked.folder)) == [Removed(0)]


def test_one_of_another_python_is_none(installed):
    (installed.folder / NOTE).write_text('{"python": "3.2"}', encoding="utf-8")
    assert look(installed.folder, installed.pins) is None


def test_one_without_a_note_is_measured(installed):
    (installed.folder / NOTE).unlink()
    assert look(installed.folder, installed.pins).size == len(VERSION)


@pytest.mark.parametrize(
    ("said", "accelerator"),
    [
        ("cuda: Optional[str] = None\n", "mps" if sys.platform == "darwin" else "cpu"),
        ("cuda: Optional[str] = '13.0'\n", "cuda"),
        ("cuda = '12.6'\n", "cuda"),
    ],
)
def test_what_torch_was_built_for_is_its_own_word(tmp_path, said, accelerator):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "version.py").write_text(said)
    assert accelerator_of(tmp_path) == accelerator


def test_the_pins_are_whole_and_agree_with_the_program():
    pins = {plain(pin.name): pin.version for pin in read_pins()}
    assert read_pins()[0].line == f"torch=={torch_build.VERSION}"
    assert {"transformers", "peft", "accelerate", "bitsandbytes", "gguf", "safetensors"} <= pins.keys()
    program = {plain(pin.name): pin.version for pin in read_pins(ROOT / "packaging" / "constraints.txt")}
    assert {name: (pins[name], program[name]) for name in pins.keys() & program.keys()} == {
        name: (pins[name], pins[name]) for name in pins.keys() & program.keys()
    }
    assert {"numpy", "tokenizers", "huggingface-hub", "pyyaml"} <= pins.keys() & program.keys()
    assert all(pin.version for pin in read_pins())
    assert PINS.is_file()


def test_names_in_a_folder_are_read_from_their_records(tmp_path):
    for name in ("Jinja2-3.1.6.dist-info", "typing_extensions-4.0.dist-info", "torch"):
        (tmp_path / name).mkdir()
    assert versions_in(tmp_path) == {"jinja2": "3.1.6", "typing-extensions": "4.0"}
    assert versions_in(tmp_path / "none") == {}
