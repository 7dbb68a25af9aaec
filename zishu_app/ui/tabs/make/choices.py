"""Everything one chooses before dialogues are made, as plain values: remembered, compared, made into an order."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.texts import Language, language
from zishu_app.house import House

if TYPE_CHECKING:
    from zishu_app.core.settings import Settings
    from zishu_app.studio.runs import Order

#: which setting stands behind a choice
SETTINGS = {
    "model": "teacher.model",
    "user_model": "teacher.user_model",
    "base_url": "teacher.base_url",
    "count": "dialogue.num_conversations",
    "min_rounds": "dialogue.min_rounds",
    "max_rounds": "dialogue.max_rounds",
    "noise_rate": "dialogue.noise_rate",
    "concurrency": "dialogue.concurrency",
}


@dataclass(frozen=True)
class Choices:
    """The form as it stands."""

    language: Language
    model: str
    user_model: str
    base_url: str
    count: int
    min_rounds: int
    max_rounds: int
    noise_rate: float
    #: 0: as many as the model's endpoint takes
    concurrency: int
    #: names by language; a language that is missing: all
    scenarios: Mapping[str, list[str]] = field(default_factory=dict)
    #: counts only where `own_persona` is set
    persona: Mapping[str, Any] = field(default_factory=dict)
    own_persona: bool = False
    #: None: by chance
    seed: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    distil: bool = True
    #: "": in the home folder
    conversation_dir: str = ""
    distilled_dir: str = ""
    #: settings of a run that have no field here (temperatures, how is distilled), by their dotted names
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The scenarios chosen, as a recipe has them: none means all."""
        return list(self.scenarios.get(self.language, ()))


def usual(settings: "Settings") -> Choices:
    """What the settings say, and for the rest what most people want."""
    values = flat(settings)
    fields = {name: values[dotted] for name, dotted in SETTINGS.items()}
    return Choices(language(), **fields, others={name: values[name] for name in values if _unseen(name)})


def _unseen(dotted: str) -> bool:
    """Whether a setting is one of those a run keeps (see studio/runs), and has no field in the form."""
    return dotted.startswith(("teacher.", "dialogue.", "distill.")) and dotted not in SETTINGS.values()


def flat(settings: "Settings") -> dict[str, Any]:
    """All settings by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in settings.model_dump().items():
        if isinstance(value, dict):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    return found


def differing(choices: Choices, from_: Choices) -> dict[str, Any]:
    """What was chosen otherwise; the rest goes on following the settings."""
    mine, usual_ = dataclasses.asdict(choices), dataclasses.asdict(from_)
    return {name: value for name, value in mine.items() if value != usual_[name]}


def restored(kept: Mapping[str, Any], from_: Choices) -> Choices:
    """The opposite of `differing`; what is not understood any more is left out."""
    fits = {item.name: kept[item.name] for item in dataclasses.fields(Choices) if item.name in kept}
    return dataclasses.replace(
        from_, **{name: value for name, value in fits.items() if _fits(name, value, from_)}
    )


def _fits(name: str, value: Any, from_: Choices) -> bool:
    if name == "language":
        return value in ("zh", "en")
    if name == "scenarios":
        return isinstance(value, dict) and all(
            isinstance(names, list) and all(isinstance(one, str) for one in names) for names in value.values()
        )
    if name in ("seed", "max_tokens", "max_cost"):
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    known = getattr(from_, name)
    number = isinstance(known, float) and isinstance(value, int) and not isinstance(value, bool)
    return number or type(value) is type(known)


def like(recipe: Mapping[str, Any], from_: Choices) -> Choices:
    """More of what an old run made. With another seed: the same one would make the same again."""
    settings = recipe.get("settings", {})
    kept = {name: settings[dotted] for name, dotted in SETTINGS.items() if dotted in settings}
    names, persona = recipe.get("scenarios") or [], recipe.get("persona") or {}
    others = {dotted: settings.get(dotted, now) for dotted, now in from_.others.items()}
    kept |= {
        "language": recipe.get("language"),
        "scenarios": {str(recipe.get("language")): list(names)} if names else {},
        "persona": dict(persona),
        "own_persona": bool(persona),
        "max_tokens": recipe.get("max_total_tokens"),
        "max_cost": recipe.get("max_cost"),
        "distil": recipe.get("distil"),
        "conversation_dir": recipe.get("conversation_dir"),
        "distilled_dir": recipe.get("distilled_dir"),
        "others": others,
    }
    return restored(kept, from_)


def folders(house: House, choices: Choices) -> tuple[Path, Path]:
    """Where dialogues and distillates go."""
    root = house.home.root
    return (
        Path(choices.conversation_dir).expanduser() if choices.conversation_dir else root / "conversations",
        Path(choices.distilled_dir).expanduser() if choices.distilled_dir else root / "distilled",
    )


def order_of(house: House, choices: Choices, seed: int) -> "Order":
    """The order for a run; `seed` where it is left to chance.

    Raises SettingsError, naming every mistake, for what the settings do not allow.
    """
    from zishu_app.core.settings import load_settings
    from zishu_app.studio.runs import order

    chosen = {dotted: getattr(choices, name) for name, dotted in SETTINGS.items()}
    talks, distilled = folders(house, choices)
    return order(
        load_settings(house.home, flat(house.settings) | dict(choices.others) | chosen),
        {
            "language": choices.language,
            "scenarios": choices.names,
            "seed": seed if choices.seed is None else choices.seed,
            "persona": dict(choices.persona) if choices.own_persona else {},
            "conversation_dir": str(talks),
            "distilled_dir": str(distilled),
            "distil": choices.distil,
            "max_cost": choices.max_cost,
            "max_total_tokens": choices.max_tokens,
        },
    )
