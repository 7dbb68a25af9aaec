"""Killed during a verdict on very many: it goes on to exactly its end, or is taken back to exactly what was before.

Single verdicts are given meanwhile; none that was acknowledged is lost, and none of them is overruled.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.made import draft
from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act, Part
from zishu_app.dataset.find import Filter, groups
from zishu_app.dataset.sample import KINDS, VERDICTS, message
from zishu_app.dataset.store import Samples, add, open_samples
from zishu_app.review.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
MANY = 20_000
BULK = Filter(kinds=("dialogue", "distilled", "imported", "agentic"), verdicts=("pending", "accepted"))

DECIDE = """
import asyncio, sys
from pathlib import Path
from tests.dataset.test_killed import BULK, MANY
from zishu_app.core.clock import SystemClock
from zishu_app.dataset import acts
from zishu_app.dataset.store import open_samples
from zishu_app.review.desk import Desk
acts.PART = 500
async def main():
    desk = Desk(open_samples(Path(sys.argv[1])), "小林", SystemClock())
    async def single():
        for number in range(1, MANY, 371):
            await desk.decide(number, "removed", "single")
            print(number, flush=True)
            await asyncio.sleep(0.005)
    alone = asyncio.create_task(single())
    async for part in acts.undo(desk.samples) if sys.argv[2] == "undo" else desk.decide_all(BULK, "rejected", "bulk"):
        if not part.finished:
            print("part", flush=True)
    await alone
    print("ended", flush=True)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of many small samples; copied for each test."""
    path = tmp_path_factory.mktemp("killed") / "samples.sqlite"
    samples = open_samples(path)
    talk = (message("user", "好"), message("assistant", "好"))
    drafts = [draft(number, messages=talk, title="", tags=(), source=None) for number in range(MANY)]
    asyncio.run(_add(samples, drafts))
    samples.close()
    return path


async def _add(samples: Samples, drafts: list[Any]) -> None:
    for start in range(0, MANY, 4000):
        await add(samples, drafts[start : start + 4000], 1)


async def _reject(samples: Samples) -> None:
    async for _ in Desk(samples, "小林", ScriptedClock()).decide_all(BULK, "rejected", "bulk"):
        pass


def killed(path: Path, what: str, dice: random.Random) -> list[int]:
    """Let it work for some parts, then kill it at any moment; the single verdicts that were acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", DECIDE, str(path), what],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    parts = dice.randint(1, 12)
    while said.count("part") < parts:
        said.append(process.stdout.readline().strip())
        assert said[-1], process.communicate()[1]
    time.sleep(dice.uniform(0, 0.03))
    process.send_signal(signal.SIGKILL)
    said += process.communicate(timeout=60)[0].split()
    return [int(one) for one in said if one.isdigit()]


def rows(samples: Samples) -> dict[int, tuple[Any, ...]]:
    """What can change, sample by sample."""
    found = samples.read(
        "SELECT s.*, reason.text AS why FROM samples s JOIN names reason ON reason.id = s.reason ORDER BY s.id"
    )
    return {
        row["id"]: (
            VERDICTS[row["verdict"]],
            row["why"],
            row["kind"],
            row["flagged"],
            row["version"],
            row["length"],
        )
        for row in found
    }


def looked_over(samples: Samples) -> None:
    """The file is whole, and its counts are right."""
    assert samples.read("PRAGMA integrity_check")[0][0] == "ok"
    counted = Counter(verdict for verdict, *_ in rows(samples).values())
    with samples.reading() as connection:
        told: Counter[str] = Counter()
        for one in groups(connection):
            told[one.verdict] += one.n
    assert told == counted


async def ended(
    path: Path, end: Callable[[Samples, Act], AsyncIterator[Part]], acknowledged: list[int]
) -> tuple[dict[int, tuple[Any, ...]], set[int]]:
    """Open it again and bring what was left to an end; all samples, and those that single verdicts were given to."""
    samples = open_samples(path)
    now = rows(samples)
    assert all(now[number][:2] == ("removed", "single") for number in acknowledged)
    with samples.reading() as connection:
        left = acts.unfinished(connection)
    assert left is not None
    async for _ in end(samples, left):
        pass
    looked_over(samples)
    with samples.reading() as connection:
        assert acts.unfinished(connection) is None
    singles = {row[0] for row in samples.read("SELECT sample FROM changes WHERE after LIKE '%single%'")}
    found = rows(samples)
    await asyncio.to_thread(samples.close)
    return found, singles


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("seed", range(2))
async def test_a_verdict_on_many_that_is_killed(made: Path, tmp_path: Path, seed: int) -> None:
    path = shutil.copy(made, tmp_path / "samples.sqlite")
    samples = open_samples(path)
    first = rows(samples)
    await asyncio.to_thread(samples.close)
    acknowledged = await asyncio.to_thread(killed, path, "decide", random.Random(seed))
    await asyncio.to_thread(shutil.copytree, tmp_path, tmp_path / "again")
    went_on, singles = await ended(path, acts.go_on, acknowledged)
    meant = {n for n, row in first.items() if KINDS[row[2]] in BULK.kinds and row[0] in BULK.verdicts}

    def expected(number: int, *, bulk: bool) -> tuple[str, str]:
        if number in singles:
            return "removed", "single"
        return ("rejected", "bulk") if bulk and number in meant else first[number][:2]

    assert {n: row[:2] for n, row in went_on.items()} == {n: expected(n, bulk=True) for n in first}
    assert {n: row[2:] for n, row in went_on.items()} == {n: row[2:] for n, row in first.items()}
    back, singles = await ended(tmp_path / "again" / "samples.sqlite", acts.take_back, acknowledged)
    assert {n: row[:2] for n, row in back.items()} == {n: expected(n, bulk=False) for n in first}
    assert {n: row[2:] for n, row in back.items()} == {n: row[2:] for n, row in first.items()}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("seed", range(2))
async def test_its_undoing_that_is_killed_goes_on(made: Path, tmp_path: Path, seed: int) -> None:
    path = shutil.copy(made, tmp_path / "samples.sqlite")
    samples = open_samples(path)
    first = rows(samples)
    await _reject(samples)
    await asyncio.to_thread(samples.close)
    acknowledged = await asyncio.to_thread(killed, path, "undo", random.Random(seed))
    found, singles = await ended(path, acts.go_on, acknowledged)
    assert {n: row[:2] for n, row in found.items()} == {
        n: ("removed", "single") if n in singles else row[:2] for n, row in first.items()
    }
    samples = open_samples(path)
    for _ in singles:  # each stands on what was before the act that was undone
        async for _ in acts.undo(samples):
            pass
    assert rows(samples) == first
    await asyncio.to_thread(samples.close)
