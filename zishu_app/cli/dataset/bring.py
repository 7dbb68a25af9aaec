"""`zishu dataset import`: files become samples; what cannot be read is told with its place, the rest goes in."""

import argparse
import asyncio
import sys

from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.view import JsonView
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.intake import (
    BadFile,
    BadRow,
    FileOpened,
    IntakeEvent,
    LeftOut,
    Taken,
    TakenIn,
    take_in,
)
from zishu_app.dataset.words import samples_word
from zishu_app.house import House

#: bad rows that are told one by one; the others are counted
TOLD = 20


async def import_(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """Take files and folders in. 1 where something could not be read, 130 where it was stopped."""
    now = int(house.clock.now().timestamp())
    view, shown = JsonView(), _Shown(given.json)
    async with closing(take_in(house.samples, given.path, now, stop, given.tag or ())) as events:
        async for event in events:
            if given.json:
                view.show(event)
            else:
                shown.hear(event)
            if isinstance(event, TakenIn):
                return 130 if event.stopped else int(bool(event.bad or event.bad_files))
    return 1


class _Shown:
    """What a person reads while files come in."""

    def __init__(self, silent: bool) -> None:
        self._progress = Progress(silent=silent)
        self._file = ""
        self._bad = 0

    def hear(self, event: IntakeEvent) -> None:
        """One event."""
        match event:
            case FileOpened():
                many = f" ({event.number}/{event.files})" if event.files > 1 else ""
                self._file = event.path.name + many
            case Taken():
                self._progress.at(self._file, event.share, samples_word(event.added + event.known))
            case BadRow():
                self._bad += 1
                if self._bad <= TOLD:
                    self._progress.warn(event.message, event.hint)
            case BadFile():
                self._progress.warn(event.message, event.hint)
            case LeftOut():
                self._progress.warn(f"{event.path.name}{t('：', ': ')}{event.message}", "")
            case TakenIn():
                self._end(event)

    def _end(self, event: TakenIn) -> None:
        self._progress.close()
        if self._bad > TOLD:
            more = self._bad - TOLD
            print(
                t(f"⚠ 另有 {more:,} 条读不懂。", f"! and {counted(more, 'more row')} like these."),
                file=sys.stderr,
            )
        print(_told(event))


def _told(event: TakenIn) -> str:
    """The ending in a line or two."""
    parts = [t(f"收进 {samples_word(event.added)}", f"{samples_word(event.added)} came in")]
    if event.known:
        parts.append(t(f"{event.known:,} 个已经有了", f"{event.known:,} were there already"))
    if event.bad:
        parts.append(t(f"{event.bad:,} 条读不懂", f"{counted(event.bad, 'row')} could not be read"))
    if event.bad_files:
        parts.append(
            t(f"{event.bad_files:,} 个文件读不了", f"{counted(event.bad_files, 'file')} could not be read")
        )
    line = t("，", ", ").join(parts) + t("。", ".")
    if event.stopped:
        line += t("\n已停下；再运行一次会接着补上。", "\nStopped; the same command adds the rest.")
    return line
