"""A user as somebody wishes them to be; what is not wished for is drawn as ever."""

import dataclasses
import json
from typing import Any

import pytest

from tests.dialogue.cast import CREATED, SCENARIOS
from tests.dialogue.test_persona import LANGUAGES, ingredients
from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import Language, set_language
from zishu_app.dialogue.persona import Persona, choices, describe, draw_persona
from zishu_app.dialogue.plan import Plan, Wishes, draw_plans, plan_from_dict
from zishu_app.dialogue.wished_persona import KEYS, LONGEST, check_wished

#: none of these has anything to do with another part
ALONE = {"name": "小北", "habit": "爱用感叹号", "reason": "好奇", "interests": ["钓鱼"], "patience": 0.1}


def drawn(persona: dict[str, Any], count: int = 12, language: Language = "zh") -> list[Plan]:
    return list(draw_plans(Wishes(count, 4, 9, 0.1, 7, persona), SCENARIOS[language], CREATED))


def people(persona: dict[str, Any], count: int = 12) -> list[Persona]:
    return [plan.persona for plan in drawn(persona, count)]


def test_nothing_wished_changes_nothing() -> None:
    plain = list(draw_plans(Wishes(12, 4, 9, 0.1, 7), SCENARIOS["zh"], CREATED))
    assert drawn({}) == plain
    assert drawn(dict.fromkeys(KEYS) | {"name": "  ", "interests": ["", " "], "temper": ""}) == plain


@pytest.mark.parametrize("key", ALONE)
def test_a_wish_stands_in_its_place_and_the_dice_fall_as_before(key: str) -> None:
    value = ("钓鱼",) if key == "interests" else ALONE[key]
    for with_it, without in zip(drawn({key: ALONE[key]}), drawn({}), strict=True):
        persona = dataclasses.replace(without.persona, **{key: value})
        assert with_it == dataclasses.replace(without, persona=persona)


def test_everything_can_be_wished_and_comes_back_from_the_ledger() -> None:
    wanted = ALONE | {"age": 41, "situation": "修钟表", "temper": "慢条斯理", "verbosity": 1.4}
    assert set(wanted) == set(KEYS)
    for plan in drawn(wanted, 2):
        assert dataclasses.asdict(plan.persona) == wanted | {"interests": ("钓鱼",)}
        assert plan_from_dict(json.loads(json.dumps(plan.as_dict()))) == plan


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_hangs_on_a_situation_fits_it(language: Language) -> None:
    lists = ingredients(language)["ingredients"]
    items = {item["text"]: item for kind in ("habits", "reasons", "interests") for item in lists[kind]}
    for situation in lists["situations"]:
        wished = check_wished({"situation": situation["text"]})
        for seed in range(3):
            person = draw_persona(seed, language, wished)
            assert situation["youngest"] <= person.age <= situation["oldest"]
            for text in (person.habit, person.reason, *person.interests):
                item = items[text]
                assert item.get("youngest", 0) <= person.age <= item.get("oldest", 200)
                assert not item.get("kinds") or situation["kinds"][0] in item["kinds"]


def test_a_situation_of_ones_own_keeps_what_was_drawn() -> None:
    for with_it, without in zip(people({"situation": "在南极修天线"}), people({}), strict=True):
        assert with_it == dataclasses.replace(without, situation="在南极修天线")


def test_a_temper_brings_its_patience() -> None:
    tempers = {item["text"]: item["patience"] for item in ingredients("zh")["ingredients"]["tempers"]}
    for temper in (min(tempers, key=tempers.__getitem__), max(tempers, key=tempers.__getitem__)):
        for person in people({"temper": temper}):
            assert abs(person.patience - tempers[temper]) <= 0.1 + 1e-9
    assert {person.patience for person in people({"temper": temper, "patience": 0.5})} == {0.5}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", [5, 15, 28, 70, 99])
def test_an_age_brings_a_life_that_comes_close(language: Language, age: int) -> None:
    names = ingredients(language)["names"]
    habits = {item["text"]: item for item in ingredients(language)["ingredients"]["habits"]}
    ranges = {
        item["text"]: (item["youngest"], item["oldest"])
        for item in ingredients(language)["ingredients"]["situations"]
    }
    least = min(max(low - age, age - high, 0) for low, high in ranges.values())
    for plan in drawn({"age": age}, 30, language):
        low, high = ranges[plan.persona.situation]
        assert plan.persona.age == age and max(low - age, age - high, 0) == least
        given = names["young" if age < 28 else "middle" if age < 46 else "older"]
        assert any(plan.persona.name.endswith(name) for name in given)
        habit = habits[plan.persona.habit]
        assert habit.get("youngest", 0) <= age <= habit.get("oldest", 200)
        assert describe(plan.persona, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", [5, 99])
def test_no_age_and_no_life_leave_a_list_empty(language: Language, age: int) -> None:
    for situation in choices("situation", language):
        person = draw_persona(1, language, check_wished({"age": age, "situation": situation}))
        assert person.habit and person.reason and person.interests


BAD: list[tuple[dict[str, Any], str]] = [
    ({"age": 4}, "5"),
    ({"age": 100}, "99"),
    ({"age": 30.5}, "age"),
    ({"age": True}, "age"),
    ({"age": "30"}, "age"),
    ({"patience": -0.01}, "0"),
    ({"patience": 1.01}, "1"),
    ({"patience": float("nan")}, "patience"),
    ({"patience": 10**400}, "patience"),
    ({"verbosity": 0.59}, "0.6"),
    ({"verbosity": 1.41}, "1.4"),
    ({"colour": "red"}, "colour"),
    ({"name": "x" * (LONGEST + 1)}, str(LONGEST)),
    ({"interests": ["tea", "x" * (LONGEST + 1)]}, str(LONGEST)),
    ({"interests": "tea"}, "list"),
    ({"interests": [3]}, "text"),
    ({"temper": 3}, "text"),
    ({"habit": "half \ud800"}, "text"),
]


@pytest.mark.parametrize(
    ("persona", "told"), BAD, ids=[f"{next(iter(row))}{n}" for n, (row, _) in enumerate(BAD)]
)
def test_what_cannot_be_is_said_before_anything_is_drawn(persona: dict[str, Any], told: str) -> None:
    said = []
    for language in LANGUAGES:
        set_language(language)
        with pytest.raises(SettingsError) as caught:
            draw_plans(Wishes(0, 4, 9, 0.1, 7, persona), SCENARIOS["zh"], CREATED)
        assert caught.value.message and caught.value.hint
        said.append(str(caught.value))
    assert told in said[1] and said[0] != said[1]


@pytest.mark.parametrize(("low", "high"), [({"age": 5}, {"age": 99})])
def test_the_limits_themselves_are_fine(low: dict[str, Any], high: dict[str, Any]) -> None:
    low |= {"patience": 0, "verbosity": 0.6, "name": "x" * LONGEST}
    high |= {"patience": 1, "verbosity": 1.4}
    assert check_wished(low) == low and check_wished(high) == high


def test_texts_are_laid_in_one_line() -> None:
    assert check_wished({"habit": " many\n lines\t", "interests": ("a\nb",)}) == {
        "habit": "many lines",
        "interests": ("a b",),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_chosen_is_what_may_be_drawn(language: Language) -> None:
    lists = ingredients(language)["ingredients"]
    for part, listed in (("temper", "tempers"), ("situation", "situations"), ("habit", "habits")):
        assert choices(part, language) == tuple(item["text"] for item in lists[listed])  # type: ignore[arg-type]
    assert len(choices("reason", language)) >= 12 and len(choices("interests", language)) >= 40
