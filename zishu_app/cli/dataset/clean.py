"""`zishu dataset check`: what the rules find, counted, with the filter that brings it up."""

import argparse
import asyncio

from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.dataset.tables import bar, table
from zishu_app.cli.dataset.wanted import catch_up, filter_of
from zishu_app.cli.view import JsonView
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.checking.findings import Limits
from zishu_app.dataset.checking.words import title
from zishu_app.dataset.checks import Checked, check_all, tag_of
from zishu_app.dataset.words import samples_word
from zishu_app.house import House


async def check_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Look at everything the flags ask for. 130 where it was stopped: what was looked at is kept."""
    await catch_up(house, given, stop)
    limits = Limits(house.settings.dataset.shortest, house.settings.dataset.longest)
    view, progress = JsonView(), Progress(silent=given.json)
    async with closing(check_all(house.samples, filter_of(given), limits, stop)) as events:
        async for event in events:
            if given.json:
                view.show(event)
            elif isinstance(event, Checked):
                progress.close()
                print("\n".join(_checked(event)))
            else:
                progress.at(
                    t("检查", "Checking"), event.done / max(event.total, 1), f"{event.done:,}/{event.total:,}"
                )
            if isinstance(event, Checked):
                return 130 if event.done < event.total else 0
    return 1


def _checked(event: Checked) -> list[str]:
    """A line a check, the most frequent first."""
    found = sorted(((check, n) for check, n in event.found.items() if n), key=lambda one: -one[1])
    lines = [t(f"检查了 {samples_word(event.done)}。", f"{samples_word(event.done)} checked.")]
    if event.done < event.total:
        left = samples_word(event.total - event.done)
        lines.append(t(f"已停下，还有 {left}没看。", f"Stopped; {left} not looked at."))
    if not found:
        return [*lines, t("没有发现问题。", "Nothing was found.")] if event.done else lines
    rows = [(title(check), f"{n:,}", bar(n / event.done), f"--tag {tag_of(check)}") for check, n in found]
    heads = (
        t("检查", "check"),
        t("样本", "samples"),
        "",
        t("用 zishu dataset list 查看", "shown by zishu dataset list"),
    )
    return [*lines, *table(heads, rows, right={1})]
