"""`zishu doctor`: what is installed and usable, and for each thing that is not, the one thing to do."""

import argparse
import asyncio
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from zishu_app import __version__
from zishu_app.brains.find import known_cards, usable_chinese
from zishu_app.brains.pack import look
from zishu_app.cli.session import open_house
from zishu_app.cli.setup import about
from zishu_app.cli.start import no_display
from zishu_app.core import qt_libraries, torch_build
from zishu_app.core.errors import BrainMissing, ZishuError
from zishu_app.core.texts import language, t
from zishu_app.house import House
from zishu_app.studio.her_brain import HerBrain

#: packages the main job needs, by the name they are imported under
PACKAGES = (
    "pydantic",
    "httpx",
    "httpx_aiohttp",
    "rich",
    "filelock",
    "tiktoken",
    "jieba",
    "pypinyin",
    "keyring",
    "psutil",
)
SET_UP = "python3 packaging/start.py"
#: what the window stands on; prints its version
OPEN_QT = """
import PySide6, qasync
from PySide6.QtWidgets import QApplication
QApplication([])
print("PySide6", PySide6.__version__)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `needed`: the main job cannot run without it (or without its alternative)."""

    name: str
    ok: bool
    text: str
    to_do: str = ""
    needed: bool = False


def run(given: argparse.Namespace) -> int:
    """Look at everything; 0 when the main job can run."""
    house = open_house(given)
    findings = asyncio.run(_look(house))
    can_run = all(finding.ok for finding in findings if finding.needed)
    if given.json:
        print(
            json.dumps(
                {"version": __version__, "can_run": can_run, "findings": [asdict(f) for f in findings]},
                ensure_ascii=False,
            )
        )
    else:
        _print(findings, can_run=can_run)
    return 0 if can_run else 1


def _print(findings: list[Finding], *, can_run: bool) -> None:
    print(f"zishu {__version__} · Python {platform.python_version()} · {platform.platform()}")
    for finding in findings:
        mark = "✓" if finding.ok else "✗" if finding.needed else "–"
        print(f"  {mark} {finding.name}: {finding.text}")
        if not finding.ok and finding.to_do:
            print(f"      → {finding.to_do}")
    print(
        t("可以使用。", "Ready.")
        if can_run
        else t("还不能使用：先处理上面标 ✗ 的项。", "Not ready: see what is marked ✗.")
    )


async def _look(house: House) -> list[Finding]:
    async with house:
        looks: list[Callable[[House], Awaitable[list[Finding]]]] = [_packages, _home, _brains, _her, _system]
        return [finding for look in looks for finding in await look(house)]


async def _her(house: House) -> list[Finding]:
    """The brain she speaks with."""
    wanted, name = house.settings.companion.language, t("她的大脑", "her brain")
    brain = HerBrain(house, language() if wanted == "auto" else wanted)
    try:
        return [Finding(name, True, await brain.speaks())]
    except BrainMissing as error:
        ways = t("；或 ", "; or ").join(one.command for one in await brain.ways())
        return [Finding(name, False, error.message, ways)]


async def _packages(_house: House) -> list[Finding]:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    name = t("组件", "packages")
    if missing:
        return [Finding(name, False, t("缺少 ", "missing: ") + ", ".join(missing), SET_UP, needed=True)]
    return [Finding(name, True, t(f"{len(PACKAGES)} 个都在", f"all {len(PACKAGES)} are there"), needed=True)]


async def _home(house: House) -> list[Finding]:
    free = shutil.disk_usage(house.home.root).free
    enough = free > 500e6
    disk = Finding(
        t("磁盘", "disk"),
        enough,
        t(f"剩余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB free"),
        t("至少腾出 0.5 GB。", "Make room for 0.5 GB at least."),
        needed=True,
    )
    home = Finding(t("数据目录", "home folder"), True, str(house.home.root), needed=True)
    return [home, disk, _ledger(house), _keyring()]


def _ledger(house: House) -> Finding:
    name = t("账本", "ledger")
    try:
        runs = house.store.read("SELECT COUNT(*) FROM runs")[0][0]
    except ZishuError as error:
        return Finding(name, False, error.message, error.hint, needed=True)
    return Finding(name, True, t(f"{runs} 次运行", f"{runs} runs"), needed=True)


def _keyring() -> Finding:
    import keyring

    backend = keyring.get_keyring()
    usable = getattr(backend, "priority", 0) > 0
    text = (
        t("可用", "usable")
        if usable
        else t("没有；密钥会存进仅本人可读的文件", "none; keys go to a file only you can read")
    )
    return Finding(t("系统钥匙串", "keyring"), usable, text)


