"""Lists of words that rules are made of: resources/memory/words.toml, read once."""

import functools
import tomllib

from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language


@functools.cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((RESOURCES / "memory" / "words.toml").read_text(encoding="utf-8"))


def any_of(language: Language, name: str) -> str:
    """The words of a list as a part of a pattern."""
    return "|".join(_lists()[language][name])
