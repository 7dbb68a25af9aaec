"""How much time calling costs: our way against raw aiohttp and plain httpx, at 64 and 256 calls at once.

    python tests/bench/bench_calls.py [--calls 3072] [--floor 2.0] [--rounds 3] [--httpx]

A teacher in its own process answers every call after the same time, which is chosen so that `floor` seconds is the
least a run can take (calls x latency / calls at once). Every way sends the same requests, reads the stream, parses
every chunk and puts the text together. Runs of the ways take turns; the best of the rounds counts. One JSON line.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import aiohttp  # noqa: E402 - the path comes first
import httpx  # noqa: E402

from zishu_app.core.messages import Message  # noqa: E402
from zishu_app.llm.base import Answered, Options  # noqa: E402
from zishu_app.llm.catalog import load_catalog  # noqa: E402
from zishu_app.llm.client import open_client  # noqa: E402
from zishu_app.llm.http_call import Line  # noqa: E402
from zishu_app.llm.openai_compatible import OpenAICompatible  # noqa: E402
from zishu_app.llm.pace import Pace  # noqa: E402
from zishu_app.llm.request import Quirks, build_body  # noqa: E402

#: one call: its number in, its text out
Call = Callable[[int], Awaitable[str]]
#: what is done after each call of our way, e.g. storing the turn
AfterCall = Callable[[int, Answered], Awaitable[None]]

TALK = [
    Message("system", "你是一个机器学习专家，擅长用通俗易懂的方式讲解复杂概念。"),
    *[
        Message("assistant" if n % 2 else "user", "监督学习和无监督学习有啥区别，能举例吗？" * 3)
        for n in range(9)
    ],
]


def options(number: int) -> Options:
    """A request of its own for each call."""
    return Options(temperature=0.7, max_tokens=400, seed=number)


def payload(number: int) -> dict[str, Any]:
    """The request of a call for the ways that are not ours."""
    return build_body("teacher-1", TALK, options(number), Quirks())


def text_in(body: bytes) -> str:
    """What one would write by hand to read a stream: each chunk parsed, the text put together."""
    parts = []
    for line in body.split(b"\n\n"):
        if line.startswith(b"data: {"):
            choices = json.loads(line[6:])["choices"]
            if choices:
                parts.append(choices[0]["delta"].get("content") or "")
    return "".join(parts)


async def our_way(
    base_url: str, at_once: int, run: Callable[[Call], Awaitable[None]], after_call: AfterCall
) -> None:
    """OpenAICompatible: pace, retries, errors, reasoning and usage included."""
    client = open_client()
    chosen = load_catalog(ROOT / "configs" / "models.toml").find("teacher-1", base_url)
    model = OpenAICompatible(chosen, Line(client, Pace(at_once)))

    async def call(number: int) -> str:
        text = ""
        async for delta in model.stream(TALK, options(number)):
            if isinstance(delta, Answered):
                await after_call(number, delta)
                text = delta.text
        return text

    await run(call)
    await client.aclose()


async def raw_aiohttp(
    base_url: str, at_once: int, run: Callable[[Call], Awaitable[None]], _: AfterCall
) -> None:
    """The least one can do."""
    gate = asyncio.Semaphore(at_once)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def call(number: int) -> str:
            async with gate, session.post(f"{base_url}/chat/completions", json=payload(number)) as response:
                return text_in(await response.read())

        await run(call)


async def plain_httpx(
    base_url: str, at_once: int, run: Callable[[Call], Awaitable[None]], _: AfterCall
) -> None:
    """httpx with its own transport."""
    gate = asyncio.Semaphore(at_once)
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(limits=limits, timeout=300, trust_env=False) as client:

        async def call(number: int) -> str:
            async with gate:
                response = await client.post(f"{base_url}/chat/completions", json=payload(number))
                return text_in(response.content)

        await run(call)


WAYS = {"ours": our_way, "aiohttp": raw_aiohttp, "httpx": plain_httpx}


async def measure(
    way: str, base_url: str, at_once: int, calls: int, after_call: AfterCall
) -> dict[str, float]:
    """Seconds, and CPU milliseconds of this process a call, of one run; connections are opened beforehand."""
    result: dict[str, float] = {}

    async def run(call: Call) -> None:
        await asyncio.gather(*(call(-1 - number) for number in range(at_once)))
        wall, cpu = time.perf_counter(), time.process_time()
        texts = await asyncio.gather(*(call(number) for number in range(calls)))
        result["seconds"] = time.perf_counter() - wall
        result["cpu_ms"] = (time.process_time() - cpu) * 1000 / calls
        assert len(set(texts)) > 0.99 * calls, "the texts are not what was sent"

    await WAYS[way](base_url, at_once, run, after_call)
    return result


async def nothing(_: int, __: Answered) -> None:
    """The usual `after_call`."""


def bench(args: argparse.Namespace, after_call: AfterCall = nothing) -> dict[str, Any]:
    """All ways at both numbers. `after_call` is awaited after each call of our way, e.g. to store it."""
    ways = [way for way in WAYS if way != "httpx" or args.httpx]
    report: dict[str, Any] = {
        "bench": "calls",
        "calls": args.calls,
        "floor_s": args.floor,
        "tokens": args.tokens,
    }
    for at_once in args.at_once:
        latency = args.floor * at_once / args.calls
        command = [sys.executable, str(ROOT / "tests" / "teacher.py"), "--tokens", str(args.tokens)]
        with subprocess.Popen(
            [*command, "--latency", str(latency)], stdout=subprocess.PIPE, text=True
        ) as teacher:
            assert teacher.stdout is not None
            base_url = teacher.stdout.readline().strip()
            best: dict[str, dict[str, float]] = {}
            for _ in range(args.rounds):
                for way in ways:
                    got = asyncio.run(measure(way, base_url, at_once, args.calls, after_call))
                    best[way] = {name: min(value, best.get(way, got)[name]) for name, value in got.items()}
            teacher.terminate()
        report[f"at_{at_once}"] = {
            **{way: {name: round(value, 3) for name, value in its.items()} for way, its in best.items()},
            "ours_to_aiohttp": round(best["ours"]["seconds"] / best["aiohttp"]["seconds"], 3),
        }
    return report


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(
        description="Calls at once: our way against raw aiohttp and plain httpx."
    )
    parser.add_argument("--calls", type=int, default=3072)
    parser.add_argument("--at-once", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--floor", type=float, default=2.0, help="least seconds a run can take")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--httpx", action="store_true", help="plain httpx too; a minute slower")
    print(json.dumps(bench(parser.parse_args())))


if __name__ == "__main__":
    main()
