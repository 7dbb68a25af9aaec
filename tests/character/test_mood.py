"""How she feels: whatever happens to her she is in one of her states, and in the end as she is that day."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.mood import SHOWS, Mood, begin_day, feel, mood_from, next_change, shown, strength_at

NOW = 1_800_000_000.0
emotions = st.sampled_from(EMOTIONS)
moods = st.builds(
    Mood, emotions, st.floats(0, 1), st.floats(NOW - 1e6, NOW), emotions
)  # fmt: skip
#: a feeling, how strong, and after how many seconds
pushes = st.lists(st.tuples(emotions | st.text(max_size=5), st.floats(), st.floats(0, 1000)), max_size=30)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(moods, pushes)
def test_she_never_leaves_her_states(mood: Mood, felt: list[tuple[str, float, float]]) -> None:
    now = NOW
    for emotion, strength, later in felt:
        now += later
        mood = feel(mood, emotion, strength, now)
        assert mood.emotion in EMOTIONS
        assert 0 <= mood.strength <= 1
        assert shown(mood, now) in EMOTIONS


@given(moods, pushes)
def test_in_the_end_she_is_as_she_is_that_day(mood: Mood, felt: list[tuple[str, float, float]]) -> None:
    now = NOW
    for emotion, strength, later in felt:
        now += later
        mood = feel(mood, emotion, strength, now)
    assert shown(mood, now + 24 * 3600) == mood.today


@given(moods, st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_feeling_only_fades(mood: Mood, first: float, then: float) -> None:
    assert strength_at(mood, NOW + first) >= strength_at(mood, NOW + first + then)


@given(moods)
def test_the_moment_of_change_is_known(mood: Mood) -> None:
    seconds = next_change(mood, NOW)
    if seconds is None:
        assert shown(mood, NOW) == mood.today
    else:
        assert shown(mood, NOW + seconds) == mood.today
        assert shown(mood, NOW + seconds - 0.2) == mood.emotion


@given(moods)
def test_what_is_written_down_is_read_again(mood: Mood) -> None:
    assert mood_from(mood.as_dict()) == mood


@given(anything)
def test_what_is_no_mood_is_calm_or_a_mood(value: object) -> None:
    mood = mood_from(value)
    assert shown(mood, NOW) in EMOTIONS


def test_a_weak_feeling_does_not_drive_out_a_strong_one() -> None:
    sad = feel(Mood(), "sad", 0.9, NOW)
    assert shown(feel(sad, "happy", 0.3, NOW + 1), NOW + 1) == "sad"
    assert shown(feel(sad, "happy", 0.8, NOW + 1), NOW + 1) == "happy"
    assert shown(feel(sad, "happy", 0.3, NOW + 600), NOW + 600) == "happy", "by then it has faded"


def test_the_same_feeling_grows_and_calm_ends_it() -> None:
    happy = feel(feel(Mood(), "happy", 0.5, NOW), "happy", 0.5, NOW)
    assert 0.5 < happy.strength < 1
    assert shown(feel(happy, "calm", 1.0, NOW), NOW) == "calm"
    assert shown(feel(Mood(today="proud"), "calm", 1.0, NOW), NOW) == "proud"


def test_a_day_has_its_own_mood() -> None:
    mood = begin_day(feel(Mood(), "sad", 1.0, NOW), "happy", NOW)
    assert shown(mood, NOW) == "sad"
    assert shown(mood, NOW + 3600) == "happy"
    assert next_change(Mood(today="happy"), NOW) is None


@pytest.mark.parametrize("since", [math.inf, math.nan, NOW + 1e9])
def test_a_clock_that_was_wrong_leaves_no_feeling_for_ever(since: float) -> None:
    mood = mood_from({"emotion": "angry", "strength": 1.0, "since": since, "today": "calm"})
    assert shown(mood, NOW) == "calm"
    assert strength_at(mood, NOW) < SHOWS
