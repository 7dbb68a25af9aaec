"""What a person does to a sample, each as one act that can be undone: decide, rate, flag, tag, edit, split."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from zishu_app.core.clock import Clock
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act, Part
from zishu_app.dataset.fields import Change, unknown
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import Draft, Sample, SampleMessage, Verdict, fingerprint, said
from zishu_app.dataset.split import conversations
from zishu_app.dataset.store import Samples, get, insert, source_of
from zishu_app.dataset.versions import new_version
from zishu_app.review import edit

#: messages in, messages out; see review/edit
Edit = Callable[[Sequence[SampleMessage]], edit.Messages]


@dataclass(frozen=True)
class Desk:
    """The data set as one person works on it."""

    samples: Samples
    who: str
    clock: Clock

    async def decide(self, number: int, verdict: Verdict, reason: str = "") -> Act:
        """Accept, reject, put into the bin, or (pending) take a decision back."""
        change = acts.verdict(number, verdict, reason, self._by())
        return await self._do(_WORDS[verdict], change, reason=reason)

    async def decide_all(self, wanted: Filter, verdict: Verdict, reason: str = "") -> AsyncIterator[Part]:
        """The same decision on everything a filter finds, as one act, in parts."""
        by = self._by()
        async for part in acts.bulk(
            self.samples, _WORDS[verdict], wanted, acts.verdict(0, verdict, reason, by), by
        ):
            yield part

    async def rate(self, number: int, criterion: str, score: int | None) -> Act:
        """1 to 5 for a criterion; None takes the mark away."""
        change = Change(number, f"rating:{criterion}", score)
        return await self._do("rate", change, criterion=criterion, score=score)

    async def flag(self, number: int, *, on: bool) -> Act:
        """Put a flag on it, for whatever one means by it."""
        return await self._do("flag" if on else "unflag", Change(number, "flagged", int(on)))

    async def tag(self, number: int, tags: Sequence[str]) -> Act:
        """Give it these tags and no others."""
        return await self._do("tag", Change(number, "tags", sorted(set(tags))), tags=list(tags))

    async def rewrite(self, number: int, at: int, content: str) -> Act:
        """Message `at` (from 0) says something else."""
        return await self._edit(number, "edit", lambda messages: edit.rewrite(messages, at, content), at)

    async def learn(self, number: int, at: int, *, learnt: bool) -> Act:
        """Whether she is to learn from message `at`."""
        what = "learn" if learnt else "unlearn"
        return await self._edit(number, what, lambda messages: edit.learn(messages, at, learnt=learnt), at)

    async def drop_from(self, number: int, at: int) -> Act:
        """Message `at` and all after it go."""
        return await self._edit(number, "drop", lambda messages: edit.drop_from(messages, at), at)

    async def put(self, number: int, messages: Sequence[SampleMessage], what: str = "edit") -> Act:
        """Other messages altogether, as an edit or as what a model made better (`refine`)."""
        return await self._edit(number, what, lambda _: tuple(messages), 0)

    async def restore(self, number: int, version: int) -> Act:
        """Back to a version it had; the others stay."""
        return await self._do("restore", Change(number, "version", version), version=version)

    async def split(self, number: int, at: int) -> Act:
        """Two samples: before message `at` and from it on. The second one is new, and pending."""
        by = self._by()

        def do(connection: sqlite3.Connection) -> Act:
            sample = _needed(connection, number)
            first, second = edit.split(sample.messages, at)
            (last,) = connection.execute("SELECT MAX(id) FROM acts").fetchone()
            # in the bin first: undoing the act puts it back there
            draft = Draft(
                # another one each time: what was split off before may lie in the bin
                fingerprint("split", sample.key, last, said(second)),
                sample.kind,
                sample.language,
                sample.title,
                second,
                sample.scenario,
                sample.tags,
                {
                    **sample.provenance,
                    # both halves stand on the same side of a frozen version
                    "conversation": conversations(connection, [number])[number],
                    "split_from": {"sample": number, "message": at},
                },
                source_of(connection, sample.source) if sample.source else None,
                "removed",
            )
            new = insert(connection, draft, by[1]) or 0
            changes = [
                new_version(connection, number, first, "split", by),
                acts.verdict(new, "pending", "", by),
            ]
            return acts.record(connection, "split", changes, by, {"at": at, "new": new})

        return await self.samples.change(do)

    def _by(self) -> tuple[str, int]:
        return self.who, int(self.clock.now().timestamp())

    async def _do(self, what: str, change: Change, **detail: object) -> Act:
        return await acts.do(self.samples, what, [change], self.who, self.clock, **detail)

    async def _edit(self, number: int, what: str, work: Edit, at: int) -> Act:
        by = self._by()

        def do(connection: sqlite3.Connection) -> Act:
            messages = work(_needed(connection, number).messages)
            change = new_version(connection, number, messages, what, by)
            return acts.record(connection, what, [change], by, {"at": at})

        return await self.samples.change(do)


_WORDS: dict[Verdict, str] = {
    "accepted": "accept",
    "rejected": "reject",
    "pending": "reopen",
    "removed": "remove",
}


def _needed(connection: sqlite3.Connection, number: int) -> Sample:
    """Raises DataError where there is none of that number."""
    sample = get(connection, number)
    if sample is None:
        raise unknown(number)
    return sample
