"""The window's door: what is started there belongs to a widget, and never fails in silence."""

import asyncio
import gc
import logging
import weakref
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Run, Settle
from zishu_app.core.errors import DataError
from zishu_app.ui.errors import Told
from zishu_app.ui.tasks import Tasks


@pytest.fixture
def told() -> list[Told]:
    return []


@pytest.fixture
def tasks(app: QApplication, told: list[Told]) -> Tasks:
    return Tasks(told.append)


class Work:
    """Something slow, and how it went."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.go_on = asyncio.Event()

    async def __call__(self, name: str = "work") -> None:
        self.steps.append(f"{name} begun")
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.steps.append(f"{name} ended")
            raise
        self.steps.append(f"{name} done")


async def failing(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


def test_what_is_started_is_done(tasks: Tasks, told: list[Told], run: Run[Any]) -> None:
    async def go() -> list[str]:
        owner, work = QObject(), Work()
        task = tasks.start(owner, work())
        work.go_on.set()
        await task
        return work.steps

    assert run(go()) == ["work begun", "work done"]
    assert told == []


def test_it_ends_with_its_owner(tasks: Tasks, told: list[Told], run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        owner, other, work = QObject(), QObject(), Work()
        task, stays = tasks.start(owner, work("one")), tasks.start(other, work("two"))
        await settle(lambda: len(work.steps) == 2)
        shiboken6.delete(owner)
        await settle(task.done)
        assert task.cancelled()
        assert work.steps == ["one begun", "two begun", "one ended"]
        assert not stays.done(), "another widget's work goes on"
        work.go_on.set()
        await stays

    run(go())
    assert told == [], "nobody is left to be told"


def test_a_failure_after_its_owner_is_gone_is_told_to_nobody(
    tasks: Tasks, told: list[Told], run: Run[Any]
) -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise DataError("too late") from None

    async def go() -> None:
        owner = QObject()
        task = tasks.start(owner, stubborn())
        await asyncio.sleep(0)
        shiboken6.delete(owner)
        await task

    run(go())
    assert told == []


def test_a_newer_one_of_the_same_name_replaces_the_older(tasks: Tasks, run: Run[Any], settle: Settle) -> None:
    async def go() -> list[str]:
        owner, other, work = QObject(), QObject(), Work()
        tasks.start(owner, work("first"), replaces="look")
        elsewhere = tasks.start(other, work("other widget's"), replaces="look")
        unnamed = tasks.start(owner, work("unnamed"))
        await settle(lambda: len(work.steps) == 3)
        last = tasks.start(owner, work("last"), replaces="look")
        await settle(lambda: len(work.steps) == 5)
        work.go_on.set()
        await asyncio.gather(last, elsewhere, unnamed)
        return work.steps

    steps = run(go())
    assert "first ended" in steps
    assert {one.partition(" d")[0] for one in steps if one.endswith("done")} == {
        "other widget's",
        "unnamed",
        "last",
    }


def test_one_that_is_replaced_before_its_first_step_leaves_no_warning(
    tasks: Tasks, run: Run[Any], recwarn: pytest.WarningsRecorder
) -> None:
    async def go() -> list[str]:
        owner, work = QObject(), Work()
        work.go_on.set()
        for number in range(5):
            last = tasks.start(owner, work(str(number)), replaces="look")
        await last
        return work.steps

    assert run(go()) == ["4 begun", "4 done"]
    gc.collect()
    assert [one for one in recwarn if "never awaited" in str(one.message)] == []


def test_what_is_over_is_forgotten_while_its_owner_lives(tasks: Tasks, run: Run[Any]) -> None:
    async def go() -> list[Any]:
        work = Work()
        work.go_on.set()
        begun = [tasks.start(owner, work()) for _ in range(20)]
        await asyncio.gather(*begun)
        return [weakref.ref(one) for one in begun]

    owner = QObject()
    known = run(go())
    run(asyncio.sleep(0))
    gc.collect()
    assert [one() for one in known if one() is not None] == []


def test_an_error_of_ours_is_told_with_what_to_do(tasks: Tasks, told: list[Told], run: Run[Any]) -> None:
    async def go() -> None:
        await tasks.start(owner, failing(DataError("no key", "store one")))

    owner = QObject()
    run(go())
    assert told == [Told("bad", "no key", "store one")]


def test_who_asks_for_it_is_told_instead_of_the_window(tasks: Tasks, told: list[Told], run: Run[Any]) -> None:
    heard: list[Told] = []

    async def go() -> None:
        await tasks.start(owner, failing(DataError("no key")), failed=heard.append)

    owner = QObject()
    run(go())
    assert [one.message for one in heard] == ["no key"]
    assert told == []


def test_a_bug_is_logged_with_all_it_knows_and_told_in_plain_words(
    tasks: Tasks, told: list[Told], run: Run[Any], expects_log: list[logging.LogRecord]
) -> None:
    async def go() -> None:
        await tasks.start(owner, failing(ZeroDivisionError("inside")))

    owner = QObject()
    run(go())
    (said,) = told
    assert "our fault" in said.message
    assert "Settings › Log" in said.hint
    assert "inside" not in said.message + said.hint
    (record,) = expects_log
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert record.exc_info[2] is not None, "with the way it came"


def test_the_end_ends_them_all(tasks: Tasks, run: Run[Any], settle: Settle) -> None:
    async def go() -> tuple[list[str], list[bool]]:
        owner, work = QObject(), Work()
        begun = [tasks.start(owner, work(name)) for name in ("one", "two")]
        await settle(lambda: len(work.steps) == 2)
        begun.append(tasks.start(owner, work("three")))  # not begun yet
        await tasks.end()
        await tasks.end()  # where there are none, nothing is waited for
        return work.steps, [one.cancelled() for one in begun]

    steps, cancelled = run(go())
    assert sorted(steps) == ["one begun", "one ended", "two begun", "two ended"]
    assert cancelled == [True, True, True]


def test_one_that_does_not_go_is_left_behind_and_named(
    tasks: Tasks, run: Run[Any], expects_log: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zishu_app.ui.tasks.PATIENCE", 0.02)
    patient = asyncio.Event()

    async def deaf() -> None:
        while not patient.is_set():
            try:
                await patient.wait()
            except asyncio.CancelledError:
                continue

    async def go() -> None:
        task = tasks.start(owner, deaf())
        await asyncio.sleep(0)
        await tasks.end()
        patient.set()
        await task

    owner = QObject()
    run(go())
    assert [one.getMessage().partition(":")[0] for one in expects_log] == ["a task did not end"]
