"""What the form asks for: remembered where it differs, and turned into an order."""

from dataclasses import replace
from pathlib import Path

import pytest

from zishu_app.ui.tabs.distill.wishes import first_wishes, keep, recipe_of, settings_of, wishes_of
from zishu_app.ui.tabs.distill.words import recipe_title
from zishu_app.ui.told import numbers_word, reason_word, when
from zishu_app.ui.workbench import Workbench


def test_choices_come_back_and_what_follows_the_settings_goes_on_doing_so(bench: Workbench) -> None:
    first = first_wishes(bench.house, bench.remembered)
    keep(bench.remembered, replace(first, max_tokens=900), bench.house)
    bench.house.settings = bench.house.settings.model_copy(
        update={
            "distill": bench.house.settings.distill.model_copy(
                update={"overlap_tokens": 77, "max_tokens": 5000}
            )
        }
    )
    again = first_wishes(bench.house, bench.remembered)
    assert (again.max_tokens, again.overlap_tokens) == (900, 77)


def test_what_was_remembered_wrongly_is_forgotten(bench: Workbench) -> None:
    bench.remembered.put("distill.wishes", {"max_tokens": "many", "nobody": 3, "language": "zh"})
    wishes = first_wishes(bench.house, bench.remembered)
    assert wishes.max_tokens == bench.house.settings.distill.max_tokens
    assert wishes.language == "zh"


def test_an_order_says_everything_that_was_chosen(bench: Workbench, tmp_path: Path) -> None:
    wishes = replace(
        wishes_of(bench.house),
        max_tokens=640,
        language="en",
        budget_money=1.5,
        output=str(tmp_path),
        concurrency=3,
    )
    settings = settings_of(bench.house, wishes)
    assert (settings.distill.max_tokens, settings.dialogue.concurrency) == (640, 3)
    recipe = recipe_of(wishes, [tmp_path / "a.json"], 4)
    assert recipe["inputs"] == [str(tmp_path / "a.json")]
    assert (recipe["language"], recipe["max_cost"], recipe["max_total_tokens"]) == ("en", 1.5, None)


def test_another_model_does_not_get_the_address_of_the_usual_one(bench: Workbench) -> None:
    bench.house.settings = bench.house.settings.model_copy(
        update={
            "teacher": bench.house.settings.teacher.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
        }
    )
    usual = wishes_of(bench.house)
    assert settings_of(bench.house, usual).teacher.base_url == "http://127.0.0.1:9/v1"
    assert settings_of(bench.house, replace(usual, brain="builtin")).teacher.base_url == ""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"overlap_tokens": 4000}, "overlap_tokens"),
        ({"brain": ""}, "brain"),
        ({"output": " "}, "output"),
    ],
)
def test_a_choice_that_cannot_be_is_named(bench: Workbench, change: dict[str, object], fault: str) -> None:
    assert replace(wishes_of(bench.house), **change).fault == fault  # type: ignore[arg-type]


def test_words() -> None:
    assert numbers_word((4, 5, 6, 9, 9, 0)) == "1, 5–7, 10"
    assert numbers_word(()) == ""
    assert recipe_title({"inputs": ["/a/b.json", "/a/c.json"]}) == "b.json and 1 more"
    assert recipe_title({"input": "/a/talks"}) == "talks"
    assert reason_word("CancelledError") == ""
    assert when("2001-02-03T04:05:06") == "2001-02-03"
    assert when("nonsense") == "nonsense"
