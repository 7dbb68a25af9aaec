"""Samples that are there twice: what counts as that, which is kept, and the way back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.dataset.spoken import draft
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.texts import set_language
from zishu_app.dataset import acts
from zishu_app.dataset.duplicates import (
    Duplicates,
    Group,
    How,
    Searching,
    dismiss,
    find_duplicates,
    keep_best,
)
from zishu_app.dataset.sample import Draft, Source, fingerprint, message
from zishu_app.dataset.store import Samples, add, get_many
from zishu_app.dataset.wanted import Filter

ANSWER = "五花肉切块焯水，锅里放糖炒出糖色，下肉翻炒，加生抽、老抽和料酒，倒热水没过肉，小火炖一个小时，最后大火收汁就好了。"
OTHER = "先把排骨泡去血水，冷水下锅焯一遍，捞出洗净，加姜片和两勺料酒，水要一次加足，炖到筷子能扎透，最后十分钟再放盐和玉米。"
PASSAGE = (
    "下面是一段介绍：西湖位于杭州市区西部，南北长约三公里，东西宽约两公里，湖面被孤山、白堤、苏堤、杨公堤分隔，是著名的风景名胜。"
    * 2
)


async def put(samples: Samples, *drafts: Draft) -> list[int]:
    """Their numbers. Each is another sample, whatever it says."""
    named = [
        replace(one, key=fingerprint("duplicates", number, one.key)) for number, one in enumerate(drafts)
    ]
    return [one or 0 for one in await add(samples, named, 1)]


async def found(samples: Samples, wanted: Filter = Filter(), **how: Any) -> Duplicates:  # noqa: B008
    events = [event async for event in find_duplicates(samples, wanted, How(**how), asyncio.Event())]
    assert all(isinstance(event, Searching) for event in events[:-1])
    ended = events[-1]
    assert isinstance(ended, Duplicates)
    return ended


def ids_of(ended: Duplicates) -> list[tuple[str, tuple[int, ...]]]:
    return [(group.how, group.ids) for group in ended.groups]


async def test_the_same_is_the_same_in_any_width_case_and_spacing(samples: Samples) -> None:
    one, two, _ = await put(
        samples,
        draft("How do I ＣＯＯＫ  rice?", "Wash it,\n\nadd water. "),
        draft("how do i cook rice?", "wash it, add water."),
        draft("how do i cook rice?", "wash it, add salt."),
    )
    ended = await found(samples)
    assert ended.groups == (Group("exact", (one, two), 1.0),)
    assert (ended.read, ended.left_out, ended.finished) == (3, 0, True)


async def test_nearly_the_same_is_told_by_question_and_answer(samples: Samples) -> None:
    one, two, *_ = await put(
        samples,
        draft("红烧肉怎么做？", ANSWER),
        draft("红烧肉怎么做呢？", ANSWER.replace("一个小时", "两个小时")),
        draft("排骨汤怎么炖？", OTHER),
        draft("红烧肉怎么做？", OTHER),
        draft("你好", "你好！我是紫舒老师，很高兴认识你，想学什么都可以问我，我们一步一步慢慢来，不着急。"),
        draft(
            "介绍一下你自己",
            "你好！我是紫舒老师，很高兴认识你，想学什么都可以问我，我们一步一步慢慢来，不着急。",
        ),
    )
    (group,) = (await found(samples)).groups
    assert (group.how, set(group.ids)) == ("near", {one, two}) and 0.8 <= group.similarity < 1
    assert not (await found(samples, near=0.95)).groups


async def test_a_long_answer_is_there_twice_whatever_was_asked(samples: Samples) -> None:
    long = "".join(
        f"第{number}步，把第{number * 7}号材料放进锅里，慢慢搅拌{number + 3}分钟。" for number in range(40)
    )
    one, two = await put(samples, draft("怎么做？", long), draft("麻烦教教我", long + "完。"))
    assert ids_of(await found(samples)) == [("near", (two, one))]


async def test_many_questions_about_one_text_are_no_duplicates(samples: Samples) -> None:
    """Nor are many questions with one short answer; where both are the same, they are."""
    same = ("西湖好看吗？", "好看。")
    numbers = await put(
        samples,
        draft(
            f"{PASSAGE}问题：西湖有多长？",
            "南北长约三公里，东西宽约两公里，绕湖走一圈大约要三个小时，骑车更快。",
        ),
        draft(
            f"{PASSAGE}问题：湖面被什么分隔？",
            "湖面被孤山和几条长堤分隔成了好几个部分，各有各的名字，也各有各的风景。",
        ),
        draft(f"{PASSAGE}问题：西湖在哪里？", "在杭州。"),
        draft(f"{PASSAGE}问题：西湖在哪座城市？", "在杭州。"),
        draft("黄山好看吗？", "好看。"),
        draft(*same),
        draft(*same),
    )
    assert ids_of(await found(samples)) == [("exact", tuple(numbers[-2:]))]


async def test_one_talk_under_two_labels_or_two_roles_is_one_talk(samples: Samples) -> None:
    one, two, three = await put(
        samples,
        draft("红烧肉怎么做？", ANSWER, scenario="做饭"),
        draft("红烧肉怎么做？", ANSWER, scenario="导入"),
        draft("你是一位厨师。", "红烧肉怎么做？", ANSWER, roles=["system", "user", "assistant"]),
    )
    (group,) = (await found(samples)).groups
    assert (group.how, set(group.ids), group.similarity) == ("near", {one, two, three}, 1.0)


def distilled(source: str, chunk: str, text: str) -> Draft:
    made = draft(f"请提炼下面的对话：{chunk}", text, kind="distilled")
    return replace(made, source=Source(fingerprint(source), source, (message("user", chunk),)))


async def test_chunks_of_one_talk_overlap_and_are_no_duplicates(samples: Samples) -> None:
    numbers = await put(
        samples,
        distilled("甲", PASSAGE + "一", ANSWER),
        distilled("甲", PASSAGE + "二", ANSWER.replace("一个小时", "四十分钟")),
        distilled("甲", PASSAGE + "三", OTHER),
        distilled("甲", "完全不同的一段话", OTHER),
        distilled("乙", PASSAGE + "四", ANSWER.replace("最后", "然后")),
    )
    ended = await found(samples)
    # of one source only what is the same; of two sources what is near
    assert ids_of(ended)[0] == ("exact", (numbers[2], numbers[3]))
    (near,) = ended.groups[1:]
    assert near.how == "near" and numbers[4] in near.ids and len(near.ids) in (2, 3)
    assert near.best == numbers[4] or set(near.ids) <= {numbers[0], numbers[4]} | {numbers[1], numbers[4]}


async def test_what_is_rejected_is_not_looked_at_unless_asked_for(samples: Samples) -> None:
    one, two, three = await put(
        samples,
        draft("在吗", "在的"),
        draft("在吗", "在的", verdict="rejected"),
        draft("在吗", "在的", verdict="removed"),
    )
    assert (await found(samples)).groups == ()
    asked = Filter(verdicts=("pending", "rejected", "removed"))
    assert ids_of(await found(samples, asked)) == [("exact", (one, two, three))]
    assert (await found(samples, Filter(tags=("nothing",)))).read == 0


async def test_the_best_comes_first(samples: Samples) -> None:
    """Accepted, then the person's marks, then the judges', then the longer one, then the older one."""
    texts = [draft("红烧肉怎么做？", ANSWER) for _ in range(5)]
    texts += [draft("红烧肉怎么做？", ANSWER + "\n\n"), draft("红烧肉怎么做？", ANSWER, verdict="accepted")]
    numbers = await put(samples, *texts)
    await samples.write(
        ("UPDATE samples SET score = 5 WHERE id = ?", (numbers[2],)),
        ("UPDATE samples SET stars = 3, score = 1 WHERE id = ?", (numbers[3],)),
        ("UPDATE samples SET stars = 2, score = 5 WHERE id = ?", (numbers[4],)),
    )
    (group,) = (await found(samples)).groups
    order = [6, 3, 4, 2, 5, 0, 1]
    assert group == Group("exact", tuple(numbers[one] for one in order), 1.0)
    assert group.best == numbers[6]


@pytest.mark.parametrize(("language", "reason"), [("zh", "与样本 1 重复"), ("en", "duplicate of 1")])
async def test_keeping_the_best_is_one_act_that_can_be_taken_back(
    samples: Samples, language: Any, reason: str
) -> None:
    set_language(language)
    numbers = await put(
        samples,
        draft("在吗", "在的", verdict="accepted"),
        draft("在吗", "在的"),
        draft("在吗", "在的", verdict="accepted"),
        draft("红烧肉怎么做？", ANSWER),
        draft("红烧肉怎么做？", ANSWER + "！"),
    )
    ended, clock = await found(samples), ScriptedClock()
    before = samples.read("SELECT * FROM samples ORDER BY id")
    act = await keep_best(samples, ended.groups, "me", clock)
    assert (act.what, act.who, act.total, act.detail["groups"]) == ("duplicates", "me", 3, 2)

    def stand() -> list[tuple[Any, ...]]:
        with samples.reading() as connection:
            return [(one.verdict, one.reason, one.reviewer) for one in get_many(connection, numbers)]

    rejected, now = ("rejected", reason, "me"), await asyncio.to_thread(stand)
    assert now[:3] == [("accepted", "", ""), rejected, rejected]
    assert sorted(one[0] for one in now[3:]) == ["pending", "rejected"]
    assert (await found(samples)).groups == ()
    async for _ in acts.undo(samples):
        pass
    assert [tuple(row) for row in samples.read("SELECT * FROM samples ORDER BY id")] == list(
        map(tuple, before)
    )
    async for _ in acts.redo(samples):
        pass
    assert await asyncio.to_thread(stand) == now


async def test_what_was_decided_against_keeps_its_reason(samples: Samples) -> None:
    one, two, three = await put(samples, *(draft("在吗", "在的") for _ in range(3)))
    ended = await found(samples)
    await samples.change(
        lambda connection: acts.record(
            connection, "reject", [acts.verdict(two, "rejected", "太短", ("me", 1))], ("me", 1), {}
        )
    )
    act = await keep_best(samples, ended.groups, "me", ScriptedClock())
    assert act.total == 1
    with samples.reading() as connection:
        assert [made.reason for made in get_many(connection, [one, two, three])] == [
            "",
            "太短",
            f"duplicate of {one}",
        ]


async def test_a_group_that_is_none_does_not_come_again(samples: Samples) -> None:
    numbers = await put(
        samples, *(draft("在吗", "在的") for _ in range(2)), draft("早", "早呀"), draft("早", "早呀")
    )
    first, second = (await found(samples)).groups
    act = await dismiss(samples, first, "me", ScriptedClock())
    assert (act.what, act.total, act.detail["ids"]) == ("apart", 0, numbers[:2])
    assert (await found(samples)).groups == (second,)
    async for _ in acts.undo(samples):
        pass
    assert (await found(samples)).groups == (first, second)
    async for _ in acts.redo(samples):
        pass
    assert (await found(samples)).groups == (second,)
    (third,) = await put(samples, draft("在吗", "在的", title="third"))
    assert ids_of(await found(samples))[0] == ("exact", (*numbers[:2], third))


async def embed(texts: Sequence[str]) -> list[list[float]]:
    """A model that knows three meanings, and tells two ways to say one of them a little apart."""
    meanings = {"肉": [1.0, 0.0, 0.0], "汤": [0.0, 1.0, 0.0], "早": [0.0, 0.1, 1.0]}
    return [
        [part + (0.2 if "请问" in text and at == 1 else 0.0) for at, part in enumerate(vector)]
        for text in texts
        for word, vector in meanings.items()
        if word in text.split("\n")[0]
    ]


async def test_the_same_in_other_words_by_embedding(samples: Samples) -> None:
    one, two, three, four, five = await put(
        samples,
        draft("红烧肉怎么做？", ANSWER),
        draft("请问肉怎样红烧才香？", "先炒糖色再小火慢炖，炖够一个钟头自然就香了，记得中途别掀锅盖。"),
        draft("排骨汤怎么炖？", OTHER),
        draft("早", "早呀"),
        draft("早", "早呀"),
    )
    ended = await found(samples, embed=embed, alike=0.95)
    assert ended.groups[0] == Group("exact", (four, five), 1.0)
    (alike,) = ended.groups[1:]
    assert (alike.how, alike.ids) == ("alike", (one, two)) and 0.95 <= alike.similarity < 1
    assert three not in alike.ids and ended.left_out == 0
    assert ids_of(await found(samples, embed=embed, alike=0.99)) == [("exact", (four, five))]


async def test_too_many_to_compare_by_meaning_are_told(
    samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zishu_app.dataset.likeness.alike.MOST", 2)
    numbers = await put(
        samples,
        draft("早上吃什么", "面"),
        draft("早安", "早呀"),
        draft("早啊", "你也早"),
        draft("喝什么汤", "鸡汤"),
    )
    ended = await found(samples, embed=embed)
    assert (ended.groups, ended.left_out) == ((), 2)
    monkeypatch.setattr("zishu_app.dataset.likeness.alike.MOST", 3)
    assert ids_of(await found(samples, embed=embed)) == [("alike", (numbers[2], numbers[1]))]


async def test_distilled_from_one_source_are_not_alike_in_meaning_either(samples: Samples) -> None:
    await put(samples, distilled("甲", "一", "红烧肉的做法一"), distilled("甲", "二", "炒肉的几种做法"))
    assert (await found(samples, embed=embed)).groups == ()


async def test_it_goes_in_steps_and_can_be_stopped(samples: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zishu_app.dataset.likeness.search.STEP", 3)
    await put(samples, *(draft(f"第{number // 2}个问题？", ANSWER) for number in range(8)))
    stop, events = asyncio.Event(), []
    async for event in find_duplicates(samples, Filter(), How(embed=embed), stop):
        events.append(event)
        if isinstance(event, Searching) and event.done == 6:
            stop.set()
    *steps, ended = events
    assert [(one.stage, one.done, one.total) for one in steps if isinstance(one, Searching)] == [
        ("read", 3, 8),
        ("read", 6, 8),
    ]
    assert isinstance(ended, Duplicates) and not ended.finished
    assert (ended.read, [group.how for group in ended.groups]) == (6, ["exact"] * 3)
    whole = [event async for event in find_duplicates(samples, Filter(), How(), asyncio.Event())]
    stages = [one.stage for one in whole if isinstance(one, Searching)]
    assert stages[:3] == ["read"] * 3 and set(stages[3:]) == {"compare"}


async def test_very_many_that_are_all_alike_are_one_group(samples: Samples) -> None:
    drafts = [draft("红烧肉怎么做？", f"{ANSWER}第{number}次。", title=str(number)) for number in range(150)]
    numbers = await put(samples, *drafts)
    (group,) = (await found(samples)).groups
    assert (group.how, set(group.ids)) == ("near", set(numbers))
