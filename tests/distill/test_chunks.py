"""The laws of cutting a talk, and the places where they pull at each other."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import SettingsError
from zishu_app.core.messages import Message
from zishu_app.distill.chunks import FRAMING, Chunk, Piece, by_tokens, by_turns

WORDS = st.text("一二，。？! .\nab", max_size=12)
CONTENTS = st.one_of(WORDS, st.builds(lambda word, times: word * times, WORDS, st.integers(1, 30)))
MESSAGES = st.lists(
    st.builds(Message, st.sampled_from(["user", "assistant", "user", "assistant", "system"]), CONTENTS),
    max_size=20,
)


@st.composite
def dialogues(draw: st.DrawFn) -> list[Message]:
    """Mostly the shape of real talks: question, answer, question, answer."""
    contents = draw(st.lists(CONTENTS, max_size=20))
    return [Message("assistant" if index % 2 else "user", content) for index, content in enumerate(contents)]


TALKS = st.one_of(MESSAGES, dialogues())


@st.composite
def limits(draw: st.DrawFn) -> tuple[int, int]:
    """max_tokens and an overlap below it."""
    most = draw(st.integers(2 * FRAMING, 150))
    return most, draw(st.integers(0, most - 1))


def weigh(text: str) -> int:
    """Tokens of a text: three for a Chinese character, one for another. How dense a text is changes within it."""
    return len(text) + 2 * sum(character > "~" for character in text)


class Counting:
    """Weighs, and remembers what was counted."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> int:
        self.asked.append(text)
        return weigh(text)


def tokens_of(messages: list[Message]) -> list[int]:
    return [weigh(message.content) for message in messages]


def cut(messages: list[Message], limit: tuple[int, int], count: Callable[[str], int] = weigh) -> list[Chunk]:
    return by_tokens(messages, tokens_of(messages), max_tokens=limit[0], overlap_tokens=limit[1], count=count)


def cut_turns(messages: list[Message], limit: tuple[int, int], turns: int) -> list[Chunk]:
    return by_turns(
        messages,
        tokens_of(messages),
        max_turns=turns,
        max_tokens=limit[0],
        overlap_tokens=limit[1],
        count=weigh,
    )


def cost(piece: Piece) -> int:
    return weigh(piece.content) + FRAMING


def check_laws(messages: list[Message], chunks: list[Chunk], limit: tuple[int, int]) -> None:
    most, overlap = limit
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert chunk.tokens == sum(map(cost, chunk.pieces)) <= most
        assert len(chunk.pieces) > chunk.overlap
    check_coverage(messages, chunks)
    for earlier, later in pairwise(chunks):
        repeated = later.pieces[: later.overlap]
        assert not repeated or earlier.pieces[-len(repeated) :] == repeated
        assert all(piece.parts == 1 for piece in repeated)
        assert sum(map(cost, repeated)) <= overlap
    assert not chunks or chunks[0].overlap == 0


def check_coverage(messages: list[Message], chunks: list[Chunk]) -> None:
    """What the chunks bring anew is the talk: in order, nothing twice, parts only of messages above the limit."""
    fresh = [piece for chunk in chunks for piece in chunk.pieces[chunk.overlap :]]
    by_number: dict[int, list[Piece]] = {}
    for piece in fresh:
        by_number.setdefault(piece.number, []).append(piece)
    assert list(by_number) == list(range(len(messages)))
    for number, pieces in by_number.items():
        assert "".join(piece.content for piece in pieces) == messages[number].content
        assert {piece.role for piece in pieces} == {messages[number].role}
        assert [piece.part for piece in pieces] == list(range(len(pieces)))
        assert {piece.parts for piece in pieces} == {len(pieces)}


@given(TALKS, limits())
def test_laws_of_cutting_by_tokens(messages: list[Message], limit: tuple[int, int]) -> None:
    check_laws(messages, cut(messages, limit), limit)


