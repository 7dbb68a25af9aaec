"""The environment itself: clear, make, fill with packages, look whether every file is there, bring the model."""

import shutil
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import alone
import reasons
import stamp
from screen import Ended, Screen, size_of

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t

RECORD = "setup.json"
LOG = "setup.log"
#: where packs lie, each in a folder of its own
PACKS = Path(stamp.PACK).parts[0]
#: what outlives a new environment; of share/, only our models. A pack made for another Python is seen by the program
KEPT = (alone.NAME, LOG, stamp.NAME, "share", PACKS)
MODEL_CARD = Path("models") / "smollm2-135m.toml"
#: prints where packages lie, then the packages that miss a file
LOOK = """
import importlib.metadata, importlib.util, os, sysconfig
print(sysconfig.get_path("purelib"))
for package in importlib.metadata.distributions():
    files = (file for file in package.files or () if file.suffix != ".pyc")
    if not all(os.path.exists(package.locate_file(file)) for file in files):
        print(package.metadata["Name"])
if importlib.util.find_spec("zishu_app") is None:
    print("zishu")
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A checkout and its environment."""

    root: Path
    venv: Path

    @property
    def python(self) -> str:
        """The Python of the environment."""
        return stamp.python_in(str(self.venv))

    @property
    def constraints(self) -> Path:
        """The exact versions that were tested."""
        return self.root / "packaging" / "constraints.txt"

    @property
    def models(self) -> Path:
        """Where the program looks for models that set-up brought (see zishu_app/core/paths.py)."""
        return self.venv / "share" / "zishu" / "models"


def clear(place: Place) -> None:
    """Empty the environment but for models, packs, log and lock."""
    for entry in place.venv.iterdir():
        if entry.name not in KEPT:
            _remove(entry)
    share = place.venv / "share"
    for entry in share.iterdir() if share.is_dir() else ():
        if entry.name != "zishu":
            _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def make(place: Place, screen: Screen) -> Ended:
    """A new, empty environment. Raises ZishuError."""
    clear(place)
    # the base Python: start.py may have been started with the very environment that was just cleared
    base = getattr(sys, "_base_executable", None) or sys.executable
    ended = screen.run(t("虚拟环境", "environment"), [base, "-m", "venv", str(place.venv)])
    if ended.code != 0:
        raise reasons.explain(ended.lines)
    return ended


def install(place: Place, screen: Screen, extras: Sequence[str]) -> Ended:
    """The program and what it needs, in the tested versions; where one of those is not to be had, in any that fits."""
    pinned = pip(place, screen, extras, ("-c", str(place.constraints)))
    if pinned.code == 0 or reasons.kind_of(pinned.lines) not in ("wheel", "other"):
        return pinned
    screen.say(
        t(
            "  经过测试的版本在这里装不上，改用其他合适的版本再试一次。",
            "  The tested versions cannot be installed here; trying once more with others that fit.",
        )
    )
    return pip(place, screen, extras, ())


def pip(place: Place, screen: Screen, extras: Sequence[str], options: Sequence[str]) -> Ended:
    """`pip install -e .[extras]`; mirrors and proxies stay as the user set them."""
    wanted = f".[{','.join(extras)}]" if extras else "."
    quiet = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    command = [place.python, "-P", "-m", "pip", "install", *quiet, *options, "-e", wanted]
    return screen.run(t("依赖包", "packages"), command, folder=place.root)


def look(place: Place, screen: Screen) -> tuple[str, list[str]]:
    """Where packages lie (relative to the environment), and the names of packages that miss a file."""
    ended = screen.run(t("检查", "checking"), [place.python, "-P", "-c", LOOK], folder=place.venv)
    if ended.code != 0 or not ended.lines:
        return "", ["python"]
    site = Path(ended.lines[0]).resolve()
    return str(site.relative_to(place.venv.resolve())), ended.lines[1:]


def has_model(place: Place) -> bool:
    """Is the built-in model there, as long as its card says? Its hash was compared when it came."""
    card = tomllib.loads((place.root / MODEL_CARD).read_text(encoding="utf-8"))
    file = place.models / str(card["file"])
    return file.is_file() and file.stat().st_size == card["size"]


def bring_model(place: Place, screen: Screen) -> Ended:
    """Let the program itself fetch the built-in model. Raises ZishuError."""
    words = ["models", "download", "builtin", "--shared"]
    ended = screen.run(t("内置模型", "built-in model"), [place.python, "-P", "-m", "zishu_app", *words])
    if ended.code != 0:
        raise reasons.explain(ended.lines)
    return ended


def model_size(place: Place) -> int:
    """Bytes of the models that set-up brought."""
    return size_of(place.models)


def bring_pack(place: Place, screen: Screen) -> Ended:
    """Let the program itself install the training pack, if it is not there. Raises ZishuError."""
    words = ["setup", "training"]
    ended = screen.run(t("训练组件", "training pack"), [place.python, "-P", "-m", "zishu_app", *words])
    if ended.code != 0:
        raise reasons.explain(ended.lines)
    return ended


def packs_size(place: Place) -> int:
    """Bytes of all packs."""
    return size_of(place.venv / PACKS)


def environment_size(place: Place) -> int:
    """Bytes of the environment without models and packs."""
    return size_of(place.venv) - size_of(place.models) - packs_size(place)


def broken(names: Sequence[str]) -> ZishuError:
    """Files are missing even right after an installation."""
    shown = ", ".join(names)
    return ZishuError(
        t(f"\n    这些包不完整：{shown}", f"\n    These packages are incomplete: {shown}"),
        reasons.hint("other"),
    )
