"""What every command does first and last: home, settings, language, log, house; how it is stopped and ended."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import FrameType
from typing import Any

from zishu_app.core.keys import Keys
from zishu_app.core.log import start_log
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language, system_language, t
from zishu_app.house import House


def open_house(given: argparse.Namespace, flags: Mapping[str, Any] | None = None) -> House:
    """The house for the home and the settings asked for; from here on everything is logged there."""
    home = open_home(given.home)
    settings = load_settings(home, flags)
    set_language(system_language() if settings.language == "auto" else settings.language)
    start_log(home.logs)
    return House(home, settings, Keys(home.keys, getattr(given, "api_key", None)))


def model_flags(given: argparse.Namespace) -> dict[str, Any]:
    """The flags `generate` and `distill` share, as settings; None where one was not given."""
    return {
        "teacher.model": given.model,
        "teacher.base_url": given.base_url,
        "dialogue.concurrency": given.concurrency,
        "distill.max_tokens": given.max_tokens,
        "distill.overlap_tokens": given.overlap_tokens,
    }


def limits_of(given: argparse.Namespace) -> dict[str, Any]:
    """The limits that were given now; one that was not stays as it was."""
    limits = {"max_cost": given.max_cost, "max_total_tokens": given.max_total_tokens}
    return {name: value for name, value in limits.items() if value is not None}


def run_stoppable(work: Callable[[asyncio.Event], Awaitable[int]], told: str = "") -> int:
    """Run `work(stop)`. The first Ctrl-C (or SIGTERM) sets `stop`, the second ends at once.

    `told`: what is said at the first one, where it is not calls that are waited for.
    """
    return asyncio.run(_stoppable(work, told or _calls_end()))


def _calls_end() -> str:
    return t(
        "\n等已经问出去的有了回答就停下……（再按一次 Ctrl-C 立即停止）",
        "\nStopping when what was asked is answered ... (Ctrl-C again: at once)",
    )


async def _stoppable(work: Callable[[asyncio.Event], Awaitable[int]], told: str) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work(stop))

    def asked() -> None:
        if stop.is_set():
            task.cancel()
            return
        print(told, file=sys.stderr)
        stop.set()

    def from_signal(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(asked)

    before = {number: signal.signal(number, from_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return await task
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
