from collections.abc import Callable
from statistics import mean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.chance import dice
from zishu_app.dialogue.mistakes.rate import due

SEEDS = st.integers(min_value=0, max_value=2**31 - 1)


def talk(rate: float, seed: int, rounds: int, able: Callable[[int], bool] = lambda _: True) -> list[bool]:
    """A dialogue's messages: which have a mistake, if those that are not `able` cannot take one."""
    done: list[bool] = []
    for index in range(rounds):
        done.append(due(rate, seed, done) and able(index))
    return done


@given(rate=st.floats(0, 1), seed=SEEDS)
@settings(deadline=None)
def test_after_fifty_messages_the_share_is_within_two_percent(rate: float, seed: int) -> None:
    assert abs(sum(talk(rate, seed, 50)) / 50 - rate) <= 0.02 + 1e-9


@given(rate=st.floats(0, 1), seed=SEEDS, rounds=st.integers(1, 120))
@settings(deadline=None)
def test_after_any_number_of_messages_the_count_is_at_most_one_off(
    rate: float, seed: int, rounds: int
) -> None:
    assert abs(sum(talk(rate, seed, rounds)) - rate * rounds) <= 1 + 1e-9


@given(rate=st.floats(0.02, 0.2), seed=SEEDS, data=st.data())
@settings(deadline=None)
def test_messages_that_cannot_take_one_do_not_lower_the_share(
    rate: float, seed: int, data: st.DataObject
) -> None:
    # 15 of 50 refuse, wherever they stand, but no more than three in a row
    places = data.draw(st.permutations(range(50)))
    refusing: set[int] = set()
    for place in places:
        run = {place + step for step in (-3, -2, -1, 1, 2, 3)} & refusing
        if len(refusing) < 15 and len(run) < 3:
            refusing.add(place)
    done = talk(rate, seed, 50, lambda index: index not in refusing)
    assert abs(sum(done) / 50 - rate) <= 0.02 + 1e-9


@given(rate=st.floats(0, 1), seed=SEEDS, refusing=st.sets(st.integers(0, 49)))
@settings(deadline=None)
def test_a_debt_remains_only_when_everything_since_was_used_or_refused(
    rate: float, seed: int, refusing: set[int]
) -> None:
    done = talk(rate, seed, 50, lambda index: index not in refusing)
    missing = rate * 50 - sum(done)
    if missing > 1 + 1e-9:
        # every message since some point was due: no free one was passed over while there was a debt
        idle = [index for index, marred in enumerate(done) if index and not marred and index not in refusing]
        last = max(idle, default=0)
        assert abs(sum(done[: last + 1]) - rate * (last + 1)) <= 1 + 1e-9


@pytest.mark.parametrize("rate", [0.1, 0.12, 0.3, 0.5])
def test_three_of_ten_refusing_by_chance_hardly_ever_matter(rate: float) -> None:
    off = 0
    for seed in range(200):
        chance = dice(seed, "able")
        able = [chance.random() > 0.3 for _ in range(50)]
        off += abs(sum(talk(rate, seed, 50, able.__getitem__)) / 50 - rate) > 0.02 + 1e-9
    assert off <= 200 * (0.08 if rate == 0.5 else 0.01)


@given(rate=st.floats(0, 1), seed=SEEDS)
def test_the_first_message_never_has_one(rate: float, seed: int) -> None:
    assert not due(rate, seed, [])


def test_a_debt_makes_the_next_message_due() -> None:
    done = talk(0.12, 7, 50)
    place = done.index(True)
    assert due(0.12, 7, done[:place])
    assert due(0.12, 7, [*done[:place], False])
    assert not due(0.12, 7, [*done[:place], True])


def test_a_resumed_dialogue_goes_on_as_if_it_had_never_stopped() -> None:
    whole = talk(0.12, 3, 50)
    half = whole[:23]
    while len(half) < 50:
        half.append(due(0.12, 3, half))
    assert half == whole


def test_nothing_at_zero_and_everything_at_one() -> None:
    assert not any(talk(0.0, 1, 50))
    assert talk(1.0, 1, 50) == [False] + [True] * 49


def test_no_metronome() -> None:
    gaps = []
    starts = set()
    for seed in range(40):
        places = [index for index, marred in enumerate(talk(0.12, seed, 200)) if marred]
        starts.add(places[0])
        gaps += [after - before for before, after in zip(places, places[1:], strict=False)]
    assert len(starts) >= 4
    assert len(set(gaps)) >= 8
    assert 8 < mean(gaps) < 8.7
    assert pstdev(gaps) > 1.5


def test_other_seeds_choose_other_messages() -> None:
    assert len({tuple(talk(0.12, seed, 50)) for seed in range(20)}) > 15
