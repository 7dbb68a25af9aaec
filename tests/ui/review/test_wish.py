"""What the queue is asked for: in words, taken back one by one, and remembered; and commands found by a few letters."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.texts import set_language
from zishu_app.dataset.find import Filter
from zishu_app.ui.tabs.review.commands import COMMANDS, GROUPS
from zishu_app.ui.tabs.review.fuzzy import best, likeness
from zishu_app.ui.tabs.review.wish import DAYS, ORDERS, Wish, chips, is_date, wish_from_dict
from zishu_app.ui.widgets.keycap import key_name

TODAY = date(2026, 3, 14)


def wishes() -> st.SearchStrategy[Wish]:
    filters = st.builds(
        Filter,
        kinds=st.sampled_from([(), ("dialogue",), ("distilled", "imported")]),
        verdicts=st.sampled_from([("pending",), (), ("accepted", "rejected")]),
        scenarios=st.sampled_from([(), ("电影",), ("",)]),
        tags=st.sampled_from([(), ("check:short", "good")]),
        flagged=st.sampled_from([None, True, False]),
        score=st.sampled_from([None, (1.0, 2.5)]),
        spread=st.sampled_from([None, 1.0]),
    )
    return st.builds(
        Wish,
        filters,
        st.sampled_from(ORDERS),
        st.sampled_from(DAYS),
        st.sampled_from(["", "2026-01-31", "x"]),
        st.sampled_from(["", "2026-02-28"]),
    )


@given(wishes())
def test_a_wish_comes_back_as_it_was(wish: Wish) -> None:
    import json

    assert wish_from_dict(json.loads(json.dumps(wish.as_dict()))) == wish


@given(wishes())
def test_every_chip_takes_one_condition_back(wish: Wish) -> None:
    shown = chips(wish)
    for number, chip in enumerate(shown):
        left = [one.text for one in chips(chip.without)]
        assert left == [one.text for place, one in enumerate(shown) if place != number]


def test_whatever_does_not_fit_gives_the_usual_wish() -> None:
    for value in (
        {},
        {"filter": 3},
        {"filter": {"colour": "red"}},
        {"filter": {}, "order": "random", "days": 7},
    ):
        assert wish_from_dict(value).order == "newest"
    assert wish_from_dict({}).filter.verdicts == ("pending",)


def test_days_are_those_of_today() -> None:
    week = Wish(days="week").asked(TODAY).created
    assert week is not None
    assert week[0] == Wish(days="range", since="2026-03-08").asked(TODAY).created[0]  # type: ignore[index]
    both = Wish(days="range", since="2026-03-08", until="2026-03-08").asked(TODAY).created
    assert both is not None
    assert both[1] - both[0] == 86_400
    assert Wish(days="range").asked(TODAY).created is None
    assert Wish().asked(TODAY).created is None


def test_a_date_is_a_date() -> None:
    assert is_date("2026-02-28")
    assert is_date(" ")
    assert not is_date("2026-02-30")
    assert not is_date("yesterday")


def test_checks_are_told_by_their_titles() -> None:
    wish = Wish(Filter(tags=("check:private", "check:unheard_of", "mine")))
    assert [chip.text for chip in chips(wish)] == ["#Private data", "#unheard_of", "#mine"]


def test_the_likeliest_command_comes_first() -> None:
    names = [(one.name, (one.zh, one.en)) for one in COMMANDS]
    assert best("split", names)[0] == "split"
    assert best("切", names)[0] == "split"
    assert best("ntsm", names)[0] == "next"
    assert best("xyzq", names) == []
    assert best(" ", names) == [one.name for one in COMMANDS]


def test_letters_have_to_come_in_their_order() -> None:
    assert likeness("abc", "a big cat") is not None
    assert likeness("cba", "a big cat") is None


def test_no_two_commands_share_a_key_and_every_name_is_in_both_languages() -> None:
    keys = [(key, one.where) for one in COMMANDS for key in one.keys]
    assert len(keys) == len(set(keys))
    assert {one.group for one in COMMANDS} == set(GROUPS)
    for one in COMMANDS:
        assert one.zh
        assert one.en
        assert not one.en.isascii() or one.zh != one.en


def test_keys_are_called_as_people_know_them() -> None:
    assert key_name("Ctrl+Shift+Z") == "Ctrl+Shift+Z"
    assert key_name("Return") == "Enter"
    assert key_name("Shift+Space") == "Shift+Space"
    set_language("zh")
    assert key_name("Space") == "空格"
