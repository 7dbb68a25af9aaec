"""What one asks of her memory in talk, and what only sounds like it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.memory.wishes import Wish, wish

SAID: dict[str, list[Any]] = tomllib.loads(
    (Path(__file__).parent / "wishes.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("text", SAID["that"])
def test_that_is_to_be_forgotten(text: str) -> None:
    assert wish(text) == Wish("forget")


@pytest.mark.parametrize(("text", "what"), SAID["named"])
def test_something_named_is_to_be_forgotten(text: str, what: str) -> None:
    assert wish(text) == Wish("forget", what)


@pytest.mark.parametrize(("text", "what"), SAID["remember"])
def test_something_is_to_be_remembered(text: str, what: str) -> None:
    assert wish(text) == Wish("remember", what)


@pytest.mark.parametrize("text", SAID["none"])
def test_no_wish(text: str) -> None:
    assert wish(text) is None


@given(st.text(max_size=80))
def test_whatever_is_said_is_survived(text: str) -> None:
    found = wish(text)
    assert found is None or found.what in ("remember", "forget")
