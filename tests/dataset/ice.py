"""Data sets to be frozen, and freezing them."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from zishu_app.core.messages import Message
from zishu_app.dataset.freeze import FreezeEvent, Froze, Options, freeze
from zishu_app.dataset.frozen import Frozen, read_rows
from zishu_app.dataset.sample import Draft, SampleMessage, Source, fingerprint, message, said
from zishu_app.dataset.split import SPLITS, Split
from zishu_app.dataset.store import Samples, add, open_samples
from zishu_app.dataset.talks import conversation_of

NOW = datetime(2026, 1, 12, 16, 54, 4)
#: seconds since 1970
CAME = 1_760_000_000
#: characters to make texts of that have nothing in common
_CHARACTERS = [chr(0x4E00 + 7 * n) for n in range(2500)]


def text(number: int, length: int = 60) -> str:
    """A Chinese text like no other."""
    return "".join(random.Random(number).choices(_CHARACTERS, k=length))


def messages(number: int, rounds: int = 2) -> tuple[SampleMessage, ...]:
    """A talk like no other."""
    return tuple(
        message("user" if turn % 2 == 0 else "assistant", text(1000 * number + turn))
        for turn in range(2 * rounds)
    )


def draft(number: int, **changes: Any) -> Draft:
    """An accepted talk like no other."""
    talk = changes.pop("messages", messages(number))
    whole = Draft(
        key=fingerprint("imported", said(talk)),
        kind="imported",
        language="zh",
        title=f"第 {number} 段",
        messages=talk,
        provenance={"file": "talks.jsonl", "number": number},
        verdict="accepted",
    )
    return replace(whole, **changes)


def family(number: int, chunks: int = 3) -> list[Draft]:
    """A dialogue and what was distilled from it, as dataset/origin makes them."""
    talk = messages(number, rounds=6)
    key = conversation_of(Message(one.role, one.content) for one in talk)
    source = Source(key, f"talk-{number}.json", talk)
    mother = draft(
        number, messages=talk, kind="dialogue", scenario="电影推荐", provenance={"conversation": key}
    )
    children = [
        draft(
            number,
            messages=messages(500_000 + 10 * number + chunk, rounds=1),
            kind="distilled",
            source=source,
            provenance={"conversation": key, "chunk": chunk, "source": source.name},
        )
        for chunk in range(chunks)
    ]
    return [mother, *children]


def filled(path: Path, drafts: Iterable[Draft]) -> Samples:
    """A data set with these in it."""
    samples = open_samples(path)
    fill(samples, drafts)
    return samples


def fill(samples: Samples, drafts: Iterable[Draft]) -> None:
    """Put more into it."""
    asyncio.run(add(samples, list(drafts), CAME))


async def events_of(samples: Samples, folder: Path, name: str, **options: Any) -> list[FreezeEvent]:
    """Everything that freezing tells."""
    wanted = Options(**({"now": NOW} | options))
    return [event async for event in freeze(samples, folder, name, wanted, asyncio.Event())]


def frozen(samples: Samples, folder: Path, name: str, **options: Any) -> Frozen:
    """The version that comes of it."""
    last = asyncio.run(events_of(samples, folder, name, **options))[-1]
    assert isinstance(last, Froze)
    return last.frozen


def rows(version: Frozen) -> dict[Split, list[dict[str, Any]]]:
    """What stands on each side."""
    return {split: list(read_rows(version, split)) for split in SPLITS}


def keys(version: Frozen) -> dict[Split, set[str]]:
    """The keys of each side."""
    return {split: {row["key"] for row in side} for split, side in rows(version).items()}


def freeze_in_one(folder: Path, drafts: Sequence[Draft], name: str = "v1", **options: Any) -> Frozen:
    """A version of these drafts, in a folder of its own."""
    samples = filled(folder / "samples.sqlite", drafts)
    try:
        return frozen(samples, folder / "datasets", name, **options)
    finally:
        samples.close()


def twins(tmp_path: Path, change: str) -> tuple[Draft, Draft]:
    """Of the first thirty drafts one that is kept for evaluation, and one for training that says the same but for `change`."""
    version = freeze_in_one(tmp_path / "look", [draft(n) for n in range(30)])
    kept = next(draft(n) for n in range(30) if draft(n).key in keys(version)["eval"])
    (question, answer, *rest) = kept.messages
    other = (replace(question, content=question.content + change), answer, *rest)
    return kept, draft(1000, messages=other)
