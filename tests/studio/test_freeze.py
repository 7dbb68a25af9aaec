"""A frozen version's card knows how far the judges agree with the person."""

import asyncio
from pathlib import Path

from tests.dataset.ice import draft, frozen
from zishu_app.core.clock import ScriptedClock
from zishu_app.dataset.card import Agreed
from zishu_app.dataset.store import Samples, add, open_samples
from zishu_app.review.desk import Desk
from zishu_app.studio.freeze import agreed


async def rated(samples: Samples, judges: dict[str, int]) -> None:
    """Ten samples, rated 1 to 5 in turn by the person, and by each judge with so much more."""
    await add(samples, [draft(n) for n in range(10)], 1)
    desk = Desk(samples, "me", ScriptedClock())
    for number in range(1, 11):
        given = (number - 1) % 5 + 1
        await desk.rate(number, "clear", given)
        for judge, more in judges.items():
            score = min(max(given + more, 1), 5)
            await samples.write(
                ("INSERT INTO ratings VALUES (?, ?, 'clear', 0, ?, '', 1, 1)", (number, judge, score))
            )


def told(samples: Samples) -> list[Agreed]:
    with samples.reading() as connection:
        return agreed(connection)


def test_each_judge_and_all_together(tmp_path: Path) -> None:
    samples = open_samples(tmp_path / "samples.sqlite")
    asyncio.run(rated(samples, {"a/x": 0, "b/y": 1}))
    found = {one.judge: one for one in told(samples)}
    assert set(found) == {"a/x", "b/y", "all judges"}
    assert found["a/x"] == Agreed("a/x", 10, 1.0) and 0 < found["b/y"].kappa < 1
    version = frozen(samples, tmp_path / "datasets", "v1", agreed=agreed)
    samples.close()
    text = (version.folder / "README.md").read_text(encoding="utf-8")
    assert "Judge `a/x` against the person: weighted kappa 1.00 over 10 common ratings" in text


def test_one_judge_is_told_once_and_none_not_at_all(tmp_path: Path) -> None:
    samples = open_samples(tmp_path / "samples.sqlite")
    asyncio.run(rated(samples, {}))
    assert told(samples) == []
    samples.close()
    samples = open_samples(tmp_path / "other.sqlite")
    asyncio.run(rated(samples, {"a/x": 0}))
    assert [one.judge for one in told(samples)] == ["a/x"]
    samples.close()
