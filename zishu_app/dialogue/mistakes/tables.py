"""The tables of mistakes that are written by hand: `resources/mistakes/chinese.toml` and `english.toml`."""

import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from zishu_app.core.paths import RESOURCES


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    """One table file as it stands: `chinese` or `english`. It is shipped; a missing file is a broken installation."""
    with (RESOURCES / "mistakes" / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@functools.cache
def words_of(name: str, section: str, key: str = "words") -> frozenset[str]:
    """A list of words, written with spaces between them, as a set."""
    return frozenset(table(name)[section][key].split())
