"""What the dialogues of the form will take, and whether its models can be used, worked out beside the loop."""

import asyncio
import dataclasses
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from zishu_app.core.errors import KeyMissing, SettingsError, ZishuError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.llm.addresses import is_url, normal_url
from zishu_app.llm.names import model_name
from zishu_app.ui.tabs.make.choices import Choices, order_of

if TYPE_CHECKING:
    from zishu_app.dialogue.scenarios import Scenario
    from zishu_app.dialogue.speak import Sides
    from zishu_app.ledger.forecast import Range

#: slow to import; brought in by a thread before the loop needs it
HEAVY = "zishu_app.studio.generate"
#: dialogues that are looked at one by one; of more, the rest is taken to be like these
SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing can be started, and where it is mended (a page of the window, and what to show there)."""

    message: str
    hint: str = ""
    place: tuple[str, str] | None = None
    #: what the button says that leads there
    lead: str = ""


@dataclass(frozen=True)
class Outlook:
    """What lies ahead."""

    range: "Range | None" = None
    currency: str = ""
    #: why money cannot be limited; empty: it can
    no_money: str = ""
    #: dialogues at once where the form leaves it open
    at_once: int = 0
    #: models that cannot hold a talk in the chosen language
    speechless: tuple[str, ...] = ()
    #: by the name of the choice
    faults: dict[str, str] = field(default_factory=dict)
    problem: Problem | None = None


class Estimator:
    """Looks ahead. Models that were made ready once are kept: that asks the keyring."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._sides: dict[tuple[str, str, str, int], Sides] = {}

    def forget(self) -> None:
        """Keys or models have changed."""
        self._sides.clear()

    async def look(self, choices: Choices, scenarios: Sequence["Scenario"], seed: int) -> Outlook:
        """Everything the form wants to know of these choices."""
        await asyncio.to_thread(importlib.import_module, HEAVY)
        faults = await asyncio.to_thread(_faults, self._house, choices)
        if faults:
            return Outlook(faults=faults)
        found = Outlook(speechless=_speechless(self._house, choices))
        try:
            sides = await self._ready(choices)
            asked = _Asked(choices, scenarios, seed)
            return await asyncio.to_thread(_look, self._house, asked, sides, found)
        except KeyMissing as error:
            return dataclasses.replace(found, problem=_key_missing(error))
        except ZishuError as error:
            problem = Problem(error.message, error.hint, ("settings", "models"), _to_models())
            return dataclasses.replace(found, problem=problem)

    async def _ready(self, choices: Choices) -> "Sides":
        from zishu_app.studio.generate import sides_of

        key = (choices.model, choices.user_model, choices.base_url, choices.concurrency)
        settings = (await asyncio.to_thread(order_of, self._house, choices, 0)).settings
        if key not in self._sides:
            self._sides[key] = await sides_of(self._house, settings)
        return self._sides[key]


@dataclass(frozen=True)
class _Asked:
    choices: Choices
    scenarios: "Sequence[Scenario]"
    seed: int


def _key_missing(error: KeyMissing) -> Problem:
    return Problem(
        error.message,
        t("粘贴一个密钥，或换一个不需要密钥的模型。", "Paste a key, or choose a model that needs none."),
        ("settings", "models"),
        t("去填密钥", "Add a key"),
    )


def _to_models() -> str:
    return t("模型与密钥", "Models and keys")


def _faults(house: House, choices: Choices) -> dict[str, str]:
    """What is wrong with single fields; reads the disk."""
    found = {
        name: reason
        for name in ("conversation_dir", "distilled_dir")
        if (reason := _folder_fault(getattr(choices, name)))
    }
    if choices.base_url and not is_url(normal_url(choices.base_url)):
        found["base_url"] = t(
            "写成 http://127.0.0.1:8000/v1 这样。", "Write it like http://127.0.0.1:8000/v1."
        )
        return found
    for name in ("model", "user_model"):
        spec = getattr(choices, name)
        if not spec and name == "model":
            found[name] = t("选一个模型。", "Choose a model.")
        elif spec and (reason := _model_fault(house, spec, choices.base_url)):
            found[name] = reason
    return found


def _model_fault(house: House, spec: str, base_url: str) -> str:
    try:
        house.choose(spec, base_url)
    except SettingsError as error:
        return f"{error.message} {error.hint}"
    return ""


def _folder_fault(given: str) -> str:
    if not given:
        return ""
    path = Path(given).expanduser()
    if not path.is_absolute():
        return t("写完整的路径。", "Write the whole path.")
    if path.exists() and not path.is_dir():
        return t("这是一个文件，不是文件夹。", "This is a file, not a folder.")
    return ""


def _look(house: House, asked: _Asked, sides: "Sides", before: Outlook) -> Outlook:
    """For a thread: counting tokens takes its time."""
    from zishu_app.studio.generate import forecast, plans_of
    from zishu_app.studio.runs import at_once

    count = asked.choices.count
    few = dataclasses.replace(asked.choices, count=min(count, SAMPLE))
    order = order_of(house, few, asked.seed)
    plans = plans_of(house, order, asked.scenarios)
    found = forecast(house, order, plans, sides)
    together = at_once(house, order.settings)
    if count > SAMPLE:
        found = _more(found, count, (together, asked.choices.max_rounds))
    currency, no_money = _money(sides)
    return dataclasses.replace(before, range=found, currency=currency, no_money=no_money, at_once=together)


def _more(found: "Range", count: int, pace: tuple[int, int]) -> "Range":
    """What `count` dialogues take where SAMPLE of them take `found`; `pace`: talks at once, and most rounds."""
    from zishu_app.ledger.budget import Amount
    from zishu_app.ledger.forecast import Estimate, spread

    low, high = (
        Estimate(
            round(end.calls * count / SAMPLE),
            Amount(
                round(end.amount.tokens * count / SAMPLE),
                None if end.amount.micros is None else round(end.amount.micros * count / SAMPLE),
            ),
        )
        for end in found
    )
    together, rounds = pace
    return spread((low, high), min(together, count), 2 * rounds)


def _money(sides: "Sides") -> tuple[str, str]:
    """The currency of both models, and why money cannot be limited."""
    both = (sides.assistant, sides.user)
    unknown = sorted({model_name(side.model.name) for side in both if side.price is None})
    if unknown:
        names = ", ".join(unknown)
        return "", t(
            f"不知道 {names} 的价格，只能限制 token。", f"No price is known for {names}: limit the tokens."
        )
    currencies = sorted({side.price.currency for side in both if side.price and side.price.currency})
    if len(currencies) > 1:
        named = " / ".join(currencies)
        return "", t(
            f"两个模型的币种不同（{named}），只能限制 token。", f"Two currencies ({named}): limit the tokens."
        )
    if not currencies:
        return "", t("这个模型不花钱。", "This model is free of charge.")
    return currencies[0], ""


def _speechless(house: House, choices: Choices) -> tuple[str, ...]:
    found = []
    for spec in dict.fromkeys((choices.model, choices.user_model or choices.model)):
        known = house.choose(spec, choices.base_url).languages
        if known and choices.language not in known:
            found.append(spec)
    return tuple(found)
