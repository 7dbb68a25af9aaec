"""Runs made in this window: one at a time, told when they end, and gone on with; no page is needed for them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject

from tests.flows.conftest import products
from tests.teacher import Teacher
from tests.ui.conftest import Heard, Run, Settle
from tests.ui.orders import asked
from zishu_app.core.settings import load_settings
from zishu_app.ledger.overview import list_runs
from zishu_app.ledger.runs import calls_of
from zishu_app.studio.runs import order
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.make.maker import Maker
from zishu_app.ui.workbench import Workbench


class Ears:
    """What a maker says of its runs."""

    def __init__(self, maker: Maker) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        maker.begun.connect(self.begun.append)
        maker.ended.connect(self.ended.append)


@pytest.fixture
def maker(bench: Workbench) -> Iterator[Maker]:
    owner = QObject()
    made = Maker(owner, bench)
    yield made
    shiboken6.delete(owner)


def test_a_run_from_its_beginning_to_its_files(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    ears, changes = Ears(maker), []
    bench.news.runs_changed.connect(lambda: changes.append(maker.live is not None))

    async def go() -> None:
        async with Teacher() as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path, num_conversations=2, distil=True))
            await settle(lambda: ears.begun)
            live = maker.live
            assert live is not None
            assert live.live
            assert live.run.state == "running"
            await settle(lambda: ears.ended)
            assert maker.live is None
            assert (live.live, live.stopping, live.run.state) == (False, False, "done")
            assert [one.state for one in live.state.dialogues.values()] == ["done", "done"]
            assert live.spent is not None
            assert live.spent().tokens == live.run.tokens > 0

    run(go())
    assert ears.begun == ears.ended == [list_runs(bench.house.store)[0].id]
    assert (changes[0], changes[-1]) == (True, False), "the list is drawn when it begins and when it is over"
    assert len(changes) == 2 + 4, "and with each file: two dialogues, each distilled"
    assert len(list((tmp_path / "conversations").iterdir())) == 2
    assert len(list((tmp_path / "distilled").iterdir())) == 2
    assert heard.told == [Told("good", "2 dialogues written.")]


def test_a_missing_key_is_told_before_anything_begins(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    ears = Ears(maker)

    async def go() -> None:
        wanted = asked(bench.house, "", tmp_path)
        flags = {"teacher.model": "xiaomimimo/mimo-v2-flash"}
        maker.begin(order(load_settings(bench.house.home, flags, environment={}), wanted.recipe))
        await settle(lambda: heard.told)

    run(go())
    (said,) = heard.told
    assert (said.tone, said.message) == ("bad", "No API key was found for Xiaomi MiMo.")
    assert said.hint == "Store it in Settings › Models and keys."
    assert list_runs(bench.house.store) == []
    assert ears.begun == []


def test_one_at_a_time(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.05) as teacher:
            wanted = asked(bench.house, teacher.base_url, tmp_path)
            maker.begin(wanted)
            maker.begin(wanted)
            await settle(lambda: maker.live)
            maker.resume("whatever")
            assert [one.message for one in heard.told] == ["A run is going on already."] * 2
            await settle(lambda: maker.live is None)
            maker.begin(wanted)
            await settle(lambda: maker.live)
            await settle(lambda: maker.live is None)

    run(go())
    assert [row.state for row in list_runs(bench.house.store)] == ["done", "done"]


def test_stopped_and_gone_on_with_it_says_the_same_as_undisturbed(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    long = {"min_rounds": 6, "max_rounds": 6, "num_conversations": 2, "noise_rate": 0.3, "distil": True}

    async def go() -> None:
        async with Teacher(latency=0.02) as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path / "a", **long))
            await settle(lambda: maker.live and maker.live.state.rounds[0] == 3)
            maker.stop()
            assert maker.live is not None
            assert maker.live.stopping
            await settle(lambda: maker.live is None)
            (row,) = list_runs(bench.house.store)
            assert (row.state, row.rounds in (3, 4), heard.told) == ("stopped", True, [])
            assert calls_of(bench.house.store, row.id).keys() == {"answered", "retries"}, (
                "no call was cut off"
            )

            maker.resume(row.id)
            await settle(lambda: maker.live)
            assert maker.live.state.rounds[0] == row.rounds, "what was said is there"
            await settle(lambda: maker.live is None)
            assert max(teacher.answered.values()) == 1, "and nothing was asked twice"

            maker.begin(asked(bench.house, teacher.base_url, tmp_path / "b", **long))
            await settle(lambda: maker.live)
            await settle(lambda: maker.live is None)

    run(go())
    for folder in ("conversations", "distilled"):
        made = products(tmp_path / "a" / folder)
        assert len(made) == 2 if folder == "conversations" else made
        assert made == products(tmp_path / "b" / folder)


def test_a_stop_is_for_one_run(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.02) as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path, min_rounds=30, max_rounds=30))
            await settle(lambda: maker.live)
            maker.stop()
            await settle(lambda: maker.live is None)
            maker.begin(asked(bench.house, teacher.base_url, tmp_path))
            await settle(lambda: heard.told)

    run(go())
    assert [row.state for row in list_runs(bench.house.store)] == ["done", "stopped"]


def test_a_shift_and_an_end_by_hand_are_in_the_file(
    maker: Maker, bench: Workbench, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.02) as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path, min_rounds=30, max_rounds=30))
            await settle(lambda: maker.live and maker.live.state.rounds[0] == 1)
            assert maker.live is not None
            one = maker.live.state.dialogues[0]
            maker.wish(0, "shift")
            assert one.wish == "shift"
            await settle(lambda: one.shifts)
            assert one.wish == ""
            maker.wish(0, "end")
            await settle(lambda: maker.live is None)
            assert (one.ended, one.wish, one.done < 8) == ("by_hand", "", True)

    run(go())
    (path,) = (tmp_path / "conversations").iterdir()
    made = json.loads(path.read_text(encoding="utf-8"))
    assert [(one["kind"], one["by_hand"]) for one in made["metadata"]["shifts"]] == [("shift", True)]
    assert made["metadata"]["ended"] == "by_hand"
    assert made["total_rounds"] < 8


def test_a_wish_when_nothing_goes_on_does_nothing(maker: Maker) -> None:
    maker.wish(0, "shift")
    maker.stop()
    assert maker.stop_softly() is None


def test_what_could_not_be_made_is_told_and_tried_again_when_it_goes_on(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    house = bench.house
    house.renew(load_settings(house.home, {"requests.max_retries": 0}, environment={}))

    async def go() -> None:
        async with Teacher(faults=1.0, kinds=("500",)) as teacher:
            maker.begin(asked(house, teacher.base_url, tmp_path))
            await settle(lambda: heard.told)
            await settle(lambda: maker.live is None)
            (row,) = list_runs(house.store)
            assert (row.state, row.failed, row.done) == ("stopped", 1, 0)
            teacher.faults = 0.0
            maker.resume(row.id)
            await settle(lambda: len(heard.told) == 2)

    run(go())
    failed, done = heard.told
    assert (failed.tone, failed.message) == ("info", "1 could not be made.")
    assert (done.tone, done.message) == ("good", "1 dialogue written.")
    assert list_runs(house.store)[0].state == "done"


def test_a_reached_limit_says_so_and_what_to_do(
    maker: Maker, bench: Workbench, heard: Heard, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher() as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path, max_total_tokens=500))
            await settle(lambda: heard.told)

    run(go())
    (said,) = heard.told
    assert said.tone == "warn"
    assert "500" in said.message
    assert said.hint
    assert list_runs(bench.house.store)[0].state == "stopped"


def test_a_bug_in_a_run_leaves_it_to_be_gone_on_with(
    maker: Maker,
    bench: Workbench,
    heard: Heard,
    run: Run[Any],
    settle: Settle,
    tmp_path: Path,
    expects_log: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("zishu_app.ui.tabs.make.run_state.RunState.hear", wrong)
    ears = Ears(maker)

    async def go() -> None:
        async with Teacher() as teacher:
            maker.begin(asked(bench.house, teacher.base_url, tmp_path))
            await settle(lambda: heard.told)

    run(go())
    assert "our fault" in heard.told[0].message
    assert maker.live is None
    assert len(ears.ended) == 1
    assert list_runs(bench.house.store)[0].state == "stopped"


def test_whoever_closes_the_window_waits_for_the_turn(
    maker: Maker, bench: Workbench, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(latency=0.05) as teacher:
            assert maker.stop_softly() is None
            maker.begin(asked(bench.house, teacher.base_url, tmp_path, min_rounds=30, max_rounds=30))
            await settle(lambda: teacher.calls == 2)
            task = maker.stop_softly()
            assert task is not None
            await task
            assert teacher.answered.total() == teacher.calls
            assert maker.stop_softly() is None

    run(go())
    (row,) = list_runs(bench.house.store)
    assert (row.state, row.reason) == ("stopped", "")
