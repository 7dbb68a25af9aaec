"""`zishu train`: she learns from what her owner approved. Looked at first, then trained; Ctrl-C stops with a checkpoint."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from zishu_app.brains.learnt import Learnt
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.cli.training.shown import (
    Shown,
    ended_lines,
    ending_as_json,
    findings_as_json,
    prepared_lines,
    stopping,
)
from zishu_app.core.aside import discard
from zishu_app.core.errors import DataError, UsageError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio.learnt import adopt
from zishu_app.studio.training import Prepared, Wish, begin, find_run, measure, prepare
from zishu_app.training.recipe import given_on_a_line, read_recipe
from zishu_app.training.run import Halted, Trained
from zishu_app.training.runs import TrainingRun


def run(given: argparse.Namespace) -> int:
    """Train, or go on with what was stopped."""
    if bool(given.dataset) == bool(given.resume):
        raise UsageError(
            t(
                "给一个数据集，或用 --resume 接着练。",
                "Give a data set, or --resume to go on with a training.",
            ),
            t("例如：zishu train 版本名 --size tiny", "For example: zishu train VERSION --size tiny"),
        )
    house = open_house(given)
    return run_stoppable(lambda stop: _inside(house, given, stop), stopping_word())


async def _inside(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    async with house:
        shown = Shown(as_json=given.json)
        try:
            if given.resume:
                return await follow_to_its_end(house, await find_run(house, given.resume), shown, stop, given)
            prepared = await _ready(house, given, shown, stop)
            if prepared is None:
                return 130
            if given.look or stopping(prepared):
                # it leaves nothing behind, and takes nothing along that was put aside by hand
                await asyncio.to_thread(discard, prepared.run.folder)
                return 1 if stopping(prepared) else 0
            return await follow_to_its_end(house, prepared.run, shown, stop, given)
        finally:
            shown.close()


async def _ready(
    house: House, given: argparse.Namespace, shown: Shown, stop: asyncio.Event
) -> Prepared | None:
    """Everything looked at, and told. None: it was stopped."""
    prepared: Prepared | None = None
    async with closing(prepare(house, wish_of(given))) as events:
        async for event in events:
            if stop.is_set():
                return None
            if isinstance(event, Prepared):
                prepared = event
            else:
                shown.show(event)
    assert prepared is not None, "the stream ends with it"
    if given.measure and prepared.may_start:
        prepared = await measure(house, prepared)
    if given.json:
        print(findings_as_json(prepared), flush=True)
    else:
        for line in prepared_lines(prepared):
            shown.say(line)
    return prepared


async def follow_to_its_end(
    house: House, one: TrainingRun, shown: Shown, stop: asyncio.Event, given: argparse.Namespace
) -> int:
    """Train and show it; the first Ctrl-C stops it with a checkpoint. The exit code."""
    if one.state == "done":
        raise DataError(t(f"训练 {one.id} 已经完成。", f"The training {one.id} is done already."))
    async with closing(begin(house, one, stop)) as events:
        async for event in events:
            if isinstance(event, Trained | Halted):
                brain = await _kept(house, event.run, given) if isinstance(event, Trained) else None
                return _told(event, brain, shown, as_json=given.json)
            shown.show(event)
    return 1


async def _kept(house: House, one: TrainingRun, given: argparse.Namespace) -> Learnt:
    """What was learnt becomes a brain; it is not hers before somebody says so."""
    name = getattr(given, "name", "") or f"{Path(one.dataset).stem} {one.created[5:10]}"
    async with closing(adopt(house, one, name)) as events:
        async for event in events:
            if isinstance(event, Learnt):
                return event
    raise AssertionError("the stream ends with it")


def _told(event: Trained | Halted, brain: Learnt | None, shown: Shown, *, as_json: bool) -> int:
    if as_json:
        print(ending_as_json(event, brain.spec if brain else ""), flush=True)
    elif brain is not None:
        for line in ended_lines(event.run):
            shown.say(line)
        shown.say(
            t(
                f"新的大脑“{brain.name}”。考一考：zishu exam --brain {brain.id}；换上：zishu brains use {brain.id}",
                f'A new brain, "{brain.name}". To examine it: zishu exam --brain {brain.id};'
                f" to make it hers: zishu brains use {brain.id}",
            )
        )
    else:
        again = f"zishu runs resume {event.run.id}"
        shown.say(t(f"停下了，已存档。接着练：{again}", f"Stopped, with a checkpoint. To go on: {again}"))
    return 0 if isinstance(event, Trained) else 130


def wish_of(given: argparse.Namespace) -> Wish:
    """What the flags ask for: those of the command line go before those of a recipe file."""
    values: dict[str, Any] = read_recipe(Path(given.recipe)) if given.recipe else {}
    values |= given_on_a_line(given.given)
    size = given.size or values.pop("size", None)
    return Wish(given.dataset, given.base, size, values, given.brain)


def stopping_word() -> str:
    """Said at the first Ctrl-C."""
    return t(
        "\n存档后停下……（再按一次 Ctrl-C：不等它，训练在后台继续）",
        "\nStopping with a checkpoint ... (Ctrl-C again: without waiting; it goes on in the background)",
    )
