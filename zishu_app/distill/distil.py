"""One talk from its messages to its distillate: chunks, parts, final summary."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from typing import Any

from zishu_app.core.chance import derive
from zishu_app.core.errors import ZishuError
from zishu_app.core.prompts import edition, prompt
from zishu_app.core.streams import closing, merge
from zishu_app.core.texts import Language
from zishu_app.core.tokens import Counter, RememberingCounter
from zishu_app.dataset.talks import Talk, conversation_of
from zishu_app.distill.chunks import Chunk, by_tokens, by_turns
from zishu_app.distill.events import Asked, Chunked, Distilled, DistillEvent, Left, PartDone
from zishu_app.distill.extract import Desk, Result, ask_form, grounded, request, within
from zishu_app.distill.form import write_form
from zishu_app.distill.product import build
from zishu_app.distill.summary import summarise, written
from zishu_app.ledger.calls import FRAME, MARGIN, Accounts, Speaker
from zishu_app.ledger.forms import Slip
from zishu_app.ledger.runs import accounting_of, parts_of
from zishu_app.llm.base import Options


@dataclass(frozen=True, slots=True)
class Way:
    """How a talk is distilled; the names are the settings' own."""

    max_tokens: int
    overlap_tokens: int
    max_turns: int
    split_method: str
    temperature: float
    max_output_tokens: int
    #: None: the talk's own
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """Who distils, and on which books."""

    run_id: str
    speaker: Speaker
    accounts: Accounts
    #: chunks of one talk at once
    concurrency: int = 4


def item_of(talk: Talk, way: Way, model: str) -> str:
    """Fingerprint of a distillation: the same item is never distilled twice."""
    language = way.language or talk.language
    how = json.dumps([asdict(way), model, edition(language, "distill")], sort_keys=True)
    return hashlib.sha256((conversation_of(talk.messages) + how).encode()).hexdigest()[:24]


