"""What the person says of her answers: good, bad, or "you should have said ...". It becomes material to learn from.

A correction is a sample of the kind `correction`: the talk as it led up to the answer, and the person's words in the place
of hers, which are kept beside them as the rejected ones. An answer that was called good is a sample too. Both wait for
review like everything else. Correcting the same answer again is an edit of the same sample, which has to be reviewed anew;
taking a correction back puts the sample into the bin. In the talk, what she was corrected to counts as said from then on.

In the provenance: `turn` (talk and step of the answer), `turns` (all that stand in the sample, so that what is forgotten
can be found in it), `rejected`, `brain`, `run`, `calls`.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.character.chat import Persona
from zishu_app.character.prompt import in_short
from zishu_app.character.spoken import counting, lines_of
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.fields import Change
from zishu_app.dataset.origin import told_of_call
from zishu_app.dataset.sample import Draft, Kind, fingerprint, message
from zishu_app.dataset.store import find_keys, get, insert
from zishu_app.dataset.versions import new_version
from zishu_app.house import House
from zishu_app.ledger.answers import call_of_turn
from zishu_app.ledger.chats import change_extra, turn_of
from zishu_app.ledger.runs import Turn, turns_of

#: most turns and characters of the talk before the answer that go into a sample
TURNS, CHARACTERS = 12, 6_000
#: characters of a sample's title
TITLE = 40
#: what marks samples of answers that were called good, and corrections of those that were called bad
LIKED, DISLIKED = "liked", "disliked"

#: who decides, and when in seconds since 1970
By = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """An answer of hers: where it stands, and who talked."""

    run_id: str
    persona: Persona
    talk: int
    step: int

    def key(self, kind: Kind) -> str:
        """Of the sample of that kind that is made of it."""
        return fingerprint(kind, self.run_id, self.talk, self.step)


async def correct(house: House, spot: Spot, text: str, who: str) -> int | None:
    """ "You should have said this": the number of the sample; None where the correction was taken back.

    An empty text, or her own words, take it back. Raises DataError where there is no such answer.
    """
    answer = await asyncio.to_thread(_answer, house, spot)
    hers = answer.content.strip()
    wanted = "" if text.strip() == hers else text.strip()
    draft = await asyncio.to_thread(_draft, house, spot, answer, "correction", wanted or hers)
    by = (who, int(house.clock.now().timestamp()))

    def do(connection: sqlite3.Connection) -> int | None:
        # one that was corrected was not that good after all
        _bin(connection, spot.key("dialogue") if wanted else draft.key, by)
        return _keep(connection, draft, by) if wanted else None

    # the sample first: what is killed between the two is corrected once more, and becomes no second sample
    number = await house.samples.change(do)
    await house.store.write(change_extra(spot.talk, spot.step, {"corrected": wanted or None}))
    return number


async def rate(house: House, spot: Spot, good: bool | None, who: str) -> int | None:
    """Call an answer good, bad, or neither again: the number of the sample a good one is. Raises as `correct`."""
    answer = await asyncio.to_thread(_answer, house, spot)
    draft = await asyncio.to_thread(_draft, house, spot, answer, "dialogue", answer.content.strip())
    by = (who, int(house.clock.now().timestamp()))
    liked = good is True and not answer.extra.get("corrected")

    def do(connection: sqlite3.Connection) -> int | None:
        _mark(connection, spot.key("correction"), by, disliked=good is False)
        if not liked:
            _bin(connection, draft.key, by)
        return _keep(connection, draft, by) if liked else None

    number = await house.samples.change(do)
    rating = None if good is None else 1 if good else -1
    await house.store.write(change_extra(spot.talk, spot.step, {"rating": rating}))
    return number


def _answer(house: House, spot: Spot) -> Turn:
    turn = turn_of(house.store, spot.talk, spot.step)
    if turn is None or turn.kind != "assistant":
        raise DataError(
            t("没有这条回答。", "There is no such answer."),
            t("只能评价她说完的话。", "Only what she has said to its end can be rated or corrected."),
        )
    return turn


def _draft(house: House, spot: Spot, answer: Turn, kind: Kind, text: str) -> Draft:
    """The sample of an answer, in whose place stands `text`."""
    before = _before(turns_of(house.store, spot.talk), answer)
    if not before:
        raise DataError(
            t("这是她先开口说的话，没有可学的问题。", "She said that by herself, in answer to nothing."),
            t("只能评价她对你的回答。", "Only what she answers you can be rated or corrected."),
        )
    persona = spot.persona
    role = message("system", in_short(persona.card, persona.language, persona.user))
    # only the last answer is what the person wants her to say
    talk = [message(one.message.role, one.message.content, loss=False) for one in lines_of(before)]
    call = call_of_turn(house.store, spot.talk, answer.step)
    bad = kind == "correction" and answer.extra.get("rating") == -1
    return Draft(
        spot.key(kind),
        kind,
        persona.language,
        _title(before[-1].content),
        (role, *talk, message("assistant", text)),
        tags=(LIKED,) if kind == "dialogue" else (DISLIKED,) if bad else (),
        provenance={
            "conversation": fingerprint("chat", spot.run_id, spot.talk),
            "run": spot.run_id,
            "turn": [spot.talk, answer.step],
            "turns": [[spot.talk, one.step] for one in (*before, answer)],
            "brain": answer.extra.get("brain", ""),
            "calls": [told_of_call(call, len(talk) + 1)] if call else [],
            **({"rejected": answer.content.strip()} if kind == "correction" else {}),
        },
    )


def _before(turns: Sequence[Turn], answer: Turn) -> list[Turn]:
    """What led up to an answer, from the person's words to what it answers."""
    to = answer.extra.get("to")
    end = to if isinstance(to, int) else answer.step
    said = [one for one in counting(turns) if one.step < end and one.extra.get("to", 0) < end]
    said = [*said, *(one for one in turns if one.step == end and one.kind == "user")][-TURNS:]
    while len(said) > 1 and sum(len(one.content) for one in said) > CHARACTERS:
        said.pop(0)
    while said and said[0].kind != "user":
        said.pop(0)
    return said if said and said[-1].kind == "user" else []


