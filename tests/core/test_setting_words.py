"""Every setting is told in both languages: the form of the window is built from nothing else."""

import pytest

from tests.house.source import CJK
from zishu_app.core.settings import defaults, describe, fixed, shown_with, told_of, value_of
from zishu_app.core.texts import set_language


@pytest.mark.parametrize("dotted", list(describe()))
def test_every_setting_has_title_and_help_in_both_languages(dotted: str) -> None:
    set_language("zh")
    chinese = told_of(dotted)
    set_language("en")
    english = told_of(dotted)
    assert all(CJK.search(text) for text in chinese), chinese
    assert all(text and not CJK.search(text) for text in english), english
    assert len(english[0]) <= 40 and len(chinese[0]) <= 14, "a title is a few words"


@pytest.mark.parametrize("dotted", list(describe()))
def test_pairs_of_words_are_in_both_languages(dotted: str) -> None:
    for what in ("least", "empty"):
        if pair := shown_with(dotted).get(what):
            assert CJK.search(pair[0]) and not CJK.search(pair[1])


def test_titles_of_one_part_tell_settings_apart() -> None:
    for language in ("zh", "en"):
        set_language(language)
        titles = [(name.partition(".")[0], told_of(name)[0]) for name in describe()]
        assert len(set(titles)) == len(titles)


def test_a_value_is_found_by_its_dotted_name() -> None:
    settings = defaults()
    assert value_of(settings, "language") == settings.language
    assert value_of(settings, "dialogue.noise_rate") == settings.dialogue.noise_rate


def test_what_the_environment_holds_is_named_with_its_variable() -> None:
    environment = {
        "ZISHU_LANGUAGE": "zh",
        "ZISHU_DIALOGUE__NOISE_RATE": "0.3",
        "ZISHU_NOPE": "1",
        "PATH": "x",
    }
    assert fixed(environment) == {
        "language": "ZISHU_LANGUAGE",
        "dialogue.noise_rate": "ZISHU_DIALOGUE__NOISE_RATE",
    }
