"""The data set with very many samples: opened cold, filtered, searched, gone through, decided on. Prints one JSON line.

    python tests/bench/bench_samples.py [--samples 100000] [--folder FOLDER] [--asked 300]

The data set is made once and kept in `--folder`; a million samples take a quarter of an hour and 4 GB. Everything is
measured in fresh processes, and before each kind of question the system is told to forget the file (posix_fadvise): the
first ones of a kind are answered from the disk. Times in milliseconds; the aim for each p95 is 50.

- open: from nothing to the first page and the groups of the filter.
- filter, search: the first page of random combinations, rare ones included, in every order, after what the window does
  when it stands: it reads once what filters look at (warm). filter_cold, search_cold: the same without that.
- count: how many a filter finds, counted up to 10,000. more: the page after a page. groups, tags: what a filter can
  choose from, with how many there are of each. next: a sample, its source, its versions and its history.
- verdict, undo: until it is on disk. bulk: verdicts on all pending distilled samples, and their undo; meanwhile flags
  are set one by one (`beside`).
- Floors, measured in the same way: a page of the newest samples without a filter, the first 200 numbers out of the
  search index, the same rows by plain SELECTs, a one-row transaction. `load` is what else the machine was doing.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, get_args

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402 - the path comes first

from zishu_app.core.clock import SystemClock  # noqa: E402
from zishu_app.core.terms import query  # noqa: E402
from zishu_app.dataset import acts, find  # noqa: E402
from zishu_app.dataset.find import Filter, Order, filter_from_dict  # noqa: E402
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS  # noqa: E402
from zishu_app.dataset.store import Samples, get, open_samples, source_of  # noqa: E402
from zishu_app.dataset.versions import versions_of  # noqa: E402
from zishu_app.review.desk import Desk  # noqa: E402

AIM_MS, AIM_MIB, AIM_BULK, AIM_PART_S = 50.0, 300.0, 50_000, 0.3
ORDERS = get_args(Order)


def forget(path: Path) -> None:
    """The system's memory of the file goes: what is read next comes from the disk."""
    for one in path.parent.glob(f"{path.name}*"):
        with one.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


#: milliseconds by the clock, and of the processor, for each question
Taken = tuple[list[float], list[float]]


def timed(do: Callable[[Any], object], questions: Iterable[Any]) -> Taken:
    """How long each question takes."""
    taken: Taken = ([], [])
    for question in questions:
        began, cpu = time.perf_counter(), time.thread_time()
        do(question)
        taken[0].append((time.perf_counter() - began) * 1000)
        taken[1].append((time.thread_time() - cpu) * 1000)
    return taken


async def waited(do: Callable[[Any], Awaitable[object]], questions: Iterable[Any]) -> Taken:
    """The same for what is awaited; all threads of the process count."""
    taken: Taken = ([], [])
    for question in questions:
        began, cpu = time.perf_counter(), time.process_time()
        await do(question)
        taken[0].append((time.perf_counter() - began) * 1000)
        taken[1].append((time.process_time() - cpu) * 1000)
    return taken


def told(taken: Taken, floor: Taken | None = None) -> dict[str, float]:
    """Figures of one kind of question; the ratio is that of the medians."""
    figures = {
        "p50": statistics.median(taken[0]),
        "p95": _p95(taken[0]),
        "max": max(taken[0]),
        "cpu_p95": _p95(taken[1]),
    }
    if floor:
        least = statistics.median(floor[0])
        figures |= {"floor_p50": least, "to_floor": figures["p50"] / least}
    return {key: round(value, 2) for key, value in figures.items()}


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def questions_for(samples: int, asked: int) -> dict[str, Any]:
    """What will be asked, made here: the process that is measured knows no dictionary."""
    from tests.bench.made_samples import Words

    dice = random.Random(11)
    words = Words(random.Random(7))
    common = [clause[at : at + 2] for clause in words.chinese[:400] for at in (0, 2)]
    phrases = [clause[:size] for clause in words.chinese[400:800] for size in (4, 5, 6)]
    latin = [word for clause in words.latin[:200] for word in clause[:-1].split()]
    pools = [common, common, words.rare, phrases, latin, [f"N{n:07d}" for n in range(samples)]]
    return {
        "filters": [[_filter(dice), dice.choice(ORDERS)] for _ in range(asked)],
        "searches": [
            [
                {**(_filter(dice) if dice.random() < 0.4 else {}), "text": dice.choice(dice.choice(pools))},
                dice.choice(ORDERS),
            ]
            for _ in range(asked)
        ],
        "numbers": [dice.randint(1, samples) for _ in range(asked)],
    }


