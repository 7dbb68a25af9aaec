"""What the lane's index does with its files, seen from the lane itself."""

import base64
from array import array
from pathlib import Path

from tests.jobs.lanes import OpenLane
from zishu_app.core.paths import Home
from zishu_app.jobs.base import result_of
from zishu_app.jobs.client import Lane
from zishu_app.jobs.specs import IndexSpec, shelf_of


def packed(*values: float) -> str:
    return base64.b64encode(array("f", values).tobytes()).decode("ascii")


async def do(
    lane: Lane, folder: Path, act: str, character: str = "her", **given: object
) -> dict[str, object]:
    return await result_of(await lane.submit(IndexSpec(str(folder), character, act, **given)))  # type: ignore[arg-type]


async def test_where_it_stands_is_told_with_every_answer(quick: Lane, tmp_path: Path) -> None:
    nowhere = {"embedder": "", "changes": -1}
    assert await do(quick, tmp_path, "mark") == nowhere
    assert await do(quick, tmp_path, "remove", numbers=(1,)) == nowhere
    vectors = packed(1, 0, 0, 1)
    stands = {"embedder": "e", "changes": 4}
    assert (
        await do(quick, tmp_path, "add", numbers=(5, 6), vectors=vectors, embedder="e", changes=4) == stands
    )
    near = await do(quick, tmp_path, "near", vectors=packed(0, 1), embedder="e", most=9)
    assert near["numbers"] == [6, 5] and near["changes"] == 4
    assert await do(quick, tmp_path, "add", embedder="e", changes=9) == {"embedder": "e", "changes": 9}
    assert await do(quick, tmp_path, "forget") == nowhere


async def test_each_making_anew_gets_a_folder_that_had_no_other_before(quick: Lane, tmp_path: Path) -> None:
    seen = set()
    for _ in range(3):
        await do(quick, tmp_path, "add", numbers=(1,), vectors=packed(1, 0), embedder="e", changes=1)
        [folder] = [one for one in (tmp_path / shelf_of("her")).iterdir() if one.is_dir()]
        seen.add(folder.name)
        await do(quick, tmp_path, "forget")
    assert len(seen) == 3


async def test_a_folder_removed_under_it_is_an_index_that_is_lost(
    own_home: Home, opened: OpenLane, tmp_path: Path
) -> None:
    import shutil

    lane = opened(own_home)
    await do(lane, tmp_path, "add", numbers=(1,), vectors=packed(1, 0), embedder="e", changes=1)
    shutil.rmtree(tmp_path / shelf_of("her"))
    assert (await do(lane, tmp_path, "mark"))["changes"] == -1
    await do(lane, tmp_path, "add", numbers=(2,), vectors=packed(0, 1), embedder="e", changes=2)
    near = await do(lane, tmp_path, "near", vectors=packed(0, 1), embedder="e", most=1)
    assert near["numbers"] == [2]
