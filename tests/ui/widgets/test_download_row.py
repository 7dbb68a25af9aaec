"""A model on its way: how far it is, stopped, gone on with, and what went wrong."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import shiboken6

from tests.brains.hub import DATA, FILE, ScriptedHub, a_card
from zishu_app.brains.events import DownloadOptions, Received
from zishu_app.core.clock import ScriptedClock
from zishu_app.ui.widgets.download_row import mega, model_row, received, tongues


@pytest.fixture
def told() -> list[Path]:
    return []


def options(hub: ScriptedHub) -> DownloadOptions:
    return DownloadOptions(hosts=hub.hosts, tick=0.0, clock=ScriptedClock(), free_space=lambda _: 10**12)


def test_it_is_fetched_stopped_and_gone_on_with(bench: Any, run: Any, settle: Any, told: list[Path]) -> None:
    async def go() -> None:
        async with ScriptedHub() as hub:
            hub.part = bench.house.home.models / f"{FILE}.part"
            hub.hub.pause_after = 100_000
            row = model_row(bench, a_card(), told.append, options(hub))
            row.show()
            assert row.button.text() == "Download"
            row.button.click()
            await hub.hub.paused.wait()
            await settle(lambda: "MB/s" in row._said.text())
            assert row.is_going and row.button.text() == "Stop"
            row.button.click()
            await settle(lambda: not row.is_going)
            assert row.button.text() == "Go on" and "is kept" in row._said.text()
            hub.hub.pause_after = None
            row.button.click()
            await settle(lambda: told)
            assert hub.hub.ranges_asked()[-1] is not None, "what was there is not fetched again"
            shiboken6.delete(row)

    run(go())
    path = bench.house.home.models / FILE
    assert told == [path] and path.read_bytes() == DATA


def test_what_an_earlier_start_left_is_seen(bench: Any, run: Any, settle: Any, told: list[Path]) -> None:
    async def go() -> None:
        bench.house.home.models.mkdir()
        (bench.house.home.models / f"{FILE}.part").write_bytes(DATA[:200_000])
        row = model_row(bench, a_card(), told.append)
        await settle(lambda: row.button.text() == "Go on")
        shiboken6.delete(row)

    run(go())


def test_a_failure_is_told_in_the_row(
    bench: Any, run: Any, settle: Any, heard: Any, told: list[Path]
) -> None:
    async def go() -> None:
        async with ScriptedHub() as hub:
            hub.hub.status = 404
            row = model_row(bench, a_card(), told.append, options(hub))
            row.start()
            await settle(lambda: row._said.property("kind") == "fault")
            assert "could not be downloaded" in row._said.text() and not row.is_going
            shiboken6.delete(row)

    run(go())
    assert heard.told == [] and told == []


def test_a_row_that_goes_away_ends_its_download(bench: Any, run: Any, settle: Any, told: list[Path]) -> None:
    async def go() -> None:
        async with ScriptedHub() as hub:
            hub.hub.pause_after = 1000
            row = model_row(bench, a_card(), told.append, options(hub))
            row.start()
            await hub.hub.paused.wait()
            going = row._going
            shiboken6.delete(row)
            await settle(lambda: going is not None and going.done())
            await asyncio.sleep(0)

    run(go())
    assert told == []


def test_numbers_for_people() -> None:
    assert received(Received(50_000_000, 639_000_000, 5_200_000)) == "50 MB / 639 MB · 5.2 MB/s · 1:53 left"
    assert received(Received(50_000_000, None, 0.0)) == "50 MB · 0.0 MB/s"
    assert (mega(1_830_000_000), mega(98_000_000)) == ("1.8 GB", "98 MB")
    assert tongues(("zh", "en", "fr")) == "Chinese, English, fr"
