import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.jobs import protocol
from zishu_app.jobs.protocol import (
    Cancelled,
    Done,
    Ending,
    Event,
    Failed,
    Lost,
    Metric,
    Note,
    Piece,
    Progress,
    Queued,
    Started,
    decode,
    encode,
    event_from_dict,
    event_to_dict,
)

# lone surrogates too: undecodable file names stand in error texts
texts = st.text(st.characters())
numbers = st.floats(allow_nan=False) | st.integers(-(2**53), 2**53)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)
events = st.one_of(
    st.builds(Queued),
    st.builds(Started),
    st.builds(Progress, numbers, numbers, texts),
    st.builds(Metric, st.integers(), st.dictionaries(texts, numbers)),
    st.builds(Note, texts),
    st.builds(Piece, texts, st.booleans()),
    st.builds(Done, st.dictionaries(texts, plain)),
    st.builds(Failed, texts, texts, texts),
    st.builds(Cancelled),
    st.builds(Lost, texts),
)


@settings(deadline=None)  # a busy machine is not a slow line
@given(events)
def test_every_event_survives_the_line(event: Event) -> None:
    line = encode(event_to_dict(event))
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert event_from_dict(decode(line)) == event


def test_a_diverged_loss_is_seen() -> None:
    event = event_from_dict(decode(encode(event_to_dict(Metric(3, {"loss": math.nan})))))
    assert isinstance(event, Metric) and math.isnan(event.values["loss"])


def test_chinese_goes_as_it_is() -> None:
    assert "紫舒".encode() in encode(event_to_dict(Note("紫舒")))


def test_what_an_ending_is() -> None:
    assert [isinstance(e, Ending) for e in (Done(), Failed("x"), Cancelled(), Lost("x"))] == [True] * 4
    assert not isinstance(Piece("x"), Ending)


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_LINE", 100)
    with pytest.raises(DataError, match="too long"):
        encode(event_to_dict(Note("长" * 40)))


@pytest.mark.parametrize("line", [b"", b"{", b"[1]", b"\xff\n", b'"text"'])
def test_lines_that_are_none(line: bytes) -> None:
    with pytest.raises(DataError):
        decode(line)


@pytest.mark.parametrize(
    "value", [{}, {"type": "explode"}, {"type": "lost"}, {"type": "progress", "done": 1}]
)
def test_events_that_are_none(value: dict[str, object]) -> None:
    with pytest.raises(DataError):
        event_from_dict(value)


def test_unknown_fields_of_a_newer_lane_are_left_out() -> None:
    assert event_from_dict(json.loads('{"type": "note", "text": "x", "colour": "red"}')) == Note("x")


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(protocol.Address(1, "secret", 2, "1/0"))