def fitted(way: Way, speaker: Speaker, language: Language) -> Way:
    """The way within the model's limits: a small context gets smaller chunks and shorter answers."""
    context = speaker.model.limits.context
    answer = min(way.max_output_tokens, context // 4)
    asked = speaker.counter.count(prompt(language, "distill.extract") + prompt(language, "distill.system"))
    free = context - answer - asked - 8 * FRAME
    most = free if speaker.counter.exact else int(free / MARGIN)
    # the number and the role in front of each message take tokens too
    chunk = min(way.max_tokens, max(int(most * 0.85), 50))
    overlap = min(way.overlap_tokens, chunk // 8) if chunk < way.max_tokens else way.overlap_tokens
    return replace(way, max_tokens=chunk, overlap_tokens=overlap, max_output_tokens=answer)


def split(talk: Talk, way: Way, counter: Counter) -> list[Chunk]:
    """The chunks of a talk; each message is tokenised once."""
    counts = counter.count_many([message.content for message in talk.messages])
    limits = {"max_tokens": way.max_tokens, "overlap_tokens": way.overlap_tokens}
    if way.split_method == "turns":
        return by_turns(talk.messages, counts, max_turns=way.max_turns, count=counter.count, **limits)
    return by_tokens(talk.messages, counts, count=counter.count, **limits)


async def distil(
    talk: Talk, way: Way, tools: Tools, stop: asyncio.Event | None = None
) -> AsyncIterator[DistillEvent]:
    """Distil one talk. Ends with one `Distilled`; what the ledger already holds is not asked for again.

    `stop` is looked at before each question: what is in flight is finished and kept, nothing else is begun, and
    the talk ends with `Left` instead.
    """
    stop = stop or asyncio.Event()
    way = fitted(way, tools.speaker, way.language or talk.language)
    chunks = split(talk, way, tools.speaker.counter)
    desk = _desk(talk, way, tools, way.language or talk.language)
    yield Chunked(talk.name, desk.item, len(chunks), tuple(chunk.tokens for chunk in chunks))
    results: dict[int, Result] = {}
    failures: list[ZishuError] = []
    going_on = takewhile(lambda _: not (failures or stop.is_set()), chunks)
    async with closing(
        merge((_part(desk, chunk, failures) for chunk in going_on), tools.concurrency)
    ) as events:
        async for event in events:
            if isinstance(event, Slip):
                yield Asked(talk.name, event.reason, event.delay)
                continue
            chunk, result = event
            results[chunk.index] = result
            yield _part_done(talk, desk, result, (chunk.index, len(chunks), len(results)))
    if failures:
        raise failures[0]
    final: Result | None = None
    if len(results) == len(chunks):
        texts = [written(desk, results[index]) for index in range(len(chunks))]
        async for slip_or_final in summarise(desk, texts, way.max_tokens, stop):
            if isinstance(slip_or_final, Slip):
                yield Asked(talk.name, slip_or_final.reason, slip_or_final.delay)
            else:
                final = slip_or_final
    if final is None:
        yield Left(talk.name, desk.item, len(results), len(chunks))
    else:
        product = _product(
            _about(talk, way, desk), desk, [(one, results[one.index]) for one in chunks], final
        )
        yield Distilled(talk.name, product)


def _part_done(talk: Talk, desk: Desk, result: Result, place: tuple[int, int, int]) -> PartDone:
    """`place`: which chunk, of how many, and how many are done."""
    index, chunks, done = place
    lines = result.form.lines() if result.form else ()
    shown, in_form = _shown(desk, result), result.form is not None
    return PartDone(talk.name, desk.item, index, chunks, done, shown, in_form, lines)


def _product(
    about: Mapping[str, Any], desk: Desk, parts: Sequence[tuple[Chunk, Result]], final: Result
) -> dict[str, Any]:
    told = [(chunk, part, _shown(desk, part)) for chunk, part in parts]
    last = replace(final, form=final.form and within(final.form, desk.last))
    accounting = accounting_of(desk.accounts.store, desk.run_id, desk.file)
    return build(about, told, (last, _shown(desk, last)), accounting)


async def _part(
    desk: Desk, chunk: Chunk, failures: list[ZishuError]
) -> AsyncIterator[Slip | tuple[Chunk, Result]]:
    """One chunk. An error goes to `failures`, so that what is in flight beside it (and paid for) is kept."""
    try:
        async for event in ask_form(desk, f"chunk {chunk.index}", "part", request(desk, chunk)):
            if isinstance(event, Slip):
                yield event
            else:
                form = event.form and grounded(event.form, chunk)
                yield chunk, replace(event, form=form)
    except ZishuError as error:
        failures.append(error)


def _desk(talk: Talk, way: Way, tools: Tools, language: Language) -> Desk:
    item = item_of(talk, way, tools.speaker.model.name)
    options = Options(
        temperature=way.temperature, max_tokens=way.max_output_tokens, seed=derive(0, "distill", item)
    )
    parts = parts_of(tools.accounts.store, item)
    file = f"distill {talk.source.name}" + (f" {talk.number}" if talk.number > 1 else "")
    last = len(talk.messages) - 1
    # a prompt is weighed several times: for its form, its call, its second try
    speaker = replace(tools.speaker, counter=RememberingCounter(tools.speaker.counter))
    return Desk(tools.run_id, file, item, language, speaker, tools.accounts, options, parts, last)


def _shown(desk: Desk, result: Result) -> str:
    return write_form(result.form, desk.language) if result.form else result.raw


def _about(talk: Talk, way: Way, desk: Desk) -> dict[str, Any]:
    """What the metadata says of where it comes from and how it was made."""
    return {
        "name": talk.name,
        "scenario": str((talk.scenario or {}).get("name", "")),
        "source": talk.source.name,
        "number": talk.number,
        "conversation": conversation_of(talk.messages),
        "item": desk.item,
        "language": desk.language,
        "model": desk.speaker.model.name,
        "way": {key: value for key, value in asdict(way).items() if key != "language"},
    }
