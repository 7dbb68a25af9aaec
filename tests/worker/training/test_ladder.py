"""What is given up when memory does not suffice, in which order, and what a step learns with."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worker.training.tiny import RECIPE
from zishu_app.core.errors import DataError
from zishu_app.worker import pack
from zishu_app.worker.training.given import Recipe, recipe_of
from zishu_app.worker.training.ladder import SHORTEST, Fit, is_out_of_memory, parts_of, step_down

#: how fast a busy machine draws is of no account
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(st.lists(st.integers(), min_size=1), st.integers(1, 300))
def test_parts_are_the_whole_in_its_order(samples: list[int], parts: int) -> None:
    found = parts_of(samples, parts)
    assert [one for part in found for one in part] == samples
    assert all(found) and len(found) <= parts
    assert max(map(len, found)) == math.ceil(len(samples) / min(parts, len(samples)))


@CALM
@given(st.integers(1, 64), st.lists(st.integers(1, 5000), min_size=1), st.sampled_from([64, 512, 4096]))
def test_every_way_down_ends(samples: int, lengths: list[int], longest: int) -> None:
    fit, told, shortest = Fit(1, "none", longest), [], longest
    with pytest.raises(DataError, match="not even one sample"):
        for _ in range(40):
            fit, sentence = step_down(fit, -(-samples // fit.parts), [min(one, longest) for one in lengths])
            told.append(sentence)
            shortest = min(shortest, fit.longest)
    assert shortest >= min(SHORTEST, longest) and fit.checkpointing == "all" and fit.parts >= samples
    assert len(told) < 20


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (MemoryError(), True),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory"),
            True,
        ),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes."), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_lack_of_memory_looks_like(error: BaseException, is_it: bool) -> None:
    assert is_out_of_memory(error) is is_it


def test_torchs_own_error_is_one() -> None:
    pack.use()
    import torch

    assert is_out_of_memory(torch.OutOfMemoryError("tried to allocate"))


def rates(total: int, **changes: object) -> list[float]:
    pack.use()
    from zishu_app.worker.training.optimizers import rate_at

    recipe = recipe_of({**RECIPE, **changes})
    return [rate_at(step, total, recipe) for step in range(total)]


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
def test_the_rate_rises_and_falls(schedule: str) -> None:
    found = rates(100, schedule=schedule, warmup=0.1)
    assert found[:10] == pytest.approx([one / 10 for one in range(1, 11)]) and found[9] == max(found) == 1.0
    falling = found[10:]
    assert falling == sorted(falling, reverse=True)
    assert 0 < falling[-1] < 0.05 if schedule != "constant" else set(falling) == {1.0}


def test_one_step_is_enough_for_a_rate() -> None:
    assert rates(1) == [1.0] and rates(1, warmup=1.0) == [1.0]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"rank": "4"}, "rank"),
        ({"packing": 1}, "packing"),
        ({"targets": "all"}, "targets"),
        ({"seed": True}, "seed"),
    ],
)
def test_a_recipe_of_other_kinds_is_refused(changes: dict[str, object], word: str) -> None:
    with pytest.raises(DataError, match=word):
        recipe_of({**RECIPE, **changes})


def test_a_recipe_with_holes_is_refused_with_all_their_names() -> None:
    given_ = {name: value for name, value in RECIPE.items() if name not in ("rank", "clip", "threads")}
    with pytest.raises(DataError, match="rank, clip"):
        recipe_of(given_)
    assert isinstance(recipe_of({**RECIPE, "learning_rate": 1, "more": 2}), Recipe)
