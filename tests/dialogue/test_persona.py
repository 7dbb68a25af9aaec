import dataclasses
import re
import statistics
import tomllib
from collections import Counter

import pytest

from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language
from zishu_app.dialogue.persona import (
    MANNERS,
    Persona,
    TurnStyle,
    describe,
    draw_persona,
    draw_style,
    style_instruction,
)

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
BANDS: dict[Language, tuple[int, int, int]] = {"zh": (8, 20, 120), "en": (6, 14, 80)}
FEWEST = {"situations": 40, "tempers": 20, "habits": 15, "reasons": 12, "interests": 40}


def ingredients(spoken: Language):
    path = RESOURCES / "personas" / f"{spoken}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def people(spoken: Language, count: int = 400) -> list[Persona]:
    return [draw_persona(seed, spoken) for seed in range(count)]


def someone(**changes: object) -> Persona:
    return dataclasses.replace(draw_persona(1, "zh"), **{"patience": 0.5, "verbosity": 1.0} | changes)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_lists_are_long_enough_and_repeat_nothing(spoken):
    found = ingredients(spoken)
    for kind, fewest in FEWEST.items():
        texts = [item["text"] for item in found["ingredients"][kind]]
        assert len(texts) >= fewest and len(set(texts)) == len(texts), kind
    assert tuple(found["manners"]) == MANNERS


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_ages_and_kinds_are_given_and_known(spoken):
    lists = ingredients(spoken)["ingredients"]
    kinds = {item["kinds"][0] for item in lists["situations"]}
    assert kinds == {"pupil", "student", "work", "own", "seeking", "home", "retired"}
    assert all(len(item["kinds"]) == 1 and item["youngest"] <= item["oldest"] for item in lists["situations"])
    assert all(set(item.get("kinds", ())) <= kinds for items in lists.values() for item in items)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_seed_gives_the_same_person_and_seeds_give_different_ones(spoken):
    assert people(spoken, 20) == people(spoken, 20)
    assert len({(person.name, person.situation, person.temper) for person in people(spoken)}) > 390


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_people_are_plausible(spoken):
    lists = {
        kind: {item["text"]: item for item in items}
        for kind, items in ingredients(spoken)["ingredients"].items()
    }
    for person in people(spoken):
        situation = lists["situations"][person.situation]
        assert situation["youngest"] <= person.age <= situation["oldest"]
        drawn = [lists["reasons"][person.reason], lists["habits"][person.habit]]
        drawn += [lists["interests"][interest] for interest in person.interests]
        for item in drawn:
            assert item.get("youngest", 0) <= person.age <= item.get("oldest", 200), (person, item)
            assert not item.get("kinds") or situation["kinds"][0] in item["kinds"], (person, item)
        assert 2 <= len(set(person.interests)) == len(person.interests) <= 4
        assert 0 <= person.patience <= 1 and 0.6 <= person.verbosity <= 1.4


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_names_go_with_generations(spoken):
    names = ingredients(spoken)["names"]
    for person in people(spoken):
        given = names["young" if person.age < 28 else "middle" if person.age < 46 else "older"]
        assert any(person.name.endswith(name) for name in given), person


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_situation_comes_up(spoken):
    seen = {person.situation for person in people(spoken, 1500)}
    assert len(seen) == len(ingredients(spoken)["ingredients"]["situations"])


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_description_tells_everything_in_one_language(spoken):
    for person in people(spoken, 100):
        text = describe(person, spoken)
        told = (person.name, str(person.age), person.situation, person.temper, person.habit, person.reason)
        assert all(part in text for part in (*told, *person.interests))
        assert bool(CJK.search(text)) == (spoken == "zh")
        assert "{" not in text and "  " not in text
        assert len(text) < (260 if spoken == "zh" else 620)


