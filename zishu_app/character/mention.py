"""Whether a word stands in a text: Latin words whole, everything else anywhere. Pure."""

import re

from zishu_app.character.lexicon import negated


def mentions(text: str, word: str, *, case_sensitive: bool = False) -> bool:
    """Whether it is there at all."""
    return place_of(text, word, case_sensitive=case_sensitive) is not None


def place_of(text: str, word: str, *, case_sensitive: bool = False) -> int | None:
    """Where it stands last; None where it does not."""
    pattern = _pattern(word.strip())
    if not word.strip():
        return None
    found = list(re.finditer(pattern, text, 0 if case_sensitive else re.IGNORECASE))
    return found[-1].start() if found else None


def means(text: str, word: str) -> bool:
    """Whether it is there and not taken away: "not stupid" does not mean stupid."""
    at = place_of(text, word)
    return at is not None and not negated(text, at)


def _pattern(word: str) -> str:
    escaped = re.escape(word)
    latin = re.fullmatch(r"[\w' -]+", word, re.ASCII) is not None
    # neighbours in the Latin alphabet alone: a Chinese character beside it does not make it another word
    return rf"(?<![A-Za-z0-9_]){escaped}(?![A-Za-z0-9_])" if latin else escaped
