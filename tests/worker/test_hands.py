"""Threads are kept for the next job, and none waits for another."""

import contextvars
import threading
import time
from functools import partial

from zishu_app.worker.hands import MOST_IDLE, Hands

SAID: contextvars.ContextVar[str] = contextvars.ContextVar("said", default="")


def done(hands: Hands, name: str) -> tuple[int, str]:
    """Which thread did it, and what it was called."""
    found: list[tuple[int, str]] = []
    over = threading.Event()

    def work() -> None:
        thread = threading.current_thread()
        found.append((thread.ident or 0, thread.name))
        over.set()

    hands.do(name, work)
    assert over.wait(5)
    time.sleep(0.02)  # it waits for the next one by now
    return found[0]


def test_one_after_the_other_in_the_same_thread() -> None:
    hands = Hands()
    first, then = done(hands, "a"), done(hands, "b")
    assert first[0] == then[0] and (first[1], then[1]) == ("a", "b")


def test_many_at_once_and_few_are_kept() -> None:
    hands, go, begun = Hands(), threading.Event(), threading.Barrier(9)

    def work() -> None:
        begun.wait(5)
        go.wait(5)

    before = threading.active_count()
    for number in range(8):
        hands.do(str(number), work)
    begun.wait(5)  # all eight are at it
    go.set()
    for _ in range(200):
        if threading.active_count() <= before + MOST_IDLE:
            break
        time.sleep(0.01)
    assert threading.active_count() <= before + MOST_IDLE


def test_what_hangs_holds_nobody_up() -> None:
    hands, free = Hands(), threading.Event()
    hands.do("hangs", partial(free.wait, 5))  # type: ignore[arg-type]
    assert done(hands, "goes on")[1] == "goes on"
    free.set()


def test_what_a_job_sets_for_itself_is_not_there_for_the_next() -> None:
    heard: list[str] = []
    hands, over = Hands(), threading.Event()

    def hear() -> None:
        heard.append(SAID.get())
        SAID.set("secret")
        over.set()

    for _ in range(2):
        over.clear()
        hands.do("hears", hear)
        assert over.wait(5)
        time.sleep(0.02)
    assert heard == ["", ""]
