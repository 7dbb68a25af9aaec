"""How it stands after a training: whether it is a brain, whether it is hers, how it was examined. Reads the disk."""

from dataclasses import dataclass

from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import Learnt, list_learnt
from zishu_app.house import House
from zishu_app.studio.gate import last_comparison
from zishu_app.training.change import Comparison
from zishu_app.training.runs import TrainingRun


@dataclass(frozen=True)
class Afterwards:
    """As it was found."""

    #: the brain it became; None: it is none yet
    brain: Learnt | None = None
    #: what she speaks with is this one
    hers: bool = False
    #: what would be gone back to; None: nothing
    former: str | None = None
    #: what she speaks with now, as it is asked for; "": by itself
    current: str = ""
    #: the last exam of it held against that of its base
    comparison: Comparison | None = None


def find_afterwards(house: House, run: TrainingRun) -> Afterwards:
    """Look. Takes a moment where it was examined: for a thread."""
    home, setting = house.home, house.settings.companion.brain
    hers = read_hers(home.her_brains)
    current = hers.current(setting)
    brain = next((one for one in list_learnt(home.brains) if one.run == run.id), None)
    names = {run.id, *([brain.spec] if brain else [])}
    comparison = last_comparison(house, names, run.base)
    is_hers = brain is not None and current in (brain.spec, brain.name)
    return Afterwards(brain, is_hers, hers.former(setting), current, comparison)
