"""JSON from strangers: read within bounds, and its values taken for what they are meant to be.

Programs differ in what they write where there is nothing (null, "", no key at all) and in whether a number is a text.
What can be meant one way only is taken so; what cannot is an error that names the place.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: bytes of one file's JSON: a lorebook of some hundred entries takes half a megabyte
MOST_JSON = 4_000_000
#: whole numbers beyond that mean nothing here
MOST_NUMBER = 1_000_000_000
_LONE = re.compile("[\ud800-\udfff]")


def parsed(data: bytes, where: str) -> Any:
    """The value of a JSON file. Raises DataError."""
    if len(data) > MOST_JSON:
        raise spoilt(
            where,
            t(f"文字多于 {MOST_JSON // 1_000_000} MB", f"more than {MOST_JSON // 1_000_000} MB of text"),
        )
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        return _whole_all(found) if "\\ud" in text.lower() else found
    except (ValueError, RecursionError) as error:  # also text that is no UTF-8
        raise spoilt(where, t("不是有效的 JSON", "it is no valid JSON")) from error


def kept_text(value: Mapping[str, Any]) -> str:
    """What is kept as it came, as one text; "" where there is nothing."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True) if value else ""


def kept_value(text: object) -> dict[str, Any]:
    """The opposite of `kept_text`; empty where somebody wrote something else there."""
    try:
        found = json.loads(text) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class Fields:
    """The values of one object by name; `where` names it in what is said of mistakes."""

    def __init__(self, value: object, where: str, *, may_lack: bool = False) -> None:
        if value is None and may_lack:
            value = {}
        if not isinstance(value, dict):
            raise spoilt(where, t("这里应该是一个对象", "an object is expected here"))
        self.value: dict[str, Any] = value
        self.where = where

    def text(self, name: str) -> str:
        """A text; a number is written out, nothing is empty."""
        found = self.value.get(name)
        if found is None:
            return ""
        if isinstance(found, str):
            return whole(found)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        raise self.wrong(name, t("应该是文字", "text is expected"))

    def texts(self, name: str) -> tuple[str, ...]:
        """Texts; one alone may hold several with commas between them."""
        found = self.value.get(name)
        if found is None:
            return ()
        if isinstance(found, str):
            return tuple(one.strip() for one in whole(found).split(",") if one.strip())
        if not isinstance(found, list):
            raise self.wrong(name, t("应该是一组文字", "a list of texts is expected"))
        return tuple(whole(str(one)) for one in found if isinstance(one, str | int | float))

    def number(self, name: str, otherwise: int, low: int = -MOST_NUMBER, high: int = MOST_NUMBER) -> int:
        """A whole number within bounds; what is no number counts as not said."""
        found = self.value.get(name)
        if isinstance(found, str):
            found = float(found) if re.fullmatch(r"\s*-?\d{1,15}(\.\d{0,9})?\s*", found, re.ASCII) else None
        if isinstance(found, bool) or not isinstance(found, int | float):
            return otherwise
        return min(max(int(found), low), high)

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """Yes or no; what is neither counts as not said."""
        found = self.value.get(name)
        if isinstance(found, bool | int):
            return bool(found)
        return otherwise

    def part(self, name: str) -> "Fields":
        """An object within it; nothing is an empty one."""
        return Fields(self.value.get(name), f"{self.where}.{name}", may_lack=True)

    def wrong(self, name: str, reason: str) -> DataError:
        """An error that names the place."""
        return spoilt(f"{self.where}.{name}", reason)


def whole(text: str) -> str:
    """Without halves of characters, which no file can hold."""
    return _LONE.sub("\ufffd", text)


def _whole_all(value: Any) -> Any:
    """Every text in a value without halves of characters."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [_whole_all(one) for one in value]
    if isinstance(value, dict):
        return {whole(name): _whole_all(one) for name, one in value.items()}
    return value


def spoilt(where: str, reason: str) -> DataError:
    """What is wrong with a file of another program."""
    return DataError(
        t(f"{where}：{reason}。", f"{where}: {reason}."),
        t(
            "换一个文件，或在原来的程序里重新导出。",
            "Take another file, or export it once more from where it came.",
        ),
    )


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return found
