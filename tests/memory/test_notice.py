"""What of a message is worth remembering: labelled lines, and what no message may do.

`python -m tests.memory.test_notice` prints how many lines of each list are right, with precision and recall.
"""

import time
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.memory.noticing.notice import is_private, language_of, notice
from zishu_app.memory.noticing.rule import first_of
from zishu_app.memory.noticing.slots import taste
from zishu_app.memory.store import Noted

NOW = datetime(2026, 1, 12, 16, 54)
LINES: dict[str, list[list[str]]] = tomllib.loads(
    (Path(__file__).parent / "said.toml").read_text(encoding="utf-8")
)
#: what the rules do not find, looked at and left: each would let in more than it finds
LEFT = {
    "so I finally got a new job, I'm at a game studio now",
    "I'm in my second year, doing computer science",
    "It's Kim, by the way",
}
#: of the lists that were looked at
SEEN = (
    "zh_first", "en_first", "zh_second", "en_second", "zh_third", "en_third", "zh_fifth", "en_fifth",
)  # fmt: skip


def right(noted: Sequence[Noted], wanted: Sequence[str]) -> bool:
    """Whether exactly what is wanted was noted."""
    left = list(noted)
    for entry in wanted:
        kinds, *pieces = entry.split(" ")
        found = next((one for one in left if one.kind in kinds.split("|") and holds(one.text, pieces)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def holds(text: str, pieces: Sequence[str]) -> bool:
    return all(any(way.lower() in text.lower() for way in piece.split("|")) for piece in pieces)


def seen() -> Iterator[tuple[str, list[str]]]:
    yield from ((line[0], line[1:]) for name in SEEN for line in LINES[name])


def figures(name: str) -> tuple[int, int, float, float]:
    """Lines that are right, all lines, precision, recall; a line counts as a whole."""
    good = found = wanted = whole = 0
    for text, *asked in LINES[name]:
        noted = notice(text, NOW)
        whole += right(noted, asked)
        good += len(asked) if right(noted, asked) else 0
        found, wanted = found + len(noted), wanted + len(asked)
    return whole, len(LINES[name]), good / max(found, 1), good / max(wanted, 1)


def test_the_lists_are_long_enough() -> None:
    assert sum(map(len, LINES.values())) >= 400
    assert sum(len(line) == 1 for lines in LINES.values() for line in lines) >= 150


@pytest.mark.parametrize(("text", "wanted"), list(seen()))
def test_a_labelled_line(text: str, wanted: list[str]) -> None:
    noted = notice(text, NOW)
    assert right(noted, wanted) is (text not in LEFT), noted


@pytest.mark.parametrize("name", ["zh_fourth", "en_fourth", "zh_sixth", "en_sixth"])
def test_what_was_never_looked_at_is_rarely_wrong(name: str) -> None:
    _, _, precision, recall = figures(name)
    assert precision >= 0.88 and recall >= 0.7


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("我的生日是五月五号，住在杭州", ["birthday", "home"]),
        ("我住在杭州，生日是五月五号", ["home", "birthday"]),
        ("我叫周晚，今年26岁，在南京读博", ["name", "age", "school"]),
        ("我姐比我大五岁，在银行上班", ["", "older sister.work"]),
        ("My birthday is on May 5 and I live in Hangzhou", ["birthday", "home"]),
        ("I live in Hangzhou. My birthday is May 5th.", ["home", "birthday"]),
        ("I'm Nora, I live in York and work as a nurse", ["name", "home", "job"]),
        ("my sister's a vet and lives in York", ["", "sister.home"]),
        ("I'm 35, single and I work in a library", ["age", "", "work"]),
    ],
)
def test_two_things_in_one_sentence_are_two_memories(text: str, slots: list[str]) -> None:
    assert [one.slot for one in notice(text, NOW)] == slots


@pytest.mark.parametrize(
    "text",
    [
        "我有个儿子，今年四岁",
        "我昨天看了部电影，叫星际穿越",
        "我有个朋友，在北京上班",
        "我妈来了，在家做饭",
        "I have a friend and lives in York",
        "please sit down and enjoy the party",
    ],
)
def test_what_goes_on_about_somebody_else_is_not_said_of_the_person(text: str) -> None:
    slots = {one.slot for one in notice(text, NOW)}
    assert not slots & {"age", "name", "work", "home", "job"}


