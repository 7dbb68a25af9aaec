"""Whole conversations stand on one side, whatever comes later."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dataset.ice import draft, family, filled, messages
from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset.find import ids_of
from zishu_app.dataset.split import ENOUGH, Rule, conversations, sides
from zishu_app.dataset.store import add, get, open_samples
from zishu_app.dataset.wanted import Filter
from zishu_app.review.desk import Desk

names = st.sets(st.text("abcdef0123456789", min_size=4, max_size=24), min_size=1, max_size=60)
rules = st.builds(Rule, st.integers(0, 3), st.sampled_from([0, 0.05, 0.1, 0.25, 0.5]))


@given(names, names, rules)
def test_what_comes_later_moves_nothing(first: set[str], more: set[str], rule: Rule) -> None:
    before = sides(first, rule)
    # as whoever freezes the next version remembers it
    learnt = frozenset(one for one in first if before.side(one) == "train")
    after = sides(first | more, replace(rule, settled=before.settled, learnt=learnt))
    assert {one: before.side(one) for one in first} == {one: after.side(one) for one in first}


@given(names, rules)
def test_a_large_enough_set_has_both_sides(there: set[str], rule: Rule) -> None:
    told = sides(there, rule)
    kept = {one for one in there if told.side(one) == "eval"}
    assert kept != there, "something is left to train on"
    if rule.share and len(there) >= ENOUGH:
        assert kept
    if not rule.share:
        assert not kept


@given(names, rules)
def test_the_order_does_not_matter(there: set[str], rule: Rule) -> None:
    assert sides(sorted(there), rule) == sides(sorted(there, reverse=True), rule)


def test_a_larger_share_keeps_what_a_smaller_one_kept() -> None:
    there = [f"conversation {n}" for n in range(2000)]
    small, large = (sides(there, Rule(7, share)) for share in (0.1, 0.2))
    kept = {one for one in there if small.side(one) == "eval"}
    assert kept < {one for one in there if large.side(one) == "eval"}
    assert len(kept) == pytest.approx(200, abs=40)


def test_another_seed_chooses_others() -> None:
    there = [f"conversation {n}" for n in range(200)]
    one, other = (sides(there, Rule(seed, 0.1)) for seed in (0, 1))
    assert [one.side(c) for c in there] != [other.side(c) for c in there]


def test_one_conversation_is_for_training_whatever_its_draw() -> None:
    for number in range(50):
        assert sides([f"{number}"], Rule(0, 0.5)).side(f"{number}") == "train"


def test_what_was_learnt_is_kept_for_evaluation_only_where_all_was() -> None:
    there, rule = [f"{n}" for n in range(12)], Rule(0, 1e-9)
    learnt = sides(there, replace(rule, learnt=frozenset(there) - {"7"}))
    assert learnt.settled == {"7": "eval"}
    assert sides(there, replace(rule, learnt=frozenset(there))).settled == sides(there, rule).settled


def test_what_was_distilled_belongs_to_its_dialogue(tmp_path: Path) -> None:
    samples = filled(tmp_path / "samples.sqlite", [*family(1), *family(2)])
    with samples.reading() as connection:
        found = conversations(connection, ids_of(connection, Filter()))
    samples.close()
    assert len(found) == 8 and len(set(found.values())) == 2
    assert len({found[n] for n in (1, 2, 3, 4)}) == 1


def test_a_talk_that_was_taken_in_belongs_to_what_was_distilled_from_it(tmp_path: Path) -> None:
    """It says nothing of a conversation, but it is one: also after it was edited."""
    (mother, *children) = family(3)
    talk = draft(3, messages=mother.messages)
    samples = filled(tmp_path / "samples.sqlite", [talk, *children])
    with samples.reading() as connection:
        assert len(set(conversations(connection, [1, 2, 3, 4]).values())) == 1
    samples.close()


async def test_both_halves_of_a_sample_and_edits_belong_together(tmp_path: Path) -> None:
    samples = open_samples(tmp_path / "samples.sqlite")
    await add(samples, [draft(1, messages=messages(1, rounds=6)), draft(2)], 1)
    desk = Desk(samples, "me", ScriptedClock())
    await desk.rewrite(1, 1, "改过了")
    act = await desk.split(1, 6)
    second = act.detail["new"]
    await desk.split(second, 2)
    with samples.reading() as connection:
        numbers = ids_of(connection, Filter())
        found = conversations(connection, numbers)
        half = get(connection, second)
    samples.close()
    assert len(numbers) == 4 and half is not None
    assert {found[n] for n in numbers if n != 2} == {found[1]} and found[2] != found[1]
