"""From a command to the data set: what is made becomes samples, also when the program is killed at the worst moment."""

import contextlib
import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Endpoint, Zishu
from tests.flows.test_generate_and_distil import SMALL, loopback

CHUNKS = ("--max-tokens", "400", "--overlap-tokens", "40")


def listed(zishu: Zishu, *flags: str) -> list[dict[str, Any]]:
    done = zishu.run("dataset", "list", "--limit", "0", "--json", *flags)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def shown(zishu: Zishu, samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = zishu.run("dataset", "show", "--json", *(str(one["id"]) for one in samples))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextlib.contextmanager
def rows(path: Path, query: str) -> Iterator[list[tuple[Any, ...]]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        yield connection.execute(query).fetchall()


def test_what_is_made_is_in_the_data_set_with_its_calls(
    zishu: Zishu, endpoint: Callable[..., Endpoint]
) -> None:
    done = zishu.run("generate", "-n", "2", *SMALL, *CHUNKS, *loopback(endpoint()))
    assert done.returncode == 0, done.stderr
    dialogues = shown(zishu, listed(zishu, "--kind", "dialogue"))
    short = shown(zishu, listed(zishu, "--kind", "distilled"))
    assert len(dialogues) == 2
    chunks = [
        json.loads(path.read_text(encoding="utf-8"))["total_chunks"]
        for path in (zishu.folder / "distilled").glob("*.json")
    ]
    assert len(short) == sum(chunks) + len(chunks) > 4
    told = [call for sample in dialogues + short for call in sample["provenance"]["calls"]]
    assert all(call["model"] == "custom/loopback" and call["tokens"] > 0 for call in told)
    with rows(zishu.home / "ledger.sqlite", "SELECT SUM(booked_tokens), COUNT(*) FROM calls") as found:
        assert found == [(sum(call["tokens"] for call in told), len(told))]


@pytest.mark.parametrize("where", ["conversations", "distilled"])
def test_killed_between_the_file_and_the_sample_it_comes_once(
    zishu: Zishu, endpoint: Callable[..., Endpoint], where: str
) -> None:
    teacher = endpoint(latency=0.02)
    flags = (*loopback(teacher), "--yes", "--json")
    process = zishu.start("generate", "-n", "2", *SMALL, *CHUNKS, *flags)
    wait_for(zishu.folder / where, process.poll)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    on = zishu.run("generate", "--continue", *flags)
    assert on.returncode == 0, on.stderr
    assert whole_and_once(zishu)
    # looking again brings nothing new
    before = listed(zishu)
    assert listed(zishu) == before


def test_killed_and_never_taken_up_it_comes_when_somebody_looks(
    zishu: Zishu, endpoint: Callable[..., Endpoint]
) -> None:
    process = zishu.start("generate", "-n", "2", *SMALL, *CHUNKS, *loopback(endpoint(latency=0.02)), "--json")
    wait_for(zishu.folder / "distilled", process.poll)
    process.kill()
    process.communicate()
    with rows(zishu.home / "ledger.sqlite", "SELECT COUNT(*) FROM talks WHERE state = 'done'") as found:
        ((done,),) = found
    assert len(listed(zishu, "--kind", "dialogue")) == done >= 1
    assert len(listed(zishu, "--kind", "distilled")) > 1


def wait_for(folder: Path, over: Callable[[], int | None]) -> None:
    """Until the first file of the folder has its name."""
    until = time.monotonic() + 60
    while not list(folder.glob("*.json")):
        assert over() is None, "it was over before"
        assert time.monotonic() < until
        time.sleep(0.001)


def whole_and_once(zishu: Zishu) -> bool:
    """Every dialogue and every result in the folders is a sample, and no sample is there twice."""
    talks = [json.loads(path.read_text("utf-8")) for path in (zishu.folder / "conversations").glob("*.json")]
    short = [json.loads(path.read_text("utf-8")) for path in (zishu.folder / "distilled").glob("*.json")]
    expected = len(talks) + sum(product["total_chunks"] + 1 for product in short)
    with rows(zishu.home / "samples.sqlite", "SELECT COUNT(*), COUNT(DISTINCT key) FROM samples") as found:
        return found == [(expected, expected)]


def test_ctrl_c_stops_an_import_between_two_commits(zishu: Zishu) -> None:
    path = zishu.folder / "many.jsonl"
    said = '{{"messages": [{{"role": "user", "content": "{0} {1}"}}, {{"role": "assistant", "content": "{1}"}}]}}'
    path.write_text("\n".join(said.format(n, "words " * 60) for n in range(12_000)), encoding="utf-8")
    process = zishu.start("dataset", "import", str(path), "--json")
    assert process.stdout is not None
    told = (json.loads(line) for line in process.stdout)
    assert next(event for event in told if event["event"] == "taken")["added"] > 0
    process.send_signal(signal.SIGINT)
    ended = list(told)[-1]
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert ended["event"] == "taken_in"
    assert ended["stopped"]
    assert "Ctrl-C" in err
    with rows(zishu.home / "samples.sqlite", "SELECT COUNT(*) FROM samples") as found:
        assert found == [(ended["added"],)]
    rest = zishu.run("dataset", "import", str(path))
    assert rest.returncode == 0, rest.stderr
    assert f"{12_000 - ended['added']:,} samples came in" in rest.stdout
