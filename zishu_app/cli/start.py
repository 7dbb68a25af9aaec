"""`zishu` without a command, and `--mode`: the form in which the program starts."""

import argparse
import os
import sys

from zishu_app.core.errors import UsageError
from zishu_app.core.texts import t


def start(given: argparse.Namespace) -> int:
    """Start in the form asked for; without one, the best that can be done here."""
    if given.mode is not None:
        raise UsageError(
            t(f"“{given.mode}”模式还没有做好。", f'The mode "{given.mode}" is not built yet.'),
            t(
                "现在可用：`zishu tour`、`zishu generate`、`zishu distill`。",
                "There are: `zishu tour`, `zishu generate`, `zishu distill`.",
            ),
        )
    print(_why(), file=sys.stderr)
    from zishu_app.cli.tour import run

    return run(argparse.Namespace(**{"lang": None, "rounds": 3, "json": False} | vars(given)))


def _why() -> str:
    if not has_display():
        return t("这里没有图形界面，因此运行演示。", "There is no display here, so this is the tour.")
    return t("窗口还没有做好，因此运行演示。", "The window is not built yet, so this is the tour.")


def has_display() -> bool:
    """Whether a window could be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
