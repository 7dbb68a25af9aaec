"""The numbers of the data set: held against counting sample by sample."""

import dataclasses
from collections import Counter
from typing import Any

import pytest

from tests.dataset.made import fill
from tests.dataset.spoken import draft
from zishu_app.core.tokens import open_counter
from zishu_app.dataset.find import ids_of
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.stats import LENGTHS, MARKS, ROUNDS, Statistics, statistics
from zishu_app.dataset.store import Samples, add, get_many
from zishu_app.dataset.wanted import Filter

FILTERS = [
    Filter(),
    Filter(verdicts=("removed",)),
    Filter(kinds=("dialogue", "distilled"), languages=("zh",)),
    Filter(tags=("好例子",)),
    Filter(tags=("好例子", "check:short")),
    Filter(text="机器"),
    Filter(text="机器", tags=("口语",), verdicts=("pending",)),
    Filter(score=(3, 5)),
    Filter(flagged=True),
    Filter(judged=False),
    Filter(text="——"),
]


def read(samples: Samples, wanted: Filter) -> tuple[Statistics, list[Sample]]:
    with samples.reading() as connection:
        return statistics(connection, wanted), get_many(connection, ids_of(connection, wanted))


def counted(values: Any) -> dict[str, int]:
    return {key: n for key, n in Counter(values).items() if key}


def in_bins(bins: Any) -> dict[float, int]:
    return {one.begin: one.n for one in bins if one.n}


def below(value: float, edges: Any) -> float:
    return max(edge for edge in edges if edge <= value)


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
async def test_sums_are_those_of_counting_each(samples: Samples, wanted: Filter) -> None:
    await fill(samples, 120)
    await samples.write(
        ("UPDATE samples SET stars = 1 + id % 9 / 2.0, version = id % 3 WHERE id % 4 = 0", ())
    )
    told, found = read(samples, wanted)
    texts = [[one.content for one in sample.messages] for sample in found]
    lengths = [sum(map(len, one)) for one in texts]
    assert (told.samples, told.messages) == (len(found), sum(map(len, texts)))
    assert (told.characters, told.rounds) == (sum(lengths), sum(len(one) // 2 for one in texts))
    assert told.tokens == sum(sum(open_counter("o200k_base").count_many(one)) for one in texts)
    assert told.counted == len(found)
    assert told.kinds == counted(one.kind for one in found)
    assert told.languages == counted(one.language for one in found)
    assert told.verdicts == counted(one.verdict for one in found)
    assert told.scenarios == counted(one.scenario for one in found)
    assert told.edited == sum(one.version > 0 for one in found)
    assert told.flagged == sum(one.flagged for one in found)
    tags = counted(tag for one in found for tag in one.tags)
    assert told.tags == {tag: n for tag, n in tags.items() if not tag.startswith("check:")}
    assert told.checks == {tag[6:]: n for tag, n in tags.items() if tag.startswith("check:")}
    assert in_bins(told.lengths) == counted_by(lengths, LENGTHS)
    assert in_bins(told.rounds_bins) == counted_by([len(one) // 2 for one in texts], ROUNDS)
    for marks, given in ((told.scores, "score"), (told.stars, "stars")):
        there = [getattr(one, given) for one in found if getattr(one, given) is not None]
        assert marks.n == len(there) == sum(one.n for one in marks.bins)
        assert marks.mean == (pytest.approx(sum(there) / len(there)) if there else None)
        assert in_bins(marks.bins) == counted_by(there, [mark - 0.25 for mark in MARKS], 0.25)


def counted_by(values: Any, edges: Any, shift: float = 0) -> dict[float, int]:
    return dict(Counter(below(one, edges) + shift for one in values))


async def test_the_most_frequent_comes_first(samples: Samples) -> None:
    await fill(samples, 80)
    told, _ = read(samples, Filter())
    for counts in (told.kinds, told.languages, told.scenarios, told.verdicts, told.tags):
        assert list(counts.values()) == sorted(counts.values(), reverse=True)


async def test_mistakes_by_kind(samples: Samples) -> None:
    made = [
        {"message": 0, "start": 0, "end": 1, "original": "在", "kind": kind}
        for kind in ("谐音", "谐音", "缺字")
    ]
    await add(
        samples,
        [
            draft("再吗", "在的", provenance={"mistakes": made}),
            draft("早安", "早呀", provenance={"mistakes": made[:1]}),
            draft("晚安", "好梦", provenance={"mistakes": "无"}),
            draft("你好", "你好呀", provenance={"mistakes": [7, {}]}),
            draft("再见", "明天见"),
        ],
        1,
    )
    assert read(samples, Filter())[0].mistakes == {"谐音": 3, "缺字": 1}


async def test_of_very_many_some_are_counted_and_the_rest_is_reckoned(
    samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zishu_app.dataset.stats.COUNTED", 100)
    monkeypatch.setattr("zishu_app.dataset.stats.SOME", 60)
    kinds = [{"kind": "谐音"}]
    await add(
        samples,
        [
            draft(
                f"第{number}个问题怎么答？",
                "这样答就可以了。" * (number % 5 + 1),
                provenance={"mistakes": kinds},
            )
            for number in range(300)
        ],
        1,
    )
    told, found = read(samples, Filter())
    assert told.counted == 60 and told.samples == 300
    exact = sum(
        sum(open_counter("o200k_base").count_many([one.content for one in sample.messages]))
        for sample in found
    )
    assert told.tokens == pytest.approx(exact, rel=0.05)
    assert told.mistakes == {"谐音": 300}
    assert told.characters == sum(len(one.content) for sample in found for one in sample.messages)


async def test_nothing_at_all(samples: Samples) -> None:
    told, _ = read(samples, Filter())
    assert (told.samples, told.tokens, told.lengths, told.scores.mean) == (0, 0, (), None)
    assert not any((told.kinds, told.tags, told.checks, told.mistakes))
    assert dataclasses.asdict(told)["rounds"] == 0
