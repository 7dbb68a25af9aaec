"""Real lanes for tests: fixtures that end every process they began."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from zishu_app.core.paths import SHARED_MODELS, Home
from zishu_app.jobs.client import Lane, Times, open_lane

#: as a user's, but for tests: nobody waits ten seconds for a job that hangs
QUICK_TIMES = Times(start=30.0, answer=30.0, ask=0.4, terminate=0.4)
OpenLane = Callable[..., Lane]


def lane_pids(home: Home) -> list[int]:
    """Lanes of this home that are running."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if str(home.root) in words and "--lane" in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def end_lanes(home: Home) -> None:
    """Kill every lane of this home."""
    victims = [psutil.Process(pid) for pid in lane_pids(home) if psutil.pid_exists(pid)]
    for victim in victims:
        victim.kill()
    psutil.wait_procs(victims, 5)
    assert not lane_pids(home)


def model_path() -> Path:
    """The small model that set-up brings along; a test that needs it fails without it."""
    path = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.is_file(), f"set-up did not bring {path}"
    return path


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose lanes serve many tests; for tests that leave them alive."""
    home = Home(tmp_path_factory.mktemp("shared-home"))
    yield home
    end_lanes(home)


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Home]:
    """A home of one test."""
    home = Home(tmp_path / "家 home")
    yield home
    end_lanes(home)


@pytest.fixture
async def opened() -> AsyncIterator[OpenLane]:
    """Opens lanes as `open_lane` does, and closes them after the test."""
    lanes: list[Lane] = []

    def opening(home: Home, name: str = "quick", **given: object) -> Lane:
        lane = open_lane(home, name, **{"times": QUICK_TIMES, "idle_seconds": 60.0, **given})
        lanes.append(lane)
        return lane

    yield opening
    for lane in lanes:
        await lane.close()


@pytest.fixture
def quick(opened: OpenLane, shared_home: Home) -> Lane:
    """The shared quick lane."""
    return opened(shared_home)
