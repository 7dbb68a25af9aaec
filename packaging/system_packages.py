"""Debian and Ubuntu: the few system packages the program wants, each with its reason. Other systems: none.

Nothing here stops a start: what cannot be installed is named, with what is missing without it and the line to run.
To add a package, add a `SystemPackage` to `wanted`, and raise `stamp.EDITION` so that everyone's set-up sees it.
"""

import importlib.util
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screen import Screen, said

from zishu_app.core import qt_libraries
from zishu_app.core.texts import t

#: a whole apt-get call, in seconds; `timeout` runs as root too, which a plain user's kill could not end
LIMIT = 300
#: for the question whether to use sudo, in seconds
ANSWER = 30
LISTS = Path("/var/lib/apt/lists")


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A package, whether it is missing here, and what does not work without it.

    `members`: it stands for these packages, which are wanted for one reason and named in one line.
    """

    name: str
    missing: bool
    zh: str
    en: str
    members: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[str, ...]:
        """What apt is asked for."""
        return self.members or (self.name,)


def wanted(*, test: bool = False) -> list[SystemPackage]:
    """All of them, looked up on this machine; `test`: those too that only the tests use."""
    no_list = shutil.which("fc-list") is None
    return [
        SystemPackage(
            f"python3.{sys.version_info[1]}-venv",
            importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None,
            "没有它就无法建立虚拟环境，紫舒无法启动",
            "without it no environment can be made, and Zishu cannot start",
        ),
        SystemPackage(
            "fontconfig",
            no_list,
            "没有它，窗口里可能找不到字体",
            "without it windows may not find their fonts",
        ),
        SystemPackage(
            "fonts-wqy-microhei",
            not has_chinese_font(),
            "没有中文字体，窗口里的汉字会显示成方块",
            "without a Chinese font, windows show boxes for Chinese",
        ),
        for_qt(qt_libraries.missing(qt_libraries.IMPORT | qt_libraries.X11)),
        *([for_tests()] if test else []),
    ]


def for_qt(sonames: Sequence[str]) -> SystemPackage:
    """The libraries of the system that Qt lacks, as one; of twenty that a bare system lacks, twenty lines say no more."""
    members = tuple(qt_libraries.packages_of(sonames)) if sonames else ()
    return SystemPackage(
        members[0]
        if len(members) == 1
        else t(f"Qt 用的一组库（{len(members)} 个）", f"a set of {len(members)} libraries for Qt"),
        bool(members),
        "没有它，窗口打不开；命令行照常可用",
        "without it the window cannot open; the command line works all the same",
        members,
    )


def for_tests() -> SystemPackage:
    """An X server without a screen."""
    return SystemPackage(
        "xvfb",
        shutil.which("Xvfb") is None,
        "没有它，窗口无法在真正的 X 服务器上测试",
        "without it the window is not tested on a real X server",
    )


def install_missing(screen: Screen, *, test: bool = False) -> tuple[float, int] | None:
    """Install what is missing, or say how. Seconds and bytes; None when there was nothing to do."""
    if not is_debian():
        return None
    missing = [package for package in wanted(test=test) if package.missing]
    if not missing:
        return None
    names = [name for package in missing for name in package.packages]
    begun = time.monotonic()
    prefix = _prefix(screen, names)
    if prefix is not None and apt_install(screen, prefix, names):
        taken, size = time.monotonic() - begun, installed_size(names)
        told = t("、", ", ").join(package.name for package in missing)
        screen.say(t("  系统软件包：", "  system packages: ") + f"{told}: {said(taken, size)}")
        return taken, size
    for package in missing:
        screen.say(
            "  " + t(f"缺少 {package.name}：{package.zh}。", f"{package.name} is missing: {package.en}.")
        )
    screen.say(t("  可运行：", "  Run: ") + line_to_run(names))
    return None


def line_to_run(names: Sequence[str]) -> str:
    """The one line for the user."""
    return "sudo apt-get install -y " + " ".join(names)


def parse_os_release(text: str) -> dict[str, str]:
    """The fields of /etc/os-release without their quotes."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def debian_like(text: str) -> bool:
    """Is it Debian, Ubuntu, or made from one of them?"""
    fields = parse_os_release(text)
    return bool({"debian", "ubuntu"} & {fields.get("ID", ""), *fields.get("ID_LIKE", "").split()})


