"""`zishu dataset`: samples come in, are looked at, decided on, cleaned, frozen and given away."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module

from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.core.texts import t
from zishu_app.house import House

#: the house, the flags, and when to stop; the exit code
Action = Callable[[House, argparse.Namespace, asyncio.Event], Awaitable[int]]

#: where each action is; loaded only when it is asked for
MODULES = {
    "import": "bring",
    "export": "give",
    "list": "look",
    "search": "look",
    "show": "show",
    "stats": "figures",
    "accept": "decide",
    "reject": "decide",
    "reopen": "decide",
    "undo": "decide",
    "redo": "decide",
    "check": "clean",
    "duplicates": "duplicates",
    "freeze": "versions",
    "versions": "versions",
    "diff": "versions",
}


def run(given: argparse.Namespace) -> int:
    """One of the actions, each a function of its module: `bring.import_` is `zishu dataset import`.

    The first Ctrl-C stops it softly.
    """
    module = import_module(f"zishu_app.cli.dataset.{MODULES[given.action]}")
    action: Action = getattr(module, f"{given.action}_")
    house = open_house(given)
    return run_stoppable(
        lambda stop: _inside(house, action, given, stop),
        t(
            "\n做完手上这一步就停下……（再按一次 Ctrl-C 立即停止）",
            "\nStopping after this step ... (Ctrl-C again: at once)",
        ),
    )


async def _inside(house: House, action: Action, given: argparse.Namespace, stop: asyncio.Event) -> int:
    async with house:
        return await action(house, given, stop)
