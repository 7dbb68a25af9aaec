"""How well and how fast the stall radar reads: the labelled dialogues, and real talks where they are at hand.

    python tests/bench/bench_stall.py

One JSON line. A stalled dialogue counts as seen when a reading within four rounds of its label says so; any
stalled reading in a healthy part is a false alarm. Readings are taken after every message. `real_talks`: false
alarms on the 150 KdConv talks in ../shared/data, if they are there.
"""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.dialogue.stall.labelled import HALVES, Dialogue, Judgement, alternate, figures, judge, load
from zishu_app.core.messages import Message
from zishu_app.dialogue.stall import read

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "kdconv-film-dev.jsonl"


def per_way(judged: list[Judgement]) -> dict[str, str]:
    """Seen / all, for every way of stalling."""
    ways: dict[str, list[bool]] = defaultdict(list)
    for one in judged:
        if one.dialogue.stalled_from is not None:
            ways[one.dialogue.way].append(one.delay is not None)
    return {way: f"{sum(seen)}/{len(seen)}" for way, seen in sorted(ways.items())}


def real_talks() -> dict[str, float] | None:
    """False alarms on whole real talks that nobody selected."""
    if not REAL.exists():
        return None
    talks = [json.loads(line)["messages"] for line in REAL.open(encoding="utf-8")]
    wrong = 0
    for talk in talks:
        messages = tuple(Message(one["role"], one["content"]) for one in talk)
        wrong += judge(Dialogue("", "", "zh", "healthy", None, messages)).false_alarm is not None
    return {"talks": len(talks), "false_alarms": wrong, "rate": round(wrong / len(talks), 4)}


def microseconds(language: str, joined: int) -> int:
    """CPU time of one reading at round 100, with assistant messages of `joined` turns each; best of five."""
    turns = [m.content for d in load() if d.way == "healthy" and d.language == language for m in d.messages]
    texts = [" ".join(turns[i * 3 + j] for j in range(joined if i % 2 else 1)) for i in range(200)]
    messages = alternate(texts)
    taken = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(10):
            read(messages)
        taken.append((time.process_time() - begun) / 10)
    return round(min(taken) * 1e6)


def main() -> None:
    """Judge everything and print."""
    judged = [judge(dialogue) for dialogue in load()]
    result: dict[str, object] = {}
    for half in HALVES:
        part = [one for one in judged if one.dialogue.half == half]
        delays = sorted(one.delay for one in part if one.delay is not None)
        result[half] = figures(part) | {
            "median_delay_messages": delays[len(delays) // 2] + 1,
            "ways": per_way(part),
        }
    result["real_talks"] = real_talks()
    result["us_per_reading_at_100_rounds"] = {
        f"{language} {size}": microseconds(language, joined)
        for language in ("zh", "en")
        for size, joined in (("short", 1), ("long", 6))
    }
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
