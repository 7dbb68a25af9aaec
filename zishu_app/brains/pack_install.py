"""Bring the training pack: pip fills a folder beside its place, a look whether it works, then one rename.

Torch comes first and alone, in the build that fits the machine (`core/torch_build`, the one place that decides it); then
all other pins by name, without what they ask for: a resolver would fetch torch a second time, in a build of its choice.
Whether they hold together all the same is looked at before anything is put in place.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from filelock import FileLock, Timeout

from zishu_app.brains import pip
from zishu_app.brains.events import Received, free_bytes
from zishu_app.brains.pack import (
    NOTE,
    PINS,
    accelerator_of,
    in_use,
    look,
    plain,
    put_aside,
    read_pins,
    size_of,
    this_python,
    versions_in,
)
from zishu_app.brains.pack_events import (
    Begun,
    Entered,
    Fetching,
    Installed,
    Installing,
    Stopped,
    Unpacking,
)
from zishu_app.brains.pack_refusals import broken, busy, refuse
from zishu_app.brains.part import disk_full, disk_trouble
from zishu_app.brains.transfer import Meter
from zishu_app.core import torch_build
from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.files import write_json
from zishu_app.core.paths import TRAINING_PACK
from zishu_app.core.torch_build import Accelerator, TorchBuild

#: bytes that must be free before anything is fetched: packages as they come and as they are unpacked. The CPU build was
#: measured (0.4 GB fetched, 1.4 GB unpacked); CUDA is as large as what its wheels require promises, and generous
ROOM: dict[Accelerator, int] = {"cpu": 3_000_000_000, "mps": 3_000_000_000, "cuda": 14_000_000_000}
#: imported as the last look before the pack is put in place
TRIED = ("torch", "transformers", "peft", "accelerate", "safetensors", "gguf")
_FETCHED = re.compile(r"^\s*Downloading (\S+)(?: \(([\d.]+) ([kMG]?)B\))?", re.MULTILINE)
_UNITS = {"": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
#: reads one line a package from the folder: what it asks for must lie there too; then it tries to use them
_LOOK = """
import importlib, importlib.metadata as metadata, json, sys
folder, tried = sys.argv[1], sys.argv[2:]
sys.path.insert(0, folder)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
here = {canonicalize_name(one.metadata["Name"]): one for one in metadata.distributions(path=[folder])}
faults = []
for name, one in here.items():
    for asked in map(Requirement, one.requires or ()):
        if asked.marker and not asked.marker.evaluate({"extra": ""}):
            continue
        found = here.get(canonicalize_name(asked.name))
        if found is None or not asked.specifier.contains(found.version, prereleases=True):
            faults.append(f"{name}: {asked.name}{asked.specifier}")
for name in tried:
    importlib.import_module(name)
print(json.dumps(faults))
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to install; the defaults are meant for people."""

    folder: Path = TRAINING_PACK
    pins: Path = PINS
    #: None: the one that fits this machine
    build: TorchBuild | None = None
    #: install even if it is there
    again: bool = False
    tried: tuple[str, ...] = TRIED
    #: how pip is started; None: the Python that runs the program
    pip: tuple[str, ...] | None = None
    #: seconds between two readings
    tick: float = 0.5
    free_space: Callable[[Path], int] = free_bytes
    clock: Clock = field(default_factory=SystemClock)

    @property
    def room(self) -> Path:
        """Beside the pack's place, so that a rename is all that is left to do at the end."""
        return self.folder.with_name(self.folder.name + ".new")

    @property
    def filled(self) -> Path:
        """What becomes the pack."""
        return self.room / "pack"


async def install(
    wishes: Wishes | None = None, stop: asyncio.Event | None = None
) -> AsyncGenerator[Installing]:
    """Install the pack. Ends with one `Installed` or `Stopped`, or raises a ZishuError; then nothing of it is left.

    What was there before stays until the new one is whole. Leaving the iterator ends pip too.
    """
    wishes, stop = wishes or Wishes(), stop or asyncio.Event()
    build = wishes.build if wishes.build is not None else await asyncio.to_thread(fitting)
    lock = FileLock(str(wishes.folder) + ".lock", thread_local=False)
    await asyncio.to_thread(_take, lock, wishes)
    try:
        found = await asyncio.to_thread(look, wishes.folder, wishes.pins)
        if found and not (wishes.again or found.differs) and found.accelerator == build.accelerator:
            yield Installed(found)
            return
        yield Begun(wishes.folder, build.requirement, build.accelerator, build.why)
        async with aclosing(_fill(wishes, build, stop)) as events:
            async for event in events:
                yield event
        if stop.is_set():
            yield Stopped()
            return
        yield Entered("place")
        await asyncio.to_thread(_place, wishes, build)
        pack = await asyncio.to_thread(look, wishes.folder, wishes.pins)
        if pack is None:
            raise broken(("torch",))
        yield Installed(pack)
    except OSError as error:
        raise disk_trouble(error, wishes.folder.parent) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, wishes.room, ignore_errors=True)
        await asyncio.to_thread(lock.release)


def fitting() -> TorchBuild:
    """The build of torch for this machine. Raises ZishuError where there is none. Asks the card's driver: blocks."""
    return torch_build.choose(torch_build.look_around())


def _take(lock: FileLock, wishes: Wishes) -> None:
    """One installation at a time; an empty room, whatever a killed program left."""
    try:
        wishes.folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise busy() from error
    except OSError as error:
        raise disk_trouble(error, wishes.folder.parent) from error
    shutil.rmtree(wishes.room, ignore_errors=True)