@given(TALKS, limits(), st.integers(1, 5))
def test_laws_of_cutting_by_turns(messages: list[Message], limit: tuple[int, int], turns: int) -> None:
    check_laws(messages, cut_turns(messages, limit, turns), limit)


@given(TALKS, limits())
def test_only_messages_above_the_limit_are_cut_and_counted_again(
    messages: list[Message], limit: tuple[int, int]
) -> None:
    count = Counting()
    chunks = cut(messages, limit, count)

    long = {n for n, message in enumerate(messages) if weigh(message.content) + FRAMING > limit[0]}
    assert {piece.number for chunk in chunks for piece in chunk.pieces if piece.parts > 1} == long
    assert all(any(text in messages[n].content for n in long) for text in count.asked)


@given(TALKS, limits())
def test_no_chunk_repeats_the_whole_chunk_before(messages: list[Message], limit: tuple[int, int]) -> None:
    """Otherwise the chunk before would have been asked about for nothing."""
    for earlier, later in pairwise(cut(messages, limit)):
        assert later.overlap < len(earlier.pieces)


@given(TALKS, limits())
def test_the_overlap_is_as_large_as_it_can_be(messages: list[Message], limit: tuple[int, int]) -> None:
    """One more message would pass the overlap, leave no room for what is new, or put an answer first."""
    for earlier, later in pairwise(cut(messages, limit)):
        before = earlier.pieces[: len(earlier.pieces) - later.overlap]
        repeated, new = later.pieces[: later.overlap], later.pieces[later.overlap]
        room = min(limit[1], limit[0] - cost(new)) - sum(map(cost, repeated))
        whole = [piece for piece in before if piece.parts == 1]
        if before and before[-1] in whole and cost(before[-1]) <= room:
            assert repeated[0].role == "user"
            assert before[-1].role != "user" or before[-1].number == repeated[0].number


@given(st.lists(st.integers(1, 30), min_size=2, max_size=40))
def test_small_talks_are_cut_before_users(lengths: list[int]) -> None:
    """Where a round and the next question always fit, every chunk begins with a user's message."""
    messages = [
        Message("assistant" if index % 2 else "user", "x" * length) for index, length in enumerate(lengths)
    ]
    for chunk in cut(messages, (200, 0)):
        assert chunk.pieces[0].role == "user"


@given(dialogues(), st.integers(1, 5))
def test_a_chunk_by_turns_has_its_rounds(messages: list[Message], turns: int) -> None:
    chunks = cut_turns(messages, (100_000, 0), turns)

    for chunk in chunks:
        assert sum(piece.role == "user" for piece in chunk.pieces) <= turns
        assert chunk.pieces[0].role == "user"
    assert len(chunks) == -(-len(messages) // (2 * turns))


@given(st.text("一二，。？! .\nab😀", min_size=1, max_size=300), st.integers(2 * FRAMING, 60))
def test_parts_end_at_sentences_where_there_are_any(text: str, most: int) -> None:
    chunks = cut([Message("user", text)], (most, 0))
    parts = [piece.content for chunk in chunks for piece in chunk.pieces]

    assert "".join(parts) == text
    for part, after in pairwise(parts):
        if not part.endswith(tuple("。？！!?\n ，.")):
            # the text was cut hard, so there was no better place in it
            assert not any(mark in part for mark in "。？\n，")
            assert after


def test_the_default_shape() -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * 92) for n in range(8)]

    chunks = cut(messages, (400, 200))

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [
        [0, 1, 2, 3],
        [2, 3, 4, 5],
        [4, 5, 6, 7],
    ]
    assert [chunk.overlap for chunk in chunks] == [0, 2, 2]
    assert [chunk.tokens for chunk in chunks] == [400, 400, 400]


def test_an_answer_is_not_parted_from_its_question() -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * (92 if n % 2 else 12)) for n in range(6)]

    chunks = cut(messages, (260, 0))

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [[0, 1, 2, 3], [4, 5]]


