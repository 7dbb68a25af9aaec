"""Finding: whatever way is taken through the file, what comes is what a plain look at every sample would find."""

import asyncio
import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataset.made import CLAUSES, NOW, SCENARIOS, TAGS, fill
from zishu_app.core.terms import folded
from zishu_app.dataset import find
from zishu_app.dataset.find import Filter, Order, filter_from_dict
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS, Sample
from zishu_app.dataset.store import get_many, open_samples
from zishu_app.dataset.ways import by_groups, conditions, select

MANY = 240
ORDERS: tuple[Order, ...] = get_args(Order)

CJK = "\u3040-\u30ff\u4e00-\u9fff"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    samples = open_samples(tmp_path_factory.mktemp("find") / "samples.sqlite")
    asyncio.run(fill(samples, MANY))
    with samples.reading() as opened:
        yield opened
    samples.close()


@pytest.fixture(scope="module")
def known(connection: sqlite3.Connection) -> dict[int, Sample]:
    return {one.id: one for one in get_many(connection, range(MANY + 1))}


def pieces(text: str) -> list[str]:
    """Runs of Chinese characters, and words."""
    return re.findall(f"[{CJK}]+|[^\\W_{CJK}]+", folded(text))


def is_chinese(piece: str) -> bool:
    return bool(re.match(f"[{CJK}]", piece))


def meets(piece: str, asked: str, *, first: bool, last: bool) -> bool:
    """Whether a piece of a text is the piece of a phrase: its ends may be cut where the phrase ends."""
    if is_chinese(asked):
        if first and last:
            return asked in piece and is_chinese(piece)
        return piece.endswith(asked) if first else piece.startswith(asked) if last else piece == asked
    whole = asked.isascii() and len(asked) < 3
    return piece.startswith(asked) if last and not whole else piece == asked


def says(sample: Sample, phrase: str) -> bool:
    """Whether the phrase's pieces follow each other somewhere in the sample."""
    text = pieces("\n".join([sample.title, *(one.content for one in sample.messages)]))
    asked = pieces(phrase)
    size = len(asked)
    return any(
        all(
            meets(piece, one, first=at == 0, last=at == size - 1)
            for at, (piece, one) in enumerate(zip(text[start : start + size], asked, strict=True))
        )
        for start in range(len(text) - size + 1)
    )


def fits(sample: Sample, wanted: Filter, phrases: list[str]) -> bool:
    """One sample against one filter, plainly."""
    tests = [
        sample.verdict in (wanted.verdicts or VERDICTS[:-1]),
        not wanted.kinds or sample.kind in wanted.kinds,
        not wanted.languages or sample.language in wanted.languages,
        not wanted.scenarios or sample.scenario in wanted.scenarios,
        set(wanted.tags) <= set(sample.tags),
        wanted.flagged is None or sample.flagged == wanted.flagged,
        wanted.score is None
        or (sample.score is not None and wanted.score[0] <= sample.score <= wanted.score[1]),
        wanted.spread is None or (sample.spread is not None and sample.spread >= wanted.spread),
        wanted.judged is None or (sample.score is not None) == wanted.judged,
        wanted.created is None or wanted.created[0] <= sample.created < wanted.created[1],
    ]
    asked = [phrase for phrase in phrases if pieces(phrase)]
    return all(tests) and (not phrases or bool(asked)) and all(says(sample, phrase) for phrase in asked)


def sort_key(connection: sqlite3.Connection, order: Order) -> Any:
    priority = dict(map(tuple, connection.execute("SELECT id, priority FROM samples")))
    return {
        "newest": lambda one: (-one.id,),
        "oldest": lambda one: (one.id,),
        "priority": lambda one: (-priority[one.id], -one.id),
        "best": lambda one: (one.score is None, -(one.score or 0), -one.id),
        "worst": lambda one: (one.score is None, one.score or 0, -one.id),
    }[order]


phrase = st.one_of(
    st.sampled_from(
        [
            "机器",
            "学习",
            "器",
            "GPT",
            "gpt",
            "mus",
            "AI",
            "o",
            "用gpt",
            "机器学习",
            "好",
            "café",
            "Ａｉ",
            "——",
            "2024",
        ]
    ),
    st.builds(
        lambda text, at, size: text[at : at + size],
        st.sampled_from(CLAUSES),
        st.integers(0, 8),
        st.integers(1, 9),
    ),
).map(lambda text: text.replace('"', "").strip())
phrases = st.one_of(st.just([]), st.lists(phrase.filter(bool), min_size=1, max_size=2))
maybe = st.booleans()


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


def either(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.none(), strategy)


marks = st.sampled_from([1.0, 2.5, 4.0, 4.5, 5.0])
times = st.integers(NOW - 60, NOW + 60 * MANY)
filters = st.builds(
    Filter,
    kinds=some(KINDS),
    languages=some(LANGUAGES),
    scenarios=some((*SCENARIOS, "不存在")),
    verdicts=some(VERDICTS),
    tags=st.one_of(st.just(()), some((*TAGS, "nowhere"))),
    flagged=either(maybe),
    score=either(st.tuples(marks, marks)),
    spread=either(st.sampled_from([0.0, 0.5, 4.0])),
    judged=either(maybe),
    created=either(st.tuples(times, times)),
)
#: how many samples are few: all ways through the file are gone
limits = st.sampled_from([(0, 30), (40, 1), (10**6, 1)])
#: the same for counting: of all samples, with and without an index that holds all that is asked; and a short time
counting = st.sampled_from([(16, 64, 4), (1, 1, 1), (10**6, 10**6, 1), (4, 8, 2)])


