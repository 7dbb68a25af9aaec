"""The desktop of this system, whichever it is."""

import sys
from pathlib import Path

from zishu_app.desktop.base import Desktop
from zishu_app.desktop.login import command


def open_desktop(home: Path) -> Desktop:
    """It is closed by whoever opened it. `home`: the home folder that is used again at the next login."""
    started = command(home)
    if sys.platform == "win32":
        from zishu_app.desktop.windows import WindowsDesktop

        return WindowsDesktop(started)
    if sys.platform == "darwin":
        from zishu_app.desktop.macos import MacDesktop

        return MacDesktop(started)
    from zishu_app.desktop.linux import LinuxDesktop

    return LinuxDesktop(started)