def test_a_question_is_repeated_before_its_long_answer() -> None:
    messages = [Message("user", "x" * 10), Message("assistant", "x" * 10), Message("user", "x" * 10)]
    messages.append(Message("assistant", "x" * 150))

    chunks = cut(messages, (180, 40))

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [[0, 1, 2], [2, 3]]
    assert chunks[1].overlap == 1


def test_a_long_message_is_cut_at_sentences_then_clauses_then_anywhere() -> None:
    def parts(text: str) -> list[str]:
        message = Message("user", text)
        chunks = by_tokens([message], [len(text)], max_tokens=20 + FRAMING, overlap_tokens=0, count=len)
        return [chunk.pieces[0].content for chunk in chunks]

    assert parts("他说：“学习要坚持。”我同意。那怎么开始呢？先看书。") == [
        "他说：“学习要坚持。”我同意。",
        "那怎么开始呢？先看书。",
    ]
    assert parts("It costs 3.14 now. And more of it") == ["It costs 3.14 now. ", "And more of it"]
    assert parts("一二三四五六七八，一二三四五六七八，一二三四五六七八") == [
        "一二三四五六七八，一二三四五六七八，",
        "一二三四五六七八",
    ]
    assert "".join(parts("x" * 95)) == "x" * 95
    assert max(map(len, parts("x" * 95))) <= 20


def test_a_chunk_by_turns_above_the_limit_is_cut_by_tokens() -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * 92) for n in range(12)]

    chunks = cut_turns(messages, (450, 0), 3)

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [
        [0, 1, 2, 3],
        [4, 5],
        [6, 7, 8, 9],
        [10, 11],
    ]


def test_a_chunk_ends_earlier_where_the_next_one_then_begins_with_a_question() -> None:
    """Only one message fits into the overlap; better the question than the answer before it."""
    messages = [Message("assistant" if n % 2 else "user", "x" * 92) for n in range(6)]

    chunks = cut(messages, (450, 100))

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [[0, 1, 2], [2, 3, 4, 5]]


def test_an_overlap_of_several_messages_begins_with_a_question() -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * 92) for n in range(8)]

    chunks = cut(messages, (600, 350))

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [
        [0, 1, 2, 3, 4, 5],
        [4, 5, 6, 7],
    ]


def test_rounds_keep_together_by_giving_up_overlap() -> None:
    messages = [Message("assistant" if n % 2 else "user", "x" * 92) for n in range(4)]

    chunks = cut_turns(messages, (300, 200), 1)

    assert [[piece.number for piece in chunk.pieces] for chunk in chunks] == [[0, 1], [1, 2, 3]]


def test_nothing_is_cut_into_nothing() -> None:
    assert cut([], (100, 10)) == []
    assert cut_turns([], (100, 10), 3) == []


def test_a_character_above_the_limit_stands_alone() -> None:
    chunks = by_tokens(
        [Message("user", "𠮷𠮷")], [100], max_tokens=20, overlap_tokens=0, count=lambda text: 50 * len(text)
    )

    assert [chunk.pieces[0].content for chunk in chunks] == ["𠮷", "𠮷"]


@pytest.mark.parametrize(("most", "overlap"), [(100, 100), (100, 200), (100, -1), (2 * FRAMING - 1, 0)])
def test_limits_without_room_are_refused(most: int, overlap: int) -> None:
    messages = [Message("user", "好")]
    with pytest.raises(SettingsError, match="max_tokens") as caught:
        cut(messages, (most, overlap))
    assert caught.value.hint
    with pytest.raises(SettingsError):
        cut_turns(messages, (most, overlap), 3)


def test_no_rounds_at_all_are_refused() -> None:
    with pytest.raises(SettingsError, match="max_turns"):
        cut_turns([Message("user", "好")], (100, 0), 0)
