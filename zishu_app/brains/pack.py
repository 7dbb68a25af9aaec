"""The training pack as it lies on the disk: what it has, whether it is what was tested, and how it goes.

It is an extra in a folder of its own (`core/paths.TRAINING_PACK`), never part of the program's environment: so it comes
and goes as a whole, and an unlucky installation cannot break the program. `brains/pack_install` brings it.
"""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.pack_events import Pack, Removed
from zishu_app.core.errors import DataError
from zishu_app.core.paths import CONFIGS, TRAINING_PACK
from zishu_app.core.texts import t
from zishu_app.core.torch_build import Accelerator

#: the versions that were tested together
PINS = CONFIGS / "training-pack.txt"
#: written into the folder when it is whole
NOTE = "zishu-pack.json"
_ENDING = ".dist-info"
_CUDA = re.compile(r"^cuda\b[^=]*=\s*['\"]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of the pins: a package, its version, and where it is needed ("": everywhere)."""

    name: str
    version: str
    marker: str = ""

    @property
    def line(self) -> str:
        """As pip reads it."""
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")


def read_pins(path: Path = PINS) -> list[Pin]:
    """All pins, in the order of the file. Raises DataError where the file cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(
            t(f"读不了 {path}：{error.strerror}。", f"{path} cannot be read: {error.strerror}."),
            t("重新安装程序。", "Install the program anew."),
        ) from error
    return [_pin(line) for line in lines if line.strip() and not line.startswith("#")]


def _pin(line: str) -> Pin:
    wanted, _, marker = line.partition(";")
    name, _, version = wanted.strip().partition("==")
    return Pin(name, version, marker.strip())


def look(folder: Path = TRAINING_PACK, pins: Path = PINS) -> Pack | None:
    """The pack that is installed; None: there is none, or it was made for another Python. Reads the disk."""
    if not (folder / "torch").is_dir():
        return None
    note = _note(folder)
    if note.get("python", this_python()) != this_python():
        return None
    versions = versions_in(folder)
    size = note.get("bytes")
    return Pack(
        folder,
        size if isinstance(size, int) else size_of(folder),
        versions,
        accelerator_of(folder),
        tuple(pin.name for pin in read_pins(pins) if not _is_there(pin, versions)),
    )


def this_python() -> str:
    """What compiled packages depend on."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def versions_in(folder: Path) -> dict[str, str]:
    """The packages in a folder, by the names of their records: no file is opened."""
    found: dict[str, str] = {}
    for name in sorted(os.listdir(folder)) if folder.is_dir() else ():  # noqa: PTH208 - names only
        if name.endswith(_ENDING):
            package, _, version = name.removesuffix(_ENDING).partition("-")
            found.setdefault(plain(package), version)
    return found


def plain(name: str) -> str:
    """One way to write a package's name: `Jinja2` and `typing_extensions` are `jinja2` and `typing-extensions`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def accelerator_of(folder: Path) -> Accelerator:
    """What the torch in a folder was built for; its own word, without loading it."""
    try:
        said = (folder / "torch" / "version.py").read_text(encoding="utf-8")
    except OSError:
        return "cpu"
    if _CUDA.search(said):
        return "cuda"
    return "mps" if sys.platform == "darwin" else "cpu"


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; those that go meanwhile are not counted."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(place) / name).lstat().st_size
            except OSError:
                continue


async def remove(folder: Path = TRAINING_PACK) -> AsyncGenerator[Removed]:
    """Take the pack away: out of sight in one step, then deleted. Ends with one `Removed`.

    Raises DataError where it cannot be taken: a training still uses it (Windows), or the folder is another user's.
    """
    aside = folder.with_name(folder.name + ".old")
    size = await asyncio.to_thread(size_of, folder)
    try:
        await asyncio.to_thread(put_aside, folder, aside)
    except OSError as error:
        raise in_use(folder, error) from error
    await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
    yield Removed(size)


def put_aside(folder: Path, aside: Path) -> None:
    """Rename a folder out of the way, if it is there; what an earlier removal left goes first."""
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)


def in_use(folder: Path, error: OSError) -> DataError:
    """The folder cannot be moved."""
    why = error.strerror or str(error)
    return DataError(
        t(f"动不了 {folder}：{why}。", f"{folder} cannot be moved: {why}."),
        t(
            "先停下训练并关闭程序；再检查该目录的权限。",
            "Stop trainings and close the program first; then check the folder's permissions.",
        ),
    )


def _is_there(pin: Pin, versions: dict[str, str]) -> bool:
    """Is the pinned version there? One that only some systems need may be absent; a build's mark does not count."""
    found = versions.get(plain(pin.name))
    if found is None:
        return bool(pin.marker)
    return found.partition("+")[0] == pin.version


def _note(folder: Path) -> dict[str, object]:
    try:
        value = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
