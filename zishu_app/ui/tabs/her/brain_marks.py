"""Marks of a brain she has learnt, in one line. Those of a friend's folder can hold anything: what is not ours is not shown."""

from collections.abc import Mapping
from typing import Any

from zishu_app.core.texts import t
from zishu_app.dataset.sample import LANGUAGES
from zishu_app.dataset.words import language_word

#: shipped item sets by what they ask; what somebody made themselves belongs to neither
GROUPS = {"persona": ("persona",), "guard": ("knowledge", "following")}


def marks_word(marks: Mapping[str, Any]) -> str:
    """By group and language; empty where there is none, or none that can be read."""
    sets = marks.get("sets")
    parts = []
    for group, stems in GROUPS.items():
        found = [
            f"{language_word(language)} {share:.0%}"
            for language in LANGUAGES
            if (share := _share(sets, [f"{stem}.{language}" for stem in stems])) is not None
        ]
        if found:
            name = t("关于她", "about her") if group == "persona" else t("通用", "general")
            parts.append(t(f"{name} {'、'.join(found)}", f"{name}: {', '.join(found)}"))
    return " · ".join(parts)


def set_word(name: str) -> str:
    """What is asked by "set/ability", as people call it; one of their own stands as it is."""
    slug, _, ability = name.partition("/")
    stem, _, language = slug.partition(".")
    words = {
        "persona": t("关于她", "About her"),
        "knowledge": t("常识", "General knowledge"),
        "following": t("听指令", "Following instructions"),
    }
    if stem not in words or language not in LANGUAGES:
        return name
    return f"{words[stem]} · {language_word(language)} · {ability}"


def _share(sets: object, names: list[str]) -> float | None:
    """Of the items of some sets together, how many were right; None where that is not known."""
    if not isinstance(sets, Mapping):
        return None
    known = [one for name in names if (one := _mark(sets.get(name))) is not None]
    items = sum(n for n, _ in known)
    return sum(n * right for n, right in known) / items if items else None


def _mark(value: object) -> tuple[int, float] | None:
    """Items and the share of them that was right."""
    if not isinstance(value, Mapping):
        return None
    n, right = value.get("n"), value.get("right")
    if isinstance(n, bool) or not isinstance(n, int) or not 0 < n < 1_000_000:
        return None
    if isinstance(right, bool) or not isinstance(right, int | float) or not 0 <= right <= 1:
        return None
    return n, float(right)