def is_debian() -> bool:
    """Do Debian's packages count on this machine?"""
    release = Path("/etc/os-release")
    if not sys.platform.startswith("linux") or not release.exists():
        return False
    tools = shutil.which("dpkg-query") and shutil.which("apt-get")
    return bool(tools) and debian_like(release.read_text(encoding="utf-8", errors="replace"))


def has_chinese_font() -> bool:
    """Asked of fontconfig; where that is missing, of dpkg."""
    if shutil.which("fc-list"):
        return bool(_output(["fc-list", ":lang=zh", "family"]).strip())
    patterns = ("fonts-wqy-*", "fonts-noto-cjk*", "fonts-droid-fallback", "fonts-arphic-*")
    return " installed" in _output(["dpkg-query", "-W", "-f", "${Status}\n", *patterns])


def installed_size(names: Sequence[str]) -> int:
    """Bytes on disk, as dpkg says (it counts in 1,024)."""
    sizes = _output(["dpkg-query", "-W", "-f", "${Installed-Size}\n", *names]).split()
    return sum(int(size) for size in sizes if size.isdigit()) * 1024


def apt_install(screen: Screen, prefix: Sequence[str], names: Sequence[str]) -> bool:
    """One try with the lists that are there, one more with new lists. Never asks anything."""
    label = t("系统软件包", "system packages")
    install = apt_command(prefix, "install", "-y", "--no-install-recommends", *names)
    if any(LISTS.glob("*Packages*")) and screen.run(label, install).code == 0:
        return True
    renewed = screen.run(label, apt_command(prefix, "update"))
    return renewed.code == 0 and screen.run(label, install).code == 0


def apt_command(prefix: Sequence[str], *words: str) -> list[str]:
    """An apt-get that never asks, waits a minute for another apt, and gives up on a dead network."""
    options = (
        "-q",
        "-o",
        "DPkg::Lock::Timeout=60",
        "-o",
        "Acquire::Retries=1",
        "-o",
        "Acquire::http::Timeout=20",
    )
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1")
    return [*prefix, "timeout", str(LIMIT), *quiet, "apt-get", *options, *words]


def route(*, root: bool, sudo: bool, passwordless: bool, person: bool) -> str:
    """How to become root: "direct", "sudo", "ask" a person first, or only "tell" what to run."""
    if root:
        return "direct"
    if sudo and passwordless:
        return "sudo"
    return "ask" if sudo and person else "tell"


def _prefix(screen: Screen, names: Sequence[str]) -> list[str] | None:
    """What goes before apt-get; None: it must not be run."""
    sudo = shutil.which("sudo") is not None
    root = os.geteuid() == 0 if sys.platform != "win32" else False
    way = route(
        root=root,
        sudo=sudo,
        passwordless=not root and sudo and _succeeds(["sudo", "-n", "true"]),
        person=sys.stdin is not None
        and sys.stdin.isatty()
        and sys.stderr.isatty()
        and "CI" not in os.environ,
    )
    if way == "direct":
        return []
    if way == "sudo" or (way == "ask" and _agreed(screen, names)):
        return ["sudo", "-n"]
    return None


def _agreed(screen: Screen, names: Sequence[str]) -> bool:
    """Ask a person, then let sudo ask for the password. No answer, no, or Ctrl+C: go on without."""
    screen.say(t("  想安装系统软件包：", "  System packages to install: ") + " ".join(names))
    question = t(
        f"  现在用 sudo 安装吗？{ANSWER} 秒不回答就跳过 [Y/n] ",
        f"  Install them with sudo now? Skipped after {ANSWER} seconds [Y/n] ",
    )
    try:
        print(question, end="", file=sys.stderr, flush=True)
        answered = select.select([sys.stdin], [], [], ANSWER)[0]
        answer = sys.stdin.readline() if answered else ""
        agreed = answer.strip().lower() in ("", "y", "yes", "是", "好") and answer.endswith("\n")
        if not answered:
            print(file=sys.stderr)
        return agreed and subprocess.run(["sudo", "-v"], check=False).returncode == 0
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return False


def _succeeds(command: Sequence[str]) -> bool:
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _output(command: Sequence[str]) -> str:
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False, encoding="utf-8"
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
