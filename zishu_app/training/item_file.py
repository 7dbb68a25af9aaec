"""A file of exam items, read and written. People write these by hand: every mistake is told with file and item."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_text
from zishu_app.core.texts import t
from zishu_app.training.items import KINDS, MOST_WRONG, SHIPPED, Item, ItemSet, Rule, twice

FORMAT = 1
LANGUAGES = ("zh", "en")
_KEYS = ("format", "name", "language", "kind", "note", "items")
_ITEM = ("id", "ability", "prompt", "right", "wrong", "rule", "system")
_LISTS = ("contains_any", "contains_none", "starts_with")
_RULE = (*_LISTS, "regex", "max_words", "language")
#: characters of a regular expression
MOST_PATTERN = 300


def load_sets(own: Path, shipped: Path = SHIPPED) -> list[ItemSet]:
    """All sets, the shipped ones first. An own one called as a shipped file takes its place. Reads: for a thread.

    Raises DataError for the first file with mistakes, naming them all.
    """
    files = {path.name: path for folder in (shipped, own) for path in sorted(folder.glob("*.toml"))}
    sets = [read_set(path) for path in files.values()]
    if repeated := twice(sets):
        where = [f"{one.slug}: {item.id}" for one in sets for item in one.items if item.id in repeated]
        raise DataError(
            t(f"题目编号重复：{'，'.join(where)}。", f"Items with the same id: {', '.join(where)}."),
            t("给其中一个换一个编号。", "Give one of them another id."),
        )
    return sets


def read_set(path: Path) -> ItemSet:
    """The set in a file. Raises DataError that names every mistake in it."""
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise DataError(
            t(f"题集 {path.name} 读不了：{why}。", f"The item set {path.name} cannot be read: {why}."),
            t(f"改正 {path}（UTF-8 编码的 TOML）。", f"Mend {path} (TOML in UTF-8)."),
        ) from error
    if faults := faults_in(values):
        raise DataError(
            t(f"题集 {path.name} 里有错：", f"Mistakes in the item set {path.name}: ") + " ".join(faults),
            t(f"改正 {path}。", f"Mend {path}."),
        )
    items = tuple(item_of(one) for one in values["items"])
    return ItemSet(
        values["name"], values["language"], values["kind"], items, dict(values.get("note", {})), path
    )


def write_set(one: ItemSet, path: Path) -> ItemSet:
    """Write a set whole; read again it is the same. Writes: for a thread.

    Raises DataError where it has faults, or the disk says no.
    """
    if faults := faults_in(as_values(one)):
        raise DataError(
            t("题集还不能保存：", "The item set cannot be saved yet: ") + " ".join(faults),
            t("改好再保存。", "Correct this first."),
        )
    try:
        write_text(path, as_toml(one))
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            t(f"{path} 写不进去：{why}。", f"{path} cannot be written: {why}."),
            t("检查磁盘空间与权限。", "Check disk space and permissions."),
        ) from error
    return ItemSet(one.name, one.language, one.kind, one.items, one.note, path)


def as_values(one: ItemSet) -> dict[str, Any]:
    """A set as its file is parsed."""
    head = {"format": FORMAT, "name": one.name, "language": one.language, "kind": one.kind}
    return head | {"note": dict(one.note), "items": [item.as_dict() for item in one.items]}


def as_toml(one: ItemSet) -> str:
    """The text of a set's file."""
    values = as_values(one)
    lines = [f"{key} = {_toml(values[key])}" for key in _KEYS[:-1] if values[key] != {}]
    for item in values["items"] or []:
        lines += ["", "[[items]]", *(f"{key} = {_toml(value)}" for key, value in item.items())]
    if not values["items"]:
        lines.append("items = []")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value in one line. A JSON text is a TOML text, but for one character."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def item_of(values: Mapping[str, Any]) -> Item:
    """The item in a table in which `item_faults` finds nothing."""
    return Item(
        values["id"],
        values["ability"],
        values["prompt"],
        values.get("right", ""),
        tuple(values.get("wrong", ())),
        _rule(values["rule"]) if "rule" in values else None,
        values.get("system", False),
    )


def _rule(values: Mapping[str, Any]) -> Rule:
    parts: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in values.items()}
    return Rule(**parts)


