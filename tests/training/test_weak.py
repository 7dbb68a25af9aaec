"""What she is weak in: told with what to teach next, her owner's word before the exam's."""

import pytest

from zishu_app.core.texts import set_language
from zishu_app.training.marks import Report, Scored
from zishu_app.training.weak import of_answers, of_exam, together


def report(**abilities: list[bool]) -> Report:
    items = tuple(
        Scored(f"{name}-{n}", "persona.en", "persona", "en", name, "", right, 1 / 3)
        for name, answers in abilities.items()
        for n, right in enumerate(answers)
    )
    return Report("1", "2026-11-29T20:00:00", "learnt/x", "x", "", "", "", items)


def test_abilities_near_chance_are_weak_and_good_ones_are_none() -> None:
    found = of_exam(
        report(looks=[True] * 6, honesty=[True, False, False, True, False, False], company=[False] * 6)
    )
    assert [(one.name, one.strength) for one in found] == [
        ("persona.en/company", 0.0),
        ("persona.en/honesty", 0.0),
    ]
    assert found[1].missed == ("honesty-1", "honesty-2", "honesty-4", "honesty-5")


def test_what_her_brain_has_no_language_for_is_not_offered() -> None:
    weak = report(company=[False] * 6)
    assert of_exam(weak, ("zh",)) == []
    assert of_exam(weak, ("zh", "en")) == of_exam(weak)


def test_a_few_items_say_nothing() -> None:
    assert of_exam(report(looks=[False] * 3)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_her_owner_said_goes_first_and_is_offered_as_the_next_set(language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    found = together([of_exam(report(company=[False] * 6)), of_answers(4, 2)])
    assert [one.source for one in found] == ["corrected", "disliked", "exam"]
    assert all(one.told for one in found)
    assert found[0].wanted is not None and found[0].wanted.kinds == ("correction",)
    assert of_answers(0, 0) == []
