"""Chinese words: a sentence falls into the ones people see in it."""

import pytest

from zishu_app.core.words import LONGEST, cut, dictionary, pieces


@pytest.fixture(autouse=True, scope="module")
def dictionary_is_read() -> None:
    """Once, outside of anything that is timed."""
    dictionary()


def words(run: str) -> list[str]:
    return [run[start:end] for start, end in cut(run)]


@pytest.mark.parametrize(
    ("run", "found"),
    [
        ("我在北京大学学习中文", ["我", "在", "北京大学", "学习", "中文"]),
        ("今天天气很好", ["今天", "天气", "很", "好"]),
        ("", []),
        ("好", ["好"]),
    ],
)
def test_a_sentence_falls_into_words(run: str, found: list[str]) -> None:
    assert words(run) == found


def test_what_is_no_word_falls_into_characters() -> None:
    assert words("龘龖龗") == ["龘", "龖", "龗"]


def test_no_word_is_longer_than_what_is_looked_for() -> None:
    assert all(len(word) <= LONGEST for word in words("中华人民共和国全国人民代表大会常务委员会"))


def test_a_mixed_text_in_pieces() -> None:
    assert list(pieces("用Python写，don't 3.5\n好🙂")) == [
        "用", "Python", "写", "，", "don't", " ", "3", ".", "5", "\n", "好", "🙂",
    ]  # fmt: skip
