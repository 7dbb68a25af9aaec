"""Builds `built.jsonl` from the natural talks and the hand-written pieces in this folder.

Run it after changing `healthy.jsonl`, `asides.txt` or `tails.txt`: `python -m tests.dialogue.stall.build`.
The seed is fixed, so the same pieces always give the same file. Nothing crosses the two halves: a tail
written for one half only ever follows a talk of that half.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zishu_app.core import files
from zishu_app.core.chance import dice

HERE = Path(__file__).parent
HALVES = ("calibration", "held_out")
Row = dict[str, Any]

#: said before a repeated message where the repeat is not to the letter
LEAD_INS = {
    "zh": {
        0: ["那么，", "请问，", "我想问，", "还是那个问题，"],
        1: ["好的，", "嗯，", "是这样的，", "对，"],
    },
    "en": {0: ["So, ", "Again, ", "I mean, ", "Okay, "], 1: ["Sure. ", "Well, ", "As I said, ", "Right. "]},
}


def build() -> list[Row]:
    """Every built dialogue: detours and chains (healthy), then the stalled ones."""
    talks = [json.loads(line) for line in (HERE / "healthy.jsonl").read_text("utf-8").splitlines()]
    return [*_detours(talks), *_chains(talks), *_tails(talks), *_loops(talks), *_mixed(talks)]


def text() -> str:
    """The file they make."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in build())


def pieces(name: str) -> Iterator[tuple[list[str], int, list[str]]]:
    """Blocks of a text file: words of the heading, index of the starred line (0 if none), lines without U/A."""
    for block in (HERE / name).read_text("utf-8").split("## ")[1:]:
        heading, *lines = block.strip().split("\n")
        start = next((i for i, line in enumerate(lines) if line.startswith("*")), 0)
        yield heading.split(), start, [line.lstrip("*")[2:] for line in lines]


def _detours(talks: list[Row]) -> list[Row]:
    """Healthy talks with a harmless near-stall in the middle: they must not be reported."""
    rows = []
    for number, ((kind, half, language), _, lines) in enumerate(pieces("asides.txt")):
        die = dice(11, "detour", number)
        talk = die.choice(_of(talks, half, language, "own"))
        at = die.randrange(8, len(talk["turns"]) - 7, 2)
        turns = talk["turns"][:at] + lines + talk["turns"][at:]
        rows.append(_row(f"detour-{number + 1:02d}", talk, turns, way="healthy") | {"detour": kind})
    return rows


def _chains(talks: list[Row]) -> list[Row]:
    """Six own talks of a half and language in one row: about 70 rounds with five changes of subject."""
    rows = []
    for half in HALVES:
        for language in ("zh", "en"):
            parts = dice(17, "chain", half, language).sample(_of(talks, half, language, "own"), 6)
            turns = [turn for part in parts for turn in part["turns"]]
            rows.append(_row(f"chain-{language}-{half}", parts[0], turns, way="healthy"))
    return rows


def _tails(talks: list[Row]) -> list[Row]:
    """A healthy beginning, then one hand-written stalled ending."""
    rows = []
    for number, ((way, half, after, language), start, lines) in enumerate(pieces("tails.txt")):
        die = dice(23, "tail", number)
        talk = _beginning(talks, after, _of(talks, half, language, ""), die)
        # a tail written for one talk goes on from its end (the last eight rounds are enough), others from any point
        before = talk["turns"][-16:] if after not in ("kd", "*") else talk["turns"][: _cut(talk, die)]
        turns = before + [_spell(line, talk["topic"], die) for line in lines]
        row = _row(f"tail-{number + 1:02d}", talk, turns, way=way, stalled_from=len(before) + start)
        rows.append(row)
    return rows


def _loops(talks: list[Row]) -> list[Row]:
    """The last one or two rounds said over and over, to the letter or with a word put before them."""
    rows = []
    for number in range(8):
        die = dice(37, "loop", number)
        half, language = HALVES[number % 2], ("zh", "en")[number // 2 % 2]
        talk = die.choice(_of(talks, half, language, ""))
        cut = _cut(talk, die)
        period, loose = die.choice([2, 4]), number // 4 % 2 == 1
        turns = talk["turns"][:cut]
        for i in range(12):
            lead = die.choice(LEAD_INS[language][i % 2]) if loose and die.random() < 0.6 else ""
            turns.append(lead + talk["turns"][cut - period + i % period])
        rows.append(_row(f"loop-{number + 1:02d}", talk, turns, way="repeat", stalled_from=cut))
    return rows


def _mixed(talks: list[Row]) -> list[Row]:
    """A long healthy dialogue, then two ways of stalling one after the other."""
    rows = []
    for number in range(8):
        die = dice(41, "mixed", number)
        half, language = HALVES[number % 2], ("zh", "en")[number // 2 % 2]
        fit = [p for p in pieces("tails.txt") if p[0][1] == half and p[0][3] == language and p[0][2] == "*"]
        first, second = die.sample(fit, 2)
        begin = die.sample(_of(talks, half, language, "own"), 3)
        turns = [turn for talk in begin for turn in talk["turns"]]
        lines = first[2][:4] + second[2][:8]
        both = turns + [_spell(line, begin[-1]["topic"], die) for line in lines]
        row = _row(f"mixed-{number + 1:02d}", begin[-1], both, way="mixed", stalled_from=len(turns))
        rows.append(row | {"mix": [first[0][0], second[0][0]]})
    return rows


def _of(talks: list[Row], half: str, language: str, source: str) -> list[Row]:
    found = [talk for talk in talks if talk["half"] == half and talk["language"] == language]
    return [talk for talk in found if not source or talk["source"] == source]


def _beginning(talks: list[Row], after: str, fit: list[Row], die: random.Random) -> Row:
    if after == "kd":
        return die.choice([talk for talk in fit if talk["source"] == "KdConv"])
    if after == "*":
        return die.choice(fit)
    return next(talk for talk in talks if talk["id"] == after)


def _cut(talk: Row, die: random.Random) -> int:
    """Even, so that the user speaks next."""
    return die.randrange(8, min(20, len(talk["turns"])) + 1, 2)


def _spell(line: str, topic: str, die: random.Random) -> str:
    """Fill in the topic and choose one of every `[this|that]`."""
    chosen = re.sub(r"\[([^\[\]|]+(?:\|[^\[\]|]+)+)\]", lambda m: die.choice(m[1].split("|")), line)
    return chosen.replace("{t}", topic)


def _row(name: str, talk: Row, turns: list[str], *, way: str, stalled_from: int | None = None) -> Row:
    row = {"id": name, "half": talk["half"], "language": talk["language"], "after": talk["id"], "way": way}
    return row | {"stalled_from": stalled_from, "turns": turns}


if __name__ == "__main__":
    files.write_text(HERE / "built.jsonl", text())
