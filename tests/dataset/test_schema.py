"""A data set of any age becomes today's; one of tomorrow is refused."""

import asyncio
import sqlite3
from pathlib import Path
from typing import get_args

import pytest

from tests.dataset.deeds import through
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.core.terms import terms
from zishu_app.dataset import acts
from zishu_app.dataset.find import Filter, Order, groups, page, tag_counts
from zishu_app.dataset.sample import SampleMessage
from zishu_app.dataset.schema import STEPS
from zishu_app.dataset.store import get, open_samples, source_of, tags_of
from zishu_app.dataset.versions import versions_of
from zishu_app.review.desk import Desk

#: what the first version held: two samples of one source, the second one edited, rejected and marked
FIRST = """
    INSERT INTO names (id, text) VALUES (1, '旅行'), (2, '太短'), (3, '小林'), (4, '好例子');
    INSERT INTO sources VALUES (1, x'0a', 'talk.json', '[{"role":"user","content":"很长"}]', '{}');
    INSERT INTO samples (id, key, kind, language, scenario, created, length, turns) VALUES (1, x'01', 0, 0, 1, 100, 4, 2);
    INSERT INTO samples (id, key, kind, language, scenario, verdict, created, decided, reason, reviewer, score, spread,
        priority, stars, length, turns, version) VALUES (2, x'02', 1, 0, 1, 2, 200, 300, 2, 3, 4.5, 1, 0.5, 2, 3, 2, 1);
    INSERT INTO bodies VALUES (1, '路线', '去哪', '[{"role":"user","content":"去哪"},{"role":"assistant","content":"西湖"}]',
        '{"seed":7}', NULL);
    INSERT INTO bodies VALUES (2, '总结', '问', '[{"role":"user","content":"问"},{"role":"assistant","content":"新的"}]',
        '{}', 1);
    INSERT INTO versions VALUES (2, 0, '[{"role":"user","content":"问"},{"role":"assistant","content":"旧"}]', '', '', 200);
    INSERT INTO versions VALUES (2, 1, '[{"role":"user","content":"问"},{"role":"assistant","content":"新的"}]', 'edit', '小林', 250);
    INSERT INTO tags VALUES (4, 2);
    INSERT INTO ratings VALUES (2, '', 'clear', 1, 2, '', 1, 260);
    INSERT INTO acts VALUES (1, 250, '小林', 'edit', '{"at":1}', 'done', 1);
    INSERT INTO changes VALUES (1, 2, 'version', '0', '1');
    INSERT INTO acts VALUES (2, 300, '小林', 'reject', '{"reason":"太短"}', 'done', 1);
    INSERT INTO changes VALUES (2, 2, 'verdict', '["pending","","",null]', '["rejected","太短","小林",300]');
"""
WORDS = {1: "路线\n去哪\n西湖", 2: "总结\n问\n新的"}


def of_version(path: Path, version: int, newer: int = 0) -> None:
    """A file as that version left it, with something in it."""
    connection = sqlite3.connect(path)
    for step in STEPS[:version]:
        connection.executescript(step)
    if version:
        connection.executescript(FIRST)
        for number, text in WORDS.items():
            connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (number, terms(text)))
        connection.commit()
    connection.execute(f"PRAGMA user_version = {version + newer}")
    connection.close()


def shape(path: Path) -> list[tuple[str, str, str]]:
    """Every table, index and trigger, column by column."""
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name, IFNULL(sql, '') FROM sqlite_schema ORDER BY name").fetchall()
    found = [(*row, str(connection.execute(f"PRAGMA table_info({row[0]})").fetchall())) for row in names]
    connection.close()
    return found


@pytest.mark.parametrize("version", range(len(STEPS) + 1))
def test_every_earlier_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    open_samples(tmp_path / "fresh.sqlite").close()
    of_version(tmp_path / "old.sqlite", version)
    open_samples(tmp_path / "old.sqlite").close()
    assert shape(tmp_path / "old.sqlite") == shape(tmp_path / "fresh.sqlite")


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
async def test_what_an_old_one_holds_is_there(tmp_path: Path, version: int) -> None:
    of_version(tmp_path / "old.sqlite", version)
    samples = open_samples(tmp_path / "old.sqlite")
    with samples.reading() as connection:
        orders = {order: [row.id for row in page(connection, Filter(), order)] for order in get_args(Order)}
        assert orders == {
            "newest": [2, 1],
            "oldest": [1, 2],
            "priority": [2, 1],
            "best": [2, 1],
            "worst": [2, 1],
        }
        assert [row.id for row in page(connection, Filter(text="西湖"))] == [1]
        assert [row.id for row in page(connection, Filter(tags=("好例子",), text="新的"))] == [2]
        first, second = get(connection, 1), get(connection, 2)
        assert first is not None and second is not None and second.source is not None
        assert (first.scenario, first.provenance, first.verdict) == ("旅行", {"seed": 7}, "pending")
        assert (second.verdict, second.reason, second.reviewer, second.stars) == (
            "rejected",
            "太短",
            "小林",
            2.0,
        )
        assert second.messages[1] == SampleMessage("assistant", "新的", loss=True)
        source = source_of(connection, second.source)
        assert source is not None and source.name == "talk.json"
        assert [one.n for one in groups(connection)] == [1, 1] and tag_counts(connection) == {"好例子": 1}
        assert [one.why for one in versions_of(connection, 2)] == ["", "edit"]
        assert [one.what for one in acts.history(connection, sample=2)] == ["reject", "edit"]
    await asyncio.to_thread(samples.close)


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
async def test_what_was_done_with_an_old_one_is_undone_with_todays(tmp_path: Path, version: int) -> None:
    of_version(tmp_path / "old.sqlite", version)
    samples = open_samples(tmp_path / "old.sqlite")
    await Desk(samples, "小林", ScriptedClock()).tag(1, ["新"])
    for _ in range(3):
        assert await through(acts.undo(samples))
    with samples.reading() as connection:
        one = get(connection, 2)
        assert one is not None
        assert (one.verdict, one.version, one.messages[1].content) == ("pending", 0, "旧")
        assert page(connection, Filter(text="新的")) == [] and tags_of(connection, [1]) == {}
        assert [row.id for row in page(connection, Filter(text="旧"))] == [2]
    await asyncio.to_thread(samples.close)


def test_a_newer_one_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    of_version(path, len(STEPS), newer=1)
    before = shape(path)
    with pytest.raises(DataError) as caught:
        open_samples(path)
    assert "newer version" in caught.value.message and "Update the program" in caught.value.hint
    assert shape(path) == before