def test_description_speaks_of_patience_only_where_it_stands_out():
    low, middle, high = (describe(someone(patience=value), "en") for value in (0.1, 0.5, 0.9))
    assert "little patience" in low and "You are patient" in high
    assert "patien" not in middle


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_lengths_follow_the_set_distribution(spoken):
    low, high, most = BANDS[spoken]
    everyone = people(spoken, 50)
    lengths = [draw_style(seed, everyone[seed % 50], seed % 80, spoken).length for seed in range(4000)]
    median = statistics.median(lengths)
    p95 = statistics.quantiles(lengths, n=20)[-1]
    assert low <= median <= high
    assert 3 * median < p95 < 4.5 * median
    assert max(lengths) == most and min(lengths) >= (2 if spoken == "zh" else 1)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("verbosity", [0.6, 1.0, 1.4])
def test_the_median_stays_in_the_band_for_every_persona(spoken, verbosity):
    low, high, _ = BANDS[spoken]
    person = someone(verbosity=verbosity)
    median = statistics.median(draw_style(7, person, turn, spoken).length for turn in range(2000))
    assert low <= median + 0.5 and median - 0.5 <= high
    assert median == pytest.approx((14 if spoken == "zh" else 10) * verbosity, rel=0.12)


def test_styles_are_the_same_for_a_seed_and_differ_by_turn():
    person = someone()
    styles = [draw_style(3, person, turn, "zh") for turn in range(60)]
    assert styles == [draw_style(3, person, turn, "zh") for turn in range(60)]
    assert len({style.length for style in styles}) > 15
    assert styles != [draw_style(4, person, turn, "zh") for turn in range(60)]


def test_most_messages_have_no_manner_and_few_have_two():
    counts = Counter(len(draw_style(seed, someone(), 10, "zh").manners) for seed in range(4000))
    assert set(counts) == {0, 1, 2}
    assert 0.64 < counts[0] / 4000 < 0.72
    assert 0.02 < counts[2] / 4000 < 0.06


def test_every_manner_comes_up():
    seen = Counter(m for seed in range(4000) for m in draw_style(seed, someone(), 10, "en").manners)
    assert set(seen) == set(MANNERS)
    assert min(seen.values()) > 30


def test_impatient_people_grumble_more_and_thank_less():
    def count(patience: float, *wanted: str) -> int:
        person = someone(patience=patience)
        return sum(m in wanted for seed in range(1500) for m in draw_style(seed, person, 10, "zh").manners)

    assert count(0.1, "impatient", "complains") > 3 * count(0.9, "impatient", "complains")
    assert count(0.9, "grateful") > 1.3 * count(0.1, "grateful")


def test_nothing_is_answered_before_there_is_an_answer():
    def manners(turn: int) -> set[str]:
        return {m for seed in range(1000) for m in draw_style(seed, someone(), turn, "zh").manners}

    assert manners(0) == {"vague", "short", "off_hand"}
    assert "complains" in manners(1) and "tried_it" not in manners(1)
    assert "tried_it" in manners(2) and "goes_back" not in manners(3)
    assert "goes_back" in manners(4)


def test_manners_fit_the_length_and_each_other():
    person = someone(patience=0.5)
    styles = [draw_style(seed, person, 10, "zh") for seed in range(8000)]
    for style in styles:
        if "short" in style.manners:
            assert style.length <= 6 and style.manners == ("short",)
        if set(style.manners) & {"tried_it", "checks", "goes_back", "off_hand"}:
            assert style.length >= 14
        assert not {"grateful", "complains"} <= set(style.manners)
        assert len(set(style.manners)) == len(style.manners)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_instruction_tells_length_and_manners_and_another_sentence_can_follow(spoken):
    manners = ingredients(spoken)["manners"]
    text = style_instruction(TurnStyle(23, ("confused", "asks_example")), spoken)
    assert "23" in text and manners["confused"] in text and manners["asks_example"] in text
    assert text.endswith("。" if spoken == "zh" else ". ")
    assert bool(CJK.search(text)) == (spoken == "zh")


def test_instruction_is_worded_by_length():
    curt, plain, long = (style_instruction(TurnStyle(length, ()), "en") for length in (3, 12, 60))
    assert "tiny" in curt and "one or two sentences" in plain and "longer" in long
