"""The sentences that give a memory away, and those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.words import cut
from zishu_app.memory.traces import Said, Traces, pieces_of, traces


def words(run: str) -> list[str]:
    return [run[begin:end] for begin, end in cut(run)]


def of(text: str, slot: str = "", value: str = "", kind: str = "fact", whole: tuple[str, ...] = ()) -> Traces:
    return traces([Said(text, slot, value, kind)], whole, words)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("用户的猫叫魑魅团团", {"猫": False, "魑魅": False, "团团": False, "魑魅团团": True}),
        ("用户喜欢火锅", {"火锅": False}),
        ("用户的妹妹叫林晓彤", {"妹妹": False, "林晓彤": True}),
        ("用户对花生过敏", {"花生": False}),
        ("用户2026年1月13日（周二）要去面试", {"面试": False}),
        ("The user's name is Zqxvorp", {"zqxvorp": True}),
        ("The user likes cold tea", {"cold": False, "tea": False}),
        ("The user's phone is 13800138000", {"phone": False, "13800138000": True}),
        ("用户的邮箱是a.b@example.com", {"邮箱": False, "a.b@example.com": True}),
    ],
)
def test_what_is_left_without_the_words_every_memory_has(text: str, pieces: dict[str, bool]) -> None:
    assert pieces_of(text, words) == pieces


@pytest.mark.parametrize(
    ("given_away", "text"),
    [
        (True, "你的魑魅团团呢？"),
        (False, "猫真可爱"),
        (True, "魑魅团团是一只猫"),
        (False, "今天天气不错"),
    ],
)
def test_a_name_tells_by_itself(given_away: bool, text: str) -> None:
    assert of("用户的猫叫魑魅团团").hold(text) is given_away


def test_an_answer_that_tells_does_so_whatever_word_it_is() -> None:
    assert of("用户住在北京", "home", "北京").hold("北京今天降温")
    assert not of("用户去过北京", "", "").hold("上海今天降温")
    assert of("The user's cat is called Soot", "cat.name", "soot").hold("How is soot today")
    assert not of("用户不再住在北京", "home", "not:北京", "fact").telling


def test_a_taste_needs_a_word_of_taste() -> None:
    made = of("用户喜欢火锅", "taste:火锅", "yes", "preference")
    assert made.hold("你爱吃火锅") and not made.hold("街角有火锅店")
    assert made.hold("街角有火锅店", near=True)


def test_what_consists_of_several_words_needs_all_of_them() -> None:
    made = of("The user keeps spare keys behind mirror")
    assert made.hold("the spare keys hang behind the mirror; they keeps") and not made.hold("buy spare parts")
    assert made.hold("the mirror?", near=True)


def test_sentences_go_and_their_neighbours_stay() -> None:
    made = of("用户的猫叫魑魅团团")
    assert made.without("你好。魑魅团团呢？它叫魑魅团团！再见。", "▇") == "你好。▇再见。"
    assert made.without("First. How is 魑魅团团 now? Bye.", "▇") == "First. ▇Bye."
    assert made.without("没有它", "▇") == "没有它"


def test_what_was_said_is_found_word_for_word_in_longer_texts() -> None:
    made = of("用户喜欢火锅", whole=("我最近总想着去吃火锅", "好的"))
    assert made.in_any('[{"content":"我最近总想着去吃火锅"}]')
    assert not made.in_any("好的")  # too short to mean anything


@given(st.text("猫团。！? .\n魑魅ab", max_size=40))
def test_nothing_is_lost_where_nothing_tells(text: str) -> None:
    assert Traces().without(text, "▇") == text
    made = of("用户的猫叫魑魅团团")
    cleaned = made.without(text, "▇")
    assert "魑魅团团" not in cleaned and made.without(cleaned, "▇") == cleaned
