"""Which fonts the window is written in: one for Latin letters, one for Chinese, chosen and not left to chance.

Without a choice Qt takes the first font that has a glyph, which on many systems is a Japanese one, or boxes.
"""

import sys

from PySide6.QtGui import QFont, QFontDatabase

#: made for reading on screens; the first that is there is taken
LATIN = (
    "Segoe UI Variable Text", "Segoe UI", ".AppleSystemUIFont", "SF Pro Text", "Inter", "Noto Sans", "Ubuntu",
    "Cantarell", "Roboto", "Open Sans", "Liberation Sans",
)  # fmt: skip
CHINESE = (
    "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC",
    "Source Han Sans SC", "Source Han Sans CN", "HarmonyOS Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)  # fmt: skip
FIXED = (
    "Cascadia Mono",
    "SF Mono",
    "JetBrains Mono",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
    "Consolas",
    "Menlo",
)


def families() -> list[str]:
    """Latin letters first. Where no Latin font of ours is there, the Chinese one's letters do well."""
    here = set(QFontDatabase.families())
    latin = [name for name in LATIN if name in here][:1]
    if not latin and sys.platform == "darwin":
        latin = [".AppleSystemUIFont"]  # the system's own is not listed
    return latin + chinese()


def chinese() -> list[str]:
    """The Chinese font; empty where there is none."""
    here = set(QFontDatabase.families())
    return [name for name in CHINESE if name in here][:1]


def fixed() -> list[str]:
    """For what is read letter by letter: logs, keys, paths."""
    here = set(QFontDatabase.families())
    return [name for name in FIXED if name in here][:1] + families()


def font(size: int, weight: QFont.Weight = QFont.Weight.Normal, *, mono: bool = False) -> QFont:
    """A font of the scale; `size` in logical pixels."""
    made = QFont()
    named = fixed() if mono else families()
    if named:
        made.setFamilies(named)
    made.setPixelSize(size)
    made.setWeight(weight)
    return made
