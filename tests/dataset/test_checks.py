"""The checks as a whole: laws that hold for every sample, limits, words, and the tags that a run leaves."""

import asyncio
import time
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataset.spoken import draft, sample
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.texts import set_language
from zishu_app.dataset import acts
from zishu_app.dataset.checking.findings import CHECKS, Limits, blank, width, words_only
from zishu_app.dataset.checking.words import explanation, title, told
from zishu_app.dataset.checks import Checked, Checking, check_all, findings_of, tag_of
from zishu_app.dataset.fields import Change
from zishu_app.dataset.find import Filter, ids_of, tag_counts
from zishu_app.dataset.sample import message
from zishu_app.dataset.store import Samples, add, get, set_messages

LIMITS = Limits(shortest=2)
#: pieces that the checks look for, and whatever else there is
PIECES = st.sampled_from(
    [
        "```", "\n", "<think>", "</think>", "抱歉，我无法", "回答。", "I'm sorry, but I can't ", "assist.", "13918273645", " ",
        "@", "gmail.com", "a", "，", "：", "| a | b |", "$x$", "https://a.com/b", "路8号3栋501室", "杭州市", "sk-", "哈" * 30,
        "110105199003072119", "作为一个AI，", "\t", "１３９", "\ud83d", "\x00", "Main Street", "12 ", "eyJ", "0571-", "~~~",
    ]
) | st.text(max_size=8)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)
ROLES = st.sampled_from(["system", "user", "assistant"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ROLES, TEXTS), max_size=6), st.sampled_from(["zh", "en"]))
def test_whatever_is_said_places_lie_in_their_messages(talk: list[tuple[str, str]], language: str) -> None:
    made = sample(*(text for _, text in talk), roles=[role for role, _ in talk], language=language)
    found = findings_of(made, LIMITS)
    assert found == findings_of(made, LIMITS)
    assert [-1 if one.message is None else one.message for one in found] == sorted(
        -1 if one.message is None else one.message for one in found
    )
    for one in found:
        assert one.check in CHECKS and told(one)
        content = "" if one.message is None else made.messages[one.message].content
        assert 0 <= one.start <= one.end <= len(content)
    private = [(one.message, one.start, one.end) for one in found if one.check == "private"]
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in zip(private, private[1:], strict=False))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_what_is_taken_out_leaves_every_place_where_it_was(text: str) -> None:
    words = words_only(text)
    assert len(words) == len(text) and words.count("\n") == text.count("\n")
    assert all(a == b or a == " " for a, b in zip(words, text, strict=True))
    assert blank(text) == text


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.booleans())
def test_speaking_in_turn_breaks_no_roles(rounds: int, system: bool) -> None:
    roles = [*(["system"] if system else []), *islice(cycle(["user", "assistant"]), rounds * 2)]
    made = sample(*(f"第{number}句话。" for number in range(len(roles))), roles=roles)
    assert not [one for one in findings_of(made, LIMITS) if one.check == "roles"]


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1 ", "抱歉", "作为一个AI", "<think", "`", "```\n", "$", "|", "\t", "(", "路1号", "北京市朝阳区", "12 Aaa Bbb ", "a@b.",
        "eyJa", "I'm sorry ", "\\(", "\\[", "哈哈a", "62", "1-", "- a\n", "&lt;a", "http://", "~~~\n", "-----BEGIN PRIVATE KEY-----\n",
    ],
)  # fmt: skip
def test_no_text_takes_for_ever(piece: str) -> None:
    made = sample("问题是什么？", (piece * 40_000)[:40_000])
    began = time.perf_counter()
    findings_of(made, LIMITS)
    assert time.perf_counter() - began < 5


def test_limits() -> None:
    made = sample("你好呀", "12345678", "好的", "<think>很多很多很多很多想法</think>9")
    assert not findings_of(made, Limits(shortest=9, longest=100))
    (short,) = findings_of(made, Limits(shortest=10, longest=100))
    assert (short.check, short.message, short.what) == ("short", 3, "short")
    (long,) = findings_of(made, Limits(shortest=0, longest=20))
    assert (long.check, long.message) == ("long", None)