def test_of_oneself_is_told_of_the_user() -> None:
    said = {
        "I usually skip breakfast": "The user usually skips breakfast",
        "I often go there with my friends": "The user often goes there with their friends",
        "I like watching films by myself": "The user likes watching films by themselves",
        "I moved to London two years ago": "The user lives in London",
        "你叫我小王就好": "用户希望被叫作小王",
    }
    assert {text: notice(text, NOW)[0].text for text in said} == said


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("我叫林晓彤", "name", "林晓彤"),
        ("My name is Daniel", "name", "daniel"),
        ("我住在杭州", "home", "杭州"),
        ("I live in Leeds", "home", "leeds"),
        ("我不住在北京了", "home", "not:北京"),
        ("I don't live in Berlin anymore", "home", "not:berlin"),
        ("我妹妹叫小雨", "younger sister.name:小雨", "小雨"),
        ("My sister's name is Emma", "sister.name:emma", "emma"),
        ("我的猫叫团子", "cat.name:团子", "团子"),
        ("I have a cat named Mochi", "cat.name:mochi", "mochi"),
        ("我喜欢喝茶", taste("喝茶"), "yes"),
        ("I hate cilantro", taste("cilantro"), "no"),
        ("My birthday is on June 18th", "birthday", "june 18th"),
    ],
)
def test_what_it_answers(text: str, slot: str, value: str) -> None:
    [noted] = notice(text, NOW)
    assert (noted.slot, noted.value) == (slot, value)


def test_what_was_asked_for_is_sure_and_matters() -> None:
    [asked], [said] = notice("记住，我对花生过敏", NOW), notice("我对花生过敏", NOW)
    assert (asked.text, asked.confidence) == (said.text, 1.0)
    assert asked.importance >= 0.9
    [free] = notice("Remember that the plumber comes at ten", NOW)
    assert (free.text, free.kind) == ("The plumber comes at ten", "fact")


def test_secrets_stay_out_unless_one_asks_for_it() -> None:
    assert notice("我的密码是hunter2", NOW) == []
    assert notice("My card number is 4111 1111 1111 1111", NOW) == []
    assert len(notice("记一下，我wifi密码是12345678", NOW)) == 1
    assert is_private("the password") and not is_private("the passage")


def test_a_wish_to_forget_leaves_nothing_behind() -> None:
    assert notice("忘了我住在北京", NOW) == []
    assert notice("Forget that I live in Berlin", NOW) == []


def test_a_pasted_text_says_nothing_of_who_pastes_it() -> None:
    assert notice("我喜欢猫。" + "天气很好。" * 200, NOW) == []
    assert notice("```\nI like cats\n```", NOW) == []
    assert notice("他写道：“我住在北京。”", NOW) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("我喜欢Python", "zh"), ("I like 猫 a lot, really", "en"), ("", "en"), ("...", "en")],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text("我你叫是在有喜欢住不了的，。！？明天记忘 imyloveIMY'.\"“”0123{}", max_size=60))
def test_whatever_is_said_is_survived(text: str) -> None:
    for noted in notice(text, NOW):
        assert noted.text.strip() and noted.slot.strip() == noted.slot


PIECES = [
    "一直",
    "从小",
    "嗯",
    "哎",
    "对了",
    "紫舒老师",
    "请你",
    "我刚才",
    "真的",
    "最近",
    "已经",
    "我",
    "很",
    "really ",
    "ok, ",
    "please ",
]


@settings(deadline=None)
@given(
    st.sampled_from(PIECES), st.integers(20, 80), st.sampled_from(["", "x", "我", "忘", "我喜欢", "I like "])
)
def test_no_message_takes_long(piece: str, times: int, end: str) -> None:
    notice("我喜欢猫", NOW)  # compiled
    began = time.perf_counter()
    notice(piece * times + end, NOW)
    assert time.perf_counter() - began < 0.5


def test_no_rule_fits_nothing() -> None:
    assert first_of([], "我喜欢猫") is None


if __name__ == "__main__":
    for each in LINES:
        whole, lines, precision, recall = figures(each)
        print(f"{each}: {whole} of {lines} lines right, precision {precision:.3f}, recall {recall:.3f}")
