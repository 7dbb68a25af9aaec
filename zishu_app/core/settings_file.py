"""Writing the user's settings.toml: only what differs from the shipped defaults, and never over the user's own words.

Comments, blank lines and the order of the file stay. It is read anew before each change, so that what was changed
by hand meanwhile is kept, and checked by the rules of `load_settings` before it is written.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.files import write_text
from zishu_app.core.paths import Home
from zishu_app.core.settings import Settings, defaults, describe, settled, value_of
from zishu_app.core.texts import t
from zishu_app.core.toml_edit import read_document, set_key

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed, and what stood there before: enough to take it back."""

    settings: Settings
    #: dotted name -> the user's own value before; None: the file said nothing
    before: Mapping[str, Any]
    text_before: str
    text_after: str


@functools.cache
def default(dotted: str) -> Any:
    """The shipped value of a setting."""
    return value_of(defaults(), dotted)


def change(home: Home, values: Mapping[str, Any]) -> Change:
    """Write settings by their dotted names; None, or the shipped value, takes a setting out of the file.

    Raises SettingsError where the file is broken, or would be wrong then; nothing is written in that case.
    """
    text, document = _read(home.settings)
    before = {dotted: _get(document, dotted) for dotted in values}
    for dotted, value in values.items():
        _put(document, dotted, None if value == default(dotted) else value)
    return _write(home, Change(defaults(), before, text, document.as_string()))


def take_back(home: Home, done: Change) -> Change:
    """Undo a change: the file letter by letter as it was, or, where it was changed since, the values alone."""
    text, document = _read(home.settings)
    if text == done.text_after:
        before = {dotted: _get(document, dotted) for dotted in done.before}
        return _write(home, Change(done.settings, before, text, done.text_before))
    return change(home, done.before)


def own_values(home: Home) -> dict[str, Any]:
    """What the user's file says, by dotted name; names that are no settings are left out."""
    _, document = _read(home.settings)
    found = {dotted: _get(document, dotted) for dotted in describe()}
    return {dotted: value for dotted, value in found.items() if value is not None}


def set_aside(home: Home) -> Path:
    """Give a broken file another name in its folder, so that the shipped settings hold."""
    number = 1
    while (target := home.root / f"settings.broken-{number}.toml").exists():
        number += 1
    home.settings.rename(target)
    return target


def _read(path: Path) -> tuple[str, "TOMLDocument"]:
    return read_document(
        path,
        lambda error: t(
            f"设置文件 {path} 读不懂：{error}。", f"The settings file {path} cannot be read: {error}."
        ),
    )


def _write(home: Home, done: Change) -> Change:
    import tomllib

    own = tomllib.loads(done.text_after)
    settings = settled(own, str(home.settings))
    if done.text_after != done.text_before:
        write_text(home.settings, done.text_after)
    return Change(settings, done.before, done.text_before, done.text_after)


def _get(document: "TOMLDocument", dotted: str) -> Any:
    section, _, key = dotted.rpartition(".")
    table = document.get(section) if section else document
    found = table.get(key) if isinstance(table, Mapping) else None
    unwrap = getattr(found, "unwrap", None)
    return unwrap() if unwrap else found


def _put(document: "TOMLDocument", dotted: str, value: Any) -> None:
    import tomlkit

    section, _, key = dotted.rpartition(".")
    if value is None:
        _remove(document, section, key)
    elif not section:
        document[key] = value
    else:
        if not isinstance(document.get(section), Mapping):
            document[section] = tomlkit.table()
        set_key(document[section], key, value)


def _remove(document: "TOMLDocument", section: str, key: str) -> None:
    table: Any = document.get(section, {}) if section else document
    if key not in table:
        return
    table.remove(key)
    if section and not table and not table.as_string().strip():
        document.remove(section)
