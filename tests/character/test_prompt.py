"""What she is shown: all of it within the room, the shares add up, and the least that matters is always there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import LetterCounter
from zishu_app.character.card import Card, DepthPrompt, Exchange
from zishu_app.character.prompt import CUT, FRAME, Given, Knowledge, build, in_short
from zishu_app.core.messages import Message

COUNT = LetterCounter().count
CARD = Card(
    name="Zishu",
    language="en",
    description="{{char}} is a young teacher who lives on the desktop of {{user}}. " * 4,
    personality="Kind. " * 10,
    short="A kind teacher.",
    style="Short.",
    examples=(Exchange(user="Tired.", her="[sad]Then rest."), Exchange(user="Hi", her="[happy]Hello!")),
    post_history="Stay {{char}}.",
)


def talk(*said: str) -> list[Message]:
    return [Message("user" if place % 2 == 0 else "assistant", one) for place, one in enumerate(said)]


def tokens(messages: list[Message]) -> int:
    return sum(COUNT(one.content) + FRAME for one in messages)


notes = st.builds(
    DepthPrompt,
    text=st.text(max_size=400),
    depth=st.integers(0, 9),
    role=st.sampled_from(["system", "user", "assistant"]),
)
texts = st.lists(st.text(min_size=1, max_size=300), max_size=6)
givens = st.builds(
    Given,
    notes.map(lambda note: CARD.model_copy(update={"depth_prompt": note})),
    st.sampled_from(["zh", "en"]),
    st.just("you"),
    st.lists(st.text(min_size=1, max_size=500), min_size=1, max_size=9)
    .filter(lambda said: len(said) % 2)
    .map(lambda said: talk(*said)),
    st.lists(
        st.builds(Knowledge, st.text(min_size=1, max_size=300), st.none() | st.integers(0, 9), st.booleans()),
        max_size=5,
    ),
    texts,
    st.text(max_size=400),
    texts,
    st.booleans(),
    st.text(max_size=30),
    st.integers(100, 3000),
)


@given(givens, st.integers(600, 6000))
def test_all_of_it_fits_and_the_shares_add_up(all_: Given, room: int) -> None:
    built = build(all_, COUNT, room)
    assert tokens(built.messages) <= sum(one.tokens for one in built.shares) <= room
    assert built.messages[0].role == "system"
    assert "Zishu" in built.messages[0].content
    assert built.messages[-1].role == "user"
    assert [one.part for one in built.shares] == [
        "persona",
        "knowledge",
        "summary",
        "memories",
        "moment",
        "talk",
    ]


@given(givens, st.integers(600, 6000))
def test_roles_take_turns(all_: Given, room: int) -> None:
    roles = [one.role for one in build(all_, COUNT, room).messages[1:]]
    assert roles == ["user" if place % 2 == 0 else "assistant" for place in range(len(roles))]


def test_with_room_enough_nothing_is_left_out() -> None:
    given_ = Given(
        CARD, "en", "Tom", talk("Hi", "Hello!", "What do I like?"),
        [Knowledge("Tea comes from Asia.")], ["Tom likes tea."], "They met.", ["A reminder was set."], now="Monday",
    )  # fmt: skip
    built = build(given_, COUNT, 4000)
    assert all(one.left_out == 0 for one in built.shares)
    system, *rest = [one.content for one in built.messages]
    assert system.index("desktop of Tom") < system.index("Tea comes") < system.index("They met.")
    assert "[sad]Then rest." in system
    assert rest[:2] == ["Hi", "Hello!"]
    last = rest[-1]
    assert [last.index(one) for one in ("Tom likes tea", "Monday", "A reminder", "Stay Zishu.")] == sorted(
        last.index(one) for one in ("Tom likes tea", "Monday", "A reminder", "Stay Zishu.")
    )
    assert last.endswith("What do I like?")


def test_prompts_grow_at_their_end_only() -> None:
    """So that a model goes on from what it has read."""
    first = build(Given(CARD, "en", "Tom", talk("Hi"), memories=["one"], now="9:00"), COUNT, 4000)
    then = build(
        Given(CARD, "en", "Tom", talk("Hi", "Hello!", "And?"), memories=["two"], now="9:01"), COUNT, 4000
    )
    assert first.messages[0] == then.messages[0]
    assert then.messages[1] == Message("user", "Hi")


def test_memories_go_before_the_talk_does_and_the_last_message_never() -> None:
    said = [f"{number} " + "x" * 200 for number in range(9)]
    given_ = Given(CARD, "en", "Tom", talk(*said), memories=["m" * 400] * 6)
    shares = {one.part: one for one in build(given_, COUNT, 1200).shares}
    assert shares["memories"].left_out > 0
    assert shares["talk"].left_out > 0
    assert "8 xxx" in shares["talk"].text


def test_a_card_longer_than_the_model_reads_is_cut() -> None:
    card = Card(name="Zishu", description="word " * 10_000, examples=(Exchange(user="a", her="b"),))
    built = build(Given(card, "en", "you", talk("Hello")), COUNT, 1000)
    assert tokens(built.messages) <= 1000
    assert built.messages[-1].content.endswith("Hello")
    assert built.shares[0].left_out


def test_examples_go_before_the_card_is_cut() -> None:
    card = Card(name="Zishu", description="Short.", examples=(Exchange(user="a" * 2000, her="b"),))
    built = build(Given(card, "en", "you", talk("Hello")), COUNT, 1000)
    assert "Short." in built.messages[0].content
    assert CUT.strip() not in built.messages[0].content
    assert built.shares[0].left_out == 1


def test_a_message_longer_than_the_model_reads_loses_its_middle() -> None:
    built = build(Given(CARD, "en", "you", talk("begin " + "x" * 9000 + " end")), COUNT, 1200)
    last = built.messages[-1].content
    assert "begin" in last
    assert CUT in last
    assert last.endswith(" end")
    assert built.shares[-1].left_out == 1


def test_what_a_card_says_within_the_talk_stands_so_many_messages_from_the_end() -> None:
    def built(depth: int, role: str, *said: str) -> list[str]:
        note = DepthPrompt(text="{{char}} hums for {{user}}.", depth=depth, role=role)
        card = CARD.model_copy(update={"depth_prompt": note})
        return [one.content for one in build(Given(card, "en", "Tom", talk(*said)), COUNT, 4000).messages[1:]]

    said = ("one", "two", "three", "four", "five")
    assert built(0, "system", *said)[-1].endswith("[Zishu hums for Tom.]\nfive")
    assert built(1, "system", *said)[-1].endswith("[Zishu hums for Tom.]\nfive"), "one message comes after it"
    assert built(3, "system", *said)[2] == "[Zishu hums for Tom.]\nthree"
    assert built(2, "system", *said)[2] == "three\n[Zishu hums for Tom.]", "nothing is put into her mouth"
    assert built(9, "system", *said)[0] == "[Zishu hums for Tom.]\none"
    # what somebody is to have said stands in a message of theirs
    assert built(2, "user", *said)[2] == "three\nZishu hums for Tom."
    assert built(2, "assistant", *said)[3] == "Zishu hums for Tom.\nfour"
    assert built(3, "assistant", *said)[1] == "two\nZishu hums for Tom."
    assert built(9, "assistant", *said)[1] == "Zishu hums for Tom.\ntwo"
    assert built(3, "assistant", "one")[0].endswith("[Zishu hums for Tom.]\none"), "she has said nothing yet"


def test_a_very_small_model_is_told_little_and_shown_how() -> None:
    given_ = Given(CARD, "en", "you", talk("Hi"), memories=["You like tea."], now="Monday", terse=True)
    built = build(given_, COUNT, 3000)
    roles = [one.role for one in built.messages]
    assert roles == ["system", *["user", "assistant"] * 3, "user"]
    assert built.messages[2].content == "My name is Zishu. I am here for you."
    assert built.messages[4].content == "Then rest.", "tags are not for it"
    assert "A kind teacher." in built.messages[0].content
    assert "You like tea." in built.messages[0].content
    assert "Monday" not in built.messages[0].content + built.messages[-1].content
    assert "[happy]" not in str(built.messages)


def test_knowledge_stands_where_it_wants_to() -> None:
    knowledge = [
        Knowledge("first", None, before=True),
        Knowledge("deep", 2),
        Knowledge("now", 0),
        Knowledge("after"),
    ]
    built = build(Given(CARD, "en", "you", talk("a", "b", "c"), knowledge), COUNT, 3000)
    system, *rest = [one.content for one in built.messages]
    assert system.startswith("first")
    assert "after" in system
    assert "deep" not in system
    assert rest[0] == "a\n[deep]", "two messages come after it"
    assert "[now]\nc" in rest[-1]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (CARD, "Your name is Zishu. A kind teacher."),
        (Card(name="Bo", personality="{{char}} is\n shy."), "Your name is Bo. Bo is shy."),
        (Card(name="Bo"), "Your name is Bo."),
    ],
)
def test_who_she_is_in_short(card: Card, said: str) -> None:
    assert in_short(card, "en", "you") == said
