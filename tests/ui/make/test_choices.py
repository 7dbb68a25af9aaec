"""What is chosen is remembered as far as it differs, and becomes an order by the rules of the settings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zishu_app.core.errors import SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ui.tabs.make.choices import differing, like, order_of, restored, usual


@pytest.fixture
def house(home: Home) -> House:
    return House(
        home, load_settings(home, {"dialogue.num_conversations": 7}, environment={}), Keys(home.keys)
    )


def test_only_what_differs_is_remembered(house: House) -> None:
    usual_ = usual(house.settings)
    chosen = replace(usual_, noise_rate=0.3, scenarios={"en": ["Science Q&A"]}, max_cost=2.5)
    kept = differing(chosen, usual_)
    assert kept == {"noise_rate": 0.3, "scenarios": {"en": ["Science Q&A"]}, "max_cost": 2.5}
    assert restored(kept, usual_) == chosen


def test_what_was_not_chosen_follows_the_settings(house: House) -> None:
    usual_ = usual(house.settings)
    kept = differing(replace(usual_, noise_rate=0.3), usual_)
    now = restored(kept, replace(usual_, count=12))
    assert (now.count, now.noise_rate) == (12, 0.3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "seven"),
        ("count", True),
        ("language", "fr"),
        ("scenarios", {"en": "all"}),
        ("seed", "x"),
        ("persona", []),
        ("gone", 1),
    ],
)
def test_what_is_not_understood_is_left_out(house: House, name: str, value: Any) -> None:
    assert restored({name: value}, usual(house.settings)) == usual(house.settings)


def test_an_order_carries_every_choice(house: House, tmp_path: Path) -> None:
    chosen = replace(
        usual(house.settings),
        language="en",
        min_rounds=2,
        max_rounds=3,
        persona={"age": 40},
        conversation_dir=str(tmp_path),
        max_tokens=9000,
    )
    asked = order_of(house, chosen, 11)
    assert (asked.settings.dialogue.num_conversations, asked.settings.dialogue.max_rounds) == (7, 3)
    assert asked.recipe["seed"] == 11
    assert asked.recipe["persona"] == {}, "it was left to chance"
    assert asked.recipe["conversation_dir"] == str(tmp_path)
    assert asked.recipe["distilled_dir"] == str(house.home.root / "distilled")
    assert asked.recipe["max_total_tokens"] == 9000
    fixed = order_of(house, replace(chosen, seed=5, own_persona=True), 11)
    assert (fixed.recipe["seed"], fixed.recipe["persona"]) == (5, {"age": 40})


def test_mistakes_are_told_by_the_rules_of_the_settings(house: House) -> None:
    with pytest.raises(SettingsError, match="min_rounds"):
        order_of(house, replace(usual(house.settings), min_rounds=9, max_rounds=2), 1)


def test_more_like_an_old_run_is_not_the_same_again(house: House) -> None:
    chosen = replace(
        usual(house.settings),
        language="zh",
        count=3,
        seed=5,
        scenarios={"zh": ["科学知识问答"]},
        persona={"name": "小王"},
        own_persona=True,
        distil=False,
        max_cost=1.5,
        conversation_dir="/a",
        distilled_dir="/b",
    )
    again = like(order_of(house, chosen, 0).recipe, usual(house.settings))
    assert again == replace(chosen, seed=None)


def test_an_older_recipe_lacks_what_came_later(house: House) -> None:
    assert like({"language": "zh", "settings": {}}, usual(house.settings)) == replace(
        usual(house.settings), language="zh"
    )
