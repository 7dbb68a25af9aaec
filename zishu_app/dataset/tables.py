"""Rows of CSV files, whatever they are separated by.

The first line holds the headings. Of the usual separators that one is right with which most headings say something to
us (see dataset/pairs): counting separators in prose goes wrong, for prose is full of commas.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.pairs import heading, known_headings
from zishu_app.dataset.records import Record
from zishu_app.dataset.talks import LISTS, Place

SEPARATORS = ",\t;|，；"
#: characters of one cell: a quotation mark that nobody closes is noticed, and a long talk still fits
CELL = 1 << 24


def csv_rows(path: Path, codec: str) -> Iterator[Record]:
    """The rows of a CSV file as records. Raises DataError where no heading says anything to us."""
    csv.field_size_limit(CELL)
    with path.open("rb") as raw, io.TextIOWrapper(raw, codec, newline="") as file:
        separator = _separator(path, file.readline())
        file.seek(0)
        rows = csv.reader(file, delimiter=separator, strict=True)
        names = [name.strip() for name in _next(rows, Place(path, alone=True)) or ()]
        number = 0
        while True:
            place = Place(path, number + 1, rows.line_num + 1)
            try:
                cells = _next(rows, place)
            except DataError as error:
                value: object = error
            else:
                if cells is None:
                    return
                if not any(map(str.strip, cells)):
                    continue
                value = _row(names, cells, place)
            number += 1
            yield Record(place, value, raw.tell())


def _next(rows: Iterator[list[str]], place: Place) -> list[str] | None:
    """The next row; None after the last. Raises DataError where it is no CSV."""
    try:
        return next(rows, None)
    except csv.Error as error:
        raise place.error(
            t(f"不是有效的 CSV（{error}）", f"not valid CSV ({error})"),
            t("检查这一行的引号是否成对。", "Check that quotation marks in this row come in pairs."),
        ) from error


def _separator(path: Path, head: str) -> str:
    """The one that makes sense of the first line."""
    found = {one: len(known_headings(_cells(head, one))) for one in SEPARATORS}
    best = max(found, key=lambda one: found[one])
    if not found[best]:
        shown = head.strip()[:80]
        raise Place(path, alone=True).error(
            t(f"第一行不是认识的列名（“{shown}”）", f'no heading in its first line is known ("{shown}")'),
            t(
                "第一行写列名，例如 instruction,input,output、prompt,response、问题,答案 或 messages。",
                "Write headings in the first line, such as instruction,input,output; prompt,response; "
                "question,answer; or messages.",
            ),
        )
    return best


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _row(names: list[str], cells: list[str], place: Place) -> object:
    """A row as a record, or the DataError that says why it is none."""
    if len(cells) != len(names):
        return place.error(
            t(
                f"有 {len(cells)} 格，而表头有 {len(names)} 列",
                f"it has {len(cells)} cells under {len(names)} headings",
            ),
            t("含分隔符或换行的文字要加引号。", "Texts with separators or line breaks need quotation marks."),
        )
    return unfolded({name: cell for name, cell in zip(names, cells, strict=True) if name})


def unfolded(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a table as a record: what nobody wrote is not there, lists of messages are lists again."""
    record = {}
    for name, value in row.items():
        if value is None or value == "":
            continue
        key = heading(name) if heading(name) in _LISTS else name
        record[key] = _list(value) if key in _LISTS else value
    return record


#: columns that hold lists, as text of JSON where the table has no lists
_LISTS = (*LISTS, "history")


def _list(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found: object = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found
