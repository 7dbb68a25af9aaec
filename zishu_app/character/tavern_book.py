"""SillyTavern's lorebooks, in and out: as they stand in a card, as files of their own, and as its "world info".

What we have no field for is kept in `extra` and given back. SillyTavern writes where an entry goes as a number of its own
under `extensions`; V3 writes it as a line of the content that begins with "@@". Both are read.
"""

from collections.abc import Mapping
from typing import Any

from zishu_app.character.card import Logic, Lorebook, LoreEntry
from zishu_app.character.foreign_json import Fields, kept_text, kept_value, spoilt
from zishu_app.core.texts import t

#: under which name foreign values are kept in `extra`
KEPT = "tavern"
#: entries of one book
MOST_ENTRIES = 2_000
#: SillyTavern's numbers: before and after who she is, at a depth; others have no place here and go after
BEFORE, AFTER, AT_DEPTH = 0, 1, 4
_ENTRY = (
    "keys", "secondary_keys", "selective", "content", "comment", "enabled", "constant", "case_sensitive",
    "use_regex", "insertion_order", "priority", "position", "extensions",
)  # fmt: skip
_PLACED = ("position", "depth", "probability", "useProbability")
#: how their second keys count, by their number
LOGIC: tuple[Logic, ...] = ("and_any", "not_all", "not_any", "and_all")
#: our own mark beside their numbers: the keys are expressions, also those without slashes
OURS, PLAIN = "zishu", {"use_regex": True}
_BOOK = ("name", "scan_depth", "token_budget", "recursive_scanning", "entries")


def book_in(value: object, where: str) -> Lorebook:
    """A lorebook out of plain values. Raises DataError."""
    if value is None:
        return Lorebook()
    fields, plain = Fields(value, where), Lorebook()
    entries = fields.value.get("entries")
    if isinstance(entries, dict):  # world info numbers them
        entries = list(entries.values())
    if not isinstance(entries, list | None):
        raise fields.wrong("entries", t("应该是一组条目", "a list of entries is expected"))
    if len(entries or []) > MOST_ENTRIES:
        raise fields.wrong("entries", t(f"多于 {MOST_ENTRIES} 条", f"more than {MOST_ENTRIES} entries"))
    kept = kept_text(
        {
            name: one
            for name, one in fields.value.items()
            if name not in _BOOK and not (name == "extensions" and not one)
        }
    )
    return Lorebook(
        name=fields.text("name"),
        scan_depth=fields.number("scan_depth", plain.scan_depth, 0, 1000),
        token_budget=fields.number("token_budget", plain.token_budget, 0, 100_000),
        recursive_scanning=fields.flag("recursive_scanning"),
        entries=tuple(_entry_in(one, f"{where}.entries[{n}]") for n, one in enumerate(entries or [])),
        extra={KEPT: kept} if kept else {},
    )


def book_out(book: Lorebook) -> dict[str, Any]:
    """The opposite of `book_in`."""
    return {
        "extensions": {},
        **kept_value(book.extra.get(KEPT)),
        "name": book.name,
        "scan_depth": book.scan_depth,
        "token_budget": book.token_budget,
        "recursive_scanning": book.recursive_scanning,
        "entries": [_entry_out(one) for one in book.entries],
    }


def book_from(value: object, where: str) -> Lorebook:
    """A lorebook out of a file of its own: V3's form, SillyTavern's world info, or that of a card. Raises DataError."""
    fields = Fields(value, where)
    if fields.value.get("spec") == "lorebook_v3":
        return book_in(fields.value.get("data"), where)
    inside = fields.value.get("data")
    if isinstance(inside, dict) and inside.get("character_book") is not None:
        return book_in(inside["character_book"], where)
    if "entries" not in fields.value:
        raise spoilt(where, t("里面没有知识条目", "there are no entries of knowledge in it"))
    return book_in(fields.value, where)


def _entry_in(value: object, where: str) -> LoreEntry:
    fields = Fields(_from_world(value), where)
    placed = fields.part("extensions")
    marks, content = _decorated(fields.text("content"))
    orders = {name: one for name, _, one in (mark.strip("@ ").partition(" ") for mark in marks)}
    position = _position(fields, placed, orders)
    kept = _kept(fields, marks, position)
    depth = Fields(orders, where).number("depth", placed.number("depth", 4, 0, 1000), 0, 1000)
    keys = fields.texts("keys")
    priority = fields.value.get("priority")
    return LoreEntry(
        keys=keys,
        secondary_keys=fields.texts("secondary_keys"),
        selective=fields.flag("selective"),
        selective_logic=LOGIC[_logic(placed.value.get("selectiveLogic"))],
        content=content,
        comment=fields.text("comment") or fields.text("name"),
        enabled=fields.flag("enabled", otherwise=True),
        constant=fields.flag("constant") or "activate" in orders,
        case_sensitive=fields.flag("case_sensitive"),
        use_regex=fields.flag("use_regex") and (not _always_says_so(placed) or _has_pattern(keys)),
        insertion_order=fields.number("insertion_order", 100),
        priority=None if priority is None else fields.number("priority", 100),
        position=position,
        depth=depth,
        probability=placed.number("probability", 100, 0, 100)
        if placed.flag("useProbability", otherwise=True)
        else 100,
        extra={KEPT: kept} if kept else {},
    )


