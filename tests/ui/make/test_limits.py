"""Dialogues that stopped at a limit: going on is offered with another one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6

from tests.teacher import Teacher
from tests.ui.conftest import Run, Settle
from zishu_app.core.settings import load_settings
from zishu_app.ledger.overview import list_runs
from zishu_app.studio.runs import Order, order
from zishu_app.ui.tabs.make.page import MakePage
from zishu_app.ui.workbench import Workbench


@pytest.fixture
def page(bench: Workbench, run: Run[Any]) -> Iterator[MakePage]:
    made = MakePage(bench)
    made.resize(1000, 700)
    made.show()
    yield made
    made.close()
    run(bench.tasks.end())
    shiboken6.delete(made)


def asked(bench: Workbench, url: str, folder: Path, tokens: int | None) -> Order:
    """One short dialogue."""
    flags = {
        "teacher.model": "loopback",
        "teacher.base_url": url,
        "dialogue.num_conversations": 1,
        "dialogue.min_rounds": 3,
        "dialogue.max_rounds": 3,
        "dialogue.assistant_max_tokens": 300,
    }
    wanted = {
        "language": "en",
        "scenarios": ["Science Q&A"],
        "seed": 7,
        "persona": {},
        "conversation_dir": str(folder / "conversations"),
        "distilled_dir": str(folder / "distilled"),
        "distil": False,
        "max_cost": None,
        "max_total_tokens": tokens,
    }
    return order(load_settings(bench.house.home, flags, environment={}), wanted)


def test_a_reached_budget_is_told_and_another_one_goes_on(
    bench: Workbench, page: MakePage, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(tokens=40) as teacher:
            page._maker.begin(asked(bench, teacher.base_url, tmp_path, 1500))
            await settle(lambda: page._maker.live is not None)
            await settle(lambda: page._maker.live is None)
            halt = page._view._halt
            assert not halt.isHidden()
            assert "pass the limit" in halt._message.text()
            assert page._view._resume.isHidden(), "one way on is enough"
            assert halt._tokens.value() == 3000

            halt._tokens.setValue(0)
            halt.button.click()
            await settle(lambda: page._maker.live is not None)
            assert halt.isHidden()
            await settle(lambda: page._maker.live is None)
            assert halt.isHidden()

    run(go())
    (row,) = list_runs(bench.house.store)
    assert row.reason == ""
    assert (row.state, row.recipe["max_total_tokens"]) == ("done", None)
    (talk,) = (tmp_path / "conversations").iterdir()
    assert json.loads(talk.read_text(encoding="utf-8"))["total_rounds"] == 3


def test_a_run_that_was_stopped_by_hand_goes_on_as_it_was(
    bench: Workbench, page: MakePage, run: Run[Any], settle: Settle, tmp_path: Path
) -> None:
    async def go() -> None:
        async with Teacher(tokens=40, latency=0.05) as teacher:
            page._maker.begin(asked(bench, teacher.base_url, tmp_path, 900_000))
            await settle(lambda: page._maker.live is not None)
            page._view._stop.click()
            await settle(lambda: page._maker.live is None)
            assert page._view._halt.isHidden()
            assert not page._view._resume.isHidden()
            page._view._resume.click()
            await settle(lambda: page._maker.live is not None)
            await settle(lambda: page._maker.live is None)

    run(go())
    (row,) = list_runs(bench.house.store)
    assert row.reason == ""
    assert (row.state, row.recipe["max_total_tokens"]) == ("done", 900_000)
