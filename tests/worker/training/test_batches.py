"""The order in which samples are learnt: whole, tight, repeatable, and to be gone on with from any step."""

import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.worker.training.batches import Plan, pack, rows_of
from zishu_app.worker.training.given import Recipe

RECIPE = Recipe(
    size="tiny", method="lora", precision="fp32", double_quant=False, rank=8, alpha=16, dropout=0.0,
    targets=("all-linear",), rslora=False, dora=False, optimizer="adamw", learning_rate=1e-3, weight_decay=0.0,
    schedule="cosine", warmup=0.0, clip=1.0, epochs=2.0, max_steps=0, batch=2, accumulation=2, longest=64,
    packing=True, seed=7, attention="sdpa", checkpointing="none", evaluate_every=0, save_every=0, patience=0, keep=2,
)  # fmt: skip
LENGTHS = st.lists(st.integers(1, 64), max_size=60)
RECIPES = st.builds(
    lambda **given: replace(RECIPE, **given),
    batch=st.integers(1, 3), accumulation=st.integers(1, 3), packing=st.booleans(), seed=st.integers(0, 5),
    epochs=st.sampled_from([0.5, 1.0, 2.5]), max_steps=st.sampled_from([0, 0, 7]),
)  # fmt: skip


def plan(lengths: list[int], recipe: Recipe = RECIPE) -> Plan:
    return Plan(lengths, [length // 2 for length in lengths], recipe)


@given(LENGTHS, st.integers(0, 4))
def test_packed_rows_hold_every_sample_once_and_are_not_too_long(lengths: list[int], number: int) -> None:
    rows = rows_of(lengths, RECIPE, number)
    assert sorted(one for row in rows for one in row) == list(range(len(lengths)))
    assert all(sum(lengths[one] for one in row) <= 64 for row in rows)
    # no two rows could have been one, and no packing could do with fewer than the tokens ask for
    filled = sorted(sum(lengths[one] for one in row) for row in rows)
    assert len(filled) < 2 or filled[0] + filled[1] > 64
    assert len(rows) <= 1.5 * -(-sum(lengths) // 64) + 1
    assert len(rows) == len(rows_of(lengths, RECIPE, number + 1))


@settings(deadline=None)
@given(LENGTHS, RECIPES)
def test_a_round_learns_every_sample_once(lengths: list[int], recipe: Recipe) -> None:
    one = plan(lengths, recipe)
    steps = one.round(1)
    assert len(steps) == one.in_round
    assert Counter(sample for step in steps for micro in step for sample in micro) == Counter(
        range(len(lengths))
    )
    assert all(len(step) <= recipe.accumulation for step in steps)
    assert one.tokens == sum(lengths) and one.learnt_tokens == sum(length // 2 for length in lengths)


@settings(deadline=None)
@given(LENGTHS.filter(bool), RECIPES, st.integers(0, 40))
def test_it_goes_on_from_where_it_was(lengths: list[int], recipe: Recipe, done: int) -> None:
    one, other = plan(lengths, recipe), plan(lengths, recipe)
    whole = [one.step(number) for number in range(one.total)]
    assert [step for number in range(3) for step in one.round(number)][: len(whole)] == whole[
        : 3 * one.in_round
    ]
    assert [other.step(number) for number in range(done, other.total)] == whole[done:]


def test_rounds_differ_and_seeds_differ() -> None:
    one = plan([5, 9, 9, 9, 9, 20, 31, 31, 31, 50])
    assert one.round(0) == one.round(0) != one.round(1)
    assert one.round(0) != plan(list(one.lengths), replace(RECIPE, seed=8)).round(0)


def test_the_heaviest_step_is_that_of_the_longest_samples() -> None:
    lengths = [10, 63, 12, 64, 30, 30]
    assert plan(lengths, replace(RECIPE, accumulation=1)).heaviest() == [[3, 1]]
    assert len(plan(lengths).heaviest()) == 2
    assert plan([]).heaviest() == []


@pytest.mark.parametrize("packing", [True, False])
def test_a_hundred_thousand_samples_are_planned_in_seconds(packing: bool) -> None:
    lengths = [20 + (number * 7919) % 1900 for number in range(100_000)]
    one = plan(lengths, replace(RECIPE, longest=2048, packing=packing))
    began = time.process_time()
    assert one.total and one.step(3)
    assert time.process_time() - began < 5.0
    if packing:
        assert sum(lengths) / (len(one.rows) * 2048) > 0.98
    else:
        assert len(one.rows) == 100_000


def test_a_sample_that_is_longer_than_a_row_has_one_to_itself() -> None:
    assert pack([0, 1], [99, 3], 64) == [[0], [1]]