def _filter(dice: random.Random) -> dict[str, Any]:
    from tests.bench.made_samples import BEGAN, SCENARIOS, TAGS, YEAR

    day = 86_400
    start = BEGAN + dice.randrange(YEAR - 30 * day)
    fields: dict[str, Any] = {
        "kinds": dice.sample(KINDS, dice.randint(1, 2)),
        "languages": [dice.choice(LANGUAGES)],
        "scenarios": dice.sample(SCENARIOS, dice.randint(1, 3)),
        "verdicts": [dice.choice(VERDICTS)],
        "tags": dice.sample(list(TAGS), dice.choice((1, 1, 1, 2))),
        "flagged": dice.random() < 0.7,
        "score": dice.choice(([1, 2], [3, 4], [4.5, 5], [2.75, 2.75])),
        "spread": dice.choice((0.5, 1, 1.5, 3)),
        "judged": dice.random() < 0.5,
        "created": [start, start + dice.choice((day, 7 * day, 30 * day))],
    }
    return {name: fields[name] for name in dice.sample(list(fields), dice.choice((1, 1, 2, 2, 3)))}


def opened(path: Path) -> Taken:
    """From nothing to the first page; in a process of its own."""
    forget(path)
    data: list[Samples] = []

    def first(_: object) -> None:
        data.append(open_samples(path))
        with data[0].reading() as connection:
            find.page(connection, Filter())
            find.groups(connection)

    taken = timed(first, [None])
    data[0].close()
    return taken


def asked(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Reading: filter, search, count, more, next."""
    data = open_samples(path)
    filters = [(filter_from_dict(one), order) for one, order in given["filters"]]
    searches = [(filter_from_dict(one), order) for one, order in given["searches"]]
    with data.reading() as connection:

        def plain(_: object) -> None:
            find.rows_of(connection, [(0, n) for n in range(1, 201)])

        def words(one: Any) -> None:
            connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? LIMIT 200", (query(one[0].text),)
            ).fetchall()

        def more(one: Any) -> None:
            pages[one[0]] = find.page(connection, one[0], one[1], (pages[one[0]] or [None])[-1])

        def first(one: Any) -> None:
            find.page(connection, one[0], one[1])

        floor = timed(plain, range(50))
        found: dict[str, Any] = {}
        for name, questions in (("filter_cold", filters), ("search_cold", searches)):
            forget(path)
            found[name] = told(timed(first, questions))
        forget(path)
        found["warm_s"] = round(timed(find.warm, [connection])[0][0] / 1000, 2)
        for name, questions in (("filter", filters), ("search", searches)):
            taken = timed(first, questions)
            found[name] = told(taken, floor if name == "filter" else timed(words, questions))
            found[name]["slow"] = _slow(taken[0], questions)
        forget(path)
        found["count"] = told(timed(lambda one: find.count(connection, one[0], 10_000), filters + searches))
        pages = {one: find.page(connection, one, order) for one, order in filters}
        found["more"] = told(timed(more, filters), floor)
        forget(path)
        taken = timed(lambda number: _whole(connection, number), given["numbers"])
        forget(path)
        found["next"] = told(taken, timed(_plainly(path), given["numbers"]))
        found["groups"] = told(timed(lambda _: find.groups(connection), range(20)))
        found["tags"] = told(timed(lambda _: find.tag_counts(connection), range(20)))
    found["memory_mib"] = _memory()
    data.close()
    return found


def _slow(taken: list[float], questions: list[Any]) -> list[Any]:
    """The slowest ones, to be looked at."""
    worst = sorted(zip(taken, questions, strict=True), key=lambda pair: -pair[0])[:6]
    return [[round(ms), {**one.as_dict(), "order": order}] for ms, (one, order) in worst]


def _whole(connection: Any, number: int) -> None:
    sample = get(connection, number)
    assert sample is not None
    if sample.source:
        source_of(connection, sample.source)
    versions_of(connection, number)
    acts.history(connection, 20, number)


def _plainly(path: Path) -> Callable[[int], None]:
    connection = sqlite3.connect(path)

    def do(number: int) -> None:
        connection.execute("SELECT * FROM samples WHERE id = ?", (number,)).fetchone()
        (source,) = connection.execute("SELECT source FROM bodies WHERE id = ?", (number,)).fetchone()
        connection.execute("SELECT * FROM bodies WHERE id = ?", (number,)).fetchone()
        connection.execute("SELECT * FROM sources WHERE id = ?", (source,)).fetchone()

    return do


async def decided(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Writing: verdicts one by one and on many, and their undoing."""
    forget(path)
    data = open_samples(path)
    desk = Desk(data, "bench", SystemClock())
    numbers = given["numbers"]
    verdicts = [(number, VERDICTS[1 + at % 2]) for at, number in enumerate(numbers)]
    decide = await waited(lambda one: desk.decide(*one), verdicts)
    undo = await waited(lambda _: _through(acts.undo(data)), numbers)
    forget(path)
    floor = timed(_transaction(data), numbers)
    found: dict[str, Any] = {"verdict": told(decide, floor), "undo": told(undo, floor)}
    found["bulk"] = await _many(data, desk, numbers)
    found["wal_mib"] = round(path.with_name(f"{path.name}-wal").stat().st_size / 2**20, 1)
    found["memory_mib"] = _memory()
    data.close()
    return found


async def _many(data: Samples, desk: Desk, numbers: list[int]) -> dict[str, Any]:
    """One bulk verdict, single verdicts beside it, and the bulk taken back."""
    beside: list[float] = []

    async def single() -> None:
        for number in numbers:
            began = time.perf_counter()
            await desk.flag(number, on=len(beside) % 2 == 0)
            beside.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)

    wanted = Filter(kinds=("distilled",), verdicts=("pending",))
    others = asyncio.create_task(single())
    forward = await _parts(desk.decide_all(wanted, "accepted", "bulk"))
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    with data.reading() as connection:
        bulk = next(one for one in acts.history(connection) if one.what == "accept")
    back = await _parts(acts.take_back(data, bulk))
    samples = int(forward["samples"])
    return {
        "samples": samples,
        "verdicts_a_second": round(samples / forward["seconds"]),
        "cpu_us_a_verdict": round(forward["cpu"] / samples * 1e6, 1),
        "longest_part_s": forward["longest_part_s"],
        "undone_a_second": round(back["samples"] / back["seconds"]),
        "longest_undone_part_s": back["longest_part_s"],
        "beside": {"p50": round(statistics.median(beside), 1), "p95": round(_p95(beside), 1)},
    }


