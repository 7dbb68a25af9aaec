"""Talks from files: this program's conversations, OpenAI `messages` and ShareGPT, as JSON or JSONL.

A list of ten thousand talks with one bad line is the normal case. `read_talks` stops at it and says where it is,
`read_talks_partly` brings the rest and the list of what is wrong. JSONL is read line by line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.encoding import find_encoding
from zishu_app.dataset.talks import Place, Talk, read_record

__all__ = ["BadItem", "Talk", "iterate_talks", "read_talks", "read_talks_partly"]


@dataclass(frozen=True, slots=True)
class BadItem:
    """A record that is no talk."""

    #: which one in the file, from 1
    number: int
    #: line in a JSONL file, from 1; None in a JSON file
    line: int | None
    #: message (file, place, reason) and hint
    error: DataError


def read_talks(path: Path) -> list[Talk]:
    """All talks of `path`. Raises DataError at the first record that is none, or when there are none at all."""
    talks = []
    for item in iterate_talks(path):
        if isinstance(item, BadItem):
            raise item.error
        talks.append(item)
    return talks


def read_talks_partly(path: Path) -> tuple[list[Talk], list[BadItem]]:
    """The talks of `path`, and what is wrong with its other records.

    Raises DataError only where the file as a whole cannot be read: missing, empty, unknown encoding, broken JSON.
    """
    talks: list[Talk] = []
    bad: list[BadItem] = []
    for item in iterate_talks(path):
        if isinstance(item, BadItem):
            bad.append(item)
        else:
            talks.append(item)
    return talks, bad


def iterate_talks(path: Path) -> Iterator[Talk | BadItem]:
    """Talks and bad records in the file's order, one at a time: a JSONL file of any size fits. Errors as above."""
    codec = find_encoding(path)
    records = _lines(path, codec) if _is_jsonl(path, codec) else _whole(path, codec)
    empty = True
    for place, record in records:
        empty = False
        try:
            if isinstance(record, DataError):
                raise record
            talk: Talk | BadItem = read_record(record, place)
        except DataError as error:
            talk = BadItem(place.number, place.line, error)
        yield talk
    if empty:
        raise Place(path, alone=True).error(
            t("文件里没有对话", "there is no talk in it"), t("选另一个文件。", "Choose another file.")
        )


def _is_jsonl(path: Path, codec: str) -> bool:
    """Whether each line is a record of its own. The name does not decide: `.json` files with lines are common."""
    named = path.suffix.lower() in (".jsonl", ".ndjson")
    with path.open(encoding=codec) as file:
        first = next((line.strip() for line in file if line.strip()), "")
        more = any(line.strip() for line in file)
    if not more or first[:1] not in ("{", "["):
        return named and first[:1] != "["
    if named and first[:1] == "{":
        return first != "{"  # one record printed over many lines
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(path: Path, codec: str) -> Iterator[tuple[Place, object]]:
    """Each line's record, or the DataError that says why it is none."""
    number = 0
    with path.open(encoding=codec) as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            number += 1
            place = Place(path, number, line)
            yield place, _parse(text, place)


def _whole(path: Path, codec: str) -> Iterator[tuple[Place, object]]:
    """The records of a JSON file: an object, a list of objects, or one talk as a bare list of messages."""
    text = path.read_text(encoding=codec)
    alone = Place(path, alone=True)
    if not text.strip():
        return
    value = _parse(text, alone)
    if isinstance(value, DataError):
        raise value
    if isinstance(value, list) and not _is_talk(value):
        for number, record in enumerate(value, 1):
            yield Place(path, number), record
    else:
        yield alone, value


def _is_talk(value: list[Any]) -> bool:
    """Whether a list holds messages, not talks."""
    return bool(value) and all(
        isinstance(entry, dict) and ("role" in entry or "from" in entry) for entry in value
    )


#: an escaped half of a character: a text cut by a program that counts in UTF-16
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _parse(text: str, place: Place) -> object:
    """The JSON value of `text`, or the DataError that says why there is none."""
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        # in a JSONL file the line is known already
        line = "" if place.line is not None else t(f"第 {error.lineno} 行", f"line {error.lineno}, ")
        return place.error(
            t(
                f"不是有效的 JSON（{line}第 {error.colno} 列：{error.msg}）",
                f"not valid JSON ({line}column {error.colno}: {error.msg})",
            ),
            t("文件可能不完整，请重新导出。", "The file may be incomplete: export it again."),
        )
    except (ValueError, RecursionError) as error:
        return place.error(t(f"不是有效的 JSON（{error}）", f"not valid JSON ({error})"))
    return _mend(value) if _HALF.search(text) else value


def _mend(value: object) -> object:
    """`value` with lone surrogates replaced: they cannot be written to any file or sent anywhere."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value
