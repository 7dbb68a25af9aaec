"""The window's door: everything slow is started here, belongs to a widget, and fails into words instead of silence."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from zishu_app.ui.errors import Told, told

log = logging.getLogger("zishu.ui")

#: seconds a task is given to end, and how often it is asked
PATIENCE, TRIES = 1.0, 3

#: what is done with a failure
Failed = Callable[[Told], object]


class Tasks:
    """Every task of the window."""

    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._named: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._all: set[asyncio.Task[None]] = set()

    def start(
        self,
        owner: QObject,
        work: Coroutine[Any, Any, Any],
        *,
        replaces: str = "",
        failed: Failed | None = None,
    ) -> "asyncio.Task[None]":
        """Do `work`; it ends with `owner`. `replaces`: ends the owner's older task of that name first, for its
        result is no longer wanted. `failed` hears of a failure instead of the window's banner.
        """
        key = (id(owner), replaces)
        if replaces and key in self._named:
            self._named[key].cancel()
        task = asyncio.ensure_future(self._guarded(owner, work, failed or self._failed))
        self._all.add(task)
        task.add_done_callback(self._all.discard)
        task.add_done_callback(lambda _: work.close())  # one that was replaced before its first step
        if replaces:
            self._named[key] = task
            task.add_done_callback(partial(self._unname, key))
        ends = owner.destroyed.connect(lambda *_: task.cancel())
        # a page starts thousands before it goes: none is kept until then
        task.add_done_callback(lambda _: QObject.disconnect(ends))
        return task

    async def end(self) -> None:
        """End all of them and wait until they are gone; one that does not go in time is left behind and named."""
        for _ in range(TRIES):
            for task in list(self._all):
                task.cancel()
            if not self._all or not (await asyncio.wait(list(self._all), timeout=PATIENCE))[1]:
                return
        for task in self._all:
            log.warning("a task did not end: %s", task.get_coro())

    def _unname(self, key: tuple[int, str], task: "asyncio.Task[None]") -> None:
        if self._named.get(key) is task:
            del self._named[key]

    async def _guarded(self, owner: QObject, work: Coroutine[Any, Any, Any], failed: Failed) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - one of the four doors
            said = told(error)
            if shiboken6.isValid(owner):
                failed(said)
