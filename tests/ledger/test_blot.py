"""What was said is put out of chats: by turn, from a turn on, with what was noted beside it."""

from collections.abc import Mapping
from typing import Any

from zishu_app.core.clock import ScriptedClock
from zishu_app.ledger.blot import Stored, blot, chats_of, drop_answers, shorten_errors, told_by
from zishu_app.ledger.chats import chat_run, new_sitting
from zishu_app.ledger.runs import Turn, keep_part, keep_turn, turns_of
from zishu_app.ledger.store import Store

CLOCK = ScriptedClock()


async def said(store: Store, character: str, *texts: str) -> tuple[str, int]:
    run = await chat_run(store, character, CLOCK)
    talk = await new_sitting(store, run, CLOCK)
    for step, text in enumerate(texts):
        await store.write(keep_turn(talk, Turn(step, "user", text, {"seen": text}), None))
    return run.id, talk


def no_secret(turn: Stored) -> tuple[str, Mapping[str, Any]] | None:
    if "secret" not in turn.content:
        return None
    return turn.content.replace("secret", "-"), {
        name: value for name, value in turn.extra.items() if name != "seen"
    }


async def test_turns_are_changed_from_a_turn_on_and_only_in_these_chats(store: Store) -> None:
    run, talk = await said(store, "her", "a secret", "nothing", "the secret again")
    other, elsewhere = await said(store, "another", "secret")
    assert chats_of(store, "her") == [run] and chats_of(store, "nobody") == []
    assert told_by_all(store, run, (talk, 1)) == [(talk, 2)]
    assert await blot(store, [run], (talk, 1), no_secret) == [(talk, 2)]
    assert [turn.content for turn in turns_of(store, talk)] == ["a secret", "nothing", "the - again"]
    assert [turn.extra for turn in turns_of(store, talk)][1:] == [{"seen": "nothing"}, {}]
    assert await blot(store, [run, other], (0, 0), no_secret) == [(talk, 0), (elsewhere, 0)]
    assert await blot(store, [run, other], (0, 0), no_secret) == []


def told_by_all(store: Store, run: str, since: tuple[int, int]) -> list[tuple[int, int]]:
    with store.reading() as connection:
        return told_by(connection, [run], since, no_secret)


async def test_replies_about_an_item_are_dropped(store: Store) -> None:
    await store.write(
        *(
            (
                "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened)"
                " VALUES (?, 'r', ?, 'judge', 0, 'm', '{}', 'answered', '')",
                (f"c{number}", f"sample {number}"),
            )
            for number in (1, 2)
        ),
        keep_part("x", "judge/1", "about one", "c1"),
        keep_part("y", "judge/1", "about two", "c2"),
    )
    assert await drop_answers(store, ["sample 1", "sample 7"]) == 1
    assert [row["item"] for row in store.read("SELECT item FROM parts")] == ["y"]
    assert await drop_answers(store, []) == 0


async def test_an_error_that_quotes_is_shortened(store: Store) -> None:
    for number, error in enumerate(("ModelRefused: you said secret", "ModelRefused: no", "")):
        await store.write(
            (
                "INSERT INTO calls (id, run_id, item, purpose, step, model, params, state, opened, error)"
                " VALUES (?, 'r', '', 'x', 0, 'm', '{}', 'failed', '', ?)",
                (f"c{number}", error),
            )
        )
    assert await shorten_errors(store, ["r"], lambda text: "secret" in text) == 1
    errors = [row["error"] for row in store.read("SELECT error FROM calls ORDER BY id")]
    assert errors == ["ModelRefused", "ModelRefused: no", ""]
