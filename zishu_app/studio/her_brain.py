"""Her brain, as the window and the command line deal with it: which one speaks, which there are, changing it and going back."""

import asyncio
from dataclasses import dataclass

from zishu_app.brains.choices import Choice, Places, Taken, Wanted, Way, choices, missing, resolve, take, ways
from zishu_app.brains.hers import Change, Hers, choose, read_hers, roll_back
from zishu_app.core.errors import KeyMissing
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker


@dataclass
class HerBrain:
    """Asked anew before every answer, so that a key or a model that has come counts at once."""

    house: House
    language: Language
    #: a brain for as long as this is open, whatever is written down; empty: hers
    only: str = ""

    async def __call__(self) -> Speaker:
        """The model she speaks with now. Raises BrainMissing where there is none."""
        taken = await asyncio.to_thread(self._taken)
        try:
            chosen = await asyncio.to_thread(self.house.choose, taken.spec, taken.base_url)
            return await self.house.speaker(chosen)
        except KeyMissing as error:  # it went between two looks
            why_not = error.message.rstrip("。.")
            raise await asyncio.to_thread(lambda: missing(self._places(), self._wanted(), why_not)) from error

    async def speaks(self) -> str:
        """The name of the model that would speak now. Raises BrainMissing."""
        taken = await asyncio.to_thread(self._taken)
        return (await asyncio.to_thread(self.house.choose, taken.spec, taken.base_url)).name

    async def hers(self) -> Hers:
        """The history of her brains."""
        return await asyncio.to_thread(read_hers, self.house.home.her_brains)

    async def choices(self) -> list[Choice]:
        """Everything she could speak with."""
        return await asyncio.to_thread(lambda: choices(self._places(), self.language))

    async def ways(self) -> list[Way]:
        """What can be done where there is no brain."""
        return await asyncio.to_thread(lambda: ways(self._places(), self._wanted()))

    async def use(self, name: str) -> str:
        """From now on it is this one, as a person writes it; empty: by itself. What it is asked for by.

        Raises SettingsError or DataError for what is not known or not here.
        """
        spec = await asyncio.to_thread(lambda: resolve(self._places(), name.strip()))
        change = Change(
            spec, self.house.clock.now().isoformat(), "chosen", self.house.settings.companion.brain
        )
        await asyncio.to_thread(choose, self.house.home.her_brains, change)
        self.only = ""
        return spec

    async def roll_back(self) -> str:
        """Back to the one before; what it is asked for by. Raises DataError where there was none."""
        setting, at = self.house.settings.companion.brain, self.house.clock.now().isoformat()
        hers = await asyncio.to_thread(roll_back, self.house.home.her_brains, setting, at)
        self.only = ""
        return hers.current(setting)

    def _taken(self) -> Taken:
        return take(self._places(), self._wanted())

    def _places(self) -> Places:
        """Reads the disk the first time."""
        return Places(self.house.catalog, self.house.keys, self.house.home)

    def _wanted(self) -> Wanted:
        """Reads the disk."""
        settings = self.house.settings
        spec = self.only or read_hers(self.house.home.her_brains).current(settings.companion.brain)
        return Wanted(self.language, spec, settings.teacher.model, settings.teacher.base_url)
