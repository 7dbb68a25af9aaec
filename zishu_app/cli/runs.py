"""`zishu runs`: trainings are listed, looked at, stopped, gone on with, put aside."""

import argparse
import asyncio
import json
from collections.abc import Iterator

from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.cli.train import follow_to_its_end, stopping_word
from zishu_app.cli.training.removed import removed_lines
from zishu_app.cli.training.shown import Shown, as_json, ended_lines, run_line
from zishu_app.core.aside import bring_back, drop, put_aside
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio.removed import find_removed, removed_runs
from zishu_app.studio.training import all_runs, find_run
from zishu_app.training.recipe import changed
from zishu_app.training.run import halt
from zishu_app.training.runs import TrainingRun, curve_of, said_of


def run(given: argparse.Namespace) -> int:
    """One of list, show, cancel, resume, remove, removed, undo, drop."""
    house = open_house(given)
    if given.action == "resume":
        return run_stoppable(lambda stop: _resume(house, given, stop), stopping_word())
    return asyncio.run(_inside(house, given))


async def _resume(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    async with house:
        shown = Shown(as_json=given.json)
        try:
            return await follow_to_its_end(house, await find_run(house, given.run), shown, stop, given)
        finally:
            shown.close()


async def _inside(house: House, given: argparse.Namespace) -> int:
    async with house:
        if given.action == "list":
            for one in await all_runs(house):
                print(json.dumps(as_json(one), ensure_ascii=False) if given.json else run_line(one))
            return 0
        if given.action in ("removed", "undo", "drop"):
            await _act_on_removed(house, given)
            return 0
        one = await find_run(house, given.run)
        await _act(house, one, given)
    return 0


async def _act(house: House, one: TrainingRun, given: argparse.Namespace) -> None:
    if given.action == "show":
        lines = [json.dumps(_whole(house, one), ensure_ascii=False)] if given.json else _lines(house, one)
        for line in await asyncio.to_thread(list, lines):
            print(line)
    elif given.action == "cancel":
        if one.state != "running":
            raise DataError(t(f"训练 {one.id} 没有在进行。", f"The training {one.id} is not under way."))
        await halt(house.lane("long"), one)
        one = await find_run(house, one.id)
        print(json.dumps(as_json(one), ensure_ascii=False) if given.json else run_line(one))
    elif given.action == "remove":
        if one.state == "running":
            raise DataError(
                t("正在训练，先停下。", "It is under way: stop it first."),
                t(f"停下：zishu runs cancel {one.id}", f"To stop it: zishu runs cancel {one.id}"),
            )
        await asyncio.to_thread(put_aside, one.folder, house.clock.now())
        print(
            t(
                f"放到一边了；拿回来：zishu runs undo {one.id}",
                f"Put aside; zishu runs undo {one.id} brings it back",
            )
        )


async def _act_on_removed(house: House, given: argparse.Namespace) -> None:
    there = await removed_runs(house)
    if given.action == "removed":
        told = [json.dumps(one.as_json(), ensure_ascii=False) for one in there]
        for line in told if given.json else removed_lines(there):
            print(line)
        return
    one = find_removed(there, given.run)
    if given.action == "undo":
        await asyncio.to_thread(bring_back, one.folder)
        said = t(f"{one.id} 拿回来了。", f"{one.id} is back.")
    else:
        await asyncio.to_thread(drop, one.folder)
        said = t(f"{one.id} 彻底删除了。", f"{one.id} is gone for good.")
    print(json.dumps(one.as_json(), ensure_ascii=False) if given.json else said)


def _whole(house: House, one: TrainingRun) -> dict[str, object]:
    curve = [{"step": point.step, **point.values} for point in curve_of(one, house.home.runs)]
    return {**as_json(one), "curve": curve, "said": said_of(one)}


def _lines(house: House, one: TrainingRun) -> Iterator[str]:
    yield run_line(one)
    if one.why:
        yield f"  {one.why}"
    own = changed(one.recipe)
    if own:
        yield "  " + ", ".join(f"{name}={value}" for name, value in own.items())
    yield "  " + ", ".join(f"{name} {value:,}" for name, value in one.counts.items())
    if one.state == "done":
        yield from ended_lines(one)
    said = said_of(one)
    last = max((line["step"] for line in said), default=0)
    for line in said:
        if line["step"] == last:
            yield f"  {line['prompt']}"
            yield f"    {line['answer']}"
    points = curve_of(one, house.home.runs)
    if points:
        yield t(
            f"  {len(points)} 个测量点；--json 全部列出",
            f"  {len(points)} points measured; --json lists them",
        )
