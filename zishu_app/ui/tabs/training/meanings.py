"""What each size of the dial would mean on this computer, with the base and the version that are chosen: memory and time,
roughly, before anything is looked over. Reads the disk: for a thread.
"""

from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.dataset.frozen import Frozen
from zishu_app.house import House
from zishu_app.studio.training import KNOWN
from zishu_app.training import estimate as estimates
from zishu_app.training.estimate import Light, Load
from zishu_app.training.recipe import SIZES, Recipe, Size, derive
from zishu_app.training.shape import Shape, read_shape, shape_of
from zishu_app.ui.tabs.training.choices import Choices, LearnerChoice
from zishu_app.ui.tabs.training.wishes import Wishes

#: tokens a character, about, and tokens of the template around a message
OF_CHINESE, OF_OTHERS, AROUND = 0.7, 0.28, 8
#: where no version is chosen: as much as a first evening gives
USUAL = (20_000, 8_000)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One size. `seconds` 0: nothing is chosen to be learnt, so nobody can tell."""

    memory_mb: float
    light: Light
    seconds: float
    #: a base in 4 or 8 bit, and no card that could compute with it
    slow: bool = False


def meanings(house: House, found: Choices, wishes: Wishes) -> dict[Size, Meaning]:
    """By size; empty where the base cannot be read."""
    shape = _shape(found.base(wishes.base), wishes.base)
    if shape is None:
        return {}
    version = next((one for one in found.versions if one.name == wishes.dataset), None)
    tokens, learnt = _tokens(version) if version is not None else USUAL
    made: dict[Size, Meaning] = {}
    for size in SIZES:
        recipe = derive(size)
        known = estimates.read_known(house.home.trainings / KNOWN, found.machine.device, recipe.precision)
        load = _load(recipe, tokens, learnt)
        worked_out = estimates.estimate(shape, recipe, load, found.machine, known)
        seconds = worked_out.seconds if version is not None else 0.0
        slow = not found.machine.card and recipe.precision in ("nf4", "int8")
        made[size] = Meaning(worked_out.memory_mb, worked_out.light, seconds, slow)
    return made


def _shape(base: LearnerChoice | None, wanted: str) -> Shape | None:
    try:
        if base is not None and base.folder is None and base.card is not None:
            return shape_of(base.card.config)
        folder = base.folder if base is not None and base.folder is not None else Path(wanted)
        return read_shape(folder)
    except DataError:
        return None


def _tokens(version: Frozen) -> tuple[int, int]:
    """All of one epoch, and those that are learnt, by counting characters."""
    counts = version.counts["train"]
    samples = max(int(counts["samples"]), 1)
    chinese = int(counts["languages"].get("zh", 0)) / samples
    each = chinese * OF_CHINESE + (1 - chinese) * OF_OTHERS
    around = int(counts["messages"]) * AROUND
    return round(int(counts["characters"]) * each) + around, round(int(counts["learnt"]) * each)


def _load(recipe: Recipe, tokens: int, learnt: int) -> Load:
    rows = max(tokens / recipe.longest, 1.0)
    in_epoch = max(round(rows / (recipe.batch * recipe.accumulation) + 0.499), 1)
    return Load(max(tokens, 1), learnt, max(round(in_epoch * recipe.epochs), 1), recipe.longest)