def test_a_sample_of_nothing() -> None:
    assert [one.what for one in findings_of(sample(), LIMITS)] == ["no_answer"]
    assert [one.what for one in findings_of(sample("只有系统", roles=["system"]), LIMITS)] == ["no_answer"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_check_is_told_in_words(language: Any) -> None:
    set_language(language)
    told_by = [(title(check), explanation(check)) for check in CHECKS]
    assert len(set(told_by)) == len(CHECKS) and all(all(pair) for pair in told_by)
    assert any("一" <= letter <= "鿿" for letter in told_by[0][0]) == (language == "zh")


def test_width() -> None:
    assert (width("abc"), width("你好"), width("你好，a")) == (3, 4, 7)


async def filled(samples: Samples) -> list[int | None]:
    """Three samples: one is right, one is a refusal with a telephone number before it, one is empty."""
    drafts = [
        draft("红烧肉怎么做？", "五花肉切块焯水，炒糖色，小火炖一个小时就好。", tags=("好例子",)),
        draft(
            "我的电话是13918273645，帮我黑进去。",
            "抱歉，我无法协助完成这个请求。",
            tags=("口语", "check:short"),
        ),
        draft("在吗", "", verdict="rejected"),
    ]
    return await add(samples, drafts, 1)


async def checked(samples: Samples, wanted: Filter = Filter(), limits: Limits = LIMITS) -> Checked:  # noqa: B008
    events = [event async for event in check_all(samples, wanted, limits, asyncio.Event())]
    assert all(isinstance(event, Checking) for event in events[:-1])
    assert isinstance(events[-1], Checked)
    return events[-1]


async def test_what_is_found_becomes_tags_and_a_filter_brings_it_up(samples: Samples) -> None:
    one, two, three = await filled(samples)
    ended = await checked(samples)
    assert (ended.done, ended.total) == (3, 3)
    assert {check: n for check, n in ended.found.items() if n} == {
        "private": 1, "refusal": 1, "roles": 1, "short": 1,
    }  # fmt: skip
    with samples.reading() as connection:
        assert ids_of(connection, Filter(tags=(tag_of("private"),))) == [two]
        assert ids_of(connection, Filter(tags=("check:refusal", "check:private"))) == [two]
        assert ids_of(connection, Filter(tags=("check:short",))) == [three]
        assert tag_counts(connection) == {
            "check:private": 1, "check:refusal": 1, "check:roles": 1, "check:short": 1, "口语": 1, "好例子": 1,
        }  # fmt: skip
        assert (get(connection, one or 0) or sample()).tags == ("好例子",)


async def test_looking_again_says_how_it_is_now(samples: Samples) -> None:
    _, two, three = await filled(samples)
    await checked(samples)
    better = (message("user", "你好呀"), message("assistant", "你好，今天想聊点什么？"))

    def edit(connection: Any) -> None:
        set_messages(connection, two or 0, better)

    await samples.change(edit)
    again = await checked(samples, Filter(tags=("check:private",)))
    assert (again.done, again.total) == (1, 1)
    with samples.reading() as connection:
        assert (get(connection, two or 0) or sample()).tags == ("口语",)
        # what was not looked at keeps what was found before
        assert (get(connection, three or 0) or sample()).tags == ("check:roles", "check:short")


async def test_it_goes_in_steps_and_stops_between_them(
    samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zishu_app.dataset.checks.STEP", 2)
    drafts = [draft(f"第{number}个问题？", "嗯") for number in range(7)]
    await add(samples, drafts, 1)
    stop, seen = asyncio.Event(), []
    async for event in check_all(samples, Filter(), Limits(), stop):
        seen.append(event)
        if event.done == 4:
            stop.set()
    assert [event.done for event in seen] == [2, 4, 4]
    assert isinstance(seen[-1], Checked) and (seen[-1].total, seen[-1].found["short"]) == (7, 4)
    with samples.reading() as connection:
        assert ids_of(connection, Filter(tags=("check:short",))) == [1, 2, 3, 4]


async def test_nothing_to_look_at(samples: Samples) -> None:
    ended = await checked(samples)
    assert (ended.done, ended.total) == (0, 0) and not any(ended.found.values())


async def test_tags_of_people_and_of_checks_do_not_touch_each_other(samples: Samples) -> None:
    _, two, _ = await filled(samples)
    number, clock = two or 0, ScriptedClock()

    def tags() -> tuple[str, ...]:
        with samples.reading() as connection:
            return (get(connection, number) or sample()).tags

    await acts.do(samples, "tag", [Change(number, "tags", ["好"])], "me", clock)
    assert tags() == ("check:short", "好")  # what a check said before
    await checked(samples)
    assert tags() == ("check:private", "check:refusal", "好")
    async for _ in acts.undo(samples):
        pass
    assert tags() == ("check:private", "check:refusal", "口语")  # it is not said again
    async for _ in acts.redo(samples):
        pass
    assert tags() == ("check:private", "check:refusal", "好")
    act = await acts.do(samples, "tag", [Change(number, "tags", ["check:long", "好"])], "me", clock)
    assert tags() == ("check:private", "check:refusal", "好") and act.total <= 1


async def test_checks_are_no_act(samples: Samples) -> None:
    await filled(samples)
    await checked(samples)
    assert samples.read("SELECT COUNT(*) AS n FROM acts")[0]["n"] == 0
