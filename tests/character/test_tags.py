"""What is told of a reply hangs on its text, and never on how it was cut; and text that is no tag is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.tags import LONGEST, NAMES, Felt, Spoken, TagReader, read_tag


def heard(*pieces: str) -> tuple[str, list[tuple[str, float, int]]]:
    """The text that is shown, and the feelings with the place in it at which they came."""
    reader, text, felt = TagReader(), "", []
    events = [event for piece in pieces for event in reader.feed(piece)]
    for event in [*events, *reader.finish()]:
        if isinstance(event, Spoken):
            assert event.text, "an empty piece is no piece"
            text += event.text
        else:
            felt.append((event.emotion, event.strength, len(text)))
    return text, felt


def text_of(*pieces: str) -> str:
    return heard(*pieces)[0]


def feelings(*pieces: str) -> list[str]:
    return [emotion for emotion, *_ in heard(*pieces)[1]]


#: what models write, whole and broken, and what looks like it
BITS = st.sampled_from(
    [
        "[happy]", "[sad]", "[害羞]", "【开心】", "<thinking>", "</sad>", "[mood: proud 0.8]", "[心情：困]", "[[shy]]",
        "[[shy]", "[happy](x)", "[1]", "[", "]", "【", "】", "<", ">", "[hap", "[mood", "[mood:", "`", "```", "``", "\n",
        " ", "Hello", "你好。", "a[0]", "x < y", "[x]", "(", "：", "0.5", "[angry", "/", "[calm,50%]", "［笑］",
    ]
)  # fmt: skip


def cut(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in zip(edges, edges[1:], strict=False)]


@given(st.lists(BITS, max_size=14).map("".join), st.lists(st.integers(0, 400), max_size=30))
def test_any_cutting_says_the_same(text: str, places: list[int]) -> None:
    assert heard(*cut(text, places)) == heard(text)


@given(st.lists(BITS, max_size=14).map("".join))
def test_one_character_at_a_time_says_the_same(text: str) -> None:
    assert heard(*text) == heard(text)


@given(st.text(alphabet=st.characters(exclude_characters="[【<［〔")), st.lists(st.integers(0, 99)))
def test_text_without_brackets_comes_out_unchanged(text: str, places: list[int]) -> None:
    assert heard(*cut(text, places)) == (text, [])


@given(st.text(alphabet="[]<>()ab1 /`\n", max_size=60))
def test_text_without_the_word_of_a_feeling_comes_out_unchanged(text: str) -> None:
    assert heard(*text) == (text, [])


@given(st.lists(BITS, max_size=14).map("".join))
def test_what_is_held_back_is_never_long(text: str) -> None:
    reader, shown = TagReader(), ""
    for number, char in enumerate(text):
        for event in reader.feed(char):
            shown += event.text if isinstance(event, Spoken) else ""
        assert text[: number + 1].endswith(reader._held)
        assert len(reader._held) <= LONGEST + 3


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(["[{}]", "【{}】", "<{}>", "[mood: {}]", "[ {} 0.5 ]", "［{}］"]),
)
def test_every_name_is_read_in_every_form(name: str, form: str) -> None:
    assert feelings(form.format(name) + "Well.") == [NAMES[name]]
    assert feelings(form.format(name.upper()) + "Well.") == [NAMES[name]]


def test_names_are_feelings_she_can_show() -> None:
    assert set(NAMES.values()) == set(EMOTIONS)
    assert all(NAMES[one] == one for one in EMOTIONS)


@pytest.mark.parametrize(
    ("said", "text", "felt"),
    [
        ("[happy]Hello", "Hello", ["happy"]),
        ("[happy] Hello", "Hello", ["happy"]),
        ("[happy]\n\nHello", "Hello", ["happy"]),
        ("Hi. [sad] Oh no.", "Hi. Oh no.", ["sad"]),
        ("Hi.\n[sad]\nOh no.", "Hi.\nOh no.", ["sad"]),
        ("Hi.[sad] Oh no.", "Hi. Oh no.", ["sad"]),
        ("你好[开心]再见【伤心】", "你好再见", ["happy", "sad"]),
        ("<shy>Oh.</shy>", "Oh.", ["shy", "shy"]),
        ("[[happy]] Hi", "Hi", ["happy"]),
        ("[Emotion=Proud] Hi", "Hi", ["proud"]),
    ],
)
def test_tags_are_taken_out(said: str, text: str, felt: list[str]) -> None:
    assert (text_of(said), feelings(said)) == (text, felt)
    assert (text_of(*said), feelings(*said)) == (text, felt)


@pytest.mark.parametrize(
    "said",
    [
        "See [1] and [x].",
        "a < b, and b > c",
        "[happy](https://example.com) is a link",
        "`mood[happy]` is code",
        "```python\nface = faces[sad]\n```",
        "【第一章】开始",
        "- [ ] tea\n- [x] cake",
        "[unhappy] [happyish] [happy face]",
        "  white space in front",
        "List<Angryish> and <div>",
        "an open [",
        "an open [a",
    ],
)
def test_what_is_no_tag_is_text(said: str) -> None:
    assert heard(said) == (said, [])
    assert heard(*said) == (said, [])


def test_code_ends_and_tags_count_again() -> None:
    said = "```\nx[sad]\n```\n[happy]So. `[sad]` [proud]"
    assert feelings(said) == ["happy", "proud"]
    assert text_of(said) == "```\nx[sad]\n```\nSo. `[sad]` "
    assert feelings("a ` alone\n[happy]") == ["happy"], "a backtick alone in its line begins no code"
    assert feelings("``a ` b`` [happy]") == ["happy"]


@pytest.mark.parametrize(
    ("said", "strength"),
    [
        ("0.8", 0.8),
        ("8", 0.8),
        ("80%", 0.8),
        ("1", 1.0),
        ("100", 1.0),
        ("400", 1.0),
        ("0", 0.0),
        (".25", 0.25),
        ("", 1.0),
    ],
)
def test_strength_is_read_however_it_is_written(said: str, strength: float) -> None:
    assert read_tag(f"happy: {said}") == Felt("happy", strength)
    assert read_tag(f"mood：开心，{said}") == Felt("happy", strength)


@pytest.mark.parametrize(
    ("said", "text", "felt"),
    [
        ("So long [hap", "So long ", []),
        ("So long [happy", "So long ", ["happy"]),
        ("So long [mood: ha", "So long ", []),
        ("再见【惊", "再见", []),
        ("See [1", "See [1", []),
        ("So [", "So [", []),
        ("[[happy]", "[", ["happy"]),
    ],
)
def test_a_reply_that_breaks_off_within_a_tag(said: str, text: str, felt: list[str]) -> None:
    assert (text_of(said), feelings(said)) == (text, felt)


def test_text_is_shown_as_it_comes() -> None:
    reader = TagReader()
    assert list(reader.feed("Hel")) == [Spoken("Hel")]
    assert list(reader.feed("lo [")) == [Spoken("lo ")]
    assert list(reader.feed("2")) == [Spoken("[2")]
    assert list(reader.feed("] [hap")) == [Spoken("] ")]
    assert list(reader.feed("py] yes")) == [Felt("happy"), Spoken("yes")]
