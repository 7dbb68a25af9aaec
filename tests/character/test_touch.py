"""Touching her, and her talking first: never the same words twice, and manners before all."""

from dataclasses import replace

from zishu_app.character.card import Card, Reactions
from zishu_app.character.initiative import Around, Initiative, begin, initiative_from, may_begin
from zishu_app.character.touch import Touches, touch

CARD = Card(name="Z", touched=Reactions(head=("one", "two", "three"), cheek=("only",)))
QUIET = Around(now=100_000.0, level="normal")


def test_the_same_words_never_come_twice_running() -> None:
    touches, said = Touches(), []
    for number in range(40):
        reaction, touches = touch(CARD, touches, "head", number * 60.0)
        said.append(reaction.says)
    assert all(a != b for a, b in zip(said, said[1:], strict=False))
    assert set(said) == {"one", "two", "three"}


def test_one_line_is_said_again_rather_than_nothing() -> None:
    first, touches = touch(CARD, Touches(), "cheek", 0.0)
    second, _ = touch(CARD, touches, "cheek", 60.0)
    assert (first.says, second.says) == ("only", "only")
    assert first.emotion == "shy"


def test_too_much_of_it_makes_her_cross() -> None:
    touches = Touches()
    for number in range(5):
        reaction, touches = touch(CARD, touches, "head", number * 1.0)
    assert reaction.emotion == "angry"
    calm, _ = touch(CARD, touches, "head", 100.0)
    assert calm.emotion == "happy"


def test_manners_come_first() -> None:
    assert may_begin(Initiative(), QUIET)
    for wrong in (
        replace(QUIET, level="off"),
        replace(QUIET, full_screen=True),
        replace(QUIET, disturb=True),
        replace(QUIET, busy=True),
        replace(QUIET, idle=1000.0),
        replace(QUIET, talked=QUIET.now - 10),
    ):
        assert not may_begin(Initiative(), wrong)
    assert not may_begin(Initiative(after=QUIET.now + 1), QUIET)


def test_she_never_says_the_same_twice_and_then_keeps_still() -> None:
    state, said, now = Initiative(), [], QUIET.now
    for _ in range(8):
        says, state = begin(state, replace(QUIET, now=now), ["about your exam"], ["a", "b", "c"])
        said.append(says)
        assert state.after >= now + 3600
        now = state.after
    assert said[0] == "about your exam"
    assert sorted(said[:4]) == ["a", "about your exam", "b", "c"]
    assert said[4:] == ["", "", "", ""]
    assert initiative_from(state.as_dict()) == state
