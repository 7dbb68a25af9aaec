"""The checks: what is wrong with a sample, told by rules alone, and the same for a whole data set as tags.

Each check is a function of a sample. Its result is kept as the tag `check:<name>`, so that a filter finds what it has
found (`Filter(tags=("check:private",))`). These tags belong to the checks: they say how a sample was when it was last
looked at, they are no act, and nothing that a person did is touched by them.
"""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zishu_app.dataset.checking.broken_roles import broken_roles
from zishu_app.dataset.checking.findings import CHECKS, Check, Finding, Limits, without_thoughts
from zishu_app.dataset.checking.private import private
from zishu_app.dataset.checking.refusals import refusal
from zishu_app.dataset.checking.repeats import repeats
from zishu_app.dataset.checking.unfinished import unfinished
from zishu_app.dataset.checking.wrong_language import wrong_language
from zishu_app.dataset.find import Filter, count, ids_of
from zishu_app.dataset.sample import CHECK_TAG, Sample
from zishu_app.dataset.store import Samples, get_many, name

#: what the tags of checks begin with
TAG = CHECK_TAG
#: samples of one step: read, checked and written in some tenths of a second
STEP = 400


def tag_of(check: Check) -> str:
    """The tag of the samples in which a check has found something."""
    return f"{TAG}{check}"


def findings_of(sample: Sample, limits: Limits) -> list[Finding]:
    """All that the checks find in a sample, in the order of the messages; what is said of the whole comes first."""
    found = [
        *_too_short(sample, limits),
        *_too_long(sample, limits),
        *broken_roles(sample.messages),
        *wrong_language(sample),
        *repeats(sample.messages),
        *refusal(sample.messages),
        *unfinished(sample.messages),
        *private(sample.messages),
    ]
    return sorted(found, key=lambda one: (-1 if one.message is None else one.message, one.start))


@dataclass(frozen=True, slots=True)
class Checking:
    """So many samples were looked at; in so many of them each check has found something."""

    done: int
    total: int
    found: Mapping[Check, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """The end. `total` is more than `done` where it was stopped."""

    done: int
    total: int
    found: Mapping[Check, int]


async def check_all(
    samples: Samples, wanted: Filter, limits: Limits, stop: asyncio.Event
) -> AsyncIterator[Checking | Checked]:
    """Look at all that a filter finds, and keep what was found as tags. Stopped, what was looked at is kept."""
    total = await asyncio.to_thread(_count, samples, wanted)
    done, last, found = 0, 0, dict.fromkeys(CHECKS, 0)
    while not stop.is_set():
        step = await asyncio.to_thread(_step, samples, wanted, last, limits)
        if not step:
            break
        await samples.change(lambda connection: _keep(connection, step))  # noqa: B023 - awaited here
        done, last = done + len(step), max(step)
        for check, n in Counter(check for checks in step.values() for check in checks).items():
            found[check] += n
        yield Checking(done, max(total, done), dict(found))
    yield Checked(done, max(total, done), found)


def _count(samples: Samples, wanted: Filter) -> int:
    with samples.reading() as connection:
        return count(connection, wanted).n


def _step(samples: Samples, wanted: Filter, last: int, limits: Limits) -> dict[int, list[Check]]:
    """The next samples, and which checks have found something in each."""
    with samples.reading() as connection:
        step = get_many(connection, ids_of(connection, wanted, last, STEP))
    return {one.id: sorted({finding.check for finding in findings_of(one, limits)}) for one in step}


def _keep(connection: sqlite3.Connection, step: Mapping[int, Sequence[Check]]) -> None:
    """These tags of checks and no others, within a transaction of the writing thread."""
    tags = {check: name(connection, tag_of(check)) for check in CHECKS}
    connection.execute(
        "DELETE FROM tags WHERE sample IN (SELECT value FROM json_each(?)) AND tag IN (SELECT value FROM json_each(?))",
        (json.dumps(list(step)), json.dumps(list(tags.values()))),
    )
    connection.executemany(
        "INSERT INTO tags (tag, sample) VALUES (?, ?)",
        [(tags[check], number) for number, checks in step.items() for check in checks],
    )


def _too_short(sample: Sample, limits: Limits) -> Iterator[Finding]:
    """What the assistant says, without its thoughts."""
    said = [(at, one.content) for at, one in enumerate(sample.messages) if one.role == "assistant"]
    if said and sum(len(without_thoughts(text).strip()) for _, text in said) < limits.shortest:
        at, text = said[-1]
        yield Finding("short", at, 0, len(text), "short")


def _too_long(sample: Sample, limits: Limits) -> Iterator[Finding]:
    if sum(len(one.content) for one in sample.messages) > limits.longest:
        yield Finding("long", None, 0, 0, "long")
