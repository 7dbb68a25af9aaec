"""What a text is found by: two Chinese characters suffice, longer searches are taken word for word."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.terms import folded, places, query, terms

CHINESE = st.text("机器学习我要从头开始カナ𠮷", min_size=1, max_size=6)
LATIN = st.text("abcXYZéß019", min_size=1, max_size=5)
BETWEEN = st.sampled_from([" ", "，", "。", "\n", "-", "_", "!", "　", "'", ""])


def finds(text: str, asked: str) -> bool:
    """Whether SQLite finds a text by what is asked."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize='unicode61 remove_diacritics 0')"
    )
    connection.execute("INSERT INTO words (rowid, body) VALUES (1, ?)", (terms(text),))
    wanted = query(asked)
    return bool(wanted) and bool(
        connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (wanted,)).fetchone()
    )


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("我想学习机器学习", "机器", True),
        ("我想学习机器学习", "学习机器学习", True),
        ("我想学习机器学习", "习想", False),
        ("我想学习机器学习", "习", True),
        ("我想学习机器学习", "我", True),
        ("学习。机器", "学习机器", False),
        ("机器，学习", "机器 学习", True),
        ("机器，学习", '"机器 学习"', True),
        ("学习，机器", '"机器 学习"', False),
        ("学习，机器", "机器 学习", True),
        ("用GPT写代码", "用gpt写", True),
        ("用GPT写代码", "gpt 代码", True),
        ("用GPT写代码", "用gp", False),
        ("ＡＩ很强", "ai", True),
        ("AI很强", "ＡＩ很", True),
        ("overfitting means", "overf", True),
        ("overfitting means", "fitting", False),
        ("overfitting means", "ov", False),
        ("go on", "go", True),
        ("good", "go", False),
        ("it's 2024-06-25", "2024", True),
        ("it's 2024-06-25", '"2024 06 25"', True),
        ("snake_case", "case", True),
        ("Straße", "STRASSE", True),
        ("ab b", '"ab b"', True),
        ("ab c", '"ab b"', False),
        ("カタカナで書く", "タカ", True),
        ("한국어", "한국", True),
    ],
)
def test_what_is_found(text: str, asked: str, found: bool) -> None:
    assert finds(text, asked) is found


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("我想学习机器学习", "学习", ["学习", "学习"]),
        ("我想学习机器学习", "机", ["机"]),
        ("机器，学习", '"机器 学习"', ["机器，学习"]),
        ("机器，学习", "学习 机器", ["机器", "学习"]),
        ("使用GPT写代码", "用gpt写", ["用GPT写"]),
        ("ＡＩ很强，ai也是", "Ai", ["ＡＩ", "ai"]),
        ("Overfitting, overfit", "overf", ["Overf", "overf"]),
        ("go, good, GO", "go", ["go", "GO"]),
        ("等等…然后ﬁnal", "final", ["ﬁnal"]),
        ("等等…然后ﬁnal", "fin", ["ﬁn"]),
        ("Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("ｶﾞﾗｽとガラス", "ガラス", ["ｶﾞﾗｽ", "ガラス"]),
        ("cafe\u0301 café", "café", ["cafe\u0301", "café"]),
        ("机器学习", "机器 器学 学习", ["机器学习"]),
        ("哈哈哈哈哈", "哈哈", ["哈哈", "哈哈"]),
        ("nothing of it", "别的", []),
        ("nothing of it", "——", []),
    ],
)
def test_where_it_is_found(text: str, asked: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in places(text, asked)] == marked


def test_no_more_places_are_told_than_are_wanted() -> None:
    assert places("天天天天天", "天", 2) == [(0, 1), (1, 2)]


@given(
    st.lists(st.tuples(st.one_of(CHINESE, LATIN), BETWEEN), min_size=1, max_size=8),
    st.lists(st.tuples(st.one_of(CHINESE, LATIN), BETWEEN), min_size=1, max_size=3),
    st.data(),
)
def test_a_text_has_a_place_for_every_phrase_where_sqlite_finds_it_and_for_none_else(
    said: list[tuple[str, str]], other: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(map("".join, said))
    start = data.draw(st.integers(0, len(text) - 1))
    within = text[start : data.draw(st.integers(start + 1, len(text)))]
    phrase = data.draw(st.sampled_from([within, "".join(map("".join, other))]))
    asked = f'"{phrase}"'
    found = places(text, asked)
    assert bool(found) is finds(text, asked)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in zip(found, found[1:], strict=False))
    # what is marked would be found by itself
    assert all(finds(text[start:end], asked) for start, end in found[:1] if query(asked).endswith('"'))


@given(st.text(max_size=60), st.text(max_size=8))
def test_places_of_whatever_is_written_lie_in_it(text: str, asked: str) -> None:
    for start, end in places(text, asked):
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("asked", ["", "  ", "——", '""', '" "', "。，！", "*", "'", '"'])
def test_nothing_to_look_for(asked: str) -> None:
    assert query(asked) == ""


@given(st.lists(st.tuples(st.one_of(CHINESE, LATIN), BETWEEN), min_size=1, max_size=6), st.data())
def test_a_text_is_found_by_each_part_of_its_chinese_and_by_each_of_its_words(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(piece + between for piece, between in pieces)
    piece = data.draw(st.sampled_from([piece for piece, between in pieces if between] or [text]))
    assert finds(text, f'"{text}"')
    if terms(piece).split() and all(char > "\u3000" for char in folded(piece)):
        start = data.draw(st.integers(0, len(piece) - 1))
        assert finds(text, piece[start : data.draw(st.integers(start + 1, len(piece)))])


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_query_sqlite_understands(asked: str) -> None:
    asked = asked.replace("\0", "").encode("utf-8", "ignore").decode()
    finds("机器 learning", asked)


@given(st.text(max_size=60))
def test_terms_of_terms_say_nothing_new(text: str) -> None:
    assert folded(terms(text)) == terms(text)
