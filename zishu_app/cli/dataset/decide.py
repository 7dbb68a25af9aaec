"""`zishu dataset accept`, `reject`, `reopen`, `undo` and `redo`: deciding where there is no display."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

from zishu_app.cli.dataset.progress import Progress
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act, Part
from zishu_app.dataset.sample import Verdict
from zishu_app.dataset.words import act_word
from zishu_app.house import House


async def accept_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """These samples may teach her."""
    return await _decide(house, given, "accept", "accepted")


async def reject_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """These may not."""
    return await _decide(house, given, "reject", "rejected")


async def reopen_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """A decision is taken back, also that for the bin."""
    return await _decide(house, given, "reopen", "pending")


async def undo_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """The last act is taken back, whatever it was and wherever it was done."""
    act = await _turned(acts.undo(house.samples), given, t("撤销", "Undoing"))
    return _tell(
        given, act, _when(act, t("已撤销：", "Undone: ")) or t("没有可撤销的。", "There is nothing to undo.")
    )


async def redo_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """What was undone last is done once more."""
    act = await _turned(acts.redo(house.samples), given, t("重做", "Doing again"))
    return _tell(
        given,
        act,
        _when(act, t("已重做：", "Done again: ")) or t("没有可重做的。", "There is nothing to redo."),
    )


async def _decide(house: House, given: argparse.Namespace, what: str, verdict: Verdict) -> int:
    """One act, so that one undo takes it back. A number that is not there leaves everything as it was."""
    who = house.settings.review.reviewer or t("我", "me")
    reason = getattr(given, "reason", None) or ""
    by = who, int(house.clock.now().timestamp())
    changes = [acts.verdict(number, verdict, reason, by) for number in dict.fromkeys(given.id)]
    act = await acts.do(house.samples, what, changes, who, house.clock, reason=reason)
    done = act_word(act.what, act.total)
    return _tell(
        given,
        act,
        t(
            f"{done}。撤销：zishu dataset undo",
            f"{done[:1].upper()}{done[1:]}. Take it back: zishu dataset undo",
        ),
    )


async def _turned(parts: AsyncIterator[Part], given: argparse.Namespace, doing: str) -> Act | None:
    """Very many samples go in parts; it is not left in the middle."""
    progress, act = Progress(silent=given.json), None
    async for part in parts:
        progress.at(doing, part.done / max(part.total, 1))
        act = part.act
    progress.close()
    return act


def _tell(given: argparse.Namespace, act: Act | None, line: str) -> int:
    if not given.json:
        print(line)
        return 0
    told = {"id": None, "what": "", "samples": 0, "state": "", "at": None, "who": ""}
    if act is not None:
        told = {key: getattr(act, "total" if key == "samples" else key) for key in told}
    print(json.dumps({"event": given.action, **told}, ensure_ascii=False))
    return 0


def _when(act: Act | None, before: str) -> str:
    if act is None:
        return ""
    at = f"{datetime.fromtimestamp(act.at):%Y-%m-%d %H:%M}"
    return before + act_word(act.what, act.total) + t(f"（{act.who}，{at}）", f" ({act.who}, {at})")
