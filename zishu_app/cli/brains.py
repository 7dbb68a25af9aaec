"""`zishu brains`: which brain is hers, which she could have, and the way back."""

import argparse
import asyncio
import json
from dataclasses import asdict

from zishu_app.brains.learnt import list_learnt
from zishu_app.cli.session import open_house
from zishu_app.cli.training.learnt import act, as_json, line_of
from zishu_app.core.errors import BrainMissing
from zishu_app.core.texts import Language, language, t
from zishu_app.house import House
from zishu_app.studio.her_brain import HerBrain


def run(given: argparse.Namespace) -> int:
    """One of list, use, rollback; what is done with those she has learnt is in cli/training/learnt."""
    house = open_house(given)
    return asyncio.run(_inside(house, given))


async def _inside(house: House, given: argparse.Namespace) -> int:
    async with house:
        brain = HerBrain(house, getattr(given, "lang", None) or _spoken(house))
        if given.action not in ("list", "use", "rollback"):
            await act(house, given, brain)
            return 0
        if given.action == "use":
            await brain.use("" if given.name in ("auto", "自动") else given.name)
        elif given.action == "rollback":
            await brain.roll_back()
        if given.json:
            print(json.dumps(await _as_json(brain), ensure_ascii=False))
            return 0
        for line in await lines_of(brain) if given.action == "list" else [await _now(brain)]:
            print(line)
    return 0


async def lines_of(brain: HerBrain) -> list[str]:
    """Her brain, all others, and what it was before."""
    lines = [await _now(brain)]
    for one in await brain.choices():
        languages = f"  {','.join(one.languages)}" if one.languages else ""
        named = f"{one.spec}  {one.name}" if one.kind == "endpoint" else one.name  # what to write for it
        mark, why = "✗" if one.why_not else "✓", f"  {one.why_not}" if one.why_not else ""
        lines.append(f"  {mark} {named}{languages}{why}")
    learnt = await asyncio.to_thread(list_learnt, brain.house.home.brains)
    if learnt:
        lines.append(t("学成的：", "Learnt:"))
    lines += [f"  {line_of(one)}" for one in learnt]
    changes = (await brain.hers()).changes[-5:]
    if changes:
        lines.append(t("换过：", "Changed:"))
    lines += [
        f"  {one.at.replace('T', ' ')}  {one.spec or t('自动', 'by itself')}{_why(one.why)}"
        for one in changes
    ]
    return lines


def _why(why: str) -> str:
    return {"back": t("（换回）", " (gone back)"), "trained": t("（训练所得）", " (trained)")}.get(why, "")


async def _now(brain: HerBrain) -> str:
    """Raises nothing: without a brain it says so."""
    try:
        return t("现在：", "Now: ") + await brain.speaks()
    except BrainMissing as error:
        return f"{error.message}\n{error.hint}"


async def _as_json(brain: HerBrain) -> dict[str, object]:
    try:
        now = await brain.speaks()
    except BrainMissing:
        now = ""
    return {
        "now": now,
        "choices": [asdict(one) | {"usable": not one.why_not} for one in await brain.choices()],
        "learnt": [as_json(one) for one in await asyncio.to_thread(list_learnt, brain.house.home.brains)],
        "changes": [asdict(one) for one in (await brain.hers()).changes],
        "ways": [] if now else [asdict(one) for one in await brain.ways()],
    }


def _spoken(house: House) -> Language:
    wanted = house.settings.companion.language
    return language() if wanted == "auto" else wanted
