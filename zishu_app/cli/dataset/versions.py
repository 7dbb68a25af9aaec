"""`zishu dataset freeze`, `versions` and `diff`: frozen versions of the data set."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from zishu_app.cli.dataset.progress import Progress, warn
from zishu_app.cli.dataset.tables import table
from zishu_app.cli.dataset.wanted import accepted_of, catch_up
from zishu_app.cli.view import JsonView
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.compare import Comparison, Difference, compare, differences
from zishu_app.dataset.freeze import FreezeEvent, Freezing, Froze, Options, check_name, freeze
from zishu_app.dataset.frozen import (
    CARD,
    Frozen,
    list_broken,
    list_frozen,
    open_frozen,
    require_whole,
    told,
    verify,
)
from zishu_app.dataset.words import kind_word, samples_word
from zishu_app.house import House
from zishu_app.studio.freeze import agreed

#: characters of a content hash that are shown
SHORT = 12


async def freeze_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Freeze what the flags ask for, accepted samples unless they say otherwise."""
    await asyncio.to_thread(check_name, house.home.datasets, given.name)
    await catch_up(house, given, stop)
    wanted, view, progress = house.settings.dataset, JsonView(), Progress(silent=given.json)
    options = Options(
        now=house.clock.now(),
        wanted=accepted_of(given),
        eval_share=wanted.eval_share if given.eval_share is None else given.eval_share,
        seed=given.seed,
        threshold=wanted.near_duplicates,
        licence=wanted.licence if given.licence is None else given.licence,
        agreed=agreed,
    )
    try:
        async with closing(freeze(house.samples, house.home.datasets, given.name, options, stop)) as events:
            async for event in events:
                if given.json and isinstance(event, Froze):
                    print(json.dumps({"event": "froze"} | as_json(event.frozen), ensure_ascii=False))
                elif given.json:
                    view.show(event)
                elif isinstance(event, Freezing):
                    progress.at(_step(event), event.done / max(event.total, 1))
                else:
                    progress.close()
                    print("\n".join(_ended(event)))
                if not isinstance(event, Freezing):
                    return 0 if isinstance(event, Froze) else 130
    finally:
        progress.close()
    return 1


async def versions_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """All versions, the newest first. 1 where one cannot be read, or is not as it was frozen (`--verify`)."""
    found = await asyncio.to_thread(list_frozen, house.home.datasets)
    broken = await asyncio.to_thread(list_broken, house.home.datasets)
    faults = {one.name: await asyncio.to_thread(verify, one) for one in found} if given.verify else {}
    if given.json:
        for one in found:
            checked = {"faults": [told(fault) for fault in faults[one.name]]} if given.verify else {}
            print(json.dumps(as_json(one) | checked, ensure_ascii=False))
        for name, error in broken:
            print(json.dumps({"name": name, "error": error.message}, ensure_ascii=False))
        return int(any(faults.values()) or bool(broken))
    if not found and not broken:
        print(
            t(
                "还没有冻结的版本。用 `zishu dataset freeze 名字` 冻结一个。",
                "No version is frozen yet. `zishu dataset freeze NAME` does it.",
            )
        )
    for line in _listed(found):
        print(line)
    for name, wrong in faults.items():
        said = t("、", ", ").join(map(told, wrong)) or t("完好", "as it was frozen")
        print(f"{name}{t('：', ': ')}{said}")
    for _, error in broken:
        warn(error.message, error.hint)
    return int(any(faults.values()) or bool(broken))


async def diff_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """What came, what went, what says something else, what changed sides. Raises DataError where one is not whole."""
    folder = house.home.datasets
    before = await asyncio.to_thread(open_frozen, folder, given.before)
    after = await asyncio.to_thread(open_frozen, folder, given.after)
    for one in (before, after):
        await asyncio.to_thread(require_whole, one)
    whole = await asyncio.to_thread(compare, before, after)
    shown = await asyncio.to_thread(lambda: list(islice(differences(before, after), given.limit or None)))
    for line in _json_lines(whole, shown) if given.json else _difference_lines(whole, shown):
        print(line)
    return 0


def as_json(one: Frozen) -> dict[str, Any]:
    """A version for programs."""
    return {
        "name": one.name,
        "created": one.created,
        "content": one.content,
        "samples": one.samples,
        "train": one.counts["train"]["samples"],
        "eval": one.counts["eval"]["samples"],
        "seed": one.seed,
        "eval_share": one.share,
        "left_out": dict(one.left_out),
        "licence": one.licence,
        "folder": str(one.folder),
    }


