import pytest

from zishu_app.core.chance import derive, dice


def test_the_same_path_gives_the_same_numbers_on_every_machine() -> None:
    assert derive(7, "dialogue", 3, "user", 12) == 1581526128
    assert dice(7, "noise").random() == dice(7, "noise").random()


@pytest.mark.parametrize("other", [(8, "a", 1), (7, "b", 1), (7, "a", 2), (7, "a"), (7, "a", 1, "")])
def test_another_seed_or_path_gives_other_numbers(other: tuple) -> None:
    assert derive(*other) != derive(7, "a", 1)
    assert dice(*other).random() != dice(7, "a", 1).random()


def test_a_seed_fits_into_a_signed_32_bit_integer_and_uses_its_room() -> None:
    seeds = {derive(0, number) for number in range(2000)}
    assert len(seeds) == 2000
    assert 0 <= min(seeds) < 2**24
    assert 2**31 - 2**24 < max(seeds) < 2**31


def test_rolling_one_dice_does_not_move_another() -> None:
    one, other = dice(1, "one"), dice(1, "other")
    expected = dice(1, "other").random()
    for _ in range(100):
        one.random()
    assert other.random() == expected