async def _brains(house: House) -> list[Finding]:
    teacher = _teacher(house)
    builtin = await _builtin(house)
    one_is_there = teacher.ok or builtin.ok
    chinese = usable_chinese(house.home, known_cards(house.home))
    local = Finding(
        t("本机中文模型", "local Chinese model"),
        chinese is not None,
        str(chinese.path)
        if chinese
        else t("没有（内置模型只会英文）", "none (the built-in brain knows English only)"),
        "zishu models download qwen3-0.6b --mirror",
    )
    main = Finding(
        t("可用的模型", "a model to work with"),
        one_is_there,
        t("有", "there is one") if one_is_there else t("没有", "none"),
        builtin.to_do or teacher.to_do,
        needed=True,
    )
    return [teacher, builtin, local, main]


def _teacher(house: House) -> Finding:
    name = t("默认老师模型", "the teacher model")
    spec = house.settings.teacher
    try:
        chosen = house.choose(spec.model, spec.base_url)
    except ZishuError as error:
        return Finding(name, False, error.message, error.hint)
    if chosen.kind == "local" or not chosen.needs_key:
        return Finding(name, True, chosen.name)
    key = house.keys.find(chosen.endpoint, chosen.key_env)
    text = chosen.name + (t("，有密钥", ", with a key") if key else t("，没有密钥", ", no key"))
    return Finding(name, key is not None, text, f"zishu keys set {chosen.endpoint}")


async def _builtin(house: House) -> Finding:
    """The built-in brain: its file, llama.cpp, and a worker that starts."""
    name = t("内置模型", "built-in brain")
    try:
        path = house.model_file(house.choose("builtin"))
    except ZishuError as error:
        return Finding(name, False, error.message, "zishu models download builtin")
    if importlib.util.find_spec("xllamacpp") is None and not house.settings.worker.python:
        return Finding(name, False, t("缺少 xllamacpp", "xllamacpp is missing"), SET_UP)
    try:
        await _worker_answers(house)
    except ZishuError as error:
        return Finding(name, False, error.message, error.hint)
    return Finding(name, True, f"{path.name} · {t('工作进程正常', 'the worker answers')}")


async def _worker_answers(house: House) -> None:
    from zishu_app.jobs.specs import NoopSpec

    job = await house.lane("quick").submit(NoopSpec(steps=1))
    async for _ in job:
        continue


async def _system(_house: House) -> list[Finding]:
    why_no_display = no_display()
    found = [
        Finding(
            t("图形界面", "display"),
            not why_no_display,
            why_no_display or t("有", "there"),
            t("用命令行，或在桌面上打开。", "Use the command line, or start on a desktop."),
        ),
        await asyncio.to_thread(_window),
        await asyncio.to_thread(_training),
    ]
    return [*found, _font()] if sys.platform == "linux" else found


def _training() -> Finding:
    """The training pack, and the build of torch that fits this machine."""
    name, pack = t("训练组件", "training pack"), look()
    if pack is not None:
        return Finding(name, not pack.differs, about(pack), "zishu setup training")
    try:
        build = torch_build.choose(torch_build.look_around())
    except ZishuError as error:
        return Finding(name, False, error.message, error.hint)
    text = t(
        f"没有装，只有训练才需要；适合这台机器的是 {build.requirement}",
        f"not installed, needed for training only; right for this machine: {build.requirement}",
    )
    return Finding(name, False, text, "zishu setup training")


def _window() -> Finding:
    """Whether the window could open. A child process loads Qt: this one stays small, and a crash is told too."""
    name = t("窗口", "window")
    missing = qt_libraries.missing(qt_libraries.IMPORT | qt_libraries.X11)
    if missing:
        lacking = qt_libraries.lacking(missing)
        return Finding(name, False, lacking.message, lacking.hint)
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", OPEN_QT],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, False, str(error), f"{SET_UP} --repair")
    if ended.returncode == 0:
        return Finding(name, True, t("可用，", "usable, ") + ended.stdout.strip())
    lines = ended.stderr.strip().splitlines() or [t("无法启动", "does not start") + f" ({ended.returncode})"]
    told = next((line for line in reversed(lines) if "rror" in line), lines[-1])
    return Finding(name, False, told, f"{SET_UP} --repair")


def _font() -> Finding:
    name = t("中文字体", "Chinese font")
    if shutil.which("fc-list") is None:
        return Finding(
            name, False, t("无法检查（没有 fontconfig）", "cannot be told (no fontconfig)"), SET_UP
        )
    listed = subprocess.run(
        ["fc-list", ":lang=zh", "file"], capture_output=True, text=True, timeout=20, check=False
    ).stdout
    first = listed.splitlines()[0].rstrip(": ") if listed.strip() else ""
    return Finding(name, bool(first), Path(first).name if first else t("没有", "none"), SET_UP)
