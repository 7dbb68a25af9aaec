"""`zishu exam`: she is examined; what she has learnt is held against what it was learnt on."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any

from zishu_app.brains.bases import Converting
from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.cli.view import snake
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, duration, t
from zishu_app.house import House
from zishu_app.studio.exam import Compared, Examining, Wish, examine, reports_of, sets_of
from zishu_app.training.change import Change, Comparison
from zishu_app.training.exam import Left, Noted, Sat, Sitting
from zishu_app.training.items import ItemSet
from zishu_app.training.marks import Mark, Report, marks, perplexity


def run(given: argparse.Namespace) -> int:
    """Examine, or list item sets and exams."""
    house = open_house(given)
    if given.list:
        return asyncio.run(_list(house, given))
    return run_stoppable(
        lambda stop: _inside(house, given, stop), t("\n停下考试……", "\nStopping the exam ...")
    )


async def _list(house: House, given: argparse.Namespace) -> int:
    async with house:
        sets, reports = await sets_of(house), await reports_of(house)
    if given.json:
        told = {"sets": [_set_as_json(one) for one in sets], "exams": [_as_json(one) for one in reports]}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in sets:
        mine = t("（自己的）", " (your own)") if one.own else ""
        print(f"{one.slug:<16} {len(one.items):>4}  {one.told()}{mine}")
    for report in reports:
        whole = t("、", ", ").join(f"{mark.name} {mark.right:.0%}" for mark in by_set(report))
        print(f"{report.id}  {report.name}  {whole}")
    return 0


async def _inside(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    wish = Wish(given.brain, given.sets, given.against, given.delta)
    progress, code = Progress(silent=given.json), 0
    async with house, closing(examine(house, wish, stop)) as events:
        async for event in events:
            if isinstance(event, Sitting | Converting):
                progress.at(event.text, event.done / max(event.total, 1))
            elif isinstance(event, Examining):
                progress.step()
            if isinstance(event, Left):
                code = 130
            if given.json:
                print(_event_as_json(event), flush=True)
                continue
            if not isinstance(event, Sitting | Converting):
                progress.close()
            for line in lines_of(event):
                print(line)
    progress.close()
    return code


def lines_of(event: object) -> Iterator[str]:
    """What a person reads of an event."""
    match event:
        case Examining(who, True):
            yield t(f"{who.name}：用上次的成绩", f"{who.name}: its last exam counts")
        case Examining(who):
            yield t(f"{who.name} 开始考试", f"{who.name} is examined")
        case Noted(text):
            yield text
        case Left():
            yield t("停下了，没有成绩。", "Stopped; there are no marks.")
        case Sat(report):
            yield from report_lines(report)
        case Compared(comparison):
            yield from comparison_lines(comparison)


def report_lines(report: Report) -> Iterator[str]:
    """The marks of an exam."""
    for one in by_set(report):
        yield f"  {one.name:<16} {one.right:6.1%}  {_of(one)}"
    for name, samples in report.texts.items():
        if (found := perplexity(samples)) is not None:
            yield f"  {name:<16} {found:6.2f}  {t('困惑度', 'perplexity')}"
    n = len(report.items)
    yield t(
        f"{n} 题，{duration(report.seconds)}：{report.id}",
        f"{counted(n, 'item')}, {duration(report.seconds)}: {report.id}",
    )


def comparison_lines(one: Comparison) -> Iterator[str]:
    """What has changed."""
    yield t(
        f"与 {one.before.name} 相比（括号里是十次有九次落在的范围）：",
        f"Against {one.before.name} (in brackets: where nine of ten draws lie):",
    )
    for change in one.sets:
        yield (
            f"  {change.name:<16} {change.before:6.1%} → {change.after:6.1%}  {100 * change.change:+.1f}"
            f" ({100 * change.low:+.1f} … {100 * change.high:+.1f})"
        )
    for change in one.texts:
        yield f"  {change.name:<16} {change.before:6.2f} → {change.after:6.2f}  {_share(change)}"
    for remark in one.remarks:
        yield f"! {remark}"
    mark = {"open": "✓", "shut": "✗", "unsure": "?"}[one.gate.state]
    yield f"{mark} {one.gate.reason}"


def by_set(report: Report) -> list[Mark]:
    """Its marks, a set each."""
    return marks(report.items, lambda one: one.set)


def _of(one: Mark) -> str:
    return t(f"{one.n} 题，瞎猜 {one.chance:.0%}", f"of {one.n}, chance {one.chance:.0%}")


def _share(change: Change) -> str:
    whole = max(change.before, 1e-9)
    return (
        f"{100 * change.change / whole:+.1f} %"
        f" ({100 * change.low / whole:+.1f} … {100 * change.high / whole:+.1f})"
    )


def _event_as_json(event: object) -> str:
    told: dict[str, Any] = {"event": snake(type(event).__name__)}
    match event:
        case Examining(who, kept):
            told |= {"brain": who.brain, "name": who.name, "kept": kept}
        case Sitting(done, total, text) | Converting(done, total, text):
            told |= {"done": done, "total": total, "text": text}
        case Noted(text):
            told |= {"text": text}
        case Sat(report):
            told |= _as_json(report)
        case Compared(comparison):
            told |= _comparison_as_json(comparison)
    return json.dumps(told, ensure_ascii=False)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "exam": report.id,
        "created": report.created,
        "brain": report.brain,
        "name": report.name,
        "sets": {one.name: _mark_as_json(one) for one in by_set(report)},
        "abilities": {
            one.name: _mark_as_json(one)
            for one in marks(report.items, lambda one: f"{one.set}/{one.ability}")
        },
        "perplexity": {name: perplexity(samples) for name, samples in report.texts.items()},
        "seconds": report.seconds,
    }


def _mark_as_json(one: Mark) -> dict[str, Any]:
    return {"n": one.n, "right": one.right, "chance": one.chance, "margin": one.margin}


def _comparison_as_json(one: Comparison) -> dict[str, Any]:
    gate = one.gate
    return {
        "before": one.before.id,
        "after": one.after.id,
        "sets": {change.name: _change_as_json(change) for change in one.sets},
        "abilities": {change.name: _change_as_json(change) for change in one.abilities},
        "perplexity": {change.name: _change_as_json(change) for change in one.texts},
        "gate": {
            "state": gate.state,
            "offered": gate.offered,
            "delta": gate.delta,
            "unknown_languages": list(gate.unknown),
            "reason": gate.reason,
            "change": _change_as_json(gate.change) if gate.change else None,
        },
        "left_out": one.left_out,
        "remarks": list(one.remarks),
    }


def _change_as_json(one: Change) -> dict[str, Any]:
    return {
        "n": one.n,
        "before": one.before,
        "after": one.after,
        "change": one.change,
        "low": one.low,
        "high": one.high,
    }


def _set_as_json(one: ItemSet) -> dict[str, Any]:
    return {
        "name": one.slug,
        "title": one.name,
        "language": one.language,
        "kind": one.kind,
        "items": len(one.items),
        "own": one.own,
        "note": one.told(),
    }
