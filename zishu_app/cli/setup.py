"""`zishu setup training`: the parts that are not for everybody come and go."""

import argparse
import asyncio
import json
import sys
from typing import Any

from zishu_app.brains.events import Received
from zishu_app.brains.pack import look, remove
from zishu_app.brains.pack_events import (
    Begun,
    Entered,
    Fetching,
    Installed,
    Installing,
    Pack,
    Removed,
    Stage,
    Stopped,
    Unpacking,
)
from zishu_app.brains.pack_install import Wishes, install
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.cli.view import JsonView
from zishu_app.core.texts import duration, t


def run(given: argparse.Namespace) -> int:
    """Install the training pack, look at it, or take it away."""
    open_house(given)
    if given.look:
        return _look(as_json=given.json)
    if given.remove:
        return asyncio.run(_remove(as_json=given.json))
    told = t("\n正在停下，什么都不会留下……", "\nStopping; nothing of it will be left ...")
    return run_stoppable(lambda stop: _install(given, stop), told)


async def _install(given: argparse.Namespace, stop: asyncio.Event) -> int:
    shown = JsonView().show if given.json else _Lines().show
    stopped = False
    async for event in install(Wishes(again=given.again), stop):
        shown(event)
        stopped = isinstance(event, Stopped)
    return 130 if stopped else 0


async def _remove(*, as_json: bool) -> int:
    if not as_json and look() is None:
        print(t("训练组件没有装。", "The training pack is not installed."))
    async for event in remove():
        if as_json:
            JsonView().show(event)
        elif event.size:
            print(_gone(event))
    return 0


def _look(*, as_json: bool) -> int:
    pack = look()
    if as_json:
        told: dict[str, Any] = {"installed": pack is not None}
        if pack is not None:
            told |= {
                "folder": str(pack.folder),
                "bytes": pack.size,
                "accelerator": pack.accelerator,
                "differs": pack.differs,
                "versions": pack.versions,
            }
        print(json.dumps(told, ensure_ascii=False))
    elif pack is None:
        print(t("训练组件没有装。", "The training pack is not installed."))
    else:
        print(about(pack))
    return 0


def about(pack: Pack) -> str:
    """The pack in one line."""
    line = f"torch {pack.torch} · {pack.accelerator.upper()} · {_mb(pack.size)}"
    if pack.differs:
        names = ", ".join(pack.differs[:5])
        line += t(f" · 与测试过的版本不同：{names}", f" · other versions than those tested: {names}")
    return line


def _gone(event: Removed) -> str:
    return t(
        f"训练组件已删除，腾出 {_mb(event.size)}。", f"The training pack is gone; {_mb(event.size)} are free."
    )


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


class _Lines:
    """Lines for what stays; on a terminal one more that is written over while bytes come in."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._open = False

    def show(self, event: Installing) -> None:
        """One event."""
        match event:
            case Received():
                self._over(self._received(event))
            case Unpacking():
                self._over(t(f"正在解包 {_mb(event.size)}", f"unpacking {_mb(event.size)}"))
            case _:
                self._line(_told(event))

    def _received(self, event: Received) -> str:
        total = f" / {_mb(event.total)}" if event.total else ""
        seconds = event.seconds_left
        left = "" if seconds is None else f" · {t('剩余', 'left')} {duration(seconds)}"
        return f"{_mb(event.done)}{total} · {event.speed / 1e6:.1f} MB/s{left}"

    def _over(self, text: str) -> None:
        if self._live:
            print(f"\r    {text:60}", end="", flush=True)
            self._open = True

    def _line(self, text: str) -> None:
        print(("\n" if self._open else "") + text, flush=True)
        self._open = False


def _told(event: Begun | Entered | Fetching | Installed | Stopped) -> str:
    match event:
        case Begun():
            return f"{event.requirement} · {event.why}\n→ {event.folder}"
        case Entered():
            return _stages()[event.stage]
        case Fetching():
            return f"    {event.name}" + (f" ({_mb(event.size)})" if event.size else "")
        case Installed():
            return t("训练组件可用：", "The training pack is ready: ") + about(event.pack)
        case Stopped():
            return t("已停下，什么都没有留下。", "Stopped; nothing of it is left.")


def _stages() -> dict[Stage, str]:
    return {
        "torch": "1/4 PyTorch",
        "rest": t("2/4 其余的包", "2/4 all other packages"),
        "check": t("3/4 检查能否使用", "3/4 a look whether it works"),
        "place": t("4/4 放到位", "4/4 put in place"),
    }
