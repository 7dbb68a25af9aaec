"""What of a chat is in mind: the latest messages word for word, notes of the rest; what notes cover never comes back."""

from hypothesis import given
from hypothesis import strategies as st

from tests.memory.minds import letters
from zishu_app.core.messages import Message
from zishu_app.memory.short_term import FRAME, Talkers, ask_notes, in_mind


def talk(count: int, length: int = 20) -> list[Message]:
    return [Message("assistant" if n % 2 else "user", "x" * length) for n in range(count)]


def test_all_of_it_where_there_is_room() -> None:
    found = in_mind(talk(6), 0, letters, 10_000)
    assert (found.start, found.due) == (0, None)


def test_notes_are_due_where_it_no_longer_fits_and_leave_the_latest_half() -> None:
    messages = talk(20)
    size = letters("x" * 20) + FRAME
    found = in_mind(messages, 0, letters, 10 * size)
    assert found.due == (0, found.start) and messages[found.start].role == "user"
    assert (20 - found.start) * size <= 5 * size + size


def test_what_notes_cover_stays_covered() -> None:
    found = in_mind(talk(12), 8, letters, 10_000)
    assert (found.start, found.due) == (8, None)


def test_one_very_long_message_is_still_shown() -> None:
    found = in_mind([*talk(4), Message("user", "x" * 9000)], 0, letters, 100)
    assert found.start == 4 and found.due == (0, 4)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=40), st.integers(0, 10), st.integers(60, 2000))
def test_whatever_was_said_the_last_is_shown_and_nothing_is_lost(
    lengths: list[int], covered: int, room: int
) -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * length) for n, length in enumerate(lengths)]
    covered = min(covered, len(messages) - 1)
    found = in_mind(messages, covered, letters, room)
    assert covered <= found.start < len(messages)
    assert found.start == covered or found.due == (covered, found.start)
    # with notes up to there, the next look finds them good enough, or covers more
    again = in_mind(messages, found.start, letters, room)
    assert again.start >= found.start


def test_notes_are_asked_for_with_what_they_go_on_from() -> None:
    who = Talkers("紫舒", "小林", "zh")
    system, request = ask_notes(who, "", [Message("user", "我住在杭州"), Message("assistant", "真好")])
    assert "小林: 我住在杭州\n紫舒: 真好" in request.content and "（还没有）" in request.content
    assert system.role == "system" and "紫舒" in system.content
    _, request = ask_notes(Talkers("Zishu", "Kim", "en"), "Kim likes tea.", [Message("user", "hi")])
    assert "Kim likes tea." in request.content and "Kim: hi" in request.content
