"""Records out of JSON files, one at a time: lines, the elements of a list, or the file as a whole.

A list of a million records is read as it stands, an element at a time, so that a file of any size fits. What is wrong
with a record comes in its place, as the DataError that says so.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.talks import Place, list_key


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file."""

    place: Place
    #: a JSON value, or the DataError that says why there is none
    value: object
    #: bytes of the file that were read when it was there
    at: int


def is_jsonl(path: Path, codec: str) -> bool:
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


def lines(path: Path, codec: str) -> Iterator[Record]:
    """Each line's record."""
    number = 0
    with path.open("rb") as raw, io.TextIOWrapper(raw, codec) as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            number += 1
            place = Place(path, number, line)
            yield Record(place, parse(text, place), raw.tell())


def is_sillytavern_file(path: Path, codec: str) -> bool:
    """Whether the lines are one chat of SillyTavern's: a first line about it, then a message each."""
    with path.open(encoding=codec) as file:
        text = next((line for line in file if line.strip()), "")
    first = parse(text, Place(path))
    return isinstance(first, dict) and (
        {"user_name", "character_name"} <= first.keys() or {"mes", "is_user"} <= first.keys()
    )


def sillytavern(path: Path, codec: str) -> Iterator[Record]:
    """A chat's lines as one record, under `mes_lines`; lines that are broken come before it."""
    chat: dict[str, Any] = {}
    said: list[object] = []
    size = path.stat().st_size
    for record in lines(path, codec):
        if isinstance(record.value, dict) and "mes" not in record.value:
            chat |= record.value
        elif isinstance(record.value, dict):
            said.append(record.value)
        else:
            yield record
    yield Record(Place(path, alone=True), chat | {"mes_lines": said}, size)


def whole(path: Path, codec: str) -> Iterator[Record]:
    """The records of a JSON file: an object, a list of objects, or one talk as a bare list of messages.

    Raises DataError where it is no JSON at all.
    """
    size, text = path.stat().st_size, path.read_text(encoding=codec)
    alone = Place(path, alone=True)
    if not text.strip():
        return
    value = parse(text, alone)
    if isinstance(value, DataError):
        raise value
    if isinstance(value, list) and not _is_talk(value):
        for number, record in enumerate(value, 1):
            yield Record(Place(path, number), record, size)
    else:
        yield Record(alone, value, size)


def elements(path: Path, codec: str) -> Iterator[Record]:
    """As `whole`, but a list is read an element at a time; where it breaks off, what came before is kept."""
    with path.open("rb") as raw, io.TextIOWrapper(raw, codec) as file:
        list_of = _List(path, file)
        first = list_of.begin() and list_of.next()
        if first and not (isinstance(first[1], DataError) or _is_message(first[1])):
            element: tuple[Place, object] | None = first
            while element:
                yield Record(*element, raw.tell())
                element = list_of.next()
            return
    yield from whole(path, codec)


def parse(text: str, place: Place) -> object:
    """The JSON value of `text`, or the DataError that says why there is none."""
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        # in a JSONL file the line is known already
        return _broken(place, error, 0 if place.line is not None else error.lineno)
    except (ValueError, RecursionError) as error:
        return place.error(t(f"不是有效的 JSON（{error}）", f"not valid JSON ({error})"))
    return _mend(value) if _HALF.search(text) else value


def _broken(place: Place, error: json.JSONDecodeError, line: int) -> DataError:
    at = t(f"第 {line} 行", f"line {line}, ") if line else ""
    return place.error(
        t(
            f"不是有效的 JSON（{at}第 {error.colno} 列：{error.msg}）",
            f"not valid JSON ({at}column {error.colno}: {error.msg})",
        ),
        t("文件可能不完整，请重新导出。", "The file may be incomplete: export it again."),
    )


def _is_talk(value: list[Any]) -> bool:
    """Whether a list holds messages, not talks."""
    return bool(value) and all(map(_is_message, value))


def _is_message(entry: object) -> bool:
    return isinstance(entry, dict) and ("role" in entry or "from" in entry) and not list_key(entry)


#: an escaped half of a character: a text cut by a program that counts in UTF-16
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _mend(value: object) -> object:
    """`value` with lone surrogates replaced: they cannot be written to any file or sent anywhere."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


class _List:
    """A JSON list that is read in blocks; `text` from `at` on is what was read and not used."""

    BLOCK = 1 << 18  # characters
    #: an element is not whole yet where it goes wrong so close to the end
    NEAR = 16

    def __init__(self, path: Path, file: io.TextIOWrapper) -> None:
        self.path, self.file = path, file
        self.text, self.at, self.line, self.number = "", 0, 1, 0
        self.over = False
        self.decode = json.JSONDecoder().raw_decode

    def begin(self) -> bool:
        """Whether it is a list at all; steps over its bracket."""
        found = self._skip() == "["
        self.at += found
        return found

    def next(self) -> tuple[Place, object] | None:
        """The next element, or the DataError that says where the list breaks off; None after the last."""
        sign = self._skip(",")
        if sign == "]" or (not sign and self.number < 0):
            return None
        self.number += 1
        place = Place(self.path, self.number)
        while True:
            try:
                value, end = self.decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self._more_may_help(error) and self._read():
                    continue
                line = self.line + self.text.count("\n", self.at, error.pos)
                return place, self._end(_broken(place, error, line))
            except RecursionError as error:
                return place, self._end(
                    place.error(t(f"不是有效的 JSON（{error}）", f"not valid JSON ({error})"))
                )
            if end == len(self.text) and self._read():
                continue  # a number may go on
            return place, self._taken(value, end)

    def _taken(self, value: object, end: int) -> object:
        begun, self.at = self.at, end
        self.line += self.text.count("\n", begun, end)
        return _mend(value) if _HALF.search(self.text, begun, end) else value

    def _end(self, error: DataError) -> DataError:
        """Nothing can be read after an element that is broken."""
        self.text, self.at, self.over, self.number = "", 0, True, -1
        return error

    def _more_may_help(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated") or error.pos >= len(self.text) - self.NEAR

    def _skip(self, also: str = "") -> str:
        """The next character that says something; steps over white space and `also`."""
        while True:
            while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] in also):
                self.line += self.text[self.at] == "\n"
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._read():
                return ""

    def _read(self) -> bool:
        """Read on: as much again as an unfinished element has, so that a long one is not read over and over."""
        if self.over:
            return False
        rest = self.text[self.at :]
        came = self.file.read(max(self.BLOCK, len(rest)))
        self.text, self.at, self.over = rest + came, 0, not came
        return bool(came)