async def _fill(wishes: Wishes, build: TorchBuild, stop: asyncio.Event) -> AsyncGenerator[Installing]:
    """Torch, the rest, and the look; left early when `stop` is set."""
    await asyncio.to_thread(_open_room, wishes, build)
    yield Entered("torch")
    pins = await asyncio.to_thread(_constraints, wishes)
    torch = [[*attempt, "-c", str(pins)] for attempt in build.attempts()]
    async with aclosing(_pip(wishes, torch, stop)) as events:
        async for event in events:
            yield event
    if stop.is_set():
        return
    yield Entered("rest")
    rest = await asyncio.to_thread(_rest, wishes)
    async with aclosing(_pip(wishes, [["--no-deps", "-r", str(rest)]], stop)) as events:
        async for event in events:
            yield event
    if stop.is_set():
        return
    yield Entered("check")
    await asyncio.to_thread(_check, wishes)


def _open_room(wishes: Wishes, build: TorchBuild) -> None:
    missing = ROOM[build.accelerator] - wishes.free_space(wishes.folder.parent)
    if missing > 0:
        raise disk_full(wishes.folder.parent, missing)
    (wishes.room / "temporary").mkdir(parents=True)
    wishes.filled.mkdir()


def _constraints(wishes: Wishes) -> Path:
    """The pins for what torch asks for.

    Not torch itself: its requirement says more, and where both name it pip reports a build that cannot be had as a
    conflict.
    """
    return _write_pins(wishes, {"torch"})


def _rest(wishes: Wishes) -> Path:
    """The pins that did not come with torch."""
    return _write_pins(wishes, set(versions_in(wishes.filled)))


def _write_pins(wishes: Wishes, left_out: set[str]) -> Path:
    lines = [pin.line for pin in read_pins(wishes.pins) if plain(pin.name) not in left_out]
    path = wishes.room / "pins.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def _pip(
    wishes: Wishes, attempts: Sequence[Sequence[str]], stop: asyncio.Event
) -> AsyncGenerator[Installing]:
    """`pip install` into the room; the next attempt is for when the one before found nothing."""
    for number, words in enumerate(attempts, start=1):
        call = ["--target", str(wishes.filled), "--only-binary", ":all:", *words]
        command = pip.command(wishes.pip, "install", call)
        leave = threading.Event()
        work = asyncio.ensure_future(asyncio.to_thread(pip.run, command, wishes.room, leave))
        watch = _Watch(wishes)
        try:
            while not (await asyncio.wait({work}, timeout=wishes.tick))[0] and not stop.is_set():
                for event in await asyncio.to_thread(watch.look):
                    yield event
        finally:
            leave.set()
            await asyncio.wait({work})  # the room is about to be removed; pip must be gone by then
        if stop.is_set():
            return
        ended = work.result()
        trouble = pip.trouble_of(ended)
        if trouble == "absent" and number < len(attempts):
            continue
        if trouble is not None:
            raise refuse(trouble, ended, wishes.folder.parent)
        return


class _Watch:
    """What pip is doing, seen from what it says and from the growing files in its room."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._file: Fetching | None = None
        self._before = 0
        self._meter = Meter(wishes.clock, wishes.tick, 0)

    def look(self) -> list[Fetching | Received | Unpacking]:
        """What can be told now. Reads the disk."""
        said = pip.heard(self._wishes.room)
        if "Installing collected packages" in said:
            return [Unpacking(size_of(self._wishes.filled) + size_of(self._temporary))]
        found = _FETCHED.findall(said)
        if not found:
            return []
        size = size_of(self._temporary)
        file = Fetching(_file_name(found[-1][0]), _bytes(*found[-1][1:]))
        if file != self._file:
            self._before = 0 if self._file is None else size
            self._file = file
            self._meter = Meter(self._wishes.clock, self._wishes.tick, max(0, size - self._before))
            return [file]
        done = max(0, size - self._before)
        return [self._meter.read(done if file.size is None else min(done, file.size), file.size)]

    @property
    def _temporary(self) -> Path:
        return self._wishes.room / "temporary"


def _file_name(said: str) -> str:
    return unquote(said.rsplit("/", 1)[-1])


def _bytes(number: str, unit: str) -> int | None:
    return round(float(number) * _UNITS[unit]) if number else None


def _check(wishes: Wishes) -> None:
    """Do the packages hold together, and can they be imported? Raises DataError. Blocks."""
    # without what may lead another Python's packages in
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        [sys.executable, "-P", "-c", _LOOK, str(wishes.filled), *wishes.tried],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env=surroundings | {"PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if ended.returncode != 0:
        raise broken((ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"])[-1:])
    faults = json.loads(ended.stdout.strip().splitlines()[-1])
    if faults:
        raise broken(faults)


def _place(wishes: Wishes, build: TorchBuild) -> None:
    """The new pack in place of the old one. Raises DataError where the old one cannot be moved."""
    note = {
        "python": this_python(),
        "requirement": build.requirement,
        "accelerator": accelerator_of(wishes.filled),
        "bytes": size_of(wishes.filled),
    }
    write_json(wishes.filled / NOTE, note)
    aside = wishes.folder.with_name(wishes.folder.name + ".old")
    try:
        put_aside(wishes.folder, aside)
        wishes.filled.rename(wishes.folder)
    except OSError as error:
        if aside.exists() and not wishes.folder.exists():
            aside.rename(wishes.folder)
        raise in_use(wishes.folder, error) from error
    shutil.rmtree(aside, ignore_errors=True)
