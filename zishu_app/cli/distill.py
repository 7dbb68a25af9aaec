"""`zishu distill`: talks that are already there become short."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from zishu_app.cli.ask import ask_to_start
from zishu_app.cli.closing import close_run
from zishu_app.cli.live import LiveView
from zishu_app.cli.session import limits_of, model_flags, open_house, run_stoppable
from zishu_app.cli.view import open_view
from zishu_app.core.errors import UsageError
from zishu_app.core.texts import t
from zishu_app.distill.batch import find_sources
from zishu_app.house import House
from zishu_app.ledger.caps import caps_for
from zishu_app.ledger.runs import Run
from zishu_app.studio.distill import KIND, forecast, ready, speaker_of
from zishu_app.studio.runs import Order, keeping, order, start, take_up


def run(given: argparse.Namespace) -> int:
    """Distil one file or a folder, or go on distilling."""
    if given.continue_run is None and not given.input:
        raise UsageError(
            t("缺少 -i。", "-i is missing."),
            t("例如：zishu distill -i talk.json", "E.g. zishu distill -i talk.json"),
        )
    house = open_house(given, flags_of(given))
    return run_stoppable(lambda stop: make(house, given, stop))


def flags_of(given: argparse.Namespace) -> dict[str, Any]:
    """The flags that are settings; None where one was not given."""
    return model_flags(given) | {"distill.split_method": given.split_method}


async def make(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    """A fresh run after the estimate was agreed to, or an old one taken up."""
    async with house:
        if given.continue_run is not None:
            run, asked = await take_up(house, KIND, given.continue_run, flags_of(given), limits_of(given))
            return await _work(house, given, (run, asked), stop)
        sources = find_sources(Path(given.input), batch=given.batch)
        asked = order(house.settings, wanted(given))
        speaker = await speaker_of(house, asked.settings)
        caps_for(given.max_total_tokens, given.max_cost, [speaker])
        low, high = await asyncio.to_thread(forecast, house, asked, sources, speaker)
        if not ask_to_start(low, high, speaker.price, yes=given.yes, as_json=given.json):
            return 0
        return await _work(house, given, (await start(house, KIND, asked), asked), stop)


def wanted(given: argparse.Namespace) -> dict[str, Any]:
    """What is no setting."""
    return {
        "input": str(Path(given.input).absolute()),
        "output": str(Path(given.output or "distilled").absolute()),
        "batch": given.batch,
        "language": given.lang,
        "max_cost": given.max_cost,
        "max_total_tokens": given.max_total_tokens,
    }


async def _work(
    house: House, given: argparse.Namespace, begun: tuple[Run, Order], stop: asyncio.Event
) -> int:
    run, asked = begun
    async with keeping(house, run) as closing:
        going = await ready(house, run, asked, stop)
        budget = going.batch.tools.accounts.budget
        view = open_view(as_json=given.json, live=lambda: LiveView(lambda: budget.spent, budget.caps))
        try:
            async for event in going.events():
                view.show(event)
        finally:
            view.close()
        return close_run(house, run, closing, going.outcome, as_json=given.json)
