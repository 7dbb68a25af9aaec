"""`zishu` without a command, `zishu studio`, and `--mode`: the form in which the program starts."""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable

from zishu_app.core import qt_libraries
from zishu_app.core.errors import UsageError, ZishuError
from zishu_app.core.texts import t

#: ways in which Qt draws without a display of this machine
OWN_DISPLAYS = ("offscreen", "minimal", "vnc")
#: what the window stands on; an ImportError of theirs is no fault of ours
PARTS = ("PySide6", "shiboken6", "qasync")

#: the flags of `zishu chat`, which `--mode cli` does not have
TALK: dict[str, object] = {"words": [], "lang": None, "brain": None, "new": False, "json": False}

#: opens the window and stays until it is closed
Window = Callable[[argparse.Namespace], int]


def start(given: argparse.Namespace, window: Window) -> int:
    """Open her and the window; where none can be shown, the tour, unless one of them was asked for by name."""
    if given.mode == "cli":
        from zishu_app.cli.chat.main import run as talk

        return talk(argparse.Namespace(**TALK | vars(given)))
    if given.mode not in (None, "desktop"):
        raise UsageError(
            t(f"“{given.mode}”模式还没有做好。", f'The mode "{given.mode}" is not built yet.'),
            t(
                "现在可用：`zishu --mode desktop`、`zishu --mode cli`、`zishu studio`、`zishu tour`、`zishu generate`、`zishu distill`。",
                "There are: `zishu --mode desktop`, `zishu --mode cli`, `zishu studio`, `zishu tour`, `zishu generate`,"
                " `zishu distill`.",
            ),
        )
    why_not = no_display()
    if not why_not:
        return _open(window, given)
    if given.command == "studio" or given.mode == "desktop":
        raise UsageError(
            why_not,
            t(
                "请在桌面上打开；这里可用：`zishu chat`、`zishu tour`、`zishu generate`、`zishu distill`。",
                "Open it on a desktop; here there are: `zishu chat`, `zishu tour`, `zishu generate`, `zishu distill`.",
            ),
        )
    print(why_not + t("因此运行演示。", " So this is the tour."), file=sys.stderr)
    from zishu_app.cli.tour import run

    return run(argparse.Namespace(**{"lang": None, "rounds": 3, "json": False} | vars(given)))


def no_display() -> str:
    """Why no window can be shown here; "" when one can."""
    if not has_display():
        return t("这里没有图形界面。", "There is no display here.")
    if not qt_libraries.x_server_answers(os.environ):
        display = os.environ["DISPLAY"]
        return t(f"图形界面 {display} 没有回应。", f"The display {display} does not answer.")
    return ""


def has_display() -> bool:
    """Whether a window could be shown."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in OWN_DISPLAYS:
        return True
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(window: Window, given: argparse.Namespace) -> int:
    """Open it, and tell in a sentence when this system lacks what Qt needs."""
    for part in PARTS:
        if importlib.util.find_spec(part) is None:
            raise ModuleNotFoundError(f"No module named {part!r}", name=part)
    if missing := qt_libraries.missing_for_window(os.environ):
        raise qt_libraries.lacking(missing)
    try:
        return window(given)
    except ModuleNotFoundError:
        raise  # half an installation, see __main__
    except ImportError as error:
        if (error.name or "qasync").partition(".")[0] not in PARTS:  # qasync leaves its name out
            raise
        raise ZishuError(
            t(
                f"窗口打不开：Qt 无法加载（{error.msg}）。",
                f"The window cannot open: Qt does not load ({error.msg}).",
            ),
            t(
                "请运行 `zishu doctor`；若系统的库都在，再运行 python3 packaging/start.py --repair",
                "Run `zishu doctor`; if no library of the system is missing, python3 packaging/start.py --repair",
            ),
        ) from error
