"""The shipped item sets: enough of them, none twice, and every rule can be kept."""

import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from zishu_app.core.words import pieces
from zishu_app.training.item_file import load_sets
from zishu_app.training.items import SHIPPED, ItemSet
from zishu_app.training.rules import broken, spoken

SETS = load_sets(Path("none"))
ITEMS = [(one, item) for one in SETS for item in one.items]
#: for each item with a rule, an answer that keeps it and one that does not
ANSWERS = tomllib.loads(Path(__file__).with_name("answers.toml").read_text("utf-8"))


def _count(kind: str, language: str) -> int:
    return sum(len(one.items) for one in SETS if (one.kind, one.language) == (kind, language))


def test_there_are_enough() -> None:
    assert _count("guard", "zh") >= 160
    assert _count("guard", "en") >= 160
    assert _count("persona", "zh") >= 35
    assert _count("persona", "en") >= 35


def test_every_set_says_what_it_is_for_in_both_languages() -> None:
    assert all(set(one.note) == {"zh", "en"} for one in SETS)
    assert all(one.slug.endswith(f".{one.language}") and not one.own for one in SETS)
    assert {path.name for path in SHIPPED.glob("*.*")} == {f"{one.slug}.toml" for one in SETS}


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def test_nothing_is_asked_twice() -> None:
    assert not [prompt for prompt, n in Counter(_plain(item.prompt) for _, item in ITEMS).items() if n > 1]
    assert len({item.id for _, item in ITEMS}) == len(ITEMS)


def test_every_id_tells_its_set() -> None:
    for one, item in ITEMS:
        stem, _, language = one.slug.partition(".")
        assert item.id.startswith(f"{language}-{stem}-")


def _weight(text: str) -> int:
    """Roughly what a text takes to say: a Chinese character, or three letters."""
    return sum(3 if unicodedata.category(c) == "Lo" else 1 for c in text)


def test_no_answer_is_told_by_its_length() -> None:
    for item in (item for _, item in ITEMS if item.wrong):
        right = _weight(item.right)
        assert any(right / 2.6 - 6 <= _weight(one) <= right * 2.6 + 6 for one in item.wrong), item.prompt


def test_every_rule_can_be_kept_and_broken() -> None:
    ruled = {item.id: item.rule for _, item in ITEMS if item.rule}
    assert set(ruled) == set(ANSWERS)
    for name, (good, bad) in ANSWERS.items():
        assert broken(ruled[name], good) == [], name
        assert broken(ruled[name], bad), name


def test_the_right_answer_is_not_always_the_longest_or_shortest() -> None:
    for one in SETS:
        likely = [item for item in one.items if item.wrong]
        longest = sum(len(item.right) > max(map(len, item.wrong)) for item in likely) / len(likely)
        shortest = sum(len(item.right) < min(map(len, item.wrong)) for item in likely) / len(likely)
        assert longest < 0.55, f"{one.slug}: {longest:.2f} are longer than every wrong answer"
        assert shortest < 0.55, f"{one.slug}: {shortest:.2f}"


def test_prompts_and_notes_are_in_the_language_of_their_set() -> None:
    other = [
        item.id
        for one, item in ITEMS
        if spoken(item.prompt) != one.language and item.ability not in ("语言", "language", "翻译")
    ]
    assert not other


def test_both_ways_of_marking_are_used() -> None:
    for one in SETS:
        ruled = sum(item.rule is not None for item in one.items)
        assert ruled == 0 if "knowledge" in one.slug else ruled >= 5, one.slug
    assert any(item.system for one in SETS if one.kind == "persona" for item in one.items)
    assert not any(item.system for one in SETS if one.kind == "guard" for item in one.items)


@pytest.mark.parametrize("one", [one for one in SETS if one.kind == "persona"], ids=lambda one: one.slug)
def test_persona_prompts_share_no_wording_with_what_is_typically_trained(one: ItemSet) -> None:
    typical = {
        "zh": [
            "你叫什么名字",
            "你是谁",
            "介绍一下你自己",
            "你多大了",
            "你住在哪里",
            "你今天真好看",
            "我有点累了",
        ],
        "en": [
            "what is your name",
            "who are you",
            "tell me about yourself",
            "how old are you",
            "where do you live",
        ]
        + ["you look lovely", "i'm a bit tired"],
    }[one.language]
    for item in one.items:
        assert not [said for said in typical if said in item.prompt.casefold()], item.prompt


def _runs(text: str, language: str) -> set[tuple[str, ...]]:
    """Runs of five words, or of six characters."""
    words = [c for c in text if c.isalnum()] if language == "zh" else [p for p in pieces(text) if p.isalnum()]
    length = 6 if language == "zh" else 5
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}


def test_persona_prompts_are_not_in_her_card() -> None:
    for one in (one for one in SETS if one.kind == "persona"):
        name = "card.toml" if one.language == "zh" else "card.en.toml"
        card = _runs((SHIPPED.parent / "characters" / "zishu" / name).read_text("utf-8"), one.language)
        assert not [item.prompt for item in one.items if _runs(item.prompt, one.language) & card]
