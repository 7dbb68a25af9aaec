"""The window is killed in the middle of its work, and what comes after is as if it had not been."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.flows.conftest import ROOT, Endpoint, Zishu, products
from tests.flows.test_generate_and_distil import ledger_says
from tests.jobs.lanes import end_lanes, lane_pids
from zishu_app.core.paths import SHARED_MODELS, Home
from zishu_app.ledger.overview import RunRow, list_runs
from zishu_app.ledger.store import open_ledger

#: dialogues at once, see tests/flows/window.py
AT_ONCE = 2


class Opened:
    """A window in a process of its own, and the lines in which it tells what happens."""

    def __init__(self, zishu: Zishu, what: str, url: str = "") -> None:
        command = [sys.executable, str(ROOT / "tests" / "flows" / "window.py"), what]
        self.process = subprocess.Popen(
            [*command, str(zishu.home), str(zishu.folder), url],
            cwd=zishu.folder,
            env=zishu.environment | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def hear(self, holds: Callable[[str], bool]) -> str:
        """Wait for a line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if holds(self.lines[-1]):
                return self.lines[-1]
        raise AssertionError(f"{self.lines}\n{self.process.communicate()[1]}")

    def end(self) -> list[str]:
        """Wait until it closes by itself; everything it told."""
        out, err = self.process.communicate(timeout=30)
        assert (self.process.returncode, err) == (0, "")
        return [*self.lines, *out.splitlines()]

    def kill(self) -> None:
        """At once, as by a power cut."""
        self.process.kill()
        self.process.communicate()
        assert self.process.returncode == -signal.SIGKILL


Open = Callable[..., Opened]


@pytest.fixture
def opened() -> Iterator[Open]:
    begun: list[Opened] = []

    def open_one(zishu: Zishu, what: str, url: str = "") -> Opened:
        begun.append(Opened(zishu, what, url))
        return begun[-1]

    yield open_one
    for one in begun:
        one.process.kill()
        one.process.communicate()


def counts(line: str, name: str, least: int) -> bool:
    return line.startswith(f"{name} ") and int(line.split()[1]) >= least


def only_run(zishu: Zishu) -> RunRow:
    store = open_ledger(zishu.home / "ledger.sqlite")
    try:
        (found,) = list_runs(store)
    finally:
        store.close()
    return found


def lock_is_free(zishu: Zishu) -> bool:
    with FileLock(zishu.home / "window.lock").acquire(timeout=0):
        return True


def contents(folder: Path) -> list[str]:
    """What the files of a folder hold; which of two of one name came first is chance."""
    return sorted(json.dumps(one) for one in products(folder))


def left_over(zishu: Zishu) -> list[Path]:
    return list(zishu.folder.rglob("*.tmp"))


def test_killed_twice_the_run_is_offered_and_its_files_are_those_of_an_undisturbed_one(
    zishu: Zishu, endpoint: Callable[..., Endpoint], opened: Open
) -> None:
    teacher = endpoint(latency=0.04)

    first = opened(zishu, "begin", teacher.base_url)
    first.hear(lambda line: counts(line, "rounds", 3))
    first.kill()
    left = only_run(zishu)
    assert (left.state, left.talks, left.done) == ("interrupted", 3, 0)
    assert left.rounds >= 3, "what was said is there"
    assert lock_is_free(zishu)
    assert left_over(zishu) == []
    remembered = json.loads((zishu.home / "window.json").read_text(encoding="utf-8"))
    assert remembered["page"] == "make"

    second = opened(zishu, "go-on")
    # one is written, and may be on its way to be distilled
    second.hear(lambda line: counts(line, "files", 1))
    assert second.lines[0] == "taken"
    assert "told The last run was interrupted." in second.lines
    second.kill()
    assert only_run(zishu).state == "interrupted"
    assert lock_is_free(zishu)
    assert left_over(zishu) == []

    third = opened(zishu, "go-on").end()
    assert third[-1] == "over done"
    assert only_run(zishu).state == "done"
    repeated = sum(times - 1 for times in teacher.stats()["answered"].values())
    lost = ledger_says(zishu.home, "SELECT COUNT(*) FROM calls WHERE state = 'lost'")
    assert repeated <= lost <= 2 * AT_ONCE, "a kill costs at most the calls in flight"

    calm = Zishu(zishu.folder / "calm")
    calm.folder.mkdir()
    assert opened(calm, "begin", teacher.base_url).end()[-1] == "over done"
    for folder in ("conversations", "distilled"):
        made = contents(zishu.folder / folder)
        assert len(made) == 3
        assert made == contents(calm.folder / folder)
    assert left_over(zishu) == []


def test_while_a_window_is_open_the_next_start_is_refused(
    zishu: Zishu, endpoint: Callable[..., Endpoint], opened: Open
) -> None:
    first = opened(zishu, "begin", endpoint(latency=0.5).base_url)
    first.hear(lambda line: line == "taken")
    with pytest.raises(TimeoutError):
        lock_is_free(zishu)
    first.kill()
    assert lock_is_free(zishu)


@pytest.mark.skipif(
    not any(SHARED_MODELS.glob("SmolLM2-135M*.gguf")), reason="set-up brings the model, and did not run here"
)
def test_the_brain_is_killed_while_the_tour_plays_and_it_goes_on(zishu: Zishu, opened: Open) -> None:
    home = Home(zishu.home)
    try:
        window = opened(zishu, "tour")
        window.hear(lambda line: line == "streams")
        (lane,) = lane_pids(home)
        os.kill(lane, signal.SIGKILL)
        told = window.end()
        assert told[-2:] == ["phase done", "over done"]
        (other,) = lane_pids(home)
        assert other != lane
    finally:
        end_lanes(home)
    (path,) = (zishu.home / "tour" / "conversations").glob("*.json")
    talk = json.loads(path.read_text(encoding="utf-8"))["conversation"]
    assert [message["role"] for message in talk] == ["user", "assistant"]
    assert talk[1]["content"]
    assert ledger_says(zishu.home, "SELECT SUM(retries) FROM calls") == 1
    assert ledger_says(zishu.home, "SELECT COUNT(*) FROM calls WHERE state != 'answered'") == 0
