"""What somebody wishes the simulated user to be: checked, so that all that is left is to draw the rest."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.dialogue.persona import PATIENCE, VERBOSITY

TEXTS = ("name", "situation", "temper", "habit", "reason")
#: lowest and highest of each number
NUMBERS: dict[str, tuple[float, float]] = {"age": (5, 99), "patience": PATIENCE, "verbosity": VERBOSITY}
KEYS = (*TEXTS, *NUMBERS, "interests")

#: characters of a text; a sentence or two
LONGEST = 200


def check_wished(wished: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are wished for, as `Persona` has them; empty ones are left to chance.

    Raises SettingsError for a field that does not exist, a number out of its range, a text that is too long.
    """
    given = {key: _bare(value) for key, value in wished.items()}
    kept = {key: value for key, value in given.items() if value is not None}
    return {key: _checked(key, value) for key, value in kept.items()}


def _bare(value: Any) -> Any:
    """Without space around and line breaks within; None for whatever says nothing."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, list | tuple):
        return tuple(bare for item in value if (bare := _bare(item)) is not None) or None
    return value


def _checked(key: str, value: Any) -> Any:
    if key in TEXTS:
        return _text(key, value)
    if key in NUMBERS:
        return _number(key, value)
    if key != "interests":
        raise SettingsError(
            t(f"人物没有“{key}”这一项。", f"A persona has no '{key}'."),
            t(f"可以写：{'、'.join(KEYS)}。", f"There are: {', '.join(KEYS)}."),
        )
    if not isinstance(value, tuple):
        raise SettingsError(
            t("人物的“interests”应该是一个列表。", "'interests' of a persona must be a list."),
            t('例如 ["钓鱼", "喝茶"]。', 'E.g. ["fishing", "good coffee"].'),
        )
    return tuple(_text(key, item) for item in value)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or any(unicodedata.category(one) == "Cs" for one in value):
        raise SettingsError(
            t(f"人物的“{key}”应该是文字。", f"'{key}' of a persona must be text."),
            t("改成文字，或留空由程序随机决定。", "Write text, or leave it empty for chance to decide."),
        )
    if len(value) > LONGEST:
        raise SettingsError(
            t(
                f"人物的“{key}”有 {len(value)} 个字符，太长。",
                f"'{key}' of a persona is too long: {len(value)}.",
            ),
            t(f"最多 {LONGEST} 个字符。", f"At most {LONGEST} characters."),
        )
    return value


def _number(key: str, value: Any) -> float:
    low, high = NUMBERS[key]
    kind = int if key == "age" else int | float
    fits = isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high
    if not fits:
        raise SettingsError(
            t(f"人物的“{key}”不能是 {value!r}。", f"'{key}' of a persona cannot be {value!r}."),
            t(
                f"写 {low:g} 到 {high:g} 之间的数，或留空由程序随机决定。",
                f"Use a number from {low:g} to {high:g}, or leave it empty for chance to decide.",
            ),
        )
    number: float = value
    return number
