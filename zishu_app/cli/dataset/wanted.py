"""Which samples a command is about: its flags as a filter; and what was made before and is no sample yet."""

import argparse
import asyncio
import sys
from dataclasses import replace

from zishu_app.cli.dataset.progress import Progress
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter
from zishu_app.dataset.words import samples_word
from zishu_app.house import House


def filter_of(given: argparse.Namespace) -> Filter:
    """What the flags ask for."""
    return Filter(
        kinds=tuple(given.kind or ()),
        languages=tuple(given.lang or ()),
        scenarios=tuple(given.scenario or ()),
        verdicts=tuple(given.verdict or ()),
        tags=tuple(given.tag or ()),
        flagged=True if given.flagged else None,
        text=given.search or "",
    )


def accepted_of(given: argparse.Namespace) -> Filter:
    """The same, of accepted samples only, unless all or certain verdicts are asked for."""
    wanted = filter_of(given)
    return wanted if given.all or wanted.verdicts else replace(wanted, verdicts=("accepted",))


async def catch_up(house: House, given: argparse.Namespace, stop: asyncio.Event) -> None:
    """Add what earlier runs made and is no sample yet; told where a person reads along."""
    from zishu_app.studio import samples

    progress, added = Progress(silent=given.json), 0
    try:
        async with closing(samples.catch_up(house, stop)) as events:
            async for event in events:
                added = event.added
                if isinstance(event, samples.Caught):
                    progress.at(
                        t("收进以前做好的对话和蒸馏结果", "Taking in what was made before"),
                        event.done / event.total,
                    )
    finally:
        progress.close()
    if added and not given.json:
        print(
            t(
                f"以前做好的对话和蒸馏结果，收进 {samples_word(added)}。",
                f"{samples_word(added)} came in from what was made before.",
            ),
            file=sys.stderr,
        )
