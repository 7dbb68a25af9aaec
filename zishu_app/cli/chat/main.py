"""`zishu chat` and `zishu --mode cli`: talking with her on the command line."""

import argparse
import asyncio
import sys

from zishu_app.cli.chat.commands import run_command
from zishu_app.cli.chat.keyboard import Reader
from zishu_app.cli.chat.shown import Json, Plain, Shown, Terminal
from zishu_app.cli.chat.talk import Talk, on_interrupt
from zishu_app.cli.session import open_house
from zishu_app.core.errors import UsageError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio.companion import Companion, Opening, open_companion

DONE, FAILED, STOPPED = 0, 1, 130
#: seconds in which what was said is remembered, when the talk is over
PATIENCE_S = 20.0


def run(given: argparse.Namespace) -> int:
    """One sentence, lines out of a pipe, or a live talk; the exit code."""
    words = " ".join(given.words).strip()
    if given.words and not words:
        raise UsageError(t("什么都没写。", "Nothing was said."), t("写点什么。", "Say something."))
    flags = {"companion.accessory": given.accessory} if getattr(given, "accessory", None) else {}
    house = open_house(given, flags)
    return asyncio.run(_inside(house, given, words))


async def _inside(house: House, given: argparse.Namespace, words: str) -> int:
    async with house:
        companion = await open_companion(house, Opening(given.lang, given.brain or "", anew=given.new))
        try:
            code = await _talk(companion, given, words)
        except BaseException:
            await companion.close()
            raise
        # nobody sits there any more: what is to be remembered has its time
        await companion.close(2.0 if code == STOPPED else PATIENCE_S)
    return code


async def _talk(companion: Companion, given: argparse.Namespace, words: str) -> int:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    live = terminal and not words and not given.json
    talk = Talk(
        companion, _shown(companion, given, live=live or (bool(words) and sys.stdout.isatty())), Reader(live)
    )
    with on_interrupt(talk.interrupted):
        if words:
            whole = await talk.answer(companion.reply(words))
            return DONE if whole else FAILED if talk.failed else STOPPED
        if live:
            await talk.live(run_command)
            return DONE
        await talk.lines()
    return FAILED if talk.failed else DONE


def _shown(companion: Companion, given: argparse.Namespace, *, live: bool) -> Shown:
    if given.json:
        return Json()
    return Terminal(companion.chat.persona.card.name) if live else Plain()
