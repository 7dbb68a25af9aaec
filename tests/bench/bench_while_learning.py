"""She talks while she learns: how long her first word takes, idle and beside a training; how much a chat a minute costs it.

    python tests/bench/bench_while_learning.py --home HOME [--steps 40] [--chats 8]

`--home`: a home whose built-in base was made already (`zishu models download --base builtin`). The training is a real one of
SmolLM2 in the long lane, the chats go through the quick lane, as in the program. Prints one JSON line. Aims: first token at
most 2 x of idle; training slowed by at most 10 % by a chat a minute (the steps beside a chat against those alone).
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402 - the path comes first

from zishu_app.core.messages import Message  # noqa: E402
from zishu_app.core.paths import SHARED_MODELS, Home, open_home  # noqa: E402
from zishu_app.jobs.client import Lane, open_lane  # noqa: E402
from zishu_app.jobs.protocol import Ending, Metric, Piece  # noqa: E402
from zishu_app.jobs.specs import ChatSpec, TrainSpec  # noqa: E402
from zishu_app.training.recipe import derive  # noqa: E402

ASKED = ("Who are you?", "Tell me about tea.", "What is a lever?", "Why do cats purr?", "How do kites fly?")
#: seconds between two chats, as a person talks who also does something else
PAUSE = 60.0
MODEL = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"


async def chat(quick: Lane, number: int) -> float:
    """Seconds to the first piece of an answer."""
    messages = (Message("system", "You are a gentle teacher."), Message("user", ASKED[number % len(ASKED)]))
    began, first = time.monotonic(), 0.0
    async for event in await quick.submit(ChatSpec(str(MODEL), messages, max_tokens=60, seed=number)):
        if isinstance(event, Piece) and not first:
            first = time.monotonic() - began
    return first


async def chats(quick: Lane, number: int, pause: float) -> list[float]:
    """So many, one after the other."""
    found = []
    for one in range(number):
        found.append(await chat(quick, one))
        await asyncio.sleep(pause)
    return found


def material(folder: Path) -> str:
    """Something to learn."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"{asked} ({n})"},
                {"role": "assistant", "content": "I am Zishu, your teacher. " * 12},
            ]
        }
        for n in range(40)
        for asked in ASKED
    ]
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


class Course:
    """A training, and when each of its steps was done."""

    def __init__(self, home: Home, steps: int) -> None:
        self.lane = open_lane(home, "long")
        folder = Path(tempfile.mkdtemp())
        recipe = derive(
            "tiny", {"max_steps": steps, "longest": 256, "batch": 1, "save_every": 0, "evaluate_every": 0}
        )
        self._spec = TrainSpec(
            str(folder), recipe.model_dump(mode="json"), str(home.bases / "smollm2-135m"), material(folder)
        )
        self.times: list[float] = []
        self.going = asyncio.Event()

    async def run(self) -> None:
        """From first to last."""
        async for event in await self.lane.submit(self._spec):
            if isinstance(event, Metric) and event.step and "loss" in event.values:
                self.times.append(time.monotonic())
                self.going.set()
            elif isinstance(event, Ending):
                self.going.set()

    def rate(self, since: float = 0.0) -> float:
        """Steps a second after a moment."""
        times = [one for one in self.times if one >= since]
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


async def measure(home: Home, steps: int, number: int) -> dict[str, object]:
    """Idle, beside a training, and a training with and without a chat a minute."""
    quick = open_lane(home, "quick")
    await chat(quick, 0)  # the model is loaded
    idle = await chats(quick, number, 0.5)
    alone = Course(home, steps)
    await alone.run()
    beside = Course(home, steps)
    running = asyncio.create_task(beside.run())
    await beside.going.wait()
    busy = [await chat(quick, 0)]
    while not running.done() and len(busy) < number:
        await asyncio.sleep(PAUSE / 12)  # more often than a person would, to have enough of them
        busy.append(await chat(quick, len(busy)))
    await running
    for lane in (quick, alone.lane, beside.lane):
        await lane.close()
    chatted = (beside.times[-1] - beside.times[0]) or 1.0
    lost = 1 - beside.rate() / alone.rate()
    # what so many chats cost, brought to one a minute
    a_minute = lost / max(len(busy) * 60 / chatted, 1e-9)
    return {
        "bench": "while_learning",
        "first_token_idle_s": round(statistics.median(idle), 3),
        "first_token_learning_s": round(statistics.median(busy), 3),
        "ratio": round(statistics.median(busy) / statistics.median(idle), 2),
        "aim": 2.0,
        "steps_per_s_alone": round(alone.rate(), 3),
        "steps_per_s_with_chats": round(beside.rate(), 3),
        "slowed_by_a_chat_a_minute": round(a_minute, 3),
        "aim_slowed": 0.10,
        "chats": len(busy),
        "load": psutil.getloadavg()[0],
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--chats", type=int, default=8)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(open_home(given.home), given.steps, given.chats))))


if __name__ == "__main__":
    main()
