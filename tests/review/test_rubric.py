import pytest

from zishu_app.core.setting_parts import Review
from zishu_app.core.settings import defaults
from zishu_app.core.texts import set_language
from zishu_app.dataset.sample import KINDS
from zishu_app.review.rubric import (
    REASONS,
    SHIPPED,
    Criterion,
    criteria,
    fitting,
    reason_title,
    reasons,
)


def names(setting: str) -> list[str]:
    return [one.name for one in criteria(setting)]


def test_the_shipped_setting_names_the_shipped_criteria() -> None:
    assert criteria(defaults().review.criteria) == SHIPPED
    assert "criteria" in Review.model_fields


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("", ["faithful", "complete", "clear", "in_character"]),
        (" ,， ", ["faithful", "complete", "clear", "in_character"]),
        ("清楚，忠实", ["clear", "faithful"]),
        ("In Character, in_character, 符合角色", ["in_character"]),
        ("clear, 温柔、  不  啰唆 ; funny", ["clear", "温柔", "不 啰唆", "funny"]),
        ("温柔, 温柔", ["温柔"]),
    ],
)
def test_criteria_are_known_by_name_and_by_both_titles(setting: str, found: list[str]) -> None:
    assert names(setting) == found


def test_every_mark_of_a_shipped_criterion_says_what_it_means_in_both_languages() -> None:
    everywhere: list[Criterion] = []
    for compared in (True, False):
        everywhere += fitting(SHIPPED, "dialogue", compared=compared)
    assert len({one.asks["en"] for one in everywhere}) == 6, "two of them ask otherwise without a source"
    for one in everywhere:
        for language in ("zh", "en"):
            set_language(language)
            assert one.title
            said = [one.meaning(score) for score in range(1, 6)]
            assert all(said) and len(set(said)) == 5


def test_an_own_criterion_has_a_question_and_no_words_for_its_marks() -> None:
    (own,) = criteria("温柔")
    assert own.title == "温柔" and own.meaning(3) == ""
    assert "温柔" in own.asks["zh"] and "温柔" in own.asks["en"]


def test_what_is_distilled_plays_no_role_and_a_talk_alone_is_held_against_itself() -> None:
    mine = criteria("faithful, in character, funny")
    assert [one.name for one in fitting(mine, "distilled", compared=True)] == ["faithful", "funny"]
    for kind in KINDS:
        both = [fitting(mine, kind, compared=compared) for compared in (True, False)]
        assert [one.name for one in both[0]] == [one.name for one in both[1]], "marks can be compared"
        assert "source" in both[0][0].asks["en"] and "source" not in both[1][0].asks["en"]


def test_own_reasons_come_after_the_shipped_ones() -> None:
    found = reasons("太官方, made up，太官方")
    assert found[: len(REASONS)] == REASONS
    assert [one.name for one in found[len(REASONS) :]] == ["太官方"], (
        "one that is there already stays as it is"
    )
    assert "made up" not in [one.name for one in reasons("") if one not in REASONS]


def test_reasons_are_told_in_the_language_spoken_now() -> None:
    assert reason_title("made up") == "Made up"
    set_language("zh")
    assert reason_title("made up") == "有编造的内容"
    assert reason_title("太官方") == "太官方"
