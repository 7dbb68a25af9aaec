"""What every index does, in memory or in the lane; and what only files can do: be lost, be damaged, be left half written."""

import random
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.lanes import OpenLane, end_lanes
from zishu_app.core.errors import JobLost
from zishu_app.core.paths import Home
from zishu_app.jobs.client import Lane
from zishu_app.jobs.protocol import Done, Failed
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import IndexSpec, Spec, shelf_of
from zishu_app.memory.index import NOWHERE, Index, LaneIndex, Mark, ScriptedIndex, cosine

HER = "小紫"


def vector(seed: int, size: int = 16) -> "array[float]":
    dice = random.Random(seed)
    values = [dice.gauss(0, 1) for _ in range(size)]
    length = sum(value * value for value in values) ** 0.5
    return array("f", (value / length for value in values))


async def filled(index: Index, numbers: range = range(1, 31), character: str = HER) -> None:
    await index.add(character, list(numbers), [vector(one) for one in numbers], Mark("e", numbers[-1]))


async def nearest(index: Index, number: int, most: int = 3, character: str = HER) -> list[int]:
    return [one for one, _ in (await index.near(character, vector(number), "e", most)).found]


@pytest.fixture(params=["memory", "lane"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    if request.param == "memory":
        yield ScriptedIndex()
    else:
        yield LaneIndex(tmp_path / "index", request.getfixturevalue("quick"))


async def test_an_index_that_is_not_there_stands_nowhere(index: Index) -> None:
    assert await index.mark(HER) == NOWHERE
    assert (await index.near(HER, vector(1), "e", 3)).found == []
    await index.forget_all(HER)


async def test_the_nearest_come_first_with_their_cosines(index: Index) -> None:
    await filled(index)
    near = await index.near(HER, vector(7), "e", 4)
    by_hand = sorted(range(1, 31), key=lambda one: -cosine(vector(7), vector(one)))[:4]
    assert [number for number, _ in near.found] == by_hand
    for number, found in near.found:
        assert found == pytest.approx(cosine(vector(7), vector(number)), abs=1e-4)
    assert near.mark == Mark("e", 30) == await index.mark(HER)


async def test_vectors_are_put_in_the_place_of_others_and_taken_out(index: Index) -> None:
    await filled(index)
    await index.add(HER, [7], [vector(99)], Mark("e", 31))
    assert (await nearest(index, 99))[0] == 7
    await index.remove(HER, [7, 8], Mark("e", 33))
    assert not {7, 8} & set(await nearest(index, 99, 30))
    assert await index.mark(HER) == Mark("e", 33)


async def test_each_character_has_a_shelf_of_its_own(index: Index) -> None:
    await filled(index)
    await filled(index, range(100, 103), "other one")
    assert await nearest(index, 101, 9, "other one") != await nearest(index, 101, 3)
    assert len(await nearest(index, 101, 9, "other one")) == 3
    await index.forget_all(HER)
    assert await index.mark(HER) == NOWHERE
    assert len(await nearest(index, 101, 9, "other one")) == 3


async def test_vectors_of_another_model_are_not_compared(index: Index) -> None:
    await filled(index)
    assert (await index.near(HER, vector(1, 32), "another", 3)).found == []
    assert (await index.near(HER, vector(1, 32), "another", 3)).mark == Mark("e", 30)
    assert len(await nearest(index, 1)) == 3  # and it is still there


async def test_what_a_killed_lane_has_written_is_there(
    own_home: Home, opened: OpenLane, tmp_path: Path
) -> None:
    index = LaneIndex(tmp_path / "index", opened(own_home))
    await filled(index, range(1, 1301))  # more than chromadb keeps in its journal
    end_lanes(own_home)
    index = LaneIndex(tmp_path / "index", opened(own_home))
    assert await index.mark(HER) == Mark("e", 1300)
    assert (await nearest(index, 1250))[0] == 1250


async def test_vectors_that_are_the_same_are_no_damage(
    own_home: Home, opened: OpenLane, tmp_path: Path
) -> None:
    index = LaneIndex(tmp_path / "index", opened(own_home))
    await index.add(HER, list(range(20)), [vector(1)] * 20, Mark("e", 20))
    end_lanes(own_home)
    index = LaneIndex(tmp_path / "index", opened(own_home))
    assert len(await nearest(index, 1, 20)) == 20


@pytest.mark.parametrize("name", ["chroma.sqlite3", "state.json", "data_level0.bin", "header.bin"])
async def test_what_is_damaged_goes_and_can_be_made_anew(
    name: str, own_home: Home, opened: OpenLane, tmp_path: Path
) -> None:
    index = LaneIndex(tmp_path / "index", opened(own_home))
    await filled(index, range(1, 1201))
    end_lanes(own_home)
    [path] = (tmp_path / "index").rglob(name)
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    marks = []
    for _ in range(2):  # the first one to open it may die of it
        index = LaneIndex(tmp_path / "index", opened(own_home))
        try:
            marks.append(await index.mark(HER))
        except JobLost:
            continue
    assert marks[-1] == NOWHERE
    await filled(index)
    assert (await nearest(index, 7))[0] == 7
    assert len([one for one in (tmp_path / "index" / shelf_of(HER)).iterdir() if one.is_dir()]) == 1


async def test_forgetting_removes_every_file(quick: Lane, tmp_path: Path) -> None:
    index = LaneIndex(tmp_path / "index", quick)
    await filled(index)
    assert list((tmp_path / "index").rglob("chroma.sqlite3"))
    await index.forget_all(HER)
    assert [path for path in (tmp_path / "index").rglob("*") if path.is_file()] == []


async def test_where_the_lane_is_out_of_reach_the_files_are_removed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / shelf_of(HER)).mkdir()
    (tmp_path / shelf_of(HER) / "state.json").write_text("{}")
    index = LaneIndex(tmp_path, ScriptedLane([[Failed("no chromadb", code="part_missing")]]))
    await index.forget_all(HER)
    assert not (tmp_path / shelf_of(HER)).exists()  # noqa: ASYNC240


async def test_no_text_is_given_to_the_lane() -> None:
    def story(spec: Spec) -> list[Done]:
        return [Done({"embedder": "e", "changes": 1, "numbers": [1], "cosines": "AACAPw=="})]

    lane = ScriptedLane(story)
    index = LaneIndex(Path("x"), lane)
    await index.add(HER, [1], [vector(1)], Mark("e", 1))
    assert (await index.near(HER, vector(1), "e", 1)).found == [(1, 1.0)]
    for spec in lane.specs:
        assert isinstance(spec, IndexSpec)
        assert (spec.folder, spec.character) == ("x", HER) and spec.embedder in ("e", "")


async def test_a_broken_scripted_index_raises_what_it_is_told_to() -> None:
    index = ScriptedIndex()
    index.broken = JobLost("gone")
    with pytest.raises(JobLost):
        await index.mark(HER)


async def test_a_new_index_holds_nothing_the_lane_had_in_memory(quick: Lane, tmp_path: Path) -> None:
    index = LaneIndex(tmp_path / "index", quick)
    await filled(index, range(1, 9))
    [path] = (tmp_path / "index").rglob("data_level0.bin")
    data = path.read_bytes()
    assert len(data) > 1000 and not any(data), "chromadb has not written vectors into it yet"
