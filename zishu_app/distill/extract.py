"""What is asked for a part of a talk, and what of the reply is true to it.

A reply that never keeps the form is kept as it is, and flagged.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.streams import closing
from zishu_app.core.texts import Language
from zishu_app.distill.chunks import Chunk
from zishu_app.distill.form import Form, Kind, Statement, read_form, schema
from zishu_app.ledger.calls import Accounts, Asker, Speaker
from zishu_app.ledger.forms import Sheet, Slip, Work, fill
from zishu_app.llm.base import Options


@dataclass(frozen=True, slots=True)
class Desk:
    """One talk being distilled: who asks whom, and what is already there."""

    run_id: str
    #: which file of the run, for the ledger
    file: str
    #: fingerprint of what is distilled and how
    item: str
    language: Language
    speaker: Speaker
    accounts: Accounts
    options: Options
    parts: Mapping[str, Any]
    #: number of the talk's last message
    last: int


@dataclass(frozen=True, slots=True)
class Result:
    """The ending: what was read, or the raw reply where it never kept the form."""

    key: str
    form: Form | None
    raw: str


async def ask_form(
    desk: Desk, key: str, kind: Kind, messages: Sequence[Message]
) -> AsyncIterator[Slip | Result]:
    """Ask for the form `key`. Ends with one `Result`; replies that are stored are not asked for again."""
    purpose = "final" if key.startswith("final") else "extract"
    step = int("".join(filter(str.isdigit, key)) or 0)
    who = Asker(desk.run_id, desk.file, purpose, step)
    sheet = Sheet(
        key,
        messages,
        _with_schema(desk, kind, messages),
        lambda reply: read_form(kind, reply, desk.language),
        prompt(desk.language, "distill.again"),
    )
    work = Work(who, desk.speaker, desk.accounts, desk.item, desk.parts)
    async with closing(fill(work, sheet)) as events:
        async for event in events:
            yield event if isinstance(event, Slip) else Result(key, event.value, event.raw)


def _with_schema(desk: Desk, kind: Kind, messages: Sequence[Message]) -> Options:
    if not desk.speaker.model.limits.schema:
        return desk.options
    letters = sum(len(message.content) for message in messages)
    density = desk.speaker.count(messages) / max(letters, 1)
    return replace(desk.options, schema=schema(kind, desk.options.max_tokens, desk.last, density))


def request(desk: Desk, chunk: Chunk) -> list[Message]:
    """What is asked for one chunk: its messages with their numbers, those seen before marked as background."""
    labels = {
        "user": prompt(desk.language, "dialogue.user_label"),
        "assistant": prompt(desk.language, "dialogue.assistant_label"),
    }
    lines = [
        f"[{piece.number}] {labels.get(piece.role, piece.role)}: {piece.content}" for piece in chunk.pieces
    ]
    seen = sorted({piece.number for piece in chunk.pieces[: chunk.overlap]})
    overlap = prompt(desk.language, "distill.overlap", numbers=", ".join(map(str, seen))) if seen else ""
    name = "distill.extract_json" if desk.speaker.model.limits.schema else "distill.extract"
    asked = prompt(desk.language, name, overlap=overlap, transcript="\n".join(lines))
    return [Message("system", prompt(desk.language, "distill.system")), Message("user", asked)]


def grounded(form: Form, chunk: Chunk) -> Form:
    """Only what is new and true to this chunk: cited numbers that are not in it are dropped, and so are
    lines that rest on messages of the overlap alone, which the chunk before has already told.
    """
    here = {piece.number for piece in chunk.pieces}
    fresh = {piece.number for piece in chunk.pieces[chunk.overlap :]}
    sections = []
    for lines in form.sections:
        kept = [Statement(line.text, tuple(n for n in line.messages if n in here)) for line in lines]
        sections.append(tuple(line for line in kept if not line.messages or fresh & set(line.messages)))
    return replace(form, sections=tuple(sections))


def within(form: Form, last: int) -> Form:
    """Without numbers of messages that the talk does not have."""
    sections = tuple(
        tuple(Statement(line.text, tuple(n for n in line.messages if n <= last)) for line in lines)
        for lines in form.sections
    )
    return replace(form, sections=sections)
