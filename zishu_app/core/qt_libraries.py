"""What Qt needs of a Linux system and does not bring itself: which libraries, which are missing, what to install.

Qt's wheel holds Qt, not the libraries of the system that it stands on, and a bare Debian or Ubuntu lacks most of them.
Without those of `IMPORT` importing Qt fails; without those of `X11` Qt ends the whole process when the window opens, with
a sentence that names the wrong package. So both are looked for before, by soname and as the dynamic linker does it:
package names change from release to release (`libglib2.0-0`, `libglib2.0-0t64`), sonames do not.

Source: what the libraries of PySide6_Essentials 6.11.3 ask for (`objdump -p`), tried on a bare Debian 12.
"""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t

#: soname and Debian's package; without these Qt cannot be imported
IMPORT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libglib-2.0.so.0": "libglib2.0-0",
}
#: without these no window opens under X11
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-glx.so.0": "libxcb-glx0",
}
#: ending of packages that were built anew for times after 2038 (Debian 13, Ubuntu 24.04)
RENAMED = "t64"

#: tells whether the dynamic linker finds a library
Loads = Callable[[str], bool]


def loads(soname: str) -> bool:
    """Does it load here, with all that it needs itself?"""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing(sonames: Iterable[str], there: Loads = loads) -> list[str]:
    """Those of `sonames` that this system lacks; none on systems where Qt's wheel brings everything."""
    return [soname for soname in sonames if not there(soname)] if sys.platform == "linux" else []


def missing_for_window(environment: Mapping[str, str], there: Loads = loads) -> list[str]:
    """What the window lacks on the display it would open on."""
    wanted = IMPORT | X11 if _uses_x11(environment) else IMPORT
    return missing(wanted, there)


def _uses_x11(environment: Mapping[str, str]) -> bool:
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform:
        return platform == "xcb"
    return bool(environment.get("DISPLAY")) and not environment.get("WAYLAND_DISPLAY")


def packages_of(sonames: Iterable[str], listing: str | None = None) -> list[str]:
    """The packages that hold them, under the names that apt knows here. `listing`: one name a line."""
    known = set((_apt_names() if listing is None else listing).split())
    names = [(IMPORT | X11)[soname] for soname in sonames]
    return [name + RENAMED if name + RENAMED in known else name for name in names]


def _apt_names() -> str:
    """Every package that apt knows and that begins like a library; takes half a second."""
    if shutil.which("apt-cache") is None:
        return ""
    try:
        return subprocess.run(
            ["apt-cache", "pkgnames", "lib"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=20,
            encoding="utf-8",
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def what_to_do(sonames: Iterable[str]) -> str:
    """The line to run; where there is no apt, what to look for."""
    if shutil.which("apt-get"):
        return "sudo apt-get install -y " + " ".join(packages_of(sonames))
    names = " ".join(sonames)
    return t(
        f"请用系统的软件包管理器安装含有这些库的软件包：{names}",
        f"With your system's package tool, install what holds these libraries: {names}",
    )


def lacking(sonames: list[str]) -> ZishuError:
    """The window cannot open because of these."""
    first, more = sonames[0], len(sonames) - 1
    names = first + (t(f" 等 {more + 1} 个", f" and {more} more") if more else "")
    return ZishuError(
        t(
            f"窗口打不开：系统缺少 Qt 需要的库：{names}。",
            f"The window cannot open: this system lacks what Qt needs: {names}.",
        ),
        what_to_do(sonames),
    )


def x_server_answers(environment: Mapping[str, str]) -> bool:
    """Is anybody behind $DISPLAY? Qt would end the process otherwise. True also when it cannot be told."""
    if sys.platform != "linux" or not _uses_x11(environment):
        return True
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(environment["DISPLAY"].encode(), None))
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)