def asked_for(texts: list[str]) -> str:
    return " ".join(
        f'"{text}"' if " " in text or random.Random(text).random() < 0.5 else text for text in texts
    )


@settings(max_examples=400, deadline=None)
@given(filters, phrases, st.sampled_from(ORDERS), st.sampled_from([1, 7, 50, 1000]), limits)
def test_pages_joined_are_what_a_plain_look_finds(
    connection: sqlite3.Connection,
    known: dict[int, Sample],
    wanted: Filter,
    texts: list[str],
    order: Order,
    size: int,
    limit: tuple[int, int],
) -> None:
    wanted = filter_from_dict({**wanted.as_dict(), "text": asked_for(texts)})
    expected = sorted(
        (one for one in known.values() if fits(one, wanted, texts)), key=sort_key(connection, order)
    )
    find.FEW, find.PASSED = limit
    try:
        rows, last = [], None
        while got := find.page(connection, wanted, order, last, size):
            rows += got
            last = got[-1]
            assert len(rows) <= MANY
        assert [row.id for row in rows] == [one.id for one in expected]
        assert all(find.place_of(connection, row.id, order) == (row.place, row.id) for row in rows[:3])
        assert find.count(connection, wanted) == find.Count(len(expected))
        counted = find.count(connection, wanted, size)
        assert counted.n == (len(expected) if counted.exact else size < len(expected) and size)
    finally:
        find.FEW, find.PASSED = 20_000, 30


@settings(max_examples=300, deadline=None)
@given(filters, phrases, st.sampled_from([None, 1, 7, 1000]), counting)
def test_however_it_is_counted_it_is_what_a_plain_look_finds(
    connection: sqlite3.Connection,
    known: dict[int, Sample],
    wanted: Filter,
    texts: list[str],
    most: int | None,
    parts: tuple[int, int, int],
) -> None:
    wanted = filter_from_dict({**wanted.as_dict(), "text": asked_for(texts)})
    whole = sum(fits(one, wanted, texts) for one in known.values())
    find.COUNTED, find.READ, find.SHORT = parts
    try:
        counted = find.count(connection, wanted, most)
        stopped = most is not None and whole > most and not counted.exact
        assert counted == (find.Count(most or 0, exact=False) if stopped else find.Count(whole))
    finally:
        find.COUNTED, find.READ, find.SHORT = 16, 64, 4


def test_what_is_rare_is_counted_without_leaving_the_index(connection: sqlite3.Connection) -> None:
    wanted = Filter(
        kinds=("distilled",), score=(1.0, 2.0), spread=0.5, flagged=False, created=(NOW, NOW + 60 * MANY)
    )
    start = by_groups(wanted)
    sql, values = select("1", start, [(start.condition, start.values), *conditions(wanted, start)])
    plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any("COVERING INDEX samples_by_facet" in line for line in plan), plan


@settings(max_examples=100, deadline=None)
@given(filters, phrases, st.sampled_from([1, 10, 1000]))
def test_numbers_in_parts_are_all_numbers_in_their_order(
    connection: sqlite3.Connection, known: dict[int, Sample], wanted: Filter, texts: list[str], size: int
) -> None:
    wanted = filter_from_dict({**wanted.as_dict(), "text": asked_for(texts)})
    numbers: list[int] = []
    while part := find.ids_of(connection, wanted, numbers[-1] if numbers else 0, size):
        numbers += part
    assert numbers == sorted(one.id for one in known.values() if fits(one, wanted, texts))
    assert find.ids_of(connection, wanted) == numbers


@given(filters, phrases)
def test_a_filter_survives_json(wanted: Filter, texts: list[str]) -> None:
    wanted = filter_from_dict({**wanted.as_dict(), "text": asked_for(texts)})
    assert filter_from_dict(json.loads(json.dumps(wanted.as_dict()))) == wanted


def test_a_filter_that_asks_for_no_flag_says_so() -> None:
    assert Filter(flagged=False, judged=False).as_dict() == {"flagged": False, "judged": False}
    assert Filter().as_dict() == {}


def test_groups_and_tags_are_counted(connection: sqlite3.Connection, known: dict[int, Sample]) -> None:
    groups = Counter((one.kind, one.language, one.scenario, one.verdict) for one in known.values())
    found = {(one.kind, one.language, one.scenario, one.verdict): one.n for one in find.groups(connection)}
    assert found == groups
    assert find.tag_counts(connection) == Counter(tag for one in known.values() for tag in one.tags)


def test_a_row_is_its_sample(connection: sqlite3.Connection, known: dict[int, Sample]) -> None:
    for row in find.page(connection, Filter(verdicts=VERDICTS), size=MANY):
        one = known[row.id]
        assert (row.kind, row.language, row.scenario, row.title) == (
            one.kind,
            one.language,
            one.scenario,
            one.title,
        )
        assert (row.verdict, row.flagged, row.score, row.spread) == (
            one.verdict,
            one.flagged,
            one.score,
            one.spread,
        )
        assert (row.turns, row.length) == (len(one.messages), sum(len(each.content) for each in one.messages))
        assert row.lead.split()[0] in one.messages[0].content and row.created == one.created


def test_nothing_is_found_in_an_empty_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    samples = open_samples(tmp_path_factory.mktemp("empty") / "samples.sqlite")
    with samples.reading() as opened:
        for order in ORDERS:
            assert find.page(opened, Filter(text="x"), order) == find.page(opened, Filter(), order) == []
        assert find.count(opened, Filter(tags=("x",))).n == 0 and find.groups(opened) == []
        assert find.place_of(opened, 1) is None
    samples.close()
