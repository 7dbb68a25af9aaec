"""Samples go in once, and are read as they stand; what they are found by follows their messages."""

import asyncio
import sqlite3
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dataset.made import draft
from zishu_app.dataset.find import Filter, ids_of
from zishu_app.dataset.sample import Sample, SampleMessage, Source, fingerprint, message, message_from_dict
from zishu_app.dataset.store import (
    Samples,
    add,
    find_keys,
    get,
    get_many,
    lead,
    messages_as_text,
    messages_from_text,
    open_samples,
    set_messages,
    siblings,
    source_of,
    tags_of,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MESSAGES = st.lists(
    st.builds(
        message,
        st.sampled_from(["system", "user", "assistant"]),
        TEXT,
        loss=st.booleans(),
        tags=st.lists(TEXT.filter(bool), max_size=2),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


def read(samples: Samples, number: int | None) -> Sample:
    with samples.reading() as connection:
        found = get(connection, number or 0)
    assert found is not None
    return found


async def test_a_sample_comes_back_as_it_was_given(samples: Samples) -> None:
    given_ = draft(1, tags=("b", " a ", "", "b"), source=None, verdict="accepted", scenario="旅行")
    (number,) = await add(samples, [given_], 77)
    found = read(samples, number)
    assert (found.key, found.kind, found.language, found.title) == (
        given_.key,
        given_.kind,
        given_.language,
        given_.title,
    )
    assert (found.messages, found.scenario, found.provenance) == (given_.messages, "旅行", given_.provenance)
    assert (found.tags, found.verdict, found.created, found.source) == (("a", "b"), "accepted", 77, None)
    assert (found.reason, found.reviewer, found.decided, found.version) == ("", "", None, 0)
    assert (found.score, found.spread, found.stars, found.flagged) == (None, None, None, False)


async def test_the_same_sample_goes_in_once_and_is_not_touched_again(samples: Samples) -> None:
    assert await add(samples, [draft(1), draft(2), draft(1, title="other")], 1) == [1, 2, None]
    assert await add(samples, [draft(2, verdict="rejected"), draft(3)], 2) == [None, 3]
    assert read(samples, 2).created == 1 and read(samples, 1).title == draft(1).title
    with samples.reading() as connection:
        assert find_keys(connection, [draft(3).key, draft(9).key]) == {draft(3).key: 3}


async def test_numbers_that_are_not_there_are_left_out_and_the_order_is_the_askers(samples: Samples) -> None:
    await add(samples, [draft(number) for number in range(4)], 1)
    with samples.reading() as connection:
        assert [one.id for one in get_many(connection, [3, 99, 1, 3])] == [3, 1, 3]
        assert get(connection, 99) is None and get_many(connection, []) == []
        assert tags_of(connection, [99]) == {}


async def test_a_source_is_kept_once_for_all_that_was_distilled_from_it(samples: Samples) -> None:
    talk = Source(fingerprint("talk"), "talk.json", (message("user", "很长"),), {"run": "r"})
    other = Source(fingerprint("other"), "other.json", ())
    await add(
        samples,
        [draft(1, source=talk), draft(2, source=other), draft(3, source=talk), draft(4, source=None)],
        1,
    )
    first = read(samples, 1).source
    assert first is not None
    with samples.reading() as connection:
        assert source_of(connection, first) == talk and siblings(connection, first) == [1, 3]
        assert source_of(connection, 99) is None
    assert samples.read("SELECT COUNT(*) FROM sources")[0][0] == 2


def test_a_lead_is_one_line_without_the_system_message() -> None:
    talk = [message("system", "be kind"), message("user", "  第一行\n\n第二行  " + "长" * 500)]
    assert lead(talk).startswith("第一行 第二行 长长") and len(lead(talk)) == 120
    assert lead([message("system", "only")]) == ""


@given(MESSAGES)
def test_messages_come_back_from_the_file(messages: tuple[SampleMessage, ...]) -> None:
    assert messages_from_text(messages_as_text(messages)) == messages
    assert tuple(message_from_dict(one.as_dict()) for one in messages) == messages


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.sampled_from(["机器学习", "旅行", "hello", "GPT", "好"]), min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_words_follow_the_messages(tmp_path: Path, edits: list[list[str]]) -> None:
    """After any number of changes the search knows the messages in force, and nothing of those before."""
    path = tmp_path / "words.sqlite"
    path.unlink(missing_ok=True)
    samples = open_samples(path)

    def put(connection: sqlite3.Connection) -> None:
        for texts in edits:
            set_messages(connection, 1, [message("user", text) for text in texts])

    async def work() -> None:
        await add(samples, [draft(1, title="题", verdict="pending")], 1)
        await samples.change(put)

    asyncio.run(work())
    with samples.reading() as connection:
        for word in ("机器学习", "旅行", "hello", "gpt", "好", "题"):
            assert bool(ids_of(connection, Filter(text=word))) == (
                word in "".join(edits[-1]).lower() or word == "题"
            )
        row = connection.execute("SELECT length, turns FROM samples").fetchone()
        assert tuple(row) == (sum(map(len, edits[-1])), len(edits[-1]))
    assert samples.read("INSERT INTO words (words) VALUES ('integrity-check')") == []
    samples.close()
    path.with_name("words.sqlite-wal").unlink(missing_ok=True)
