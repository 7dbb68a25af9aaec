"""`zishu dataset duplicates`: what is there twice or nearly, in groups, and keeping the best of each."""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.dataset.tables import table
from zishu_app.cli.dataset.wanted import catch_up, filter_of
from zishu_app.cli.view import JsonView
from zishu_app.core.errors import UsageError
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.duplicates import Duplicates, Group, How, Searching, find_duplicates, keep_best
from zishu_app.dataset.find import Row, rows_of
from zishu_app.dataset.store import Samples
from zishu_app.dataset.words import samples_word, verdict_word
from zishu_app.house import House

#: below it nearly everything is like everything else
LEAST = 0.3
#: samples of a group that are shown
SHOWN = 8


async def duplicates_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Find groups; with --keep-best, reject all but the best of each, as one act. 130 where it was stopped."""
    how = await _how(house, given)
    await catch_up(house, given, stop)
    found = await _search(house, given, how, stop)
    if given.json:
        print("\n".join(_json_lines(found)), flush=True)
    else:
        lines = await asyncio.to_thread(lambda: list(_lines(house.samples, found, given)))
        print("\n".join(lines), flush=True)
    if not found.finished:
        return 130
    if given.keep_best and found.groups and _agreed(given, found):
        await _keep(house, given, found)
    return 0


async def _how(house: House, given: argparse.Namespace) -> How:
    """Raises UsageError for a threshold that means nothing; errors of the embedding model as in `House.embedder`."""
    wanted = house.settings.dataset
    if given.threshold is not None and given.threshold < LEAST:
        raise UsageError(
            t(f"--threshold 至少为 {LEAST}。", f"--threshold is {LEAST} at least."),
            t("再低，什么都和什么相像。", "Below it everything is like everything else."),
        )
    model = await house.embedder()
    return How(
        wanted.near_duplicates if given.threshold is None else given.threshold,
        wanted.alike,
        model.embed if model else None,
    )


async def _search(house: House, given: argparse.Namespace, how: How, stop: asyncio.Event) -> Duplicates:
    view, progress = JsonView(), Progress(silent=given.json)
    found, stage = Duplicates((), 0, 0, finished=False), ""
    try:
        async with closing(find_duplicates(house.samples, filter_of(given), how, stop)) as events:
            async for event in events:
                if isinstance(event, Duplicates):
                    found = event
                elif given.json:
                    view.show(event)
                else:
                    if event.stage != stage:
                        stage = event.stage
                        progress.step()
                    progress.at(_stage(event), event.done / max(event.total, 1))
    finally:
        progress.close()
    return found


def _agreed(given: argparse.Namespace, found: Duplicates) -> bool:
    """On a terminal it is asked; `--yes`, pipes and programs go on."""
    if given.yes or given.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    many = samples_word(_too_many(found.groups))
    answer = input(
        t(
            f"每组留最好的，退回其余 {many}（可撤销）？[Y/n] ",
            f"Keep the best and reject {many} (can be undone)? [Y/n] ",
        )
    )
    return answer.strip().lower() in ("", "y", "yes", "是", "好")


async def _keep(house: House, given: argparse.Namespace, found: Duplicates) -> None:
    who = house.settings.review.reviewer or t("我", "me")
    act = await keep_best(house.samples, found.groups, who, house.clock)
    if given.json:
        print(json.dumps({"event": "kept_best", "act": act.id, "samples": act.total}))
    else:
        print(
            t(
                f"退回 {samples_word(act.total)}。撤销：zishu dataset undo",
                f"{samples_word(act.total)} rejected. Take it back: zishu dataset undo",
            )
        )


def _too_many(groups: Sequence[Group]) -> int:
    """Samples that are not the best of their group."""
    return len({one for group in groups for one in group.ids[1:]})


def _json_lines(found: Duplicates) -> Iterator[str]:
    for group in found.groups:
        told = {
            "event": "group",
            "how": group.how,
            "similarity": round(group.similarity, 4),
            "best": group.best,
        }
        yield json.dumps(told | {"ids": list(group.ids)})
    ended = {"event": "duplicates", "groups": len(found.groups), "too_many": _too_many(found.groups)}
    yield json.dumps(ended | {"read": found.read, "left_out": found.left_out, "finished": found.finished})


def _lines(samples: Samples, found: Duplicates, given: argparse.Namespace) -> Iterator[str]:
    groups = found.groups[: given.limit or None]
    with samples.reading() as connection:
        numbers = sorted({one for group in groups for one in group.ids[:SHOWN]})
        rows = {row.id: row for row in rows_of(connection, [(0.0, number) for number in numbers])}
    for group in groups:
        yield f"── {_head(group)}"
        yield from _members(group, rows)
    if len(groups) < len(found.groups):
        more = len(found.groups) - len(groups)
        yield t(
            f"另有 {more:,} 组；--limit 0 全部列出。", f"{counted(more, 'more group')}; --limit 0 lists all."
        )
    yield from _foot(found, kept=given.keep_best)


def _head(group: Group) -> str:
    share = f"{int(group.similarity * 100)}%"  # rounded down: what is nearly the same is never at 100 %
    return {
        "exact": t(f"{len(group.ids)} 个完全相同", f"{len(group.ids)} are the same"),
        "near": t(
            f"{len(group.ids)} 个近似，至少 {share} 相同",
            f"{len(group.ids)} are nearly the same, {share} at least",
        ),
        "alike": t(
            f"{len(group.ids)} 个意思相近（{share}）",
            f"{len(group.ids)} say the same in other words ({share})",
        ),
    }[group.how]


def _members(group: Group, rows: dict[int, Row]) -> Iterator[str]:
    """The best one first, with a mark."""
    shown = [rows[number] for number in group.ids[:SHOWN] if number in rows]
    cells = [
        (
            "✓" if row.id == group.best else " ",
            str(row.id),
            verdict_word(row.verdict),
            " · ".join(filter(None, (row.title, row.lead))),
        )
        for row in shown
    ]
    if cells:
        yield from table(("", "", "", ""), cells, right={1})
    if len(group.ids) > SHOWN:
        yield t(f"     还有 {len(group.ids) - SHOWN:,} 个", f"     and {len(group.ids) - SHOWN:,} more")


def _foot(found: Duplicates, *, kept: bool) -> Iterator[str]:
    yield t(f"比较了 {samples_word(found.read)}。", f"{samples_word(found.read)} compared.")
    if found.left_out:
        yield t(
            f"按意思比较时，样本太多，有 {found.left_out:,} 个没有比。",
            f"There are too many to compare all by meaning: {found.left_out:,} were not.",
        )
    if not found.finished:
        yield t("已停下，可能还有别的。", "Stopped; there may be more.")
    if not found.groups:
        yield t("没有发现重复。", "Nothing is there twice.")
        return
    kinds = Counter(group.how for group in found.groups)
    words = {
        "exact": t("相同", "same"),
        "near": t("近似", "nearly the same"),
        "alike": t("意思相近", "alike in meaning"),
    }
    parts = t("、", ", ").join(f"{words[how]} {n:,}" for how, n in kinds.items())
    many = samples_word(_too_many(found.groups))
    yield t(
        f"{len(found.groups):,} 组（{parts}），多出 {many}。",
        f"{counted(len(found.groups), 'group')} ({parts}), {many} too many.",
    ) + ("" if kept else t(" --keep-best：每组只留最好的。", " --keep-best keeps the best of each."))


def _stage(event: Searching) -> str:
    return {
        "read": t("读取", "Reading"),
        "compare": t("比较文字", "Comparing texts"),
        "group": t("分组", "Grouping"),
        "embed": t("计算意思", "Taking meanings"),
        "meanings": t("比较意思", "Comparing meanings"),
    }[event.stage]
