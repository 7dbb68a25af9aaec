"""Who the simulated user is, and how each of their messages is written.

A strong model plays a poor user: too polite, too long, never impatient (UserLM, arXiv 2510.06552). So chance,
not the model, decides who is typing, how long each message is and what mood it is written in.

Length of a message: log-normal with sigma 0.8. Median in Chinese 14 characters, in English 10 words, times
the persona's verbosity (0.6 to 1.4), hence 8.4 to 19.6 characters or 6 to 14 words; the 95th percentile is
exp(1.645 x 0.8) = 3.7 medians; clipped at 2..120 characters or 1..80 words (about 1 message in 200).

Manners: a persona of patience p adds one to a share of 0.22 + 0.2(1 - p) of its messages, and a second one to
about an eighth of those.
"""

import functools
import math
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from zishu_app.core.chance import dice
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language, t

Manner = Literal[
    "vague",
    "impatient",
    "changes_mind",
    "complains",
    "ignores_part",
    "asks_example",
    "short",
    "grateful",
    "confused",
    "off_hand",
    "doubts",
    "checks",
    "tried_it",
    "goes_back",
]
MANNERS: tuple[Manner, ...] = get_args(Manner)

#: the parts of a person that are drawn from lists
Part = Literal["situation", "temper", "habit", "reason", "interests"]

#: lowest and highest
PATIENCE = (0.0, 1.0)
VERBOSITY = (0.6, 1.4)

SIGMA = 0.8
PAIR_SHARE = 0.12

#: how often a manner is chosen, compared with the others
_WEIGHTS: dict[Manner, float] = {
    "vague": 1.0,
    "impatient": 1.0,
    "changes_mind": 0.7,
    "complains": 0.8,
    "ignores_part": 1.0,
    "asks_example": 1.0,
    "short": 1.0,
    "grateful": 0.7,
    "confused": 1.2,
    "off_hand": 0.8,
    "doubts": 0.8,
    "checks": 1.0,
    "tried_it": 1.0,
    "goes_back": 0.8,
}
_SOUR = frozenset({"impatient", "complains", "doubts"})
_SWEET = frozenset({"grateful", "checks"})
#: rounds that must lie behind; the others want one answer to react to
_EARLIEST: dict[Manner, int] = {"vague": 0, "short": 0, "off_hand": 0, "tried_it": 2, "goes_back": 4}
#: cannot be said in a handful of characters
_ROOMY = frozenset({"changes_mind", "complains", "grateful", "off_hand", "checks", "tried_it", "goes_back"})
_CLASHES: dict[Manner, frozenset[str]] = {
    "short": frozenset(_WEIGHTS),
    "grateful": frozenset({"impatient", "complains", "doubts"}),
    "vague": frozenset({"checks", "tried_it", "asks_example"}),
    "confused": frozenset({"checks"}),
    "goes_back": frozenset({"changes_mind", "ignores_part"}),
}


@dataclass(frozen=True, slots=True)
class Persona:
    """A person who might ask: phrases in the language of the dialogue."""

    name: str
    age: int
    situation: str
    temper: str
    habit: str
    reason: str
    interests: tuple[str, ...]
    #: 0 (none) to 1
    patience: float
    #: factor on the median length of messages, 0.6 to 1.4
    verbosity: float


@dataclass(frozen=True, slots=True)
class TurnStyle:
    """How one message is to be written: length in characters (zh) or words (en), and its mood."""

    length: int
    manners: tuple[Manner, ...]


@dataclass(frozen=True, slots=True)
class _Measure:
    """Lengths of a language: the set median, the clipping, and where wording changes."""

    median: float
    least: int
    most: int
    curt: int
    brief: int
    roomy: int
    long: int


_MEASURES: dict[Language, _Measure] = {
    "zh": _Measure(median=14, least=2, most=120, curt=6, brief=8, roomy=14, long=40),
    "en": _Measure(median=10, least=1, most=80, curt=4, brief=5, roomy=10, long=30),
}


@dataclass(frozen=True, slots=True)
class _Item:
    """One ingredient, and whom it fits."""

    text: str
    youngest: int = 0
    oldest: int = 120
    kinds: tuple[str, ...] = ()
    patience: float = 0.5
    verbosity: float = 1.0

    def fits(self, age: int, kind: str) -> bool:
        return self.youngest <= age <= self.oldest and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class _Pantry:
    """The ingredients of one language."""

    form: dict[str, str]
    manners: dict[str, str]
    names: dict[str, Any]
    situations: tuple[_Item, ...]
    tempers: tuple[_Item, ...]
    habits: tuple[_Item, ...]
    reasons: tuple[_Item, ...]
    interests: tuple[_Item, ...]


@functools.cache
def _pantry(language: Language) -> _Pantry:
    path = RESOURCES / "personas" / f"{language}.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        items = {kind: tuple(map(_item, entries)) for kind, entries in found["ingredients"].items()}
        return _Pantry(found["form"], found["manners"], found["names"], **items)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            t(
                f"自带的人物素材 {path} 用不了：{error}。",
                f"The shipped personas {path} cannot be used: {error}.",
            ),
            t("请重新安装程序。", "Install the program again."),
        ) from error


def _item(entry: dict[str, Any]) -> _Item:
    return _Item(**{**entry, "kinds": tuple(entry.get("kinds", ()))})


