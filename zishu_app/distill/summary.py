"""The final summary: the parts merged, in levels where they are too long to be read at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.distill.extract import Desk, Result, ask_form
from zishu_app.distill.form import write_form
from zishu_app.ledger.forms import Slip


async def summarise(
    desk: Desk, parts: Sequence[str], room: int, stop: asyncio.Event
) -> AsyncIterator[Slip | Result]:
    """From the written parts (with their message numbers) to the final form; ends with its `Result`, or without
    one where `stop` was set before it was asked for.

    `room`: most tokens of parts one call may read. A part longer than that is cut at its end, as nothing
    else can be done with it.
    """
    level = 0
    texts = [_within(desk, text, room) for text in parts]
    while len(texts) > 1 and _tokens(desk, texts) > room:
        level += 1
        merged: list[str] = []
        for number, group in enumerate(_groups(desk, texts, room)):
            if len(group) == 1:
                merged.append(group[0])
                continue
            if stop.is_set():
                return
            key = f"level {level} group {number}"
            async for event in ask_form(desk, key, "part", _ask(desk, "distill.merge", group)):
                if isinstance(event, Slip):
                    yield event
                else:
                    merged.append(_within(desk, written(desk, event), room // 2))
        stuck = len(merged) == len(texts)  # every part alone fills the room: halves can be merged
        texts = [_within(desk, text, room // 2) for text in merged] if stuck else merged
        if stuck and len(_groups(desk, texts, room)) == len(texts):
            break  # a room for not even two words
    if stop.is_set():
        return
    name = "distill.final_json" if desk.speaker.model.limits.schema else "distill.final"
    async for event in ask_form(desk, "final", "final", _ask(desk, name, texts)):
        yield event


def written(desk: Desk, result: Result) -> str:
    """A part as other calls read it: in form and with its numbers, or as the model wrote it."""
    return write_form(result.form, desk.language, cite=True) if result.form else result.raw


def _ask(desk: Desk, name: str, texts: Sequence[str]) -> list[Message]:
    parts = "\n\n".join(f"# {number}\n{text}" for number, text in enumerate(texts, 1))
    return [
        Message("system", prompt(desk.language, "distill.system")),
        Message("user", prompt(desk.language, name, parts=parts)),
    ]


def _groups(desk: Desk, texts: Sequence[str], room: int) -> list[list[str]]:
    """Neighbours together, as many as fit."""
    groups: list[list[str]] = []
    for text in texts:
        if groups and _tokens(desk, [*groups[-1], text]) <= room:
            groups[-1].append(text)
        else:
            groups.append([text])
    return groups


def _tokens(desk: Desk, texts: Sequence[str]) -> int:
    return sum(desk.speaker.counter.count_many(list(texts))) + 6 * len(texts)


def _within(desk: Desk, text: str, room: int) -> str:
    """As many whole lines as fit; of one line that alone is too long, its beginning."""
    lines = text.splitlines()
    while len(lines) > 1 and _tokens(desk, ["\n".join(lines)]) > room:
        lines = lines[: max(len(lines) * 3 // 4, 1)]
    kept = "\n".join(lines)
    while len(kept) > 1 and _tokens(desk, [kept]) > room:
        kept = kept[: len(kept) * 3 // 4]
    return kept
