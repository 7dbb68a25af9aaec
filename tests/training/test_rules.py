"""Rules for answers: what keeps them and what does not."""

import pytest

from zishu_app.training.items import Rule
from zishu_app.training.rules import bare, broken, spoken, words


@pytest.mark.parametrize(
    ("rule", "kept", "not_kept"),
    [
        (Rule(contains_any=("cat", "dog")), "My CAT sleeps.", "The cattle sleep."),
        (Rule(contains_any=("蓝",)), "天是蓝色的。", "天是灰的。"),
        (Rule(contains_any=("《北京》",)), "《北京》", "北京"),
        (Rule(contains_none=("hot",)), "A photo of summer.", "It is Hot."),
        (Rule(starts_with=("yes",)), "**Yes.**", "I say yes."),
        (Rule(starts_with=("从前",)), "“从前有座山。”", "很久从前"),
        (Rule(regex="^7[。.]?$"), " 7。", "7 个"),
        (Rule(max_words=2), "do it", "do it now"),
        (Rule(max_words=3), "蓝色的", "天蓝色的"),
        (Rule(language="zh"), "我喜欢 Python。", "I like it."),
        (Rule(language="en"), "I like 茶.", "我喜欢茶。"),
        (Rule(language="en"), "Two words 12", "12"),
        (Rule(contains_any=("[north]",)), "[north]", "north"),
        (Rule(contains_any=("ＯＫ",)), "ok then", "okay"),
    ],
)
def test_a_rule_is_kept_or_not(rule: Rule, kept: str, not_kept: str) -> None:
    assert broken(rule, kept) == []
    assert broken(rule, not_kept) == list(rule.parts())


def test_what_stands_before_an_answer_does_not_count() -> None:
    assert bare("<think>\nhm, yes\n</think>\n\n[shy] No.") == "No."
    assert bare("[happy]好呀！") == "好呀！"
    assert bare("<think> never ends") == ""
    assert bare("[north]") == "[north]"
    assert broken(Rule(max_words=1, starts_with=("no",)), "[shy]No.") == []


def test_an_empty_answer_keeps_no_rule() -> None:
    rule = Rule(contains_none=("hot",), max_words=5)
    assert broken(rule, "  ") == ["contains_none", "max_words"]
    assert broken(Rule(), "") == []


def test_all_parts_must_be_kept() -> None:
    rule = Rule(contains_any=("Paris",), max_words=3)
    assert broken(rule, "Paris it is") == []
    assert broken(rule, "It is the city of Rome") == ["contains_any", "max_words"]
    assert broken(rule, "It is the city of Paris") == ["max_words"]


def test_words_of_both_languages_are_counted() -> None:
    assert words("It's 12 o'clock") == 3
    assert words("我有2只猫。") == 5
    assert words("…！") == 0
    assert spoken("...") == ""
