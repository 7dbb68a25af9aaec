"""What her words show where a model gives no tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.bench_feelings import judged, measure
from zishu_app.character.lexicon import feeling
from zishu_app.character.manifest import EMOTIONS


def test_it_is_as_good_as_it_was_on_lines_it_was_never_tuned_on() -> None:
    precision, recall, _ = measure(judged(tuning=False), tuple(one for one in EMOTIONS if one != "calm"))
    assert precision >= 0.94
    assert recall >= 0.8


def test_the_labelled_lines_are_many_in_both_languages_and_for_every_feeling() -> None:
    lines = [*judged(tuning=False), *judged(tuning=True)]
    assert len({text for *_, text in lines}) == len(lines) >= 200
    for language in ("zh", "en"):
        assert {emotion for lang, emotion, *_ in lines if lang == language} == set(EMOTIONS)


@given(st.text())
def test_any_text_has_a_feeling_she_can_show(text: str) -> None:
    felt = feeling(text)
    assert felt.emotion in EMOTIONS
    assert 0 < felt.strength <= 1


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("今天不开心。", "calm"),
        ("I am not happy about that.", "calm"),
        ("Now I'm happy.", "happy"),
        ("他很生气。", "calm"),
        ("She was so sad.", "calm"),
        ("“开心”的反义词是什么？", "calm"),
        ("`happy = True`", "calm"),
        ("```\nprint('haha')\n```", "calm"),
        ("没想到你来了", "surprised"),
        ("", "calm"),
        ("……", "calm"),
    ],
)
def test_what_counts_and_what_does_not(text: str, emotion: str) -> None:
    assert feeling(text).emotion == emotion


def test_she_ends_with_the_feeling_of_the_last_sentence() -> None:
    assert feeling("对不起。不过太好了，你回来啦！").emotion == "happy"
    assert feeling("That's wonderful! But I'm so sorry, I have to go.").emotion == "sad"


def test_many_signs_are_a_stronger_feeling() -> None:
    assert feeling("太好了！恭喜，我好开心！").strength > feeling("恭喜。").strength
