import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from zishu_app.core.errors import ContextExceeded, DataError, ZishuError
from zishu_app.jobs.protocol import Cancelled, Done, Event, Failed
from zishu_app.jobs.specs import NoopSpec
from zishu_app.worker import __main__ as door
from zishu_app.worker.context import Context, JobStopped


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module whose `run` a test may choose."""
    module = ModuleType("zishu_app.worker.chosen")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(door.RUNNERS, "noop", module.__name__)
    yield module


def ending(module: ModuleType, act: object) -> Event:
    module.run = act  # type: ignore[attr-defined]
    return door.run_job(NoopSpec(), Context(lambda _: None))


def raising(error: BaseException) -> object:
    def run(*_: object) -> None:
        raise error

    return run


def test_good_endings(runner: ModuleType) -> None:
    assert ending(runner, lambda *_: {"a": 1}) == Done({"a": 1})
    assert ending(runner, raising(JobStopped())) == Cancelled()


def test_our_errors_keep_their_name(runner: ModuleType) -> None:
    assert ending(runner, raising(ContextExceeded("太长", "缩短"))) == Failed(
        "太长", "缩短", "context_exceeded"
    )
    assert [door.code_of(kind("")) for kind in (DataError, ZishuError)] == ["data_error", "zishu_error"]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), MemoryError()])
def test_bugs_have_an_ending_too(runner: ModuleType, error: BaseException, expects_log: list[object]) -> None:
    failed = ending(runner, raising(error))
    assert isinstance(failed, Failed) and failed.code == "bug" and type(error).__name__ in failed.message
    assert len(expects_log) == 1


def test_a_part_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, expects_log: list[object]) -> None:
    monkeypatch.setitem(door.RUNNERS, "noop", "zishu_app.worker.not_there")
    failed = door.run_job(NoopSpec(), Context(lambda _: None))
    assert isinstance(failed, Failed) and failed.code == "part_missing" and sys.executable in failed.hint
    assert expects_log


def test_models_that_are_being_imported_hold_nothing_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "zishu_app.worker.loaded", raising=False)
    assert door.rest(1.0) is False
    monkeypatch.setitem(sys.modules, "zishu_app.worker.loaded", ModuleType("half"))
    assert door.rest(1.0) is False
