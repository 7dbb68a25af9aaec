"""The page around its sections: what it is handed, what comes in by itself, how it closes."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled
from zishu_app.dataset.find import count
from zishu_app.dataset.wanted import Filter
from zishu_app.studio import samples as studio_samples
from zishu_app.studio.samples import Caught, CaughtUp
from zishu_app.ui.tabs.dataset.intake import Import
from zishu_app.ui.tabs.dataset.page import SECTIONS, DatasetPage
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.words import bytes_word, percent, share_word, short_hash, time_left
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.workbench import Workbench


def test_a_section_is_opened_by_its_name_and_remembered(page: DatasetPage, bench: Workbench) -> None:
    page.receive("export")
    assert page.section == "export"
    assert bench.remembered.get("dataset.section", "") == "export"
    page.receive("nothing is called so")
    assert page.section == "overview"


def test_paths_are_imported(page: DatasetPage, run: Any, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(
        json.dumps(
            {"messages": [{"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "Yes."}]}
        ),
        encoding="utf-8",
    )
    page.receive([str(path)])
    one = page.sections["import"]
    assert isinstance(one, Import)
    run(settle(lambda: one.state is not None and one.state.ending is not None and not one.work.busy))
    assert one.state is not None
    assert one.state.added == 1


def test_sections_are_built_when_they_are_first_shown(page: DatasetPage) -> None:
    assert list(page.sections) == ["overview"]
    for name in SECTIONS:
        page.open(name)
    assert list(page.sections) == list(SECTIONS)


def test_earlier_work_comes_in_by_itself(
    bench: Workbench, heard: Heard, run: Any, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()

    async def catch_up(_house: Any, _stop: Any) -> AsyncIterator[Caught | CaughtUp]:
        yield Caught(3, 40, 3)
        await goes_on.wait()
        yield CaughtUp(12)

    monkeypatch.setattr(studio_samples, "catch_up", catch_up)
    page = DatasetPage(bench)
    page.resize(1000, 700)
    page.show()

    async def go() -> None:
        await settle(lambda: page._count.text() == "Taking in earlier work: 3 of 40")
        goes_on.set()
        await settle(lambda: heard.told)

    run(go())
    assert heard.told[0].message == "12 samples came out of what was made and distilled before."
    page.close()
    page.deleteLater()


def test_closing_lets_an_import_come_to_the_end_of_its_commit(
    page: DatasetPage, bench: Workbench, run: Any, settle: Settle, tmp_path: Path
) -> None:
    lines = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"{number}?"},
                    {"role": "assistant", "content": "Yes."},
                ]
            }
        )
        for number in range(2000)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")

    async def go() -> None:
        page.take([tmp_path / "many.jsonl"])
        one = page.sections["import"]
        assert isinstance(one, Import)
        await settle(lambda: one.state is not None and one.state.added)
        ending = page.stop_softly()
        assert ending is not None
        await ending
        assert one.state is not None
        assert one.state.ending is not None
        assert one.state.ending.stopped

    run(go())
    with bench.house.samples.reading() as connection:
        there = count(connection, Filter()).n
    assert 0 < there < 2000
    assert there % 200 == 0, "whole commits"


def test_what_came_from_elsewhere_is_counted_when_the_page_is_shown_again(
    page: DatasetPage, filled: Filled, run: Any, settle: Settle
) -> None:
    page.hide()
    filled(4)
    page.show()
    run(settle(lambda: page._count.text() == "4 samples"))


def test_words_of_the_page() -> None:
    assert [percent(*pair) for pair in ((0, 0), (1, 1000), (12, 100), (3, 3))] == [
        "0 %",
        "< 1 %",
        "12 %",
        "100 %",
    ]
    assert short_hash("sha256:0123456789abcdef") == "0123456789ab"
    assert [bytes_word(size) for size in (1, 900, 1500, 3_200_000)] == [
        "1 byte",
        "900 bytes",
        "1.5 kB",
        "3.2 MB",
    ]
    assert time_left(1, 4, 10.0) == "0:30 left"
    assert time_left(1, 4, 0.5) == time_left(0, 4, 10) == time_left(4, 4, 10) == ""
    assert [share_word(share) for share in (0.999, 1.0, 0.87)] == ["99 %", "100 %", "87 %"]


def test_the_time_that_is_left_is_that_of_the_step(page: DatasetPage, run: Any) -> None:
    work = Work(page, page._around.bench)
    shown = Progress(work)

    async def go() -> None:
        work.start(lambda stop: stop.wait())
        shown.show_stand(lambda: "first", 0, 0, "read")
        work._began -= 100
        shown.show_stand(lambda: "first", 50, 100, "read")
        assert shown._left.text() == "1:40 left", "the first step began with the work"
        shown.show_stand(lambda: "second", 50, 100, "write")
        assert shown._left.text() == "", "nothing can be said of a step that has just begun"
        work._began -= 10
        shown.show_stand(lambda: "second", 50, 100, "write")
        assert shown._left.text() == "0:10 left"
        work.stop()
        shown.show_stand(lambda: "second", 50, 100, "write")
        assert (shown._left.text(), shown.stop.text()) == ("stopping …", "Stop now")

    run(go())
    shown.deleteLater()