def _entry_out(entry: LoreEntry) -> dict[str, Any]:
    kept = kept_value(entry.extra.get(KEPT))
    marks = [str(one) for one in kept.pop("decorators", [])]
    placed = dict(kept.pop("extensions", {}))
    if entry.position == "at_depth":
        placed["position"] = AT_DEPTH
    elif entry.position == "before_char" or "position" not in placed:
        placed["position"] = BEFORE if entry.position == "before_char" else AFTER
    placed |= {
        "depth": entry.depth,
        "probability": entry.probability,
        "useProbability": entry.probability < 100,
    }
    number = LOGIC.index(entry.selective_logic)
    if number != _logic(placed.get("selectiveLogic")):
        placed["selectiveLogic"] = number
    if kept.get("use_regex") is True:
        placed.setdefault("selectiveLogic", 0)
    if entry.use_regex and kept.get("use_regex") is not True and "selectiveLogic" in placed:
        placed[OURS] = PLAIN
    if entry.position == "at_depth" and marks:
        marks.append(f"@@depth {entry.depth}")
    return {
        **kept,
        "keys": list(entry.keys),
        "secondary_keys": list(entry.secondary_keys),
        "selective": entry.selective,
        "content": "\n".join([*marks, entry.content]),
        "comment": entry.comment,
        "enabled": entry.enabled,
        "constant": entry.constant,
        "case_sensitive": entry.case_sensitive,
        "use_regex": entry.use_regex or kept.get("use_regex") is True,
        "insertion_order": entry.insertion_order,
        **({} if entry.priority is None else {"priority": entry.priority}),
        "position": "before_char" if entry.position == "before_char" else "after_char",
        "extensions": placed,
    }


def _position(fields: Fields, placed: Fields, orders: Mapping[str, str]) -> str:
    at = placed.number("position", -1)
    if "depth" in orders or at == AT_DEPTH:
        return "at_depth"
    said = orders.get("position") or fields.value.get("position")
    return "before_char" if said in ("before_char", "before_desc", BEFORE) or at == BEFORE else "after_char"


def _kept(fields: Fields, marks: list[str], position: str) -> str:
    """Everything of an entry that we have no field for."""
    placed = fields.part("extensions").value
    kept = {name: one for name, one in fields.value.items() if name not in _ENTRY}
    extensions = {
        name: one for name, one in placed.items() if name not in _PLACED and not _is_ours(name, one)
    }
    if position == "after_char" and placed.get("position") in (2, 3, 5, 6):
        extensions["position"] = placed["position"]
    if extensions:
        kept["extensions"] = extensions
    if _always_says_so(fields.part("extensions")) and fields.flag("use_regex"):
        kept["use_regex"] = True
    others = [
        mark for mark in marks if mark.strip("@ ").partition(" ")[0] not in ("depth", "activate", "position")
    ]
    if others:
        kept["decorators"] = others
    return kept_text(kept)


def _logic(value: object) -> int:
    """The number of how second keys count; what is none means the first."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(LOGIC) else 0


def _is_ours(name: str, value: object) -> bool:
    """Whether an extension is as we write it, and says no more than our fields do."""
    return (name == "selectiveLogic" and _logic(value) > 0) or (name == OURS and value == PLAIN)


def _always_says_so(placed: Fields) -> bool:
    """SillyTavern says of every entry that its keys are expressions, and means those between slashes."""
    return "selectiveLogic" in placed.value and placed.value.get(OURS) != PLAIN


def _has_pattern(keys: tuple[str, ...]) -> bool:
    return any(key.startswith("/") and "/" in key[1:] for key in keys)


def _decorated(content: str) -> tuple[list[str], str]:
    """The lines that begin with "@@" at the top of an entry, and what comes below them."""
    lines = content.split("\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith("@@")), len(lines))
    return lines[:count], "\n".join(lines[count:])


def _from_world(value: object) -> object:
    """An entry of world info, under the names a card gives its fields."""
    if not isinstance(value, dict) or "key" not in value or "keys" in value:
        return value
    names = {
        "key": "keys",
        "keysecondary": "secondary_keys",
        "order": "insertion_order",
        "caseSensitive": "case_sensitive",
    }
    found = {names.get(name, name): one for name, one in value.items() if name not in ("disable", *_PLACED)}
    placed = {name: value[name] for name in (*_PLACED, "selectiveLogic") if name in value}
    found.pop("selectiveLogic", None)
    return {
        **found,
        "enabled": not value.get("disable"),
        "use_regex": True,
        "extensions": {"selectiveLogic": 0, **placed},
    }