def draw_persona(seed: int, language: Language, wished: Mapping[str, Any] | None = None) -> Persona:
    """A plausible person for this seed: everything drawn fits the age and the kind of life.

    `wished` (checked, see wished_persona) stands in for the dice of its part; the other parts keep theirs, within
    what fits it.
    """
    pantry, wished = _pantry(language), wished or {}
    suited = _nearest(pantry.situations, wished["age"]) if "age" in wished else pantry.situations
    situation = _listed(pantry.situations, wished.get("situation")) or _pick(seed, "situation", suited)
    drawn_age = dice(seed, "age").randint(situation.youngest, situation.oldest)
    age, kind = wished.get("age", drawn_age), situation.kinds[0]
    temper = _listed(pantry.tempers, wished.get("temper")) or _pick(seed, "temper", pantry.tempers)
    interests = [item.text for item in pantry.interests if item.fits(age, kind)]
    amounts = dice(seed, "amounts")
    drawn = Persona(
        name=_name(dice(seed, "name"), pantry.names, age),
        age=age,
        situation=situation.text,
        temper=temper.text,
        habit=_pick(seed, "habit", [item for item in pantry.habits if item.fits(age, kind)]).text,
        reason=_pick(seed, "reason", [item for item in pantry.reasons if item.fits(age, kind)]).text,
        interests=tuple(dice(seed, "interests").sample(interests, k=amounts.randint(2, 4))),
        patience=round(_within(temper.patience + amounts.uniform(-0.1, 0.1), *PATIENCE), 2),
        verbosity=round(_within(temper.verbosity * amounts.uniform(0.9, 1.1), *VERBOSITY), 2),
    )
    return replace(drawn, **wished)


def choices(part: Part, language: Language) -> tuple[str, ...]:
    """What may be drawn for a part of a person, in the order of the shipped lists."""
    pantry = _pantry(language)
    items = {
        "situation": pantry.situations,
        "temper": pantry.tempers,
        "habit": pantry.habits,
        "reason": pantry.reasons,
        "interests": pantry.interests,
    }[part]
    return tuple(item.text for item in items)


def _listed(items: Sequence[_Item], text: str | None) -> _Item | None:
    """The ingredient of that text; words of somebody's own are none, and what hangs on them is drawn."""
    return next((item for item in items if item.text == text), None)


def _nearest(items: Sequence[_Item], age: int) -> list[_Item]:
    """The situations that come closest to an age, usually those that hold it."""
    away = [max(item.youngest - age, age - item.oldest, 0) for item in items]
    least = min(away)
    return [item for item, years in zip(items, away, strict=True) if years == least]


def _pick(seed: int, part: str, items: Sequence[_Item]) -> _Item:
    """Each part has dice of its own, so that a new line in one list leaves the others as they were."""
    return dice(seed, part).choice(items)


def _name(rng: random.Random, names: dict[str, Any], age: int) -> str:
    """Names go with generations: few children are called 建国 or Walter."""
    given = rng.choice(names["young" if age < 28 else "middle" if age < 46 else "older"])
    surname = rng.choice(names["surnames"]) if names["surnames"] else ""
    return f"{surname}{given}"


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def describe(persona: Persona, language: Language) -> str:
    """The persona in the second person, for the prompt of the user's side."""
    form = _pantry(language).form
    *first, last = persona.interests
    listed = form["comma"].join(first) + form["last_comma"] + last if first else last
    said = form["describe"].format(
        name=persona.name,
        age=persona.age,
        situation=persona.situation,
        temper=persona.temper,
        habit=persona.habit,
        interests=listed,
        reason=persona.reason,
    )
    mood = "low_patience" if persona.patience < 0.35 else "high_patience" if persona.patience > 0.7 else ""
    return said + form["gap"] + form[mood] if mood else said


def draw_style(seed: int, persona: Persona, turn: int, language: Language) -> TurnStyle:
    """How the message after `turn` whole rounds is written (0: it opens the dialogue)."""
    measure = _MEASURES[language]
    rng = dice(seed, "style", turn)
    drawn = rng.lognormvariate(math.log(measure.median * persona.verbosity), SIGMA)
    length = min(max(round(drawn), measure.least), measure.most)
    manners = _draw_manners(rng, persona.patience, turn, roomy=length >= measure.roomy)
    if "short" in manners:
        length = min(length, measure.curt)
    return TurnStyle(length, manners)


def _draw_manners(rng: random.Random, patience: float, turn: int, *, roomy: bool) -> tuple[Manner, ...]:
    mood, second = rng.random(), rng.random()
    if mood >= 0.22 + 0.2 * (1 - patience):
        return ()
    weights = {
        manner: weight * _leaning(manner, patience)
        for manner, weight in _WEIGHTS.items()
        if turn >= _EARLIEST.get(manner, 1) and (roomy or manner not in _ROOMY)
    }
    first = _draw_one(rng, weights)
    rest = {manner: weight for manner, weight in weights.items() if not _clash(first, manner)}
    if second >= PAIR_SHARE or not rest:
        return (first,)
    return (first, _draw_one(rng, rest))


def _leaning(manner: Manner, patience: float) -> float:
    """Impatient people grumble more and thank less."""
    return 1.8 - 1.6 * patience if manner in _SOUR else 0.4 + 1.2 * patience if manner in _SWEET else 1.0


def _draw_one(rng: random.Random, weights: dict[Manner, float]) -> Manner:
    return rng.choices(list(weights), list(weights.values()))[0]


def _clash(first: Manner, second: Manner) -> bool:
    none: frozenset[str] = frozenset()
    return first == second or second in _CLASHES.get(first, none) or first in _CLASHES.get(second, none)


def style_instruction(style: TurnStyle, language: Language) -> str:
    """The style in words for the user's side; it ends so that another sentence can follow directly."""
    pantry, measure = _pantry(language), _MEASURES[language]
    size = "brief" if style.length <= measure.brief else "long" if style.length >= measure.long else "plain"
    said = [
        pantry.form[size].format(length=style.length),
        *(pantry.manners[manner] for manner in style.manners),
    ]
    return "".join(sentence + pantry.form["gap"] for sentence in said)
