"""Asking for a form: once, and once more when the reply does not keep it; then it is kept and flagged."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zishu_app.core.chance import derive
from zishu_app.core.errors import AnswerCut
from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language
from zishu_app.distill.chunks import Chunk
from zishu_app.distill.form import Form, Kind, Statement, read_form, schema
from zishu_app.ledger.calls import Accounts, Asker, Question, Speaker
from zishu_app.ledger.runs import keep_part
from zishu_app.llm.base import Answered, Options, Retrying

TRIES = 2


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
class Slip:
    """An attempt failed or did not keep the form; another one follows."""

    reason: str
    delay: float = 0.0


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
    talk, options = list(messages), _with_schema(desk, kind, messages)
    raw = ""
    for attempt in range(1, TRIES + 1):
        if f"{key}/{attempt}" not in desk.parts and f"{key}/{attempt + 1}" in desk.parts:
            continue  # it was cut, and the next one is stored
        answers: list[str] = []
        async for event in _reply(desk, f"{key}/{attempt}", talk, options, answers):
            yield event
        raw = answers[-1] if answers else raw
        form = read_form(kind, raw, desk.language) if answers else None
        if form is not None:
            yield Result(key, form, raw)
            return
        if attempt < TRIES:
            if answers:
                yield Slip("form")
                talk = _asked_again(desk, messages, raw)
            seed = derive(options.seed or 0, "again", attempt)
            options = replace(options, max_tokens=_more(desk, options, talk), seed=seed)
    yield Result(key, None, raw)


async def _reply(
    desk: Desk, key: str, messages: Sequence[Message], options: Options, into: list[str]
) -> AsyncIterator[Slip]:
    """The stored reply, or a fresh one. A reply that was cut is none; the next try has more room."""
    if key in desk.parts:
        into.append(desk.parts[key])
        return
    purpose = "final" if key.startswith("final") else "extract"
    who = Asker(desk.run_id, desk.file, purpose, int("".join(filter(str.isdigit, key.split("/")[0])) or 0))
    question = Question(messages, options, desk.speaker.count(messages))

    def keep(answer: Answered, call_id: str) -> list[Any]:
        into.append(answer.text)
        return [keep_part(desk.item, key, answer.text, call_id)]

    try:
        async for delta in desk.accounts.ask(who, desk.speaker, question, keep):
            if isinstance(delta, Retrying):
                yield Slip(delta.reason, delta.delay)
    except AnswerCut as error:
        if key.endswith(f"/{TRIES}"):
            raise
        yield Slip(error.message)


def _with_schema(desk: Desk, kind: Kind, messages: Sequence[Message]) -> Options:
    if not desk.speaker.model.limits.schema:
        return desk.options
    letters = sum(len(message.content) for message in messages)
    density = desk.speaker.count(messages) / max(letters, 1)
    return replace(desk.options, schema=schema(kind, desk.options.max_tokens, desk.last, density))


def _asked_again(desk: Desk, messages: Sequence[Message], raw: str) -> list[Message]:
    """The request with the reply that was not in the form, where both can be shown; else the request alone."""
    again = Message("user", prompt(desk.language, "distill.again"))
    talk = [*messages, Message("assistant", raw), again]
    needed = _worst(desk, talk) + desk.options.max_tokens * 3 // 2
    return talk if needed <= desk.speaker.model.limits.context else list(messages)


def _more(desk: Desk, options: Options, messages: Sequence[Message]) -> int:
    """Room for a second try: half as much again, where the model has it."""
    free = desk.speaker.model.limits.context - _worst(desk, messages)
    return min(options.max_tokens * 3 // 2, max(free, options.max_tokens))


def _worst(desk: Desk, messages: Sequence[Message]) -> int:
    return desk.speaker.worst(desk.speaker.count(messages), 0).tokens


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
