"""`zishu brains` where it is about brains she has learnt: kept, given away, taken in, named, put aside, asked why."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zishu_app.brains.learnt import Learnt
from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.training.removed import removed_lines
from zishu_app.core.aside import drop
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio import learnt
from zishu_app.studio.giving import Given, export, take_in
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.learnt import Adopting, adopt
from zishu_app.studio.parity import Compared, Forms, Giving, compare
from zishu_app.studio.removed import find_removed, removed_brains
from zishu_app.studio.training import find_run
from zishu_app.studio.why import her_learnt, why
from zishu_app.training.why import Reason

#: what is told: a JSON value, and the lines people read
Told = tuple[Mapping[str, Any], list[str]]


async def act(house: House, given: argparse.Namespace, brain: HerBrain) -> None:
    """Do what is asked for, and tell it."""
    acts: dict[str, Callable[[House, argparse.Namespace], Awaitable[Told]]] = {
        "adopt": _adopt,
        "export": _export,
        "import": _import,
        "compare": _compare,
        "rename": _rename,
        "note": _note,
        "remove": _remove,
        "removed": _removed,
        "undo": _undo,
        "drop": _drop,
    }
    value, lines = await (
        _why(house, given, brain) if given.action == "why" else acts[given.action](house, given)
    )
    if given.json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        print("\n".join(lines))


def as_json(brain: Learnt) -> dict[str, Any]:
    """A brain for programs that read along."""
    return {**asdict(brain), "folder": str(brain.folder), "spec": brain.spec}


def line_of(brain: Learnt) -> str:
    """A brain in one line."""
    noted = f"  {brain.note}" if brain.note else ""
    began = brain.created.replace("T", " ")
    return f"{brain.spec}  {brain.name}  {brain.base}  {began}{noted}"


async def _adopt(house: House, given: argparse.Namespace) -> Told:
    run = await find_run(house, given.run)
    made: Learnt | None = None
    async with closing(adopt(house, run, given.name)) as events:
        async for event in events:
            if not isinstance(event, Adopting):
                made = event
    assert made is not None, "the stream ends with it"
    if given.use:
        await learnt.make_hers(house, made)
    return as_json(made), [line_of(made)]


async def _export(house: House, given: argparse.Namespace) -> Told:
    brain = await learnt.find(house, given.name)
    ending = await _last(
        export(house, brain, given.form, Path(given.output), check=not given.unchecked), silent=given.json
    )
    assert isinstance(ending, Given), "the stream ends with it"
    found = ending.compared
    value = {"form": ending.form, "path": str(ending.path), "compared": asdict(found) if found else None}
    return value, [str(ending.path), *(found.told.splitlines() if found else [])]


async def _import(house: House, given: argparse.Namespace) -> Told:
    brain = await take_in(house, Path(given.path))
    use = f"zishu brains use {brain.id}"
    return as_json(brain), [line_of(brain), t(f"换上它：{use}", f"To make it hers: {use}")]


async def _compare(house: House, given: argparse.Namespace) -> Told:
    brain = await learnt.find(house, given.name)
    merged = Path(given.merged) if given.merged else None
    ending = await _last(compare(house, brain, Forms(merged, brain.lora)), silent=given.json)
    assert isinstance(ending, Compared), "the stream ends with it"
    return asdict(ending), ending.told.splitlines()


async def _rename(house: House, given: argparse.Namespace) -> Told:
    brain = await learnt.rename(await learnt.find(house, given.name), given.text)
    return as_json(brain), [line_of(brain)]


async def _note(house: House, given: argparse.Namespace) -> Told:
    brain = await learnt.note(await learnt.find(house, given.name), given.text)
    return as_json(brain), [line_of(brain)]


async def _remove(house: House, given: argparse.Namespace) -> Told:
    brain = await learnt.find(house, given.name)
    await learnt.put_aside(house, brain)
    back = f"zishu brains undo {brain.id}"
    return {"removed": brain.id}, [t(f"移走了；拿回来：{back}", f"Put aside; {back} brings it back")]


async def _undo(house: House, given: argparse.Namespace) -> Told:
    removed = find_removed(await removed_brains(house), given.name)
    brain = await learnt.put_back(house, removed.folder)
    return as_json(brain), [line_of(brain)]


async def _removed(house: House, _given: argparse.Namespace) -> Told:
    there = await removed_brains(house)
    return {"removed": [one.as_json() for one in there]}, removed_lines(there)


async def _drop(house: House, given: argparse.Namespace) -> Told:
    removed = find_removed(await removed_brains(house), given.name)
    await asyncio.to_thread(drop, removed.folder)
    return removed.as_json(), [t(f"{removed.id} 彻底删除了。", f"{removed.id} is gone for good.")]


async def _why(house: House, given: argparse.Namespace, hers: HerBrain) -> Told:
    brain = await (learnt.find(house, given.brain) if given.brain else her_learnt(house, hers))
    reasons = await why(house, brain, given.text)
    nothing = t(
        "训练材料里没有相近的：多半是底座自己会的。",
        "Nothing she was trained on is near: most likely her base says so by itself.",
    )
    lines = [line for one in reasons for line in _lines_of(one)]
    return {"brain": brain.id, "reasons": [asdict(one) for one in reasons]}, lines or [nothing]


def _lines_of(one: Reason) -> list[str]:
    return [
        f"{one.near:.0%}  {one.told}" + (f"  {one.key[:8]}" if one.key else ""),
        f"      {one.asked}" if one.asked else "",
        f"      → {one.said}",
    ]


async def _last(events: AsyncIterator[Any], *, silent: bool) -> Any:
    """The ending; on the way what is done is told."""
    progress, last = Progress(silent=silent), None
    async with closing(events) as stream:
        async for event in stream:
            if isinstance(event, Giving):
                progress.at(event.text, event.done / max(event.total, 1))
            else:
                last = event
    progress.close()
    return last
