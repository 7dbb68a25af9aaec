"""Memories go out as a file and come in again, once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.memory.minds import NOW, everything, mind_in, read, say, texts
from zishu_app.core.errors import DataError
from zishu_app.memory.exchange import TakenIn, export_memories, import_memories
from zishu_app.memory.follow import followed
from zishu_app.memory.look import history_of
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import pin


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Mind]:
    (tmp_path / "other").mkdir()
    made = mind_in(tmp_path / "other")
    yield made
    made.memories.close()


async def test_everything_comes_over(mind: Mind, other: Mind, tmp_path: Path) -> None:
    await say(
        mind, "我住在北京", "我住在北京海淀区", "我住在上海", "我喜欢猫", "My name is Daniel", turn=(1, 2)
    )
    await pin(mind.memories, 3, on=True)
    assert await export_memories(mind, tmp_path / "m.json") == 4
    assert await import_memories(other, tmp_path / "m.json") == TakenIn(4, 0)
    for one, same in zip(
        sorted(everything(mind), key=lambda one: one.text),
        sorted(everything(other), key=lambda one: one.text),
        strict=True,
    ):
        for name in (
            "text",
            "kind",
            "slot",
            "value",
            "importance",
            "confidence",
            "created",
            "until",
            "pinned",
        ):
            assert getattr(one, name) == getattr(same, name)
        assert read(mind, history_of, one.id) == read(other, history_of, same.id)
    assert (await followed(other)).put_in == 4


async def test_taken_in_twice_it_adds_nothing(mind: Mind, other: Mind, tmp_path: Path) -> None:
    await say(mind, "我住在北京", "我住在上海", "我喜欢猫")
    await export_memories(mind, tmp_path / "m.json")
    await import_memories(other, tmp_path / "m.json")
    assert await import_memories(other, tmp_path / "m.json") == TakenIn(0, 3)
    assert await import_memories(mind, tmp_path / "m.json") == TakenIn(0, 3)


async def test_what_is_known_here_holds_against_what_comes_in(
    mind: Mind, other: Mind, tmp_path: Path
) -> None:
    await say(mind, "我住在北京", "我喜欢猫")
    await export_memories(mind, tmp_path / "m.json")
    await say(other, "我住在上海")
    assert await import_memories(other, tmp_path / "m.json") == TakenIn(1, 1)
    assert texts(other, past=False) == ["用户住在上海", "用户喜欢猫"]


async def test_neither_vectors_nor_places_in_the_ledger_go_out(mind: Mind, tmp_path: Path) -> None:
    await say(mind, "我喜欢猫", turn=(4711, 2))
    await export_memories(mind, tmp_path / "m.json")
    written = json.loads((tmp_path / "m.json").read_text("utf-8"))  # noqa: ASYNC240
    assert set(written["memories"][0]) == {
        "text", "kind", "importance", "confidence", "created", "changed", "slot", "value",
    }  # fmt: skip


def entry(**given: Any) -> dict[str, Any]:
    standard = {
        "text": "x",
        "kind": "fact",
        "importance": 0.5,
        "confidence": 0.5,
        "created": NOW,
        "changed": NOW,
    }
    return {**standard, **given}


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "null", "[[[[", '{"format": 1}', '{"format": 1, "memories": 3}',
        json.dumps({"format": 1, "memories": [entry(text="")]}),
        json.dumps({"format": 1, "memories": [entry(text=3)]}),
        json.dumps({"format": 1, "memories": [entry(kind="secret")]}),
        json.dumps({"format": 1, "memories": [entry(importance="much")]}),
        json.dumps({"format": 1, "memories": [entry(text="x" * 3000)]}),
        json.dumps({"format": 1, "memories": [{"text": "x"}]}),
        json.dumps({"format": 1, "memories": [entry(history=[{"at": 1}])]}),
        "[" * 100_000,
    ],
)  # fmt: skip
async def test_a_file_that_is_none_is_told_and_changes_nothing(
    mind: Mind, tmp_path: Path, content: str
) -> None:
    (tmp_path / "m.json").write_text(content, "utf-8")  # noqa: ASYNC240
    with pytest.raises(DataError, match="no export of memories"):
        await import_memories(mind, tmp_path / "m.json")
    assert everything(mind) == []


async def test_a_newer_file_and_one_that_is_not_there(mind: Mind, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"format": 2, "memories": []}', "utf-8")  # noqa: ASYNC240
    with pytest.raises(DataError, match="newer"):
        await import_memories(mind, tmp_path / "m.json")
    with pytest.raises(DataError):
        await import_memories(mind, tmp_path / "none.json")


NUMBERS = st.integers(-5, 5) | st.floats(-2, 2)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.builds(entry, text=st.text(max_size=9), importance=NUMBERS, until=st.none() | st.integers(0, 9))
    )
)
def test_shares_stay_shares(tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, Any]]) -> None:
    import asyncio

    async def play() -> None:
        folder = tmp_path_factory.mktemp("import")
        mind = mind_in(folder)
        text = json.dumps({"format": 1, "memories": entries})
        (folder / "m.json").write_text(text, "utf-8")
        try:
            taken = await import_memories(mind, folder / "m.json")
            assert taken.new == len(everything(mind)) and taken.new + taken.known == len(entries)
            assert all(0 <= one.importance <= 1 for one in everything(mind))
        except DataError:
            assert any(not one["text"].strip() for one in entries)
        mind.memories.close()

    asyncio.run(play())
