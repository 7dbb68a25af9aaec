"""One scenario file, read and checked: what is wrong with it is said with its line, all of it at once.

People write these files by hand, on Windows as often as not, so a mistake in one must be easy to find and
must never stop the others.
"""

import difflib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.texts import Language, t

TEXT_KEYS = ("name", "description", "user_prompt", "ai_role")
KEYS = (*TEXT_KEYS, "user_followups")
SUFFIXES = (".toml", ".json")

#: the name becomes part of file names such as distilled_<name>_20260112_165404.json. Windows forbids these
#: characters; 255 bytes is the limit of common file systems, and a Chinese character takes three.
FORBIDDEN = '/\\:*?"<>|'
LONGEST_NAME = 80
LONGEST_NAME_BYTES = 200
#: Windows reads these as devices, whatever extension follows
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, in the user's language; `line` counts from 1."""

    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file that could be parsed: its text, and the table it holds."""

    text: str
    values: dict[str, Any]
    is_json: bool

    def line_of(self, key: str) -> int | None:
        """The line on which a top-level key is written, where it can be found."""
        return _line_of(self.text, key, is_json=self.is_json)


class _Repeated(ValueError):
    """JSON itself allows a key twice and keeps the last; for us that is a slip."""


def read_source(path: Path) -> Source | Problem:
    """Read and parse a .toml or .json file; a byte order mark is fine."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Problem(
            None, t(f"读不了这个文件：{error.strerror}。", f"The file cannot be read: {error.strerror}.")
        )
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Problem(
            line, t("不是 UTF-8 编码，请另存为 UTF-8。", "This is not UTF-8; save the file as UTF-8.")
        )
    is_json = path.suffix.lower() == ".json"
    try:
        values = json.loads(text, object_pairs_hook=_table) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return _not_parsed(error, text, is_json=is_json)
    if not isinstance(values, dict):
        return Problem(1, t("最外层应该是一个 {…} 对象。", "The outermost value must be an object {…}."))
    return Source(text, values, is_json)


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Repeated(key)
        found[key] = value
    return found


def _not_parsed(error: Exception, text: str, *, is_json: bool) -> Problem:
    """The parser's complaint with the line it names."""
    if isinstance(error, RecursionError):
        return Problem(None, t("嵌套太深，读不懂。", "It is nested too deeply to be read."))
    if isinstance(error, _Repeated):
        key = str(error)
        line = _line_of(text, key, is_json=True, last=True)
        return Problem(line, t(f"“{key}”写了两次。", f"'{key}' is given twice."))
    if isinstance(error, json.JSONDecodeError):
        return Problem(
            error.lineno, t(f"JSON 写得不对：{error.msg}。", f"This is not valid JSON: {error.msg}.")
        )
    # tomllib tells the place only in words before Python 3.14
    said, _, place = str(error).partition(" (at ")
    number = re.match(r"line (\d+)", place)
    at_end = max(len(text.splitlines()), 1) if place.startswith("end of document") else None
    kind = "JSON" if is_json else "TOML"
    return Problem(
        int(number[1]) if number else at_end,
        t(f"{kind} 写得不对：{said}。", f"This is not valid {kind}: {said}."),
    )


def _line_of(text: str, key: str, *, is_json: bool, last: bool = False) -> int | None:
    word = re.escape(key)
    in_json = rf'"{word}"\s*:'
    in_toml = rf"^[ \t]*(?:\[\[?[ \t]*)?([\"']?){word}\1[ \t]*[=.\]]"
    found = list(re.finditer(in_json if is_json else in_toml, text, re.MULTILINE))
    return text.count("\n", 0, found[-1 if last else 0].start()) + 1 if found else None


def language_of(values: Mapping[str, Any]) -> Language | None:
    """What the file says (None: something we do not know), else what its texts look like."""
    if "language" in values:
        said = values["language"]
        return said if said in ("zh", "en") else None
    return "zh" if any(_CJK.search(text) for text in _texts(values)) else "en"


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    lines = values.get("user_followups")
    found = [values.get(key) for key in TEXT_KEYS] + (lines if isinstance(lines, list) else [])
    return (text for text in found if isinstance(text, str))


def check(source: Source) -> list[Problem]:
    """Everything that is wrong with the table, keys the file should not have first."""
    return [
        Problem(source.line_of(key) if key in source.values else None, reason)
        for key, reason in faults_in(source.values)
    ]


def faults_in(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of a table that are wrong, and why, wherever the table comes from."""
    for key in values:
        if key not in (*KEYS, "language"):
            yield key, _unknown(key)
    for key in KEYS:
        if key not in values:
            yield key, t(f"缺少“{key}”。", f"'{key}' is missing.")
    for key in (key for key in KEYS if key in values):
        fault = _followups_fault(values[key]) if key == "user_followups" else _text_fault(key, values[key])
        if key == "name" and not fault:
            fault = name_fault(values[key])
        if fault:
            yield key, fault
    if language_of(values) is None:
        yield "language", t("“language”只能是 zh 或 en。", "'language' must be zh or en.")


def _unknown(key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.7)
    zh, en = (f"，是不是“{close[0]}”？", f"; did you mean '{close[0]}'?") if close else ("。", ".")
    return t(f"不认识的项“{key}”{zh}", f"Unknown key '{key}'{en}")


def _text_fault(key: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return t(f"“{key}”应该是一段文字。", f"'{key}' must be text.")
    if not value.strip():
        return t(f"“{key}”是空的。", f"'{key}' is empty.")
    if any(unicodedata.category(character) == "Cs" for character in value):
        return t(f"“{key}”里有半个字符，存不成文件。", f"'{key}' holds half a character (a lone surrogate).")
    return None


def _followups_fault(value: Any) -> str | None:
    if not isinstance(value, list):
        return t("“user_followups”应该是一个列表。", "'user_followups' must be a list.")
    if not value:
        return t("“user_followups”里至少要有一句。", "'user_followups' needs at least one line.")
    faults = (_text_fault(f"user_followups[{number}]", item) for number, item in enumerate(value, 1))
    return next((fault for fault in faults if fault), None)


def name_fault(name: str) -> str | None:
    """Why a name cannot become part of a file name, or None."""
    bad = [c for c in name if c in FORBIDDEN or unicodedata.category(c) in ("Cc", "Zl", "Zp")]
    if bad:
        shown = " ".join(c if c in FORBIDDEN else f"U+{ord(c):04X}" for c in dict.fromkeys(bad))
        return t(
            f"名称里有不能用在文件名中的字符：{shown}",
            f"The name holds characters that cannot stand in a file name: {shown}",
        )
    if name.strip().strip(".") != name:
        return t("名称的开头和结尾不能是点或空格。", "The name must not begin or end with a dot or a space.")
    if len(name) > LONGEST_NAME or len(name.encode()) > LONGEST_NAME_BYTES:
        return t(
            f"名称太长：最多 {LONGEST_NAME} 个字符，且 UTF-8 不超过 {LONGEST_NAME_BYTES} 字节（约 66 个汉字）。",
            f"The name is too long: at most {LONGEST_NAME} characters and {LONGEST_NAME_BYTES} bytes of UTF-8.",
        )
    if name.split(".")[0].strip().upper() in DEVICES:
        return t(f"Windows 不允许文件叫“{name}”。", f"Windows does not allow a file called '{name}'.")
    return None