def _title(asked: str) -> str:
    line = " ".join(asked.split())
    return line[:TITLE] + "…" * (len(line) > TITLE)


def _keep(connection: sqlite3.Connection, draft: Draft, by: By) -> int | None:
    """The sample of an answer: new, in other words, or back from the bin; it then has to be reviewed."""
    number = find_keys(connection, [draft.key]).get(draft.key)
    sample = get(connection, number) if number is not None else None
    if sample is None:
        return insert(connection, draft, by[1])
    if sample.messages[-1].content != draft.messages[-1].content:
        changes = [new_version(connection, sample.id, draft.messages, "edit", by)]
        changes += [acts.verdict(sample.id, "pending", "", by)] if sample.verdict != "pending" else []
        acts.record(connection, "edit", changes, by, {"at": len(draft.messages) - 1})
    elif sample.verdict == "removed":
        acts.record(connection, "reopen", [acts.verdict(sample.id, "pending", "", by)], by, {})
    return sample.id


def _bin(connection: sqlite3.Connection, key: str, by: By) -> None:
    """A sample that is no longer meant goes into the bin."""
    number = find_keys(connection, [key]).get(key)
    sample = get(connection, number) if number is not None else None
    if sample is not None and sample.verdict != "removed":
        acts.record(connection, "remove", [acts.verdict(sample.id, "removed", "", by)], by, {})


def _mark(connection: sqlite3.Connection, key: str, by: By, *, disliked: bool) -> None:
    """A correction of an answer that was called bad says so."""
    number = find_keys(connection, [key]).get(key)
    sample = get(connection, number) if number is not None else None
    if sample is None or (DISLIKED in sample.tags) == disliked:
        return
    tags = sorted({*sample.tags, DISLIKED} if disliked else {*sample.tags} - {DISLIKED})
    acts.record(connection, "tag", [Change(sample.id, "tags", tags)], by, {"tags": tags})
