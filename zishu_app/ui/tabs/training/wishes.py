"""What the form asks for: what she learns from, on which base, and how; remembered from start to start. Knows no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.errors import SettingsError
from zishu_app.studio.training import Wish
from zishu_app.training.recipe import SIZES, Recipe, Size, changed, derive
from zishu_app.ui.remembered import Remembered

REMEMBERED = "training.wishes"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Every choice of the form."""

    #: a frozen version, or a file; "": none is chosen
    dataset: str = ""
    #: a base's id or folder; "": the built-in one
    base: str = ""
    #: a brain she goes on from; "": a new adapter
    brain: str = ""
    size: Size = "tiny"
    #: values of the recipe that do not follow from the size
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def recipe(self) -> Recipe:
        """How it is done. Raises SettingsError."""
        return derive(self.size, self.given)

    @property
    def fault(self) -> str:
        """What is wrong with the recipe; "": nothing."""
        try:
            derive(self.size, self.given)
        except SettingsError as error:
            return f"{error.message} {error.hint}".strip()
        return ""

    @property
    def wish(self) -> Wish:
        """As the studio takes it."""
        return Wish(self.dataset, self.base, self.size, dict(self.given), self.brain)


def first_wishes(remembered: Remembered, fits: Size) -> Wishes:
    """As they were left, else what `fits` this computer."""
    known = remembered.get(REMEMBERED, {})
    words = {name: known[name] for name in ("dataset", "base", "brain") if isinstance(known.get(name), str)}
    size = known.get("size") if known.get("size") in SIZES else fits
    given = known.get("given")
    wishes = Wishes(**words, size=size, given=given if isinstance(given, dict) else {})
    return wishes if not wishes.fault else Wishes(**words, size=size)


def keep(remembered: Remembered, wishes: Wishes) -> None:
    """Remember them; a recipe that is wrong is not remembered."""
    if not wishes.fault:
        value = {name: getattr(wishes, name) for name in ("dataset", "base", "brain", "size")}
        remembered.put(REMEMBERED, {**value, "given": changed(wishes.recipe)})
