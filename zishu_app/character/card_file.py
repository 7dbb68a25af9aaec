"""Writing a card's TOML file: what is changed is changed, and everything else stays as its owner wrote it.

The first change to a shipped card begins with a copy of it, comments and all, among the characters of one's own. A card is
checked as a whole before it is written, and what stood in the file before is kept for the way back.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.character.card import MOST_BYTES, Card, card_from
from zishu_app.character.manifest import mistakes
from zishu_app.core.errors import DataError
from zishu_app.core.files import write_text
from zishu_app.core.texts import t
from zishu_app.core.toml_edit import read_document

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item

#: fields that are lists of tables, as they are best read: each a table of its own, or one line each
TABLES, LINES = ("moods", "wears"), ("examples",)
#: columns from which a text is written over several lines
WIDE = 100


@dataclass(frozen=True, slots=True)
class CardChange:
    """A change that was written, and what stood there before; None: there was no file."""

    path: Path
    before: str | None
    after: str


def change_card(path: Path, shown: Path, values: Mapping[str, Any]) -> CardChange:
    """Write fields of the card at `path`; where there is none, that of `shown` is taken first. Blocks.

    Values are plain (see `plain_value`). Raises DataError with every mistake, SettingsError for a file that is no TOML;
    nothing is written then.
    """
    before = path.read_text("utf-8-sig") if path.is_file() else None
    _, document = read_document(
        path if before is not None else shown,
        lambda error: t(
            f"角色卡 {path.name} 读不懂：{error}。", f"The card {path.name} cannot be read: {error}."
        ),
    )
    for name, value in values.items():
        _put(document, name, value)
    return _write(path, before, document.as_string())


def write_card(path: Path, card: Card) -> CardChange:
    """Write a whole card, in place of what is there. Blocks. Raises DataError."""
    before = path.read_text("utf-8-sig") if path.is_file() else None
    return _write(path, before, card_text(card))


def take_back(done: CardChange) -> CardChange:
    """Undo a change: the file letter by letter as it was. Blocks."""
    now = done.path.read_text("utf-8-sig") if done.path.is_file() else None
    if done.before is None:
        done.path.unlink(missing_ok=True)
    else:
        write_text(done.path, done.before)
    return CardChange(done.path, now, done.before or "")


def card_text(card: Card) -> str:
    """A card as TOML: what differs from an empty one."""
    import tomlkit

    document = tomlkit.document()
    found = card.model_dump(mode="json")
    empty = Card(name="-").model_dump(mode="json")
    for name, value in found.items():
        if name in ("format", "name", "language") or value != empty[name]:
            _put(document, name, value)
    return document.as_string()


def plain_value(value: Any) -> Any:
    """A field of a card as `change_card` takes it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return [plain_value(one) for one in value] if isinstance(value, list | tuple) else value


def _write(path: Path, before: str | None, text: str) -> CardChange:
    if len(text.encode("utf-8")) > MOST_BYTES:
        raise mistakes(path, [t(f"大于 {MOST_BYTES:,} 字节", f"larger than {MOST_BYTES:,} bytes")])
    card_from(tomllib.loads(text), path)
    try:
        write_text(path, text)
    except OSError as error:
        raise DataError(
            t(
                f"角色卡存不进 {path}：{error.strerror}。",
                f"The card cannot be kept in {path}: {error.strerror}.",
            ),
            t("检查磁盘空间与权限。", "Check the disk's space and permissions."),
        ) from error
    return CardChange(path, before, text)


def _put(document: "TOMLDocument", name: str, value: Any) -> None:
    """Set a field, or take it out where it is empty."""
    import tomlkit

    if value in ("", None) or (isinstance(value, Sequence | Mapping) and not value):
        if name in document:
            document.remove(name)
        return
    item: Item
    if name in TABLES:
        item = _tables(value)
    elif name in LINES:
        item = _rows(value)
    elif name == "knowledge":
        item = _book(value)
    else:
        item = _item(value)
    if name in document and isinstance(document[name], dict) == isinstance(item, dict):
        document[name] = item
    else:
        if name in document:
            document.remove(name)
        document.append(tomlkit.key(name), item)


def _tables(rows: Sequence[Mapping[str, Any]]) -> "Item":
    import tomlkit

    made = tomlkit.aot()
    for row in rows:
        made.append(_table(row))
    return made


def _rows(rows: Sequence[Mapping[str, Any]]) -> "Item":
    import tomlkit

    made = tomlkit.array()
    for row in rows:
        inner = tomlkit.inline_table()
        for name, value in row.items():
            inner.append(name, _text(value, one_line=True) if isinstance(value, str) else value)
        made.append(inner)
    return made.multiline(True)


def _book(book: Mapping[str, Any]) -> "Item":
    """A lorebook: its entries as tables, each with what differs from an empty one."""
    import tomlkit

    from zishu_app.character.card import LoreEntry

    made = tomlkit.table()
    empty = LoreEntry().model_dump(mode="json")
    entries = [
        {name: one for name, one in entry.items() if name == "content" or one != empty.get(name)}
        for entry in book.get("entries", ())
    ]
    for name, value in book.items():
        if name != "entries" and value not in ("", None, {}):
            made.append(name, _item(value))
    if entries:
        made.append("entries", _tables(entries))
    return made


def _table(row: Mapping[str, Any]) -> "Item":
    import tomlkit

    made = tomlkit.table()
    for name, value in row.items():
        if value is not None:
            made.append(name, _item(value))
    return made


def _item(value: Any) -> "Item":
    import tomlkit

    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, Sequence):
        made = tomlkit.array()
        for one in value:
            made.append(_text(one, one_line=True) if isinstance(one, str) else one)
        return made.multiline(sum(len(str(one)) for one in value) > WIDE)
    made_of: Item = tomlkit.item(value)
    return made_of


def _text(value: str, *, one_line: bool = False) -> "Item":
    """A text as TOML writes it; tomlkit's own writer does not escape everything a stranger's text may hold."""
    from tomlkit.items import String, StringType, Trivia

    several = not one_line and "\n" in value and "\r" not in value
    shown = "".join(_escaped(one, several) for one in value)
    if several:
        return String(StringType.MLB, value, "\n" + shown, Trivia())
    return String(StringType.SLB, value, shown, Trivia())


def _escaped(one: str, several: bool) -> str:
    if one in _SHORT:
        return one if several and one == "\n" else _SHORT[one]
    if ord(one) < 32 or ord(one) == 127:
        return f"\\u{ord(one):04x}"
    return one


_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
