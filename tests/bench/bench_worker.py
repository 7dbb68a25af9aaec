"""How long a user waits for the worker: start of a lane, loading, first token, speed, cancelling; one JSON line."""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from zishu_app.core.messages import Message
from zishu_app.core.paths import SHARED_MODELS, Home
from zishu_app.jobs.client import Lane, open_lane
from zishu_app.jobs.protocol import Piece
from zishu_app.jobs.specs import ChatSpec, NoopSpec

MODEL = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"


def chat(text: str, tokens: int) -> ChatSpec:
    return ChatSpec(
        str(MODEL), (Message("user", text),), temperature=0.7, max_tokens=tokens, seed=1, context=2048
    )


async def timed(lane: Lane, spec: ChatSpec | NoopSpec) -> tuple[float, float, int]:
    """Seconds to the first piece, seconds from there to the end, pieces."""
    begun = time.perf_counter()
    first, pieces = 0.0, 0
    async for event in await lane.submit(spec):
        if isinstance(event, Piece):
            first = first or time.perf_counter()
            pieces += 1
    return (first or begun) - begun, time.perf_counter() - (first or begun), pieces


async def cancel_latency(lane: Lane) -> float:
    job = await lane.submit(chat("Tell me a very long story.", 500))
    begun = 0.0
    async for event in job:
        if isinstance(event, Piece) and not begun:
            begun = time.perf_counter()
            await job.cancel()
    return time.perf_counter() - begun


async def measure(home: Home) -> dict[str, float]:
    lane = open_lane(home, "quick", idle_seconds=1)
    start = await timed(lane, NoopSpec())
    roundtrip = [(await timed(lane, NoopSpec(steps=0)))[1] for _ in range(20)]
    pid = json.loads((home.lanes / "quick.json").read_text(encoding="utf-8"))["pid"]
    worker = psutil.Process(pid)
    empty = worker.memory_info().rss
    cold = await timed(lane, chat("Say hello.", 20))
    warm = [(await timed(lane, chat(f"Say hello number {i}.", 2)))[0] for i in range(5)]
    one = await timed(lane, chat("Tell me a long story about a fox.", 120))
    two = await asyncio.gather(
        *(timed(lane, chat(f"Tell me a long story about a {x}.", 120)) for x in ("cat", "dog"))
    )
    stops = [await cancel_latency(lane) for _ in range(10)]
    report = {
        "lane_start_s": start[1],
        "job_roundtrip_ms": statistics.median(roundtrip) * 1000,
        "load_and_first_token_s": cold[0],
        "first_token_s": statistics.median(warm),
        "tokens_per_s": one[2] / one[1],
        "tokens_per_s_two_at_once": sum(x[2] for x in two) / max(x[0] + x[1] for x in two),
        "cancel_ms_median": statistics.median(stops) * 1000,
        "cancel_ms_max": max(stops) * 1000,
        "rss_empty_mb": empty / 1e6,
        "rss_loaded_mb": worker.memory_info().rss / 1e6,
        "load_average": psutil.getloadavg()[0],
    }
    await lane.close()
    return {name: round(value, 3) for name, value in report.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"bench": "worker", **asyncio.run(measure(Home(Path(folder))))}))


if __name__ == "__main__":
    main()