async def _parts(parts: Any) -> dict[str, float]:
    began = last = time.perf_counter()
    cpu, longest, done = time.process_time(), 0.0, 0
    async for part in parts:
        now = time.perf_counter()
        longest, last, done = max(longest, now - last), now, part.done
    cpu = time.process_time() - cpu
    return {"seconds": last - began, "cpu": cpu, "longest_part_s": round(longest, 3), "samples": done}


async def _through(parts: Any) -> None:
    async for _ in parts:
        pass


def _transaction(data: Samples) -> Callable[[int], None]:
    connection = sqlite3.connect(data.path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")

    def do(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE samples SET turns = turns WHERE id = ?", (number,))
        connection.execute("COMMIT")

    return do


def _memory() -> float:
    return round(psutil.Process().memory_info().rss / 2**20, 1)


def child(folder: Path, what: str) -> Any:
    """What a fresh process measures."""
    command = [sys.executable, __file__, "--folder", str(folder), "--measure", what]
    ended = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(ended.stdout)


def measure(folder: Path, what: str) -> Any:
    """The part of a fresh process."""
    path = folder / "samples.sqlite"
    if what == "bring up to date":
        return open_samples(path).close()
    if what == "open":
        return opened(path)
    given = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return asked(path, given) if what == "read" else asyncio.run(decided(path, given))


def bench(folder: Path, samples: int, asked_: int) -> dict[str, Any]:
    """Everything; see above."""
    from tests.bench.made_samples import build

    built = build(folder / "samples.sqlite", samples)
    (folder / "questions.json").write_text(json.dumps(questions_for(samples, asked_)), encoding="utf-8")
    child(folder, "bring up to date")
    found = {"open": told(_joined([child(folder, "open") for _ in range(9)])), **child(folder, "read")}
    memory = found.pop("memory_mib")
    found |= child(folder, "write")
    size = (folder / "samples.sqlite").stat().st_size / 2**20
    aims = {"p95_ms": AIM_MS, "memory_mib": AIM_MIB, "verdicts_a_second": AIM_BULK, "part_s": AIM_PART_S}
    return {
        "bench": "samples",
        "samples": samples,
        "load": [round(one, 1) for one in os.getloadavg()],
        "built_s": built,
        "file_mib": round(size),
        **found,
        "memory_mib": [memory, found["memory_mib"]],
        "aims": aims,
        "missed": [
            name for name, one in found.items() if isinstance(one, dict) and one.get("p95", 0) > AIM_MS
        ],
    }


def _joined(runs: list[Taken]) -> Taken:
    return [one for wall, _ in runs for one in wall], [one for _, cpu in runs for one in cpu]


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description="The data set with very many samples.")
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "zishu-bench",
        help="kept, to be used again",
    )
    parser.add_argument("--asked", type=int, default=300, help="questions of each kind")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.folder, args.measure), ensure_ascii=False))
    else:
        print(json.dumps(bench(args.folder, args.samples, args.asked), ensure_ascii=False))


if __name__ == "__main__":
    main()
