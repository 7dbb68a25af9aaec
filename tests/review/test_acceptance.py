"""Accepting by the judge alone: not before it is calibrated, never over a person's head, and undone as one act."""

from typing import Any

import pytest

from tests.review.court import draft, filled, mark, row
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import UsageError
from zishu_app.dataset import acts
from zishu_app.dataset.find import Filter
from zishu_app.dataset.sample import VERDICTS
from zishu_app.dataset.store import Samples
from zishu_app.review.acceptance import accept_by_judge, calibration_of
from zishu_app.review.desk import Desk

CLOCK = ScriptedClock()
JUDGES = ["one/judge", "two/judge"]


async def calibrated(samples: Samples, who: str = "one/judge", judge: int | None = None) -> list[int]:
    """Twenty samples that person and judge marked alike, but for `judge`: three criteria each, and decided."""
    numbers = await filled(samples, *(draft(1000 + n) for n in range(20)))
    desk = Desk(samples, "me", CLOCK)
    for n, number in enumerate(numbers):
        for name in ("faithful", "complete", "clear"):
            await desk.rate(number, name, 1 + n % 5)
        await mark(samples, number, who, dict.fromkeys(("faithful", "complete", "clear"), judge or 1 + n % 5))
        await desk.decide(number, "rejected", "mine")
    return numbers


async def accepted(samples: Samples, *judges: str, **more: Any) -> list[acts.Part]:
    return [part async for part in accept_by_judge(samples, judges or JUDGES, CLOCK, **more)]


def verdicts(samples: Samples, numbers: list[int]) -> list[str]:
    return [VERDICTS[row(samples, number)["verdict"]] for number in numbers]


async def test_what_is_good_enough_is_accepted_as_one_act(samples: Samples) -> None:
    mine = await calibrated(samples)
    numbers = await filled(samples, *(draft(n) for n in range(6)))
    for number, score in zip(numbers, (5, 4, 3, 5, 5, 5), strict=True):
        await mark(samples, number, "one/judge", {"clear": score})
    desk = Desk(samples, "me", CLOCK)
    await desk.decide(numbers[3], "rejected", "no")
    await mark(samples, numbers[4], "three/judge", {"clear": 5}, panel=("one/judge", "three/judge"))
    parts = await accepted(samples)
    assert parts[-1].finished and parts[-1].act.total == 3
    assert verdicts(samples, numbers) == [
        "accepted",
        "accepted",
        "pending",
        "rejected",
        "pending",
        "accepted",
    ]
    assert verdicts(samples, mine) == ["rejected"] * 20
    with samples.reading() as connection:
        act = acts.next_undo(connection)
        reviewer = connection.execute(
            "SELECT text FROM samples JOIN names ON names.id = reviewer WHERE samples.id = ?", (numbers[0],)
        ).fetchone()[0]
    assert act is not None and (act.what, act.who) == ("accept", "judge: one/judge, two/judge")
    assert reviewer == "judge: one/judge, two/judge"
    assert row(samples, numbers[0])["priority"] > 0, "no person has looked at it"
    _ = [part async for part in acts.undo(samples)]
    assert verdicts(samples, numbers) == ["pending"] * 3 + ["rejected"] + ["pending"] * 2


async def test_only_what_is_asked_for_and_from_the_threshold_on(samples: Samples) -> None:
    await calibrated(samples)
    numbers = await filled(samples, draft(0), draft(1, language="zh"), draft(2))
    for number, score in zip(numbers, (4, 5, 5), strict=True):
        await mark(samples, number, "one/judge", {"clear": score})
    await accepted(samples, wanted=Filter(languages=("en",)), threshold=4.5)
    assert verdicts(samples, numbers) == ["pending", "pending", "accepted"]


@pytest.mark.parametrize(("judge", "said"), [(None, "it takes 50"), (3, "kappa")])
async def test_a_judge_that_is_not_calibrated_accepts_nothing(
    samples: Samples, judge: int | None, said: str
) -> None:
    if judge is not None:
        await calibrated(samples, judge=judge)
    (number,) = await filled(samples, draft(0))
    await mark(samples, number, "one/judge", {"clear": 5})
    with pytest.raises(UsageError, match=said) as caught:
        await accepted(samples, "one/judge")
    assert "Rate more" in caught.value.hint
    assert verdicts(samples, [number]) == ["pending"]
    assert not (await calibration_of(samples, ["one/judge"])).calibrated


async def test_nobody_is_no_judge(samples: Samples) -> None:
    await calibrated(samples)
    with pytest.raises(UsageError):
        _ = [part async for part in accept_by_judge(samples, [], CLOCK)]


async def test_one_that_was_calibrated_does_not_speak_for_another(samples: Samples) -> None:
    await calibrated(samples)
    (number,) = await filled(samples, draft(0))
    await mark(samples, number, "two/judge", {"clear": 5})
    with pytest.raises(UsageError):
        await accepted(samples, "two/judge")
    await accepted(samples, "one/judge")
    assert verdicts(samples, [number]) == ["pending"]
