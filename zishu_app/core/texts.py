"""What the user reads, in Chinese and English, written side by side where it is said.

Two sentences next to each other cannot drift apart unseen, and none can be forgotten: `t` asks for both.
"""

import locale
import os
from typing import Literal

Language = Literal["zh", "en"]

_language: Language = "en"


def set_language(language: Language) -> None:
    """Choose the language of everything said from now on."""
    global _language  # noqa: PLW0603 - one process speaks one language; a door sets it once
    _language = language


def language() -> Language:
    """The language spoken now."""
    return _language


def t(zh: str, en: str) -> str:
    """The sentence in the language spoken now."""
    return zh if _language == "zh" else en


def counted(number: int, noun: str) -> str:
    """English: `1 chunk`, `2 chunks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """`1:05:09`, `5:09`."""
    hours, rest = divmod(int(seconds + 0.5), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def system_language() -> Language:
    """What the system is set to: Chinese if it says so anywhere, else English."""
    said = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")]
    first = next((value for value in said if value and value not in ("C", "POSIX")), "")
    if not first:
        first = locale.getlocale()[0] or ""
    return "zh" if first.lower().startswith(("zh", "chinese")) else "en"
