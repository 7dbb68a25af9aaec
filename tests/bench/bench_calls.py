"""How much time calling costs: our way against raw aiohttp and plain httpx, at 64 and 256 calls at once.

    python tests/bench/bench_calls.py [--calls 3072] [--floor 2 12] [--rounds 3] [--httpx]

A teacher in its own process answers every call after the same time, which is chosen so that `floor` seconds is the
least a run can take (calls x latency / calls at once). At 12 s and 256 at once an answer takes a second, which is
quick for a teacher; at 2 s the processor is the limit, and what every way costs shows plainly. Every way sends the
same requests, reads the stream, parses every chunk and puts the text together. `ours` also keeps the books: each
call is opened in the ledger, and closed in one commit with its turn, on disk before the next step; `wire` is the
same without the ledger. Runs of the ways take turns; the best of the rounds counts. One JSON line.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import aiohttp  # noqa: E402 - the path comes first
import httpx  # noqa: E402

from zishu_app.core.clock import SystemClock  # noqa: E402
from zishu_app.core.messages import Message  # noqa: E402
from zishu_app.core.tokens import RememberingCounter, open_counter  # noqa: E402
from zishu_app.ledger.budget import Budget, Caps  # noqa: E402
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker  # noqa: E402
from zishu_app.ledger.runs import PlannedTalk, Turn, keep_turn, plan_talks, start_run, talks_of  # noqa: E402
from zishu_app.ledger.store import open_ledger  # noqa: E402
from zishu_app.llm.base import Answered, Options  # noqa: E402
from zishu_app.llm.catalog import load_catalog  # noqa: E402
from zishu_app.llm.client import open_client  # noqa: E402
from zishu_app.llm.http_call import Line  # noqa: E402
from zishu_app.llm.openai_compatible import OpenAICompatible  # noqa: E402
from zishu_app.llm.pace import Pace  # noqa: E402
from zishu_app.llm.request import Quirks, build_body  # noqa: E402

#: one call: its number in, its text out
Call = Callable[[int], Awaitable[str]]
#: makes all calls of one measurement
Run = Callable[[Call], Awaitable[None]]

TALK = [
    Message("system", "你是一个机器学习专家，擅长用通俗易懂的方式讲解复杂概念。"),
    *[
        Message("assistant" if n % 2 else "user", "监督学习和无监督学习有啥区别，能举例吗？" * 3)
        for n in range(8)
    ],
]


def talk(number: int) -> list[Message]:
    """A long talk with one new message."""
    return [*TALK, Message("user", f"第 {number} 个问题：能不能再讲讲第 {number % 7} 种情况？")]


def options(number: int) -> Options:
    """A request of its own for each call."""
    return Options(temperature=0.7, max_tokens=400, seed=number)


def payload(number: int) -> dict[str, Any]:
    """The request of a call for the ways that are not ours."""
    return build_body("teacher-1", talk(number), options(number), Quirks())


def text_in(body: bytes) -> str:
    """What one would write by hand to read a stream: each chunk parsed, the text put together."""
    parts = []
    for line in body.split(b"\n\n"):
        if line.startswith(b"data: {"):
            choices = json.loads(line[6:])["choices"]
            if choices:
                parts.append(choices[0]["delta"].get("content") or "")
    return "".join(parts)


@asynccontextmanager
async def our_model(base_url: str, at_once: int) -> AsyncIterator[OpenAICompatible]:
    """OpenAICompatible: pace, retries, errors, reasoning and usage included."""
    client = open_client()
    chosen = load_catalog(ROOT / "configs" / "models.toml").find("teacher-1", base_url)
    yield OpenAICompatible(chosen, Line(client, Pace(at_once)))
    await client.aclose()


async def our_way(base_url: str, at_once: int, run: Run) -> None:
    """As a dialogue calls: tokens counted, budget reserved, every turn stored."""
    with tempfile.TemporaryDirectory() as folder:
        store, clock = open_ledger(Path(folder) / "ledger.sqlite"), SystemClock()
        books = await start_run(store, "generate", {}, clock)
        await plan_talks(store, books.id, [PlannedTalk(0, 0, {}, folder, "talk.json", "planned")])
        (planned,) = talks_of(store, books.id)
        accounts = Accounts(store, Budget(Caps(tokens=10**12)), clock)
        async with our_model(base_url, at_once) as model:
            speaker = Speaker(model, RememberingCounter(open_counter("o200k_base")))

            async def call(number: int) -> str:
                kept: list[str] = []

                def keep(answer: Answered, call_id: str) -> list[Any]:
                    kept.append(answer.text)
                    return [keep_turn(planned.id, Turn(number, "assistant", answer.text, {}), call_id)]

                messages = talk(number)
                question = Question(messages, options(number), speaker.count(messages))
                async for _ in accounts.ask(
                    Asker(books.id, "0", "assistant", number), speaker, question, keep
                ):
                    pass
                return kept[0]

            await run(call)
        stored = store.read("SELECT COUNT(*) AS n FROM turns WHERE step >= 0")[0]["n"]
        assert store.read("SELECT COUNT(*) AS n FROM calls WHERE state = 'answered'")[0]["n"] >= stored > 0
        store.close()


async def wire(base_url: str, at_once: int, run: Run) -> None:
    """Our way without the books."""
    async with our_model(base_url, at_once) as model:

        async def call(number: int) -> str:
            text = ""
            async for delta in model.stream(talk(number), options(number)):
                if isinstance(delta, Answered):
                    text = delta.text
            return text

        await run(call)


async def raw_aiohttp(base_url: str, at_once: int, run: Run) -> None:
    """The least one can do."""
    gate = asyncio.Semaphore(at_once)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def call(number: int) -> str:
            async with gate, session.post(f"{base_url}/chat/completions", json=payload(number)) as response:
                return text_in(await response.read())

        await run(call)


async def plain_httpx(base_url: str, at_once: int, run: Run) -> None:
    """httpx with its own transport."""
    gate = asyncio.Semaphore(at_once)
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(limits=limits, timeout=300, trust_env=False) as client:

        async def call(number: int) -> str:
            async with gate:
                response = await client.post(f"{base_url}/chat/completions", json=payload(number))
                return text_in(response.content)

        await run(call)


WAYS = {"ours": our_way, "wire": wire, "aiohttp": raw_aiohttp, "httpx": plain_httpx}


async def measure(way: str, base_url: str, at_once: int, calls: int) -> dict[str, float]:
    """Seconds, and CPU milliseconds of this process a call, of one run; connections are opened beforehand."""
    result: dict[str, float] = {}

    async def run(call: Call) -> None:
        await asyncio.gather(*(call(-1 - number) for number in range(at_once)))
        wall, cpu = time.perf_counter(), time.process_time()
        texts = await asyncio.gather(*(call(number) for number in range(calls)))
        result["seconds"] = time.perf_counter() - wall
        result["cpu_ms"] = (time.process_time() - cpu) * 1000 / calls
        assert len(set(texts)) > 0.99 * calls, "the texts are not what was sent"

    await WAYS[way](base_url, at_once, run)
    return result


def best_of(
    rounds: int, ways: list[str], base_url: str, at_once: int, calls: int
) -> dict[str, dict[str, float]]:
    """The least of every figure, a way; the ways take turns."""
    best: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for way in ways:
            got = asyncio.run(measure(way, base_url, at_once, calls))
            best[way] = {name: min(value, best.get(way, got)[name]) for name, value in got.items()}
    return best


def bench(args: argparse.Namespace) -> dict[str, Any]:
    """All ways at both numbers."""
    ways = [way for way in WAYS if way != "httpx" or args.httpx]
    report: dict[str, Any] = {
        "bench": "calls",
        "calls": args.calls,
        "tokens": args.tokens,
    }
    for floor, at_once in product(args.floor, args.at_once):
        latency = floor * at_once / args.calls
        command = [sys.executable, str(ROOT / "tests" / "teacher.py"), "--tokens", str(args.tokens)]
        with subprocess.Popen(
            [*command, "--latency", str(latency)], stdout=subprocess.PIPE, text=True
        ) as teacher:
            assert teacher.stdout is not None
            base_url = teacher.stdout.readline().strip()
            try:
                best = best_of(args.rounds, ways, base_url, at_once, args.calls)
            finally:
                teacher.terminate()
        report[f"at_{at_once}_floor_{floor:g}s"] = {
            **{way: {name: round(value, 3) for name, value in its.items()} for way, its in best.items()},
            "ours_to_aiohttp": round(best["ours"]["seconds"] / best["aiohttp"]["seconds"], 3),
            "ours_to_floor": round(best["ours"]["seconds"] / floor, 3),
        }
    return report


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(
        description="Calls at once: our way against raw aiohttp and plain httpx."
    )
    parser.add_argument("--calls", type=int, default=3072)
    parser.add_argument("--at-once", type=int, nargs="+", default=[64, 256])
    parser.add_argument(
        "--floor", type=float, nargs="+", default=[2.0, 12.0], help="least seconds a run can take"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--httpx", action="store_true", help="plain httpx too; a minute slower")
    print(json.dumps(bench(parser.parse_args())))


if __name__ == "__main__":
    main()
