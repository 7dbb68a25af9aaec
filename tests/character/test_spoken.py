"""What counts of all that stands in the ledger."""

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.spoken import Notes, counting, lines_of, notes_of
from zishu_app.ledger.runs import Turn


def user(step: int, text: str = "") -> Turn:
    return Turn(step, "user", text or f"u{step}", {})


def her(step: int, to: int | None, text: str = "", **extra: object) -> Turn:
    return Turn(step, "assistant", text or f"a{step}", {"to": to, **extra} if to is not None else extra)


def contents(turns: list[Turn]) -> list[str]:
    return [one.content for one in counting(turns)]


def test_each_answer_stands_behind_what_it_answers() -> None:
    turns = [user(0), user(1), her(2, 0), her(3, 1)]
    assert contents(turns) == ["u0", "a2", "u1", "a3"]


def test_of_an_answer_asked_for_once_more_the_last_counts() -> None:
    assert contents([user(0), her(1, 0), her(2, 0), user(3)]) == ["u0", "a2", "u3"]


def test_what_she_was_stopped_in_never_counts() -> None:
    partial = Turn(1, "partial", "I was goi", {"to": 0})
    assert contents([user(0), partial, user(2), her(3, 2)]) == ["u0", "u2", "a3"]


def test_a_correction_counts_as_said() -> None:
    assert contents([user(0), her(1, 0, "bad", corrected="good")]) == ["u0", "good"]
    assert contents([user(0), her(1, 0, "bad", corrected=None)]) == ["u0", "bad"]


def test_what_she_says_by_herself_stays_in_its_place() -> None:
    assert contents([her(0, None, "hello"), user(1), her(2, 1), her(3, None, "still there?")]) == [
        "hello", "u1", "a2", "still there?",
    ]  # fmt: skip


kinds = st.sampled_from(["user", "assistant", "partial", "summary"])


@given(st.lists(st.tuples(kinds, st.integers(-1, 20)), max_size=20))
def test_messages_take_turns_whatever_happened(drawn: list[tuple[str, int]]) -> None:
    turns = [
        Turn(step, kind, f"{kind}{step}", {"to": to} if to >= 0 else {})
        for step, (kind, to) in enumerate(drawn)
    ]
    lines = lines_of(counting(turns))
    roles = [one.message.role for one in lines]
    assert all(one != then for one, then in zip(roles, roles[1:], strict=False))
    said = "\n\n".join(one.message.content for one in lines)
    assert "partial" not in said
    assert "summary" not in said
    assert all(f"user{turn.step}" in said for turn in turns if turn.kind == "user")


def test_the_latest_notes_count() -> None:
    assert notes_of([user(0)]) == Notes()
    notes = [Turn(1, "summary", "old", {"covers": 0}), user(2), Turn(3, "summary", "new", {"covers": 2})]
    assert notes_of(notes) == Notes("new", 2)
