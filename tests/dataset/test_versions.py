"""Every edit adds a version; none is ever lost, not even by going back."""

import pytest

from tests.dataset.deeds import through
from tests.dataset.made import draft
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.errors import DataError
from zishu_app.dataset import acts
from zishu_app.dataset.sample import message
from zishu_app.dataset.store import Samples, add, get
from zishu_app.dataset.versions import Version, new_version, versions_of
from zishu_app.review.desk import Desk


def versions(samples: Samples, number: int = 1) -> list[Version]:
    with samples.reading() as connection:
        return versions_of(connection, number)


async def test_edits_are_kept_beside_each_other_with_who_and_why(samples: Samples) -> None:
    await add(samples, [draft(1)], 50)
    desk = Desk(samples, "小林", ScriptedClock())
    assert versions(samples) == []
    await desk.rewrite(1, 1, "一")
    await desk.clock.sleep(60)
    await desk.drop_from(1, 2)
    first, second, third = versions(samples)
    assert (first.number, first.messages, first.why, first.who, first.at) == (
        0,
        draft(1).messages,
        "",
        "",
        50,
    )
    assert (second.number, second.messages[1].content, second.why, second.who) == (1, "一", "edit", "小林")
    assert (third.number, len(third.messages), third.why, third.at - second.at) == (2, 2, "drop", 60)


async def test_undoing_and_going_back_lose_no_version(samples: Samples) -> None:
    await add(samples, [draft(1)], 50)
    desk = Desk(samples, "小林", ScriptedClock())
    for text in ("一", "二", "三"):
        await desk.rewrite(1, 1, text)
    await through(acts.undo(samples))
    await desk.restore(1, 0)
    await desk.rewrite(1, 1, "四")
    assert [one.messages[1].content for one in versions(samples)[1:]] == ["一", "二", "三", "四"]
    await through(acts.undo(samples))
    with samples.reading() as connection:
        sample = get(connection, 1)
    assert sample is not None and sample.version == 0 and sample.messages == draft(1).messages


async def test_a_sample_that_is_not_there_gets_no_version(samples: Samples) -> None:
    with pytest.raises(DataError, match="7"):
        await samples.change(
            lambda connection: new_version(connection, 7, [message("user", "x")], "", ("", 0))
        )


async def test_a_version_that_is_not_there_cannot_be_gone_back_to(samples: Samples) -> None:
    await add(samples, [draft(1)], 50)
    with pytest.raises(DataError, match="Sample 1 has no version 3"):
        await Desk(samples, "小林", ScriptedClock()).restore(1, 3)
    assert versions(samples) == []
