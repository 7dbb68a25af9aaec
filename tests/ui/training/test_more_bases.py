"""A base is fetched from the page: how far it is, stopped and gone on with; one that cannot be trained says what to take."""

from typing import Any

import shiboken6

from tests.brains.repos import ONE, TWO, a_card, open_repos
from tests.ui.windows import windows_shown
from zishu_app.brains.bases import find_base
from zishu_app.ui.tabs.training.more_bases import base_row


def test_it_is_fetched_whole(bench: Any, run: Any, settle: Any) -> None:
    told: list[str] = []

    async def go() -> None:
        async with open_repos() as repos:
            repos.cut = "model-1.safetensors"
            row = base_row(bench, a_card(), told.append, repos.options())
            row.show()
            row.button.click()
            await settle(lambda: told)
            assert row._said.text() == "It is here." and not row.is_going
            assert len([one for one in repos.asked if one.endswith("model-1.safetensors")]) > 1, "it was cut"
            shiboken6.delete(row)

    run(go())
    assert told == ["tiny"]
    learner = find_base(bench.house.home, "tiny")
    assert learner.size == len(ONE) + len(TWO)


def test_a_failure_is_told_in_the_row(bench: Any, run: Any, settle: Any) -> None:
    told: list[str] = []

    async def go() -> None:
        async with open_repos() as repos:
            repos.refusing = {"hub": 404, "mirror": 404}
            row = base_row(bench, a_card(), told.append, repos.options())
            row.start()
            await settle(lambda: row._said.property("kind") == "fault")
            assert row._said.text() and row.button.text() == "Download" and not row.is_going
            shiboken6.delete(row)

    run(go())
    assert told == []


def test_one_that_cannot_be_trained_says_what_to_take(bench: Any) -> None:
    row = base_row(bench, a_card(remote_code=True, successor="qwen3-0.6b"), lambda _: None)
    row.show()
    assert not row.button.isVisible() and "take qwen3-0.6b" in row._said.text()


def test_a_row_opens_no_window_of_its_own(bench: Any) -> None:
    with windows_shown() as shown:
        base_row(bench, a_card(), lambda _: None)
    assert shown == []
