"""Two exams held against each other: paired, repeatable, and honest about what is not known."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.training.change import (
    compare,
    gate,
    interval,
    perplexity_change,
    right_change,
    unknown_languages,
)
from zishu_app.training.items import Item, ItemSet, Rule
from zishu_app.training.marks import (
    Report,
    Scored,
    in_short,
    list_reports,
    mark_of,
    marks,
    open_report,
    perplexity,
    read_report,
    scored,
    write_report,
)

BLANK = Report(
    "20260101-000000-x", "2026-01-01T00:00:00", "builtin", "SmolLM2", "b" * 64, "t" * 64, "en:p", ()
)


def one(number: int, *, right: bool, **changes: object) -> Scored:
    plain = Scored(
        f"i{number}",
        "knowledge.en",
        "guard",
        "en",
        "math" if number % 2 else "history",
        "m",
        right,
        0.25,
        0.1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def exam(rights: list[bool], **changes: object) -> Report:
    return replace(BLANK, items=tuple(one(n, right=right, **changes) for n, right in enumerate(rights)))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_the_interval_holds_the_change(rights: list[tuple[bool, bool]]) -> None:
    pairs = [(one(n, right=was), one(n, right=now)) for n, (was, now) in enumerate(rights)]
    change = right_change("x", pairs)
    assert change.low <= change.change <= change.high
    assert change.n == len(rights)
    assert change.low >= -1 and change.high <= 1
    back = right_change("x", [(after, before) for before, after in pairs])
    assert back.change == pytest.approx(-change.change)


def test_nothing_changed_is_no_change() -> None:
    change = right_change("x", [(one(n, right=n < 5), one(n, right=n < 5)) for n in range(10)])
    assert (change.low, change.high, change.sure) == (0, 0, False)


def test_it_is_as_wide_as_the_normal_one_for_many_items() -> None:
    """Of 400 items 40 are lost and 20 won: the change is -0.05, its standard error sqrt(0.15 - 0.0025) / 20."""
    pairs = [(one(n, right=n < 40), one(n, right=40 <= n < 60)) for n in range(400)]
    change = right_change("x", pairs)
    width = 1.645 * (0.15 - 0.0025) ** 0.5 / 20
    assert change.low == pytest.approx(-0.05 - width, abs=0.004)
    assert change.high == pytest.approx(-0.05 + width, abs=0.004)
    assert change.sure
    assert right_change("x", pairs) == change, "the same draws every time"


def test_draws_in_parts_are_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [[float(n % 3) for n in range(50)]]
    at_once = interval(lambda drawn: drawn[0], columns)
    monkeypatch.setattr("zishu_app.training.change._AT_ONCE", 1000)
    assert interval(lambda drawn: drawn[0], columns) == at_once


def test_perplexity_is_of_all_tokens() -> None:
    assert perplexity([(2.0, 1), (0.0, 1)]) == pytest.approx(2.718281828)
    assert perplexity([]) is None
    assert perplexity([(1e9, 1)]) is not None


def test_a_change_of_perplexity_is_paired() -> None:
    before = [(float(n % 7) * 10, 10) for n in range(40)]
    same = perplexity_change("held", before, before)
    assert same and (same.low, same.high, same.change) == (0, 0, 0)
    better = perplexity_change("held", before, [(loss * 0.9, count) for loss, count in before])
    assert better and better.high < 0 and better.sure
    assert better.low <= better.change <= better.high
    assert perplexity_change("held", before, before[1:]) is None
    assert perplexity_change("held", [], []) is None


def test_the_gate_is_open_where_nothing_is_lost() -> None:
    found = compare(exam([True] * 50 + [False] * 20), exam([True] * 50 + [False] * 20))
    assert (found.gate.state, found.gate.offered, found.left_out) == ("open", True, 0)
    assert "allowed" in found.gate.reason
    assert [change.name for change in found.sets] == ["knowledge.en"]
    assert {change.name for change in found.abilities} == {"knowledge.en/math", "knowledge.en/history"}


def test_the_gate_is_shut_where_too_much_may_be_lost() -> None:
    found = compare(exam([True] * 60 + [False] * 40), exam([True] * 48 + [False] * 52))
    assert (found.gate.state, found.gate.offered) == ("shut", False)
    assert "at worst -17" in found.gate.reason or "at worst -18" in found.gate.reason
    assert compare(exam([True] * 60 + [False] * 40), exam([True] * 48 + [False] * 52), delta=0.5).gate.offered


def test_few_items_are_not_enough_to_be_sure() -> None:
    """One of ten lost: nobody knows whether it was chance, so it is not offered without a word."""
    assert not compare(exam([True] * 10), exam([True] * 9 + [False])).gate.offered


def test_a_language_that_the_base_does_not_know_says_nothing() -> None:
    knows = exam([True] * 40).items
    chance = tuple(one(100 + n, right=n % 4 == 0, language="zh", set="knowledge.zh") for n in range(40))
    worse = tuple(replace(item, right=False) for item in chance)
    assert unknown_languages([*knows, *chance]) == ("zh",)
    found = compare(replace(BLANK, items=(*knows, *chance)), replace(BLANK, items=(*knows, *worse)))
    assert found.gate.state == "open"
    assert found.gate.unknown == ("zh",)
    assert found.gate.change and found.gate.change.n == 40
    assert "does not know Chinese" in found.gate.reason
    alone = compare(replace(BLANK, items=chance), replace(BLANK, items=worse))
    assert (alone.gate.state, alone.gate.change) == ("unsure", None)
    assert "say nothing" in alone.gate.reason
    assert gate([]).state == "unsure"
    assert "Nothing general" in gate([]).reason


def test_her_persona_is_no_guard() -> None:
    assert (
        compare(exam([True] * 30, kind="persona"), exam([False] * 30, kind="persona")).gate.state == "unsure"
    )


def test_only_what_is_the_same_is_compared() -> None:
    before = exam([True] * 10)
    changed = tuple(replace(item, mark="other") if item.id == "i3" else item for item in before.items[:8])
    found = compare(
        before, replace(BLANK, items=changed, persona="en:q zh:z", base_sha256="c", template_sha256="u")
    )
    assert found.sets[0].n == 7
    assert found.left_out == 4
    assert len(found.remarks) == 4
    assert compare(before, replace(before, persona="zh:z")).remarks == ()


def test_items_are_right_or_wrong_by_likelihood_or_by_rule() -> None:
    items = (
        Item("a", "math", "1+1?", "two", ("three", "four")),
        Item("b", "math", "1+2?", "three", ("two",)),
        Item("c", "length", "Say yes.", rule=Rule(max_words=1)),
        Item("d", "length", "Say no.", rule=Rule(max_words=1, contains_any=("no",))),
        Item("not asked", "math", "?", "x", ("y",)),
    )
    told = [
        {"id": "a", "right": -1.0, "wrong": [-1.5, -1.25]},
        {"id": "b", "right": -1.0, "wrong": [-1.0]},
        {"id": "c", "answer": "[happy] Yes!"},
        {"id": "d", "answer": "I would rather"},
    ]
    found = scored([ItemSet("mine", "en", "guard", items)], told)
    assert [(item.id, item.right, item.margin) for item in found] == [
        ("a", True, 0.25),
        ("b", False, 0.0),
        ("c", True, None),
        ("d", False, None),
    ]
    assert found[0].chance == pytest.approx(1 / 3)
    assert found[3].broken == ("contains_any", "max_words")
    [math, length] = marks(found, lambda item: item.ability)
    assert (math.name, math.n, math.right, math.margin) == ("math", 2, 0.5, 0.125)
    assert (length.right, length.margin, length.chance) == (0.5, None, 0)
    assert mark_of(items[0]) != mark_of(replace(items[0], right="2"))


def test_reports_are_kept_and_found(tmp_path) -> None:
    first = exam([True, False])
    later = replace(first, id="20260102-000000-y", created="2026-01-02T00:00:00", texts={"held": ((1.5, 3),)})
    for report in (first, later):
        assert read_report(write_report(tmp_path, report)) == report
    (tmp_path / "broken.json").write_text("{")
    assert list_reports(tmp_path) == [later, first]
    assert open_report(tmp_path, "last") == later
    assert open_report(tmp_path, first.id) == first
    assert in_short(first)["sets"] == {"knowledge.en": {"n": 2, "right": 0.5}}
    for name in ("gone", "../x", "broken"):
        with pytest.raises(DataError):
            open_report(tmp_path, name)
    assert list_reports(tmp_path / "none") == []
    with pytest.raises(DataError, match="no exam 'last'"):
        open_report(tmp_path / "none", "last")
