"""How it stands with her brain: which one speaks, which were asked for, which there are; in values and in words."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zishu_app.brains.choices import Choice, Way
from zishu_app.brains.hers import Change, Hers
from zishu_app.brains.learnt import Learnt, list_learnt
from zishu_app.core.errors import BrainMissing, ZishuError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.llm.names import model_name
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.removed import Removed, removed_brains


@dataclass(frozen=True)
class Stand:
    """As it was found."""

    #: the full name of the model that would speak now; empty: none, and why
    speaks: str = ""
    why_not: str = ""
    #: what is asked for; empty: whichever can be used
    current: str = ""
    #: what would be gone back to; None: nothing
    former: str | None = None
    #: the newest first
    past: Sequence[Change] = ()
    choices: Sequence[Choice] = ()
    #: full names of the choices, by what they are asked for by
    names: Mapping[str, str] = field(default_factory=dict)
    ways: Sequence[Way] = ()
    #: what she has learnt, the newest first, and the trainings that are still there
    learnt: Sequence[Learnt] = ()
    trainings: frozenset[str] = frozenset()
    #: of what she has learnt, what was removed and can be brought back, the newest first
    removed: Sequence[Removed] = ()

    @property
    def others(self) -> Sequence[Choice]:
        """Those she has not learnt."""
        return [one for one in self.choices if one.kind != "learnt"]

    def is_spec_hers(self, spec: str) -> bool:
        """Whether it is the one that is asked for by this."""
        return any(one.spec == spec and self.is_hers(one) for one in self.choices)

    def why_not_of(self, spec: str) -> str:
        """Why what is asked for by this cannot be hers now; empty: it can."""
        asked = (one for one in self.choices if spec in (one.spec, self.names.get(one.spec)))
        return next((one.why_not for one in asked), "")

    def is_hers(self, choice: Choice) -> bool:
        """Whether this is the one."""
        counts = self.speaks or self.current
        return bool(counts) and counts in (choice.spec, self.names.get(choice.spec))

    @property
    def name(self) -> str:
        """The one that speaks, as people read it."""
        mine = next((one.name for one in self.choices if self.speaks and self.is_hers(one)), "")
        return mine or model_name(self.speaks)

    @property
    def reason(self) -> str:
        """Why it is this one; or why there is none."""
        if self.why_not:
            return self.why_not
        if self.current:
            return t("你选的。", "You chose it.")
        return t(
            "没有指定：依次用老师模型、本机的模型、自带的小模型。",
            "None was chosen: the teaching model, a model on this computer, or the built-in one, in that order.",
        )

    def shown(self, spec: str) -> str:
        """A brain as people read it."""
        if not spec:
            return t("让程序来选", "Chosen by itself")
        file = Path(spec)
        named = file.stem if file.suffix == ".gguf" else model_name(spec)
        return next((one.name for one in self.choices if one.spec == spec), named)


async def look(house: House, brain: HerBrain) -> Stand:
    """Find out. Reads the disk and the keyring, in threads."""
    setting, hers = house.settings.companion.brain, await brain.hers()
    choices = await brain.choices()
    speaks = why_not = ""
    ways: Sequence[Way] = ()
    try:
        speaks = await brain.speaks()
    except BrainMissing as error:
        why_not, ways = error.message, await brain.ways()
    learnt = await asyncio.to_thread(list_learnt, house.home.brains)
    trainings = await asyncio.to_thread(_there, house, [one.run for one in learnt])
    names = await asyncio.to_thread(lambda: {one.spec: _full_name(house, one.spec) for one in choices})
    return Stand(
        speaks, why_not, hers.current(setting), hers.former(setting), _past(hers), choices, names, ways,
        learnt, trainings, await removed_brains(house),
    )  # fmt: skip


def _there(house: House, runs: Iterable[str]) -> frozenset[str]:
    return frozenset(one for one in runs if one and (house.home.trainings / one).is_dir())


def _past(hers: Hers) -> Sequence[Change]:
    return tuple(reversed(hers.changes))


def _full_name(house: House, spec: str) -> str:
    """As an answer says who gave it."""
    try:
        return house.choose(spec).name
    except ZishuError:  # a file that has gone meanwhile, or is none
        return spec
