"""Changing a TOML file somebody else writes in too: what stands in it stays where it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def read_document(path: Path, unreadable: Callable[[Exception], str]) -> tuple[str, "TOMLDocument"]:
    """A file as it stands, and as what can be changed; empty where there is none.

    Raises SettingsError with what `unreadable` says of the reason.
    """
    import tomlkit  # 70 ms that nobody pays who only reads
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        return text, tomlkit.parse(text)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise SettingsError(
            unreadable(error),
            t("改正这一行再试；什么都没有写入。", "Mend that line and try again; nothing was written."),
        ) from error


def set_key(table: Any, key: str, value: Any) -> None:
    """Set a key of a table that tomlkit has read.

    A new one comes behind the last: what follows that, a comment mostly, belongs to the next table.
    """
    body, behind = table.value.body, []
    if key not in table and any(one is not None for one, _ in body):
        while body[-1][0] is None:
            behind.append(body.pop()[1])
    table[key] = value
    for item in reversed(behind):
        table.add(item)
