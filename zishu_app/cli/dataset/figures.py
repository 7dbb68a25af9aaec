"""`zishu dataset stats`: what there is in numbers, with bars."""

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from zishu_app.cli.dataset.tables import bar, cut, table
from zishu_app.cli.dataset.wanted import catch_up, filter_of
from zishu_app.core.texts import counted, t
from zishu_app.dataset.checking.words import title as check_title
from zishu_app.dataset.stats import Bin, Marks, Statistics, statistics
from zishu_app.dataset.store import Samples
from zishu_app.dataset.wanted import Filter
from zishu_app.dataset.words import kind_word, language_word, mistake_word, samples_word, verdict_word
from zishu_app.house import House

#: lines of a section; what is rarer is counted together
MOST = 12
#: places a name may take
WIDE = 28


async def stats_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Sum up what the flags ask for."""
    await catch_up(house, given, stop)
    found = await asyncio.to_thread(_summed, house.samples, filter_of(given))
    if given.json:
        print(json.dumps({"event": "statistics", **asdict(found)}, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
    return 0


def _summed(samples: Samples, wanted: Filter) -> Statistics:
    with samples.reading() as connection:
        return statistics(connection, wanted)


def _lines(found: Statistics) -> Iterator[str]:
    yield from _head(found)
    if not found.samples:
        return
    sections: Sequence[tuple[str, Mapping[str, int], Callable[[Any], str]]] = (
        (t("状态", "State"), found.verdicts, verdict_word),
        (t("类型", "Kind"), found.kinds, kind_word),
        (t("语言", "Language"), found.languages, language_word),
        (t("场景", "Scenario"), found.scenarios, str),
        (t("长度（字）", "Length (characters)"), _named(found.lengths), str),
        (t("轮数", "Rounds"), _named(found.rounds_bins), str),
        (_marked(t("评审模型的分", "Judges' marks"), found.scores), _named(found.scores.bins), str),
        (_marked(t("人的评分", "The person's marks"), found.stars), _named(found.stars.bins), str),
        (t("检查发现", "Found by checks"), found.checks, check_title),
        (t("标签", "Tags"), found.tags, str),
        (t("打字错误（按规则）", "Typing mistakes by rule"), found.mistakes, mistake_word),
    )
    for name, counts, word in sections:
        if any(counts.values()):
            yield ""
            yield name
            yield from _bars(counts, word)


def _head(found: Statistics) -> Iterator[str]:
    about = "" if found.counted == found.samples else t("约 ", "about ")
    yield t(
        f"{samples_word(found.samples)}，{found.messages:,} 条消息，{found.rounds:,} 轮，{found.characters:,} 字，"
        f"{about}{found.tokens:,} tokens",
        f"{samples_word(found.samples)}, {counted(found.messages, 'message')}, {counted(found.rounds, 'round')}, "
        f"{counted(found.characters, 'character')}, {about}{found.tokens:,} tokens",
    )
    if found.edited or found.flagged:
        yield t(
            f"改过 {found.edited:,} 个，插旗 {found.flagged:,} 个",
            f"{found.edited:,} edited, {found.flagged:,} flagged",
        )


def _bars(counts: Mapping[str, int], word: Callable[[Any], str]) -> list[str]:
    """A line each, the rarest together in the last one."""
    shown, rest = list(counts.items())[:MOST], list(counts.items())[MOST:]
    cells = [(cut(word(name), WIDE), n) for name, n in shown]
    if rest:
        cells.append((t(f"另外 {len(rest)} 项", f"{len(rest)} more"), sum(n for _, n in rest)))
    most = max(n for _, n in cells)
    return table(("", "", "", ""), [("", name, f"{n:,}", bar(n / most)) for name, n in cells], right={2})


def _named(bins: Sequence[Bin]) -> dict[str, int]:
    """Bins by what they hold, from the first that is not empty on."""
    first = next((at for at, one in enumerate(bins) if one.n), len(bins))
    return {_range(one): one.n for one in bins[first:]}


def _range(one: Bin) -> str:
    """Marks are told by where their bin begins, which they are nearest to; the rest as a range of whole numbers."""
    if not float(one.begin).is_integer() or (one.end or 0) - one.begin == 0.5:
        return f"{one.begin:.1f}"
    if one.end is None:
        return f"{one.begin:,.0f}+"
    return f"{one.begin:,.0f}" if one.end - one.begin == 1 else f"{one.begin:,.0f}–{one.end - 1:,.0f}"


def _marked(name: str, marks: Marks) -> str:
    if marks.mean is None:
        return name
    mean = t(f"平均 {marks.mean:.2f}", f"{marks.mean:.2f} on average")
    return f"{name} ({samples_word(marks.n)}, {mean})"
