"""Which calls of ours may hold up the event loop, and why; everything else raises in async tests.

blockbuster wraps what can block (files, sleep, sockets, SQLite, locks) and raises where `zishu_app` called it
inside a running loop. What a test itself calls may block: a test that reads a file holds up nobody.
"""

import contextlib
import inspect
import sys
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from blockbuster import BlockBuster

import zishu_app

OURS = str(Path(zishu_app.__file__).parent)
TESTS = str(Path(__file__).parent)
IS_ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class _All(Container[str]):
    def __contains__(self, name: object) -> bool:
        return True


ALL = _All()

#: file and functions that may block, and the reason
MAY_BLOCK: dict[tuple[str, Container[str]], str] = {
    ("zishu_app/core/database.py", frozenset({"read"})): "rows by their index, 20 microseconds",
    (
        "zishu_app/core/database.py",
        frozenset({"__init__", "close"}),
    ): "once, before the first and after the last",
    ("zishu_app/ledger/runs.py", frozenset({"_this_process", "_alive"})): "asks the system once a run",
    ("zishu_app/core/prompts.py", ALL): "one small file, read once",
    ("zishu_app/brains/bases_titles.py", ALL): "one small file, read once",
    ("zishu_app/dialogue/mistakes/tables.py", ALL): "one small file a language, read once",
    ("zishu_app/dialogue/persona.py", ALL): "one small file, read once",
}


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """While this lasts, our code may not block a running loop."""
    buster = BlockBuster(scanned_modules=zishu_app)
    for function in buster.functions.values():
        function.can_block_functions.extend(MAY_BLOCK)  # type: ignore[arg-type]
        function.can_block_predicate = _or_by_a_test(function.can_block_predicate)
    buster.activate()
    try:
        yield
    finally:
        buster.deactivate()


def _or_by_a_test(allowed: Callable[..., bool]) -> Callable[..., bool]:
    def may_block(*given: Any, **named: Any) -> bool:
        return allowed(*given, **named) or _by_a_test(sys._getframe(2))

    return may_block


def _by_a_test(frame: FrameType | None) -> bool:
    """Whether the call came from a test with nothing of ours between them that the loop runs."""
    while frame:
        file = frame.f_code.co_filename
        if file.startswith(TESTS):
            return True
        if file.startswith(OURS) and frame.f_code.co_flags & IS_ASYNC:
            return False
        frame = frame.f_back
    return False
