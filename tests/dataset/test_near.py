"""Which texts are nearly the same: held against looking at every pair."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.dataset.duplicates import near_pairs
from zishu_app.dataset.likeness.groups import Parts, around_the_best
from zishu_app.dataset.likeness.meanings import Meanings
from zishu_app.dataset.likeness.sketches import PERMUTATIONS, RECALL, bands_for, grams, jaccard, squeezed

LETTERS = [chr(0x4E00 + number) for number in range(600)] + list("abcdefgh ，。")


def texts_and_variants(dice: random.Random, many: int) -> list[tuple[int, str]]:
    """Texts, and for each some with more and more of it changed."""
    found = []
    for number in range(many):
        text = dice.choices(LETTERS, k=dice.randint(30, 300))
        for changed in (0.0, 0.01, 0.02, 0.05, 0.2):
            variant = [dice.choice(LETTERS) if dice.random() < changed else one for one in text]
            found.append((number * 10 + len(found) % 5, "".join(variant)))
    dice.shuffle(found)
    return found


def by_looking_at_all(texts: list[tuple[int, str]], threshold: float) -> dict[frozenset[int], float]:
    sets = {number: grams(squeezed(text)) for number, text in texts}
    return {
        frozenset(pair): share
        for pair in combinations(sets, 2)
        if (share := jaccard(sets[pair[0]], sets[pair[1]])) >= threshold
    }


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9, 1.0])
def test_near_pairs_are_those_that_looking_at_all_finds(threshold: float) -> None:
    texts = texts_and_variants(random.Random(3), 60)
    found = list(near_pairs(texts, threshold))
    there = by_looking_at_all(texts, threshold)
    pairs = {frozenset((one, other)): share for one, other, share in found}
    assert len(pairs) == len(found)  # each once
    assert all(there.get(pair) == share for pair, share in pairs.items())  # nothing that is not
    assert len(pairs) >= 0.99 * len(there) > 20


def test_near_pairs_are_the_same_every_time() -> None:
    texts = texts_and_variants(random.Random(4), 20)
    assert list(near_pairs(texts, 0.8)) == list(near_pairs(texts, 0.8))


def test_near_pairs_across_two_sides() -> None:
    texts = texts_and_variants(random.Random(5), 40)
    side = {number for number, _ in texts if number % 3 == 0}
    every = {
        (frozenset((one, other)), share)
        for one, other, share in near_pairs(texts, 0.7)
        if (one in side) != (other in side)
    }
    across = [(frozenset((one, other)), share) for one, other, share in near_pairs(texts, 0.7, side)]
    assert set(across) == every and len(across) == len(every) > 10


def test_width_case_and_blanks_make_no_difference() -> None:
    texts = [(7, "Ｈｅｌｌｏ　WORLD，\n\n再见"), (3, "hello world,  再见"), (5, "完全不同的一句话")]
    assert list(near_pairs(texts, 1.0)) == [(7, 3, 1.0)]


def test_texts_without_a_word_are_like_nothing_and_short_ones_like_themselves() -> None:
    texts = [(1, ""), (2, "  \n"), (3, "好"), (4, "好 "), (5, "不")]
    assert list(near_pairs(texts, 0.8)) == [(3, 4, 1.0)]
    assert list(near_pairs([], 0.8)) == []


@given(st.floats(0.3, 1.0))
def test_bands_find_enough_and_do_not_ask_for_more_than_there_is(threshold: float) -> None:
    size, bands = bands_for(threshold)
    assert 1 <= size * bands <= PERMUTATIONS
    assert size == 1 or 1 - (1 - threshold**size) ** bands >= RECALL


@given(st.text(), st.text())
def test_likeness_of_two_texts(one: str, other: str) -> None:
    first, second = grams(squeezed(one)), grams(squeezed(other))
    assert jaccard(first, second) == jaccard(second, first)
    assert 0 <= jaccard(first, second) <= 1 and jaccard(first, first) == 1
    assert bool(first) == bool(squeezed(one))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20),
    st.permutations(range(12)),
    st.dictionaries(st.integers(0, 11), st.integers(0, 3), max_size=4),
)
def test_groups_lie_around_their_best(
    edges: list[tuple[int, int]], order: list[int], copies: dict[int, int]
) -> None:
    same = {one: first for one, first in copies.items() if one not in copies.values() and one != first}
    alike = {frozenset((same.get(a, a), same.get(b, b))) for a, b in edges}

    def likeness(one: int, other: int) -> float:
        return 0.9 if frozenset((one, other)) in alike else 0.0

    groups = list(around_the_best(order, same, likeness, "near"))
    seen = [one for group in groups for one in group.ids]
    assert len(seen) == len(set(seen))
    for group in groups:
        assert len(group.ids) > 1 and list(group.ids) == sorted(group.ids, key=order.index)
        for one in group.ids[1:]:
            first, second = same.get(one, one), same.get(group.best, group.best)
            assert first == second or likeness(first, second)
        is_same = len({same.get(one, one) for one in group.ids}) == 1
        assert (group.how, group.similarity) == (("exact", 1.0) if is_same else ("near", 0.9))
    # nothing that is left is like the best of any group that came before it
    for one in set(order) - set(seen):
        assert all(not likeness(same.get(one, one), same.get(group.best, group.best)) for group in groups)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_what_hangs_together(edges: list[tuple[int, int]]) -> None:
    parts = Parts()
    for one, other in edges:
        parts.join(one, other)
    whole = parts.all()
    assert sorted(one for part in whole for one in part) == sorted({one for edge in edges for one in edge})
    for one, other in edges:
        assert any({one, other} <= set(part) for part in whole) and parts.top(one) == parts.top(other)


def vectors(dice: random.Random, many: int, size: int, cone: float) -> list[list[float]]:
    """As models make them: all of them near one direction; of each a few that are nearly it."""
    middle = [dice.gauss(0, 1) * cone for _ in range(size)]
    found = []
    for _ in range(many):
        one = [mean + dice.gauss(0, 1) for mean in middle]
        found += [[part + dice.gauss(0, spread) for part in one] for spread in (0.0, 0.1, 0.3, 0.6)]
    return found


@pytest.mark.parametrize(("cone", "threshold"), [(0.0, 0.93), (1.0, 0.93), (2.0, 0.95), (3.0, 0.9)])
def test_meanings_are_those_that_multiplying_all_out_finds(cone: float, threshold: float) -> None:
    meanings = Meanings()
    meanings.add(vectors(random.Random(6), 100, 64, cone))
    steps = list(meanings.pairs(threshold))
    assert [done for done, _ in steps] == [100, 200, 300, 400]
    found = {pair for _, pairs in steps for pair in pairs}
    there = {pair for pair in combinations(range(400), 2) if meanings.cosine(*pair) >= threshold}
    assert found <= there and len(found) >= 0.99 * len(there) > 50


def test_a_vector_of_nothing_is_like_nothing() -> None:
    meanings = Meanings()
    meanings.add([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [float("inf"), 1.0]])
    assert [pair for _, pairs in meanings.pairs(0.9) for pair in pairs] == [(1, 2)]
    assert list(Meanings().pairs(0.9)) == []