def _step(event: Freezing) -> str:
    return {
        "read": t("读取", "Reading"),
        "compare": t("找重叠", "Looking for leaks"),
        "write": t("写入", "Writing"),
    }[event.step]


def _ended(event: FreezeEvent) -> Iterator[str]:
    if not isinstance(event, Froze):
        yield t("已停下，什么也没有留下。", "Stopped; nothing is left of it.")
        return
    one = event.frozen
    train, kept = (one.counts[side]["samples"] for side in ("train", "eval"))
    yield t(
        f"版本“{one.name}”：{samples_word(one.samples)}，训练 {train:,}，评估 {kept:,}。",
        f'Version "{one.name}": {samples_word(one.samples)}, {train:,} for training, {kept:,} for evaluation.',
    )
    out = sum(one.left_out.values())
    if out:
        yield t(
            f"另有 {out:,} 个与评估部分相同或近似，没有放进训练部分。",
            f"{out:,} more are the same as ones kept for evaluation, or nearly: they are left out.",
        )
    yield f"  {one.content[:SHORT]}  → {one.folder}"
    yield t(f"  说明卡：{one.folder / CARD}", f"  its card: {one.folder / CARD}")


def _listed(found: list[Frozen]) -> list[str]:
    heads = (
        t("版本", "version"),
        t("日期", "date"),
        t("样本", "samples"),
        t("训练", "train"),
        t("评估", "eval"),
        t("内容", "content"),
        t("位置", "folder"),
    )
    rows = [
        (
            one.name,
            one.created.replace("T", " ")[:16],
            f"{one.samples:,}",
            f"{one.counts['train']['samples']:,}",
            f"{one.counts['eval']['samples']:,}",
            one.content[:SHORT],
            str(one.folder),
        )
        for one in found
    ]
    return table(heads, rows, right={2, 3, 4}) if rows else []


def _json_lines(whole: Comparison, shown: list[Difference]) -> Iterator[str]:
    told_: dict[str, Any] = {"event": "compared", "before": whole.before.name, "after": whole.after.name}
    told_ |= {"same": whole.same} | {str(what): n for what, n in whole.differences.items()}
    yield json.dumps(told_, ensure_ascii=False)
    for one in shown:
        yield json.dumps(
            {
                "event": "difference",
                "key": one.key,
                "title": one.title,
                "kind": one.kind,
                "what": list(one.what),
                "before": one.before,
                "after": one.after,
                "messages": len(one.messages),
            },
            ensure_ascii=False,
        )


def _difference_lines(whole: Comparison, shown: list[Difference]) -> Iterator[str]:
    before, after = whole.before, whole.after
    yield f"{before.name} ({samples_word(before.samples)}) → {after.name} ({samples_word(after.samples)})"
    yield t("  ", "  ") + t("，", ", ").join(
        f"{_what(what)} {n:,}" for what, n in [*whole.differences.items(), ("same", whole.same)] if n
    )
    rows = [
        (
            t("、", ", ").join(_what(what) for what in one.what),
            _sides(one),
            kind_word(one.kind),
            counted_messages(len(one.messages)),
            one.title,
        )
        for one in shown
    ]
    if rows:
        yield ""
        yield from table(
            (
                t("变化", "what"),
                t("部分", "side"),
                t("类型", "kind"),
                t("改动", "changes"),
                t("标题", "title"),
            ),
            rows,
        )
    hidden = sum(whole.differences.values()) - sum(len(one.what) for one in shown)
    if hidden > 0:
        yield t(f"另有 {hidden:,} 处；--limit 0 全部列出。", f"{hidden:,} more; --limit 0 lists all.")


def counted_messages(number: int) -> str:
    """So many messages; nothing for none."""
    return t(f"{number} 条消息", counted(number, "message")) if number else ""


def _sides(one: Difference) -> str:
    sides = [
        {"train": t("训练", "train"), "eval": t("评估", "eval")}[side]
        for side in (one.before, one.after)
        if side
    ]
    return " → ".join(dict.fromkeys(sides))


def _what(what: str) -> str:
    return {
        "added": t("新增", "added"),
        "removed": t("去掉", "removed"),
        "changed": t("改动", "changed"),
        "marked": t("标注有变", "marked otherwise"),
        "moved": t("换了部分", "changed sides"),
        "same": t("相同", "same"),
    }[what]
