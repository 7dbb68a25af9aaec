import pytest

from zishu_app.jobs.protocol import Event, Metric, Note, Piece, Progress
from zishu_app.worker.context import Context, JobStopped


def test_what_it_tells() -> None:
    heard: list[Event] = []
    context = Context(heard.append)
    context.progress(1, 2, "a")
    context.metric(3, loss=0.5)
    context.note("b")
    context.piece("c", reasoning=True)
    assert heard == [Progress(1, 2, "a"), Metric(3, {"loss": 0.5}), Note("b"), Piece("c", True)]


def test_stopping() -> None:
    context = Context(lambda _: None)
    called: list[str] = []
    context.check_cancelled()
    context.on_cancel(lambda: called.append("before"))
    context.cancel()
    context.cancel()
    context.on_cancel(lambda: called.append("after"))
    assert called == ["before", "after"]
    with pytest.raises(JobStopped):
        context.check_cancelled()


def test_a_library_cannot_swallow_it() -> None:
    assert not issubclass(JobStopped, Exception)
