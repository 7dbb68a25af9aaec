"""Tags as they are shown: a user's own as written, the program's and those of the checks in words."""

import pytest

from zishu_app.core.texts import Language, set_language
from zishu_app.dataset.checking.findings import CHECKS
from zishu_app.dataset.checks import tag_of
from zishu_app.studio.corrections import DISLIKED, LIKED
from zishu_app.ui.tabs.review.words import tag_word


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_programs_own_tags_have_words(language: Language) -> None:
    set_language(language)
    ours = [LIKED, DISLIKED, *map(tag_of, CHECKS)]
    assert len({tag_word(one) for one in ours}) == len(ours)
    if language == "zh":
        assert not [one for one in ours if tag_word(one).isascii()]
    assert tag_word("my own") == "my own"
