"""A sample that is erased is in no table, no version and no byte; everything around it stays as it was."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dataset.ice import draft, frozen, text
from tests.dataset.made import draft as mixed
from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset.erase import Gone, Meant, erase, find
from zishu_app.dataset.find import Filter, count
from zishu_app.dataset.frozen import list_frozen
from zishu_app.dataset.sample import message
from zishu_app.dataset.store import Samples, add, get, open_samples
from zishu_app.review.desk import Desk

RUN = "chat-run"


def of_chat(number: int, turns: list[list[int]], **given: Any) -> Any:
    about = {"run": RUN, "turn": turns[-1], "turns": turns}
    return draft(number, kind="correction", provenance=about, **given)


def meant(*turns: tuple[int, int], word: str = "\0", runs: tuple[str, ...] = (RUN,)) -> Meant:
    return Meant(runs, frozenset(turns), lambda said: word in said)


async def test_by_turn_by_word_and_never_of_other_runs(samples: Samples, tmp_path: Path) -> None:
    made = [
        of_chat(1, [[1, 0], [1, 1]]),
        of_chat(2, [[1, 2], [1, 3]]),
        of_chat(3, [[2, 0], [2, 1]], messages=(message("user", "say lorem"), message("assistant", "x"))),
        draft(4, messages=(message("user", "lorem too"), message("assistant", "x"))),
    ]
    first, second, third, fourth = await add(samples, made, 1)
    folder = tmp_path / "none"
    assert await find(samples, folder, meant((1, 1))) == Gone((first,), ())  # type: ignore[arg-type]
    assert (await find(samples, folder, meant(word="lorem"))).samples == (third,)
    assert (await find(samples, folder, meant((1, 1), runs=("other",)))).samples == ()
    assert (await erase(samples, folder, meant((1, 3), word="lorem"))).samples == (second, third)
    with samples.reading() as connection:
        there = [number for number in (first, second, third, fourth) if number and get(connection, number)]
    assert there == [first, fourth]
    assert await erase(samples, folder, meant((9, 9))) == Gone((), ())


def holding(folder: Path, words: list[bytes]) -> list[str]:
    """The files in which one of these stands."""
    return [path.name for path in folder.iterdir() if any(word in path.read_bytes() for word in words)]


async def test_no_byte_of_it_stays(samples: Samples, tmp_path: Path) -> None:
    await add(samples, [of_chat(1, [[1, 0]]), draft(2)], 1)
    desk = Desk(samples, "me", ScriptedClock())
    await desk.rewrite(1, 1, "zqxvorp answer")
    await desk.tag(1, ["zqxvorp tag"])
    await desk.tag(1, ["other"])
    await desk.decide(1, "rejected", "zqxvorp reason")
    await desk.decide(2, "rejected", "shared reason")
    words = [b"zqxvorp", text(1000).encode()[:30], text(1000)[3:7].encode()]
    assert holding(tmp_path, words)
    await erase(samples, tmp_path / "none", meant((1, 0)))
    assert holding(tmp_path, words) == []
    with samples.reading() as connection:
        sample = get(connection, 2)
        assert sample is not None and sample.reason == "shared reason"


def test_frozen_versions_that_hold_it_go_and_others_stay(tmp_path: Path) -> None:
    import asyncio

    samples = open_samples(tmp_path / "samples.sqlite")
    asyncio.run(add(samples, [draft(n) for n in range(5)], 1))
    frozen(samples, tmp_path / "datasets", "before", eval_share=0.3)
    asyncio.run(add(samples, [of_chat(9, [[1, 0]])], 2))
    frozen(samples, tmp_path / "datasets", "after", eval_share=0.3)
    gone = asyncio.run(erase(samples, tmp_path / "datasets", meant((1, 0))))
    assert gone.versions == ("after",)
    assert [version.name for version in list_frozen(tmp_path / "datasets")] == ["before"]
    samples.close()


@settings(deadline=None, max_examples=15)
@given(st.sets(st.integers(0, 19), min_size=1, max_size=19))
def test_what_is_counted_is_what_is_there(tmp_path_factory: Any, which: set[int]) -> None:
    import asyncio

    folder = tmp_path_factory.mktemp("erase")
    samples = open_samples(folder / "samples.sqlite")
    made = [mixed(n, provenance={"run": RUN, "turn": [1, n]}) for n in range(20)]
    asyncio.run(add(samples, made, 1))
    asyncio.run(erase(samples, folder, meant(*((1, n) for n in which))))
    with samples.reading() as connection:
        left = connection.execute("SELECT COUNT(*) FROM samples").fetchone()[0]
        assert left == 20 - len(which)
        assert connection.execute("SELECT SUM(n) FROM facets").fetchone()[0] == left
        assert count(connection, Filter()).n == sum(
            made[n].verdict != "removed" for n in range(20) if n not in which
        )
        sources = connection.execute("SELECT COUNT(*) FROM sources").fetchone()[0]
        used = connection.execute("SELECT COUNT(DISTINCT source) FROM bodies").fetchone()[0]
        assert sources == used
    samples.close()
