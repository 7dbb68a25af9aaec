"""A data set of any size for `bench_samples.py`: mixed samples as a studio collects them over a year, always the same ones.

Words come with the frequencies of jieba's dictionary, so that common and rare searches are as common and rare as in
real talks. Every sample has something of its own (a number, now and then a rare name), so that a search can find
exactly one of a million.
"""

import asyncio
import itertools
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba

from zishu_app.dataset.sample import VERDICTS, Draft, Source, fingerprint, message
from zishu_app.dataset.scores import Score, priority
from zishu_app.dataset.store import insert, name, open_samples

#: samples of one commit
BATCH = 2_000
#: seconds since 1970 of the first sample, and seconds in the year after it
BEGAN, YEAR = 1_760_000_000, 365 * 86_400

SCENARIOS = [
    "机器学习入门", "电影推荐", "旅行计划", "英语口语", "做饭", "面试准备",
    "心情不好", "写作修改", "Python debugging", "History", "Small talk", "退货与维修",
]  # fmt: skip
KINDS = {"dialogue": 55, "distilled": 30, "imported": 10, "correction": 2, "thinking": 2, "agentic": 1}
TAGS = {
    "好例子": 300, "再看一遍": 200, "口语": 150, "check:long": 120, "check:repeats": 80, "check:short": 60, "长": 50,
    "check:refusal": 20, "check:private": 8, "给小王": 4, "check:broken": 1, "绝版": 0.1,
}  # fmt: skip
REASONS = ["", "答非所问", "不忠实", "太短", "made up", "语气不对"]
PEOPLE = ["小林", "Alex", "阿May"]


class Words:
    """Clauses to put messages together from: many, but made once."""

    def __init__(self, dice: random.Random) -> None:
        lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
        known = [(word, int(n)) for word, n, *_ in map(str.split, lines) if len(word) < 5]
        known.sort(key=lambda pair: -pair[1])
        self.rare = [word for word, _ in known[60_000:] if len(word) > 1]
        self.chinese = _clauses(dice, known[:60_000], "，。！？；", "", 60_000)
        syllables = [
            "".join(pair) for pair in itertools.product("bcdfglmnprst", ("a", "e", "i", "o", "u", "er"))
        ]
        latin = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(20_000)]
        self.latin = _clauses(
            dice, [(word, 10**6 // n) for n, word in enumerate(latin, 1)], ",.!?;", " ", 30_000
        )


def _clauses(
    dice: random.Random, words: list[tuple[str, int]], ends: str, between: str, many: int
) -> list[str]:
    pool = dice.choices([word for word, _ in words], [n for _, n in words], k=many * 8)
    sizes = [dice.randint(3, 8) for _ in range(many)]
    return [
        between.join(itertools.islice(walk, n)) + dice.choice(ends) for walk in [iter(pool)] for n in sizes
    ]


def drafts(samples: int) -> Iterator[tuple[Draft, int, dict[str, Any]]]:
    """Each sample, when it came, and what was decided about it since."""
    dice = random.Random(7)
    words = Words(dice)
    source: Source | None = None
    for number in range(samples):
        kind = dice.choices(list(KINDS), list(KINDS.values()))[0]
        zh = dice.random() < 0.7
        if kind == "distilled" and (source is None or dice.random() < 0.35):
            talk = _talk(dice, words, zh, 40)
            source = Source(fingerprint("talk", number), f"talk-{number}.json", talk)
        came = BEGAN + number * YEAR // samples
        draft = Draft(
            key=fingerprint("bench", number),
            kind=kind,
            language="zh" if zh else "en",
            title=(dice.choice(words.chinese if zh else words.latin))[:-1],
            messages=_talk(dice, words, zh, dice.randint(12, 28), f"N{number:07d}"),
            scenario=dice.choices(SCENARIOS, range(len(SCENARIOS), 0, -1))[0],
            tags=tuple(tag for tag, n in TAGS.items() if dice.random() < n / 1000),
            provenance={
                "run": f"r{number // 500}",
                "teacher": "teacher-1",
                "calls": [number * 20, 20],
                "seed": number,
            },
            source=source if kind == "distilled" else None,
            verdict=dice.choices(VERDICTS, [60, 25, 12, 3])[0],
        )
        yield draft, came, _since(dice, draft, came)


def _talk(dice: random.Random, words: Words, zh: bool, turns: int, own: str = "") -> tuple[Any, ...]:
    pool = words.chinese if zh else words.latin
    texts = ["".join(dice.choices(pool, k=dice.choice((1, 1, 1, 2)))) for _ in range(turns)]
    if own:
        texts[dice.randrange(turns)] += own
    if dice.random() < 0.01:
        texts[-1] += dice.choice(words.rare)
    return tuple(message("assistant" if n % 2 else "user", text) for n, text in enumerate(texts))


def _since(dice: random.Random, draft: Draft, came: int) -> dict[str, Any]:
    judged, decided = dice.random() < 0.4, draft.verdict != "pending"
    score = Score(
        dice.choice((1, 1.5, 2, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4, 4.25, 4.25, 4.5, 4.5, 4.75, 5, 5)),
        dice.choice((None, 0, 0, 0.25, 0.5, 0.5, 1, 1.5, 3)),
    )
    return {
        "score": score.score if judged else None,
        "spread": score.spread if judged else None,
        "priority": priority(score, decided=decided) if judged else 0,
        "stars": float(dice.randint(1, 5)) if decided and dice.random() < 0.5 else None,
        "flagged": int(dice.random() < 0.005),
        "decided": came + dice.randint(60, 86_400) if decided else None,
        "reason": dice.choice(REASONS) if draft.verdict == "rejected" else "",
        "reviewer": dice.choice(PEOPLE) if decided else "",
    }


def build(path: Path, samples: int) -> float:
    """Make the file; the seconds it took. A file that is there, and whole, is kept."""
    done = path.with_suffix(".whole")
    if done.exists():
        return float(done.read_text(encoding="utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    began = time.perf_counter()
    asyncio.run(_fill(path, samples))
    took = time.perf_counter() - began
    done.write_text(f"{took:.1f}", encoding="utf-8")
    return took


async def _fill(path: Path, samples: int) -> None:
    data = open_samples(path)
    made = drafts(samples)
    while batch := list(itertools.islice(made, BATCH)):
        await data.change(lambda connection: _put(connection, batch))  # noqa: B023 - awaited here
    data.close()


def _put(connection: sqlite3.Connection, batch: list[tuple[Draft, int, dict[str, Any]]]) -> None:
    for draft, came, since in batch:
        number = insert(connection, draft, came)
        since |= {one: name(connection, since[one]) for one in ("reason", "reviewer")}
        fields = ", ".join(f"{one} = ?" for one in since)
        connection.execute(f"UPDATE samples SET {fields} WHERE id = ?", (*since.values(), number))  # noqa: S608
