"""What every action on the data set does first and last."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.core.texts import t
from zishu_app.house import House

#: the house, the flags, and when to stop; the exit code
Action = Callable[[House, argparse.Namespace, asyncio.Event], Awaitable[int]]


def run_action(action: Action, given: argparse.Namespace) -> int:
    """Within the house. The first Ctrl-C stops it softly."""
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
