"""What the form asks for: settings of a distillation and the rest of its recipe, remembered from start to start."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.settings import Settings, load_settings
from zishu_app.distill.distil import Way
from zishu_app.house import House
from zishu_app.ui.remembered import Remembered

REMEMBERED = "distill.wishes"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Every choice of the form."""

    max_tokens: int
    overlap_tokens: int
    split_method: Literal["tokens", "turns"]
    max_turns: int
    brain: str
    #: "": each talk's own
    language: Literal["", "zh", "en"]
    output: str
    temperature: float
    max_output_tokens: int
    #: 0: as many as the endpoint takes
    concurrency: int
    #: 0: no limit
    budget_tokens: int = 0
    budget_money: float = 0.0

    @property
    def way(self) -> Way:
        """As the room of distilling takes it."""
        return Way(
            self.max_tokens,
            self.overlap_tokens,
            self.max_turns,
            self.split_method,
            self.temperature,
            self.max_output_tokens,
            self.language or None,
        )

    @property
    def fault(self) -> str:
        """The name of the field that cannot be as it is; "": none."""
        if self.overlap_tokens >= self.max_tokens:
            return "overlap_tokens"
        if not self.brain:
            return "brain"
        return "" if self.output.strip() else "output"


def first_wishes(house: House, remembered: Remembered) -> Wishes:
    """As they were left, else as the settings say."""
    from_settings = wishes_of(house)
    known = remembered.get(REMEMBERED, {})
    kept = {
        field.name: known[field.name]
        for field in fields(Wishes)
        if type(known.get(field.name)) is type(getattr(from_settings, field.name))
    }
    return replace(from_settings, **kept)


def wishes_of(house: House) -> Wishes:
    """As the settings say."""
    wanted = house.settings.distill
    return Wishes(
        max_tokens=wanted.max_tokens,
        overlap_tokens=wanted.overlap_tokens,
        split_method=wanted.split_method,
        max_turns=wanted.max_turns,
        brain=house.settings.teacher.model,
        language="",
        output=str(house.home.root / "distilled"),
        temperature=wanted.temperature,
        max_output_tokens=wanted.max_output_tokens,
        concurrency=house.settings.dialogue.concurrency,
    )


def keep(remembered: Remembered, wishes: Wishes, house: House) -> None:
    """Remember what differs from the settings, so that changing a setting still changes the form."""
    usual = asdict(wishes_of(house))
    remembered.put(
        REMEMBERED, {name: value for name, value in asdict(wishes).items() if value != usual[name]}
    )


def settings_of(house: House, wishes: Wishes) -> Settings:
    """The settings this run is worked on with. Raises SettingsError."""
    own = wishes.brain == house.settings.teacher.model
    flags = {
        "teacher.model": wishes.brain,
        # another address belongs to the model it was set for
        "teacher.base_url": house.settings.teacher.base_url if own else "",
        "distill.max_tokens": wishes.max_tokens,
        "distill.overlap_tokens": wishes.overlap_tokens,
        "distill.split_method": wishes.split_method,
        "distill.max_turns": wishes.max_turns,
        "distill.temperature": wishes.temperature,
        "distill.max_output_tokens": wishes.max_output_tokens,
        "dialogue.concurrency": wishes.concurrency,
    }
    return load_settings(house.home, flags)


def recipe_of(wishes: Wishes, sources: Sequence[Path], talks: int) -> dict[str, Any]:
    """What is no setting."""
    return {
        "inputs": [str(path) for path in sources],
        "output": str(Path(wishes.output).expanduser().absolute()),
        "batch": True,
        "language": wishes.language or None,
        "max_cost": wishes.budget_money or None,
        "max_total_tokens": wishes.budget_tokens or None,
        #: for the list of runs
        "talks": talks,
    }