def faults_in(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with the table of a file, a sentence each; empty: nothing."""
    found = [_unknown(key, _KEYS) for key in values if key not in _KEYS]
    if values.get("format") != FORMAT:
        found.append(t(f"“format”应为 {FORMAT}。", f"'format' must be {FORMAT}."))
    found += [fault for fault in [_text_fault("name", values.get("name"))] if fault]
    found += [_one_of(key, known) for key, known in _CHOICES.items() if values.get(key) not in known]
    found += _note_faults(values.get("note", {}))
    items = values.get("items")
    if not isinstance(items, list):
        return [*found, t("缺少题目：[[items]]。", "There are no items: [[items]].")]
    for number, item in enumerate(items, 1):
        name = item.get("id") if isinstance(item, Mapping) else None
        where = t(f"第 {number} 题", f"item {number}") + (f" ({name})" if isinstance(name, str) else "")
        found += [t(f"{where}：{one}", f"{where}: {one}") for one in item_faults(item)]
    return found + _repeated(items)


_CHOICES: dict[str, tuple[str, ...]] = {"language": LANGUAGES, "kind": KINDS}


def _repeated(items: list[Any]) -> list[str]:
    ids = [one.get("id") for one in items if isinstance(one, Mapping)]
    again = dict.fromkeys(one for one in ids if isinstance(one, str) and ids.count(one) > 1)
    return [t(f"编号“{one}”用了两次。", f"The id '{one}' is used twice.") for one in again]


def _note_faults(note: object) -> Iterator[str]:
    fits = isinstance(note, Mapping) and all(key in LANGUAGES for key in note)
    if not fits or any(_text_fault("note", one) for one in note.values()):  # type: ignore[attr-defined]
        yield t('“note”应写成 { zh = "…", en = "…" }。', '\'note\' must be written { zh = "…", en = "…" }.')


def item_faults(values: object) -> list[str]:
    """What is wrong with one item's table, a sentence each; empty: nothing."""
    if not isinstance(values, Mapping):
        return [t("应是一个表：[[items]]。", "it must be a table: [[items]].")]
    found = [_unknown(key, _ITEM) for key in values if key not in _ITEM]
    found += [fault for key in _ITEM[:3] if (fault := _text_fault(key, values.get(key)))]
    if not isinstance(values.get("system", False), bool):
        found.append(t("“system”应为 true 或 false。", "'system' must be true or false."))
    if "rule" in values:
        if "right" in values or "wrong" in values:
            found.append(
                t("“rule”与“right”“wrong”只能二选一。", "it has either 'rule' or 'right' and 'wrong'.")
            )
        return found + rule_faults(values["rule"])
    return found + _answer_faults(values.get("right"), values.get("wrong"))


def _answer_faults(right: object, wrong: object) -> list[str]:
    found = [fault for fault in [_text_fault("right", right)] if fault]
    if not isinstance(wrong, list) or not 1 <= len(wrong) <= MOST_WRONG:
        return [
            *found,
            t(
                f"“wrong”应是 1 到 {MOST_WRONG} 个错误答案的列表。",
                f"'wrong' must be a list of 1 to {MOST_WRONG} wrong answers.",
            ),
        ]
    found += [fault for one in wrong if (fault := _text_fault("wrong", one))]
    answers = [one.strip() for one in (right, *wrong) if isinstance(one, str)]
    if len(set(answers)) < len(answers):
        found.append(t("有两个相同的答案。", "two of its answers are the same."))
    return found


def rule_faults(rule: object) -> list[str]:
    """What is wrong with a rule's table, a sentence each; empty: nothing."""
    if not isinstance(rule, Mapping) or not any(rule.values()):
        return [
            t("“rule”里至少要有一条要求，", "'rule' must ask for something, ")
            + t("例如 { max_words = 5 }。", "such as { max_words = 5 }.")
        ]
    found = [_unknown(key, _RULE) for key in rule if key not in _RULE]
    for key, (fits, told) in _parts().items():
        if key in rule and not fits(rule[key]):
            found.append(told)
    return found


def _parts() -> dict[str, tuple[Callable[[Any], bool], str]]:
    """What each part of a rule may be, and what is said where it is not."""
    texts = {
        key: (_are_texts, t(f"“{key}”应是文字的列表。", f"'{key}' must be a list of texts."))
        for key in _LISTS
    }
    return texts | {
        "regex": (
            _is_pattern,
            t("“regex”不是可用的正则表达式。", "'regex' is no regular expression that can be used."),
        ),
        "max_words": (
            lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
            t("“max_words”应是大于 0 的整数。", "'max_words' must be a whole number above 0."),
        ),
        "language": (lambda value: value in LANGUAGES, _one_of("language", LANGUAGES)),
    }


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and not any(_text_fault("", one) for one in value)


def _is_pattern(value: object) -> bool:
    if not isinstance(value, str) or not value or len(value) > MOST_PATTERN or _text_fault("", value):
        return False
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _text_fault(key: str, value: object) -> str:
    if value is None:
        return t(f"缺少“{key}”。", f"'{key}' is missing.")
    if not isinstance(value, str):
        return t(f"“{key}”应是一段文字。", f"'{key}' must be text.")
    if not value.strip():
        return t(f"“{key}”是空的。", f"'{key}' is empty.")
    if any(unicodedata.category(character) == "Cs" for character in value):
        return t(f"“{key}”里有半个字符，存不成文件。", f"'{key}' holds half a character (a lone surrogate).")
    return ""


def _one_of(key: str, known: tuple[str, ...]) -> str:
    return t(f"“{key}”只能是 {'、'.join(known)}。", f"'{key}' must be one of {', '.join(known)}.")


def _unknown(key: str, known: tuple[str, ...]) -> str:
    return t(
        f"不认识的项“{key}”，可用：{'、'.join(known)}。", f"unknown key '{key}'; known: {', '.join(known)}."
    )
