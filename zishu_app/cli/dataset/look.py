"""`zishu dataset list` and `search`: samples as lines."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from zishu_app.cli.dataset.tables import table
from zishu_app.cli.dataset.wanted import catch_up, filter_of
from zishu_app.core.errors import UsageError
from zishu_app.core.terms import query
from zishu_app.core.texts import t
from zishu_app.dataset.find import PAGE, Filter, Order, Row, count, page
from zishu_app.dataset.store import Samples, get_many
from zishu_app.dataset.words import kind_word, samples_word, verdict_word
from zishu_app.house import House

#: characters shown around what was found
AROUND = 30


async def list_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Samples, the newest first unless another order is asked for."""
    await catch_up(house, given, stop)
    return await asyncio.to_thread(_show, house.samples, filter_of(given), given, stop)


async def search_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Samples in which all words are, with the place where they are. Raises UsageError for punctuation only."""
    wanted = replace(filter_of(given), text=" ".join(given.text))
    if not query(wanted.text):
        raise UsageError(
            t("没有可以查找的文字。", "There is nothing to look for."),
            t("输入至少一个字或单词。", "Give at least one word."),
        )
    await catch_up(house, given, stop)
    return await asyncio.to_thread(_show, house.samples, wanted, given, stop)


def _show(samples: Samples, wanted: Filter, given: argparse.Namespace, stop: asyncio.Event) -> int:
    with samples.reading() as connection:
        if given.json:
            for row in _rows(connection, wanted, given, stop):
                print(json.dumps(as_json(row), ensure_ascii=False), flush=True)
            return 130 if stop.is_set() else 0
        rows = list(_rows(connection, wanted, given, stop))
        if stop.is_set():
            return 130
        there = count(connection, wanted).n
        if wanted.text:
            found = _around(connection, rows, wanted.text)
            rows = [replace(row, lead=found.get(row.id, row.lead)) for row in rows]
    for line in _lines(rows):
        print(line)
    print(_foot(len(rows), there, wanted))
    return 0


def _rows(connection: Any, wanted: Filter, given: argparse.Namespace, stop: asyncio.Event) -> Iterator[Row]:
    """As many as are asked for, 0: all of them, a page at a time."""
    order: Order = given.order
    left, last = given.limit or 1 << 62, None
    while left > 0 and not stop.is_set():
        found = page(connection, wanted, order, last, min(left, PAGE))
        yield from found
        if not found:
            return
        left, last = left - len(found), found[-1]


def as_json(row: Row) -> dict[str, Any]:
    """A row for programs."""
    told = asdict(row)
    del told["place"]
    return told


def _lines(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    heads = (
        t("编号", "id"),
        t("状态", "state"),
        t("类型", "kind"),
        t("语言", "lang"),
        t("分", "score"),
        t("消息", "msgs"),
        t("日期", "date"),
        t("内容", "content"),
    )
    lines = [heads, *(_cells(row) for row in rows)]
    if any(line[4] for line in lines[1:]):
        return table(lines[0], lines[1:], right={0, 4, 5})
    # nothing was judged or rated: more room for what is said
    lines = [(*line[:4], *line[5:]) for line in lines]
    return table(lines[0], lines[1:], right={0, 4})


def _cells(row: Row) -> tuple[str, ...]:
    mark = row.score if row.stars is None else row.stars
    day = datetime.fromtimestamp(row.created)
    return (
        str(row.id),
        verdict_word(row.verdict) + (" ⚑" if row.flagged else ""),
        kind_word(row.kind),
        row.language,
        "" if mark is None else f"{mark:.1f}",
        str(row.turns),
        f"{day:%Y-%m-%d}",
        " · ".join(filter(None, (row.title, row.lead))),
    )


def _foot(shown: int, there: int, wanted: Filter) -> str:
    if not there:
        return (
            t("没有符合的样本。", "No sample fits.")
            if wanted != Filter()
            else t(
                "还没有样本。用 `zishu generate` 生成，或用 `zishu dataset import` 导入。",
                "There are no samples yet. Make some with `zishu generate`, or bring some with `zishu dataset import`.",
            )
        )
    if shown == there:
        return t(f"共 {samples_word(there)}。", f"{samples_word(there)}.")
    return t(
        f"共 {samples_word(there)}，显示前 {shown:,} 个；--limit 0 显示全部。",
        f"The first {shown:,} of {samples_word(there)}; --limit 0 shows all.",
    )


def _around(connection: Any, rows: Sequence[Row], asked: str) -> dict[int, str]:
    """What stands around the first word that was looked for; nothing where it is not written just so."""
    words = [word.casefold() for word in asked.replace('"', " ").split()]
    found = {}
    for sample in get_many(connection, [row.id for row in rows]):
        for one in sample.messages:
            at = min(
                (place for word in words if (place := one.content.casefold().find(word)) >= 0), default=-1
            )
            if at >= 0:
                piece = one.content[max(at - AROUND, 0) : at + AROUND * 3]
                found[sample.id] = ("…" if at > AROUND else "") + " ".join(piece.split())
                break
    return found
