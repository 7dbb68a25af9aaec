"""Which knowledge a talk brings up."""

import time

import pytest

from tests.books import LetterCounter
from zishu_app.character.card import Card, Lorebook, LoreEntry
from zishu_app.character.lore import active
from zishu_app.core.messages import Message


def brought_up(
    *entries: LoreEntry, talk: str | list[str] = "Tell me of dragons", seed: int = 0, **book: object
) -> list[str]:
    card = Card(name="Zishu", knowledge=Lorebook(entries=entries, **book))
    said = [Message("user", one) for one in ([talk] if isinstance(talk, str) else talk)]
    return [one.content for one in active(card, said, "you", LetterCounter().count, seed)]


def entry(content: str, *keys: str, **more: object) -> LoreEntry:
    return LoreEntry(keys=keys, content=content, **more)


@pytest.mark.parametrize(
    ("key", "talk", "found"),
    [
        ("dragons", "Tell me of DRAGONS!", True),
        ("dragon", "Tell me of dragons", False),
        ("龙", "给我讲讲巨龙的故事", True),
        ("New York", "I was in New York.", True),
        ("C++", "I like C++ most", True),
        ("", "anything", False),
        (" ", "anything at all", False),
    ],
)
def test_keys_are_whole_words_in_latin_and_anything_elsewhere(key: str, talk: str, found: bool) -> None:
    assert bool(brought_up(entry("x", key), talk=talk)) is found


def test_case_counts_where_it_is_asked_for() -> None:
    assert brought_up(entry("x", "Rose", case_sensitive=True), talk="a rose") == []
    assert brought_up(entry("x", "Rose", case_sensitive=True), talk="Rose came") == ["x"]


def test_constant_disabled_and_selective_entries() -> None:
    assert brought_up(entry("always", constant=True), talk="hi") == ["always"]
    assert brought_up(entry("never", "dragons", enabled=False)) == []
    both = entry("both", "dragons", secondary_keys=("fire",), selective=True)
    assert brought_up(both) == []
    assert brought_up(both, talk="dragons and fire") == ["both"]
    assert brought_up(entry("one", "dragons", secondary_keys=("fire",))) == ["one"]


def test_only_so_many_messages_are_looked_at() -> None:
    talk = ["dragons", "no", "no", "no"]
    assert brought_up(entry("x", "dragons"), talk=talk, scan_depth=3) == []
    assert brought_up(entry("x", "dragons"), talk=talk, scan_depth=4) == ["x"]
    assert brought_up(entry("x", "dragons"), talk=talk, scan_depth=0) == []


def test_entries_come_in_their_order_and_the_least_important_goes_first() -> None:
    entries = [
        entry("b" * 20, "dragons", insertion_order=2, priority=1),
        entry("a" * 20, "dragons", insertion_order=1, priority=9),
        entry("c" * 20, "dragons", insertion_order=3, priority=5),
    ]
    assert [one[0] for one in brought_up(*entries)] == ["a", "b", "c"]
    assert [one[0] for one in brought_up(*entries, token_budget=20)] == ["a", "c"]
    assert brought_up(*entries, token_budget=0) == []


def test_entries_bring_others_where_the_book_says_so() -> None:
    entries = [entry("They fear knights.", "dragons"), entry("Knights ride.", "knights"), entry("x", "ride")]
    assert len(brought_up(*entries)) == 1
    assert len(brought_up(*entries, recursive_scanning=True)) == 3


@pytest.mark.parametrize(
    ("logic", "found"),
    [
        # of "fire" and "ice": none, one, both are said
        ("and_any", [False, True, True]),
        ("not_all", [True, True, False]),
        ("not_any", [True, False, False]),
        ("and_all", [False, False, True]),
    ],
)
def test_how_second_keys_count(logic: str, found: list[bool]) -> None:
    one = entry("x", "dragons", secondary_keys=("fire", "ice"), selective=True, selective_logic=logic)
    said = ["dragons", "dragons of fire", "dragons of ice and fire"]
    assert [bool(brought_up(one, talk=talk)) for talk in said] == found
    assert brought_up(one, talk="fire and ice") == []
    without = entry("x", "dragons", secondary_keys=("fire", " "), selective_logic=logic)
    assert brought_up(without, talk="dragons") == ["x"], "they count where the entry is selective"
    empty = entry("x", "dragons", secondary_keys=(" ",), selective=True, selective_logic=logic)
    assert brought_up(empty, talk="dragons") == ["x"]


def test_names_stand_in_for_names() -> None:
    assert brought_up(entry("{{char}} tells {{user}}", "dragons")) == ["Zishu tells you"]


def test_chance_is_the_same_for_the_same_seed() -> None:
    lucky = entry("x", "dragons", probability=50)
    drawn = [bool(brought_up(lucky, seed=seed)) for seed in range(200)]
    assert drawn == [bool(brought_up(lucky, seed=seed)) for seed in range(200)]
    assert 60 < sum(drawn) < 140


@pytest.mark.parametrize(
    ("key", "talk", "found"),
    [
        ("/drag(on|ons)?\\b/i", "DRAGONS", True),
        ("/drag(on|ons)?\\b/", "DRAGONS", False),
        ("/^no$/", "yes", False),
        ("dr.gons", "dragons", True),
        ("/fire.*ice/", "fire and ice", True),
        ("/(/", "a ( b", False),
    ],
)
def test_keys_may_be_expressions(key: str, talk: str, found: bool) -> None:
    assert bool(brought_up(entry("x", key, use_regex=True, case_sensitive=True), talk=talk)) is found


@pytest.mark.parametrize(
    "key",
    [
        "/(a+)+$/", "/(a|aa)+$/", "/((a+))+$/", "/(a*)*b/", "/(.*a){20}b/", "/a*a*a*a*a*b/", r"/(a+)\1+b/", "/(?x)(a+) +b/",
        "/.*.*x/", "/" + "a" * 400 + "/", "/[a-z]+[a-z]+!/", "/(?:a{1,99}){1,99}b/", "/a{40,}a{40,}b/",
    ],
)  # fmt: skip
def test_a_strangers_expression_never_takes_long(key: str) -> None:
    began = time.monotonic()
    brought_up(entry("x", key, use_regex=True), talk="a" * 50_000)
    assert time.monotonic() - began < 1
