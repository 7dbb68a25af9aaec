"""Combinations of keys as they are written in the settings: "Ctrl+Alt+Z"."""

from dataclasses import dataclass

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t

#: how each modifier may be written; the first one is ours
MODIFIERS = {
    "Ctrl": ("ctrl", "control", "strg"),
    "Alt": ("alt", "option"),
    "Shift": ("shift",),
    "Meta": ("meta", "super", "win", "cmd", "command"),
}
#: keys with names, beside letters and figures
NAMED = (
    "Space",
    "Tab",
    "Home",
    "End",
    "Insert",
    "Delete",
    "Pause",
    *(f"F{number}" for number in range(1, 25)),
)


@dataclass(frozen=True, slots=True)
class Combination:
    """Modifiers in the order of `MODIFIERS`, and a key: "A" to "Z", "0" to "9" or one of `NAMED`."""

    modifiers: tuple[str, ...]
    key: str

    def __str__(self) -> str:
        return "+".join((*self.modifiers, self.key))


def combination(written: str) -> Combination:
    """Read one. Raises SettingsError where it is none, or would take a plain key away from all other programs."""
    *before, last = [one.strip() for one in written.split("+")]
    modifiers = {_modifier(one) for one in before}
    key = next((one for one in NAMED if one.lower() == last.lower()), last.upper())
    plain = len(key) == 1 and key.isascii() and key.isalnum()
    if "" in modifiers or not (plain or key in NAMED):
        raise _unreadable(written)
    if not modifiers - {"Shift"} and not key.startswith("F"):
        raise SettingsError(
            t(
                f"快捷键“{written}”缺少 Ctrl、Alt 或 Meta。",
                f'The hotkey "{written}" lacks Ctrl, Alt or Meta.',
            ),
            t("例如 Ctrl+Alt+Z。", "For example Ctrl+Alt+Z."),
        )
    return Combination(tuple(one for one in MODIFIERS if one in modifiers), key)


def _modifier(written: str) -> str:
    return next((ours for ours, names in MODIFIERS.items() if written.lower() in names), "")


def _unreadable(written: str) -> SettingsError:
    return SettingsError(
        t(f"看不懂快捷键“{written}”。", f'The hotkey "{written}" cannot be read.'),
        t(
            "写法：Ctrl+Alt+Z；可用字母、数字、F1–F24 和 Space。",
            "Write it like Ctrl+Alt+Z, with a letter, a figure, F1 to F24 or Space.",
        ),
    )
