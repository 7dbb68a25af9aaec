"""`zishu dataset export`: samples as a file that other programs read."""

import argparse
import asyncio
import sys

from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.dataset.tables import size
from zishu_app.cli.dataset.wanted import accepted_of, catch_up
from zishu_app.cli.view import JsonView
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.export import Exported, ExportEvent, Unfit, Unsaid, Wrote, export
from zishu_app.dataset.words import samples_word
from zishu_app.house import House

#: samples that do not fit which are told one by one; the others are counted
TOLD = 10


async def export_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Write what the flags ask for. 130 where it was stopped: then nothing was written."""
    await catch_up(house, given, stop)
    view, shown = JsonView(), _Shown(given.json)
    path = given.output.absolute()
    async with closing(export(house.samples, accepted_of(given), given.format, path, stop)) as events:
        async for event in events:
            if given.json:
                view.show(event)
            else:
                shown.hear(event)
            if isinstance(event, Exported):
                return 130 if event.stopped else 0
    return 1


class _Shown:
    """What a person reads while it is written."""

    def __init__(self, silent: bool) -> None:
        self._progress = Progress(silent=silent)
        self._unfit = 0

    def hear(self, event: ExportEvent) -> None:
        """One event."""
        match event:
            case Wrote():
                self._progress.at(
                    t("导出", "Exporting"), event.done / event.total, f"{event.done:,}/{event.total:,}"
                )
            case Unfit():
                self._unfit += 1
                if self._unfit <= TOLD:
                    self._progress.warn(event.message, event.hint if self._unfit == 1 else "")
            case Unsaid():
                self._progress.warn(event.message, event.hint)
            case Exported():
                self._end(event)

    def _end(self, event: Exported) -> None:
        self._progress.close()
        if event.stopped:
            print(t("已停下，什么也没有写。", "Stopped; nothing was written."))
            return
        if self._unfit > TOLD:
            more = self._unfit - TOLD
            print(
                t(f"⚠ 另有 {more:,} 个没有导出。", f"! and {counted(more, 'more')} left out."),
                file=sys.stderr,
            )
        left = (
            t(f"，{event.left_out:,} 个没有导出", f", {event.left_out:,} left out") if event.left_out else ""
        )
        print(f"{samples_word(event.written)}{left} · {size(event.size)} → {event.path}")
        for path in event.beside:
            print(f"  + {path}")
