"""The index is always brought in line with the truth, from wherever it stands."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.jobs.lanes import OpenLane
from tests.memory.minds import NOW, LostEmbedder, mind_in
from zishu_app.core.errors import JobLost
from zishu_app.core.paths import Home
from zishu_app.memory.follow import Followed, follow, followed
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.memory.index import LaneIndex, Mark, ScriptedIndex
from zishu_app.memory.mind import Mind
from zishu_app.memory.store import Noted, add, erase, rewrite


async def put(mind: Mind, *texts: str) -> list[int]:
    return [await add(mind.memories, mind.character, Noted(text), NOW) for text in texts]


def shelf(mind: Mind) -> set[int]:
    assert isinstance(mind.index, ScriptedIndex)
    return set(mind.index.shelves.get(mind.character, {}))


async def test_what_has_no_vector_is_read_and_put_in(mind: Mind) -> None:
    numbers = await put(mind, "a", "b", "c")
    assert await followed(mind) == Followed(read=3, put_in=3, taken_out=0, anew=True)
    assert shelf(mind) == set(numbers)
    assert await followed(mind) == Followed()  # nothing left to do


async def test_only_what_changed_is_put_in_again(mind: Mind) -> None:
    first, second, third = await put(mind, "a", "b", "c")
    await followed(mind)
    await rewrite(mind.memories, second, Noted("bb"), "edit", NOW)
    await mind.memories.change(lambda file: erase(file, third))
    [fourth] = await put(mind, "d")
    assert await followed(mind) == Followed(read=2, put_in=2, taken_out=1, anew=False)
    assert shelf(mind) == {first, second, fourth}


async def test_a_lost_index_is_made_anew_without_reading_again(mind: Mind) -> None:
    await put(mind, "a", "b")
    await followed(mind)
    await mind.index.forget_all(mind.character)
    assert await followed(mind) == Followed(read=0, put_in=2, taken_out=0, anew=True)


async def test_another_model_reads_everything_anew(tmp_path: Path) -> None:
    class Other(HashingEmbedder):
        name = "other"

    index = ScriptedIndex()
    mind = mind_in(tmp_path, index)
    await put(mind, "a", "b")
    await followed(mind)
    mind.memories.close()
    mind = mind_in(tmp_path, index, Other())
    assert await followed(mind) == Followed(read=2, put_in=2, taken_out=0, anew=True)
    assert (await index.mark("zishu")).embedder == "other"
    mind.memories.close()


async def test_it_goes_in_parts_and_goes_on_where_it_was_left(mind: Mind) -> None:
    await put(mind, *(f"memory number {n}" for n in range(450)))
    steps = [event async for event in follow(mind)]
    assert [one.put_in for one in steps][-4:] == [200, 400, 450, 450]
    await mind.index.forget_all(mind.character)
    events = follow(mind)
    async for event in events:
        if event.put_in == 200:
            break
    await events.aclose()  # type: ignore[attr-defined]
    assert len(shelf(mind)) == 200
    assert await followed(mind) == Followed(read=0, put_in=250, taken_out=0, anew=False)
    assert len(shelf(mind)) == 450


async def test_what_is_out_of_reach_is_told(tmp_path: Path) -> None:
    mind = mind_in(tmp_path, embedder=LostEmbedder())
    await put(mind, "a")
    with pytest.raises(JobLost):
        await followed(mind)
    mind.memories.close()


async def test_with_chromadb_in_the_lane(own_home: Home, opened: OpenLane, tmp_path: Path) -> None:
    mind = mind_in(tmp_path, LaneIndex(tmp_path / "index", opened(own_home)))
    first, second = await put(mind, "用户喜欢猫", "用户住在杭州")
    assert (await followed(mind)).put_in == 2
    [vector] = await mind.embedder.embed(["我住在杭州"])
    near = await mind.index.near("zishu", vector, mind.embedder.name, 1)
    assert [number for number, _ in near.found] == [second] and near.mark == Mark("hashing-1", 4)
    await mind.memories.change(lambda file: erase(file, second))
    assert (await followed(mind)).taken_out == 1
    near = await mind.index.near("zishu", vector, mind.embedder.name, 5)
    assert [number for number, _ in near.found] == [first]
    mind.memories.close()


STEPS = st.lists(st.sampled_from(["add", "rewrite", "erase", "follow", "lose"]), max_size=20)


@settings(deadline=None, max_examples=40)
@given(STEPS)
def test_after_following_it_holds_exactly_what_there_is(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    import asyncio

    async def play() -> None:
        mind = mind_in(tmp_path_factory.mktemp("follow"))
        there: list[int] = []
        for place, step in enumerate(steps):
            if step == "add":
                there += await put(mind, f"text {place}")
            elif step == "rewrite" and there:
                await rewrite(mind.memories, there[0], Noted(f"said anew {place}"), "edit", NOW)
            elif step == "erase" and there:
                number = there.pop()
                await mind.memories.change(lambda file, number=number: erase(file, number))  # type: ignore[misc]
            elif step == "follow":
                await followed(mind)
            elif step == "lose":
                await mind.index.forget_all(mind.character)
        await followed(mind)
        assert shelf(mind) == set(there)
        mind.memories.close()

    asyncio.run(play())
