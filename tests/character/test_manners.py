"""What the card makes of the talk: what she wears, how she feels, how she greets."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.accessories import NOTHING, Worn, by_talk, worn_from
from zishu_app.character.card import Card, MoodRule, WearRule
from zishu_app.character.greetings import Greeting, greet, occasion
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.mention import means, mentions
from zishu_app.character.mood import mood_of, moved_by
from zishu_app.character.tags import Felt

NOW = 1_800_000_000.0
TODAY = datetime(2026, 1, 12, 16, 54)
CARD = Card(
    name="Zishu",
    language="en",
    greetings=("[happy]Hello {{user}}!", "Back?", "[calm]Tea?"),
    first_greetings=("[shy]I'm {{char}}.",),
    moods=(
        MoodRule(words=("cute", "可爱"), emotion="shy"),
        MoodRule(words=("stupid", "笨"), emotion="angry", strength=0.6),
    ),
    wears=(
        WearRule(words=("sea", "乌龟"), accessory="turtle"),
        WearRule(words=("party",), accessory="ribbon"),
        WearRule(words=("bath",), accessory=None),
    ),
    wear_minutes=10,
)


@pytest.mark.parametrize(
    ("text", "word", "there"),
    [
        ("By the sea.", "sea", True),
        ("In this season", "sea", False),
        ("我的sea很好", "sea", True),
        ("你真可爱", "可爱", True),
        ("SEA", "sea", True),
        ("anything", "", False),
        ("anything", " ", False),
    ],
)
def test_words_are_whole_in_latin_and_anywhere_elsewhere(text: str, word: str, there: bool) -> None:
    assert mentions(text, word) is there


def test_what_is_negated_is_not_meant() -> None:
    assert means("You are stupid", "stupid")
    assert not means("You are not stupid", "stupid")
    assert not means("你一点也不笨", "笨")
    assert means("不，你就是笨", "笨")


@pytest.mark.parametrize(
    ("text", "felt"),
    [
        ("You are so cute", Felt("shy", 0.7)),
        ("你真笨", Felt("angry", 0.6)),
        ("You are not stupid", None),
        ("Hello", None),
    ],
)
def test_what_she_is_told_moves_her(text: str, felt: Felt | None) -> None:
    assert moved_by(CARD, text) == felt


def test_she_puts_on_what_the_talk_is_about() -> None:
    bare = Worn()
    assert by_talk(CARD, "Let us go to the sea", bare, NOW) == "turtle"
    assert by_talk(CARD, "First the sea, then a party", bare, NOW) == "ribbon", "the last word counts"
    assert by_talk(CARD, "Nothing of the kind", bare, NOW) is None
    assert by_talk(CARD, "The sea", Worn("turtle"), NOW) is None, "she wears it already"
    assert by_talk(CARD, "A bath", Worn("turtle"), NOW) == NOTHING
    assert by_talk(CARD, "A bath", bare, NOW) is None


def test_she_does_not_change_all_the_time() -> None:
    just = Worn("ribbon", NOW - 599)
    assert by_talk(CARD, "The sea", just, NOW) is None
    assert by_talk(CARD, "The sea", just, NOW + 2) == "turtle"


def test_what_she_wears_lasts_until_the_settings_say_otherwise() -> None:
    worn = Worn("turtle", NOW, "ribbon")
    assert worn_from(worn.as_dict(), "ribbon") == worn
    assert worn_from(worn.as_dict(), "flower") == Worn("flower", 0.0, "flower")
    assert worn_from(None, "ribbon") == Worn("ribbon", 0.0, "ribbon")
    assert worn_from({"accessory": 3, "since": "x"}, "") == Worn(NOTHING, 0.0, "")


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        (None, "first"),
        (timedelta(minutes=1), None),
        (timedelta(hours=5), None),
        (timedelta(hours=7), "back"),
        (timedelta(hours=14), "day"),
        (timedelta(days=2), "day"),
        (timedelta(days=3), "missed"),
        (timedelta(days=-9), "missed"),
    ],
)
def test_why_she_greets(gone: timedelta | None, why: str | None) -> None:
    assert occasion(None if gone is None else TODAY - gone, TODAY) == why


def test_a_late_night_is_one_day() -> None:
    late = datetime(2026, 1, 12, 23, 50)
    assert occasion(late, late + timedelta(hours=1)) is None
    assert occasion(late, late + timedelta(hours=5)) == "day"


def test_greetings_have_names_and_feelings_and_no_tags() -> None:
    assert greet(CARD, "first", "Tom", "", 1) == Greeting("I'm Zishu.", "shy")
    said = {greet(CARD, "day", "Tom", "", seed) for seed in range(50)}
    assert said == {Greeting("Hello Tom!", "happy"), Greeting("Back?", "happy"), Greeting("Tea?", "calm")}
    assert greet(CARD, "missed", "Tom", "", 1) in said, "no greetings of that kind: one of the others"
    assert greet(Card(name="Bo"), "first", "Tom", "", 1) is None


@given(st.integers(0, 10_000), st.lists(st.sampled_from(["day", "back", "missed"]), min_size=2, max_size=9))
def test_never_the_same_twice_running(seed: int, occasions: list[str]) -> None:
    before = ""
    for place, why in enumerate(occasions):
        said = greet(CARD, why, "Tom", before, seed + place)
        assert said is not None
        assert said.text != before
        before = said.text


def test_one_greeting_is_better_than_none() -> None:
    card = Card(name="Bo", greetings=("Hi.",))
    assert greet(card, "day", "Tom", "Hi.", 1) == Greeting("Hi.", "happy")


def test_a_day_has_one_mood() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(200)]
    moods = [mood_of(day) for day in days]
    assert moods == [mood_of(day) for day in days]
    assert set(moods) <= set(EMOTIONS)
    assert moods.count("calm") > 50
    assert len(set(moods)) >= 4
