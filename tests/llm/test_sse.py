import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import AnswerBroken
from zishu_app.llm import sse
from zishu_app.llm.sse import Event, EventParser


def parsed(*chunks: bytes) -> list[Event]:
    parser = EventParser()
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return events + parser.finish()


def datas(*chunks: bytes) -> list[str]:
    return [event.data for event in parsed(*chunks)]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_all_three_line_ends_end_lines_and_events(end: bytes) -> None:
    assert datas(end.join([b"data: one", b"", b"data: two", b"", b""])) == ["one", "two"]


def test_carriage_return_and_line_feed_in_two_chunks_are_one_line_end() -> None:
    assert datas(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == ["a\nb"]


def test_event_is_given_as_soon_as_its_last_byte_is_there() -> None:
    parser = EventParser()
    assert parser.feed(b"data: a\n") == []
    assert parser.feed(b"\n") == [Event("", "a")]


def test_chinese_character_may_straddle_chunks() -> None:
    whole = "data: 你好\n\n".encode()
    for cut in range(len(whole)):
        assert datas(whole[:cut], whole[cut:]) == ["你好"]


def test_line_separators_of_unicode_are_not_line_ends() -> None:
    assert datas("data: a\u2028b\x85c\x0bd\n\n".encode()) == ["a\u2028b\x85c\x0bd"]


def test_comments_are_passed_over() -> None:
    assert datas(b": keep-alive\n\n:\n\ndata: a\n: in between\ndata: b\n\n") == ["a\nb"]


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (b"data:a", "a"),
        (b"data: a", "a"),
        (b"data:  a", " a"),
        (b"data:\ta", "\ta"),
        (b"data", ""),
        (b"data: ", ""),
    ],
)
def test_exactly_one_leading_space_is_lost(line: bytes, data: str) -> None:
    assert datas(line + b"\n\n") == [data]


def test_several_data_lines_are_joined() -> None:
    assert datas(b"data: a\ndata\ndata: b\n\n") == ["a\n\nb"]


def test_name_belongs_to_one_event_only() -> None:
    events = parsed(b"event: ping\ndata: 1\n\ndata: 2\n\nevent: lost\n\ndata: 3\n\n")
    assert events == [Event("ping", "1"), Event("", "2"), Event("", "3")]


def test_unknown_fields_are_passed_over() -> None:
    assert datas(b"id: 7\nretry: 100\ndatum: x\ndata: a\n\n") == ["a"]


def test_byte_order_mark_is_lost_at_the_start_only() -> None:
    assert datas(b"\xef\xbb", b"\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n") == ["a"]


def test_end_of_stream_completes_the_last_event() -> None:
    assert datas(b"data: a\n\ndata: [DONE]") == ["a", "[DONE]"]
    assert datas(b"data: a") == ["a"]
    assert datas(b"") == []


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert datas(b"data: \xff\n\n") == ["\ufffd"]


def test_line_without_end_is_not_collected_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_BYTES", 100)
    with pytest.raises(AnswerBroken):
        parsed(*[b"data: xxxxxxxxxx"] * 20)


def test_event_without_end_is_not_collected_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_BYTES", 100)
    with pytest.raises(AnswerBroken):
        parsed(*[b"data: xxxxxxxxxx\n"] * 20)


LINES = st.lists(
    st.sampled_from(
        ["data: 你好", "data:", "data:  x", ": c", "event: e", "", "", "data: 🙂é", "id: 1", "\ufeff"]
    ),
    max_size=12,
)


@given(LINES, st.lists(st.sampled_from(["\n", "\r", "\r\n"]), min_size=12, max_size=12), st.data())
def test_any_chunking_gives_the_same_events(lines: list[str], ends: list[str], data: st.DataObject) -> None:
    whole = "".join(line + end for line, end in zip(lines, ends, strict=False)).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    bounds = [0, *cuts, len(whole)]
    chunks = [whole[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]
    assert parsed(*chunks) == parsed(whole)
    assert parsed(*[bytes([byte]) for byte in whole]) == parsed(whole)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), max_size=5))
def test_what_is_sent_is_received(texts: list[str]) -> None:
    sent = "".join(f"data: {text}\n\n" for text in texts).encode()
    assert datas(sent) == texts
