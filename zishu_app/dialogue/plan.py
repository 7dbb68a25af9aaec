"""What chance decides about a dialogue before its first call, so that it can go on after anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from zishu_app.core.chance import derive, dice
from zishu_app.core.texts import Language
from zishu_app.dialogue.persona import Persona, draw_persona
from zishu_app.dialogue.scenarios import Scenario
from zishu_app.dialogue.wished_persona import check_wished


@dataclass(frozen=True, slots=True)
class Plan:
    """One dialogue to be: who talks about what, for how many rounds."""

    number: int
    scenario: Scenario
    persona: Persona
    rounds: int
    seed: int
    noise_rate: float
    #: local time, ISO without zone or fraction
    created_at: str

    @property
    def language(self) -> Language:
        """The language it is held in."""
        return self.scenario.language

    def as_dict(self) -> dict[str, Any]:
        """The form the ledger keeps."""
        return asdict(self)


def plan_from_dict(value: Mapping[str, Any]) -> Plan:
    """The opposite of `Plan.as_dict`."""
    scenario = dict(value["scenario"], user_followups=tuple(value["scenario"]["user_followups"]))
    persona = dict(value["persona"], interests=tuple(value["persona"]["interests"]))
    return Plan(**{**value, "scenario": Scenario(**scenario), "persona": Persona(**persona)})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for."""

    count: int
    min_rounds: int
    max_rounds: int
    noise_rate: float
    seed: int
    #: fields of the simulated user that are not left to chance; see wished_persona
    persona: Mapping[str, Any] = field(default_factory=dict)


def draw_plans(wishes: Wishes, scenarios: Sequence[Scenario], created_at: str) -> Iterator[Plan]:
    """Plans one after another: scenarios in turn, each round of them in another order; rounds uniform.

    Raises SettingsError at once for a persona nobody can be.
    """
    return _draw(wishes, check_wished(wishes.persona), scenarios, created_at)


def _draw(
    wishes: Wishes, persona: Mapping[str, Any], scenarios: Sequence[Scenario], created_at: str
) -> Iterator[Plan]:
    order: list[Scenario] = []
    for number in range(wishes.count):
        if not order:
            order = list(scenarios)
            dice(wishes.seed, "order", number).shuffle(order)
        scenario, seed = order.pop(), derive(wishes.seed, "dialogue", number)
        yield Plan(
            number=number,
            scenario=scenario,
            persona=draw_persona(derive(seed, "persona"), scenario.language, persona),
            rounds=dice(seed, "rounds").randint(wishes.min_rounds, wishes.max_rounds),
            seed=seed,
            noise_rate=wishes.noise_rate,
            created_at=created_at,
        )
