"""What was removed and can be brought back still, in a line each."""

from collections.abc import Sequence

from zishu_app.core.texts import t
from zishu_app.studio.removed import Removed


def removed_lines(there: Sequence[Removed]) -> list[str]:
    """Which ones, when they were removed, and how long they are kept."""
    return [_line(one) for one in there] or [t("没有移走的。", "Nothing was removed.")]


def _line(one: Removed) -> str:
    at, until = f"{one.at:%m-%d %H:%M}", f"{one.until:%m-%d %H:%M}"
    return t(
        f"{one.id}  {one.title}  {at} 移走，留到 {until}",
        f"{one.id}  {one.title}  removed {at}, kept until {until}",
    )
