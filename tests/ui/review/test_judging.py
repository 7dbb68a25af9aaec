"""Judging by models in the window: chosen or suggested, estimated, begun, stopped, gone on with; scripted judges answer."""

from typing import Any

import pytest

from tests.review.court import judge as scripted_judge
from tests.review.court import judging
from tests.review.test_refine import better, quality
from tests.ui.conftest import Heard, Run, Settle
from tests.ui.review.conftest import Fill, Open, Stored, press, settled
from zishu_app.core.settings import load_settings
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.overview import list_runs
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.names import model_name
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.workbench import Workbench

JUDGES = "ollama/qwen2.5:7b=2, openai/gpt-4.1-mini"


class Models:
    """What the house hands out in place of real models."""

    def __init__(self) -> None:
        answers = judging(quality, better)
        self.judges = {
            name: scripted_judge(answers, name).speaker
            for name in ("ollama/qwen2.5:7b", "openai/gpt-4.1-mini")
        }

    async def speaker(self, _: House, chosen: Chosen, _at_once: int = 0) -> Speaker:
        return self.judges[chosen.name]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    made = Models()
    monkeypatch.setattr(
        House, "speaker", lambda house, chosen, at_once=0: made.speaker(house, chosen, at_once)
    )
    return made


def choose(bench: Workbench, judges: str) -> None:
    """The settings name these judges."""
    house = bench.house
    house.renew(
        load_settings(
            house.home,
            {"review.judges": judges, "teacher.model": "deepseek", "dialogue.concurrency": 1},
            environment={},
        )
    )


async def opened_form(page: ReviewPage, settle: Settle) -> None:
    page.do("judge")
    await settle(lambda: page.form._outlook is not None)
    await settled(page)


def test_without_a_judge_one_of_another_family_is_suggested_and_taken_with_a_click(
    fill: Fill, opened: Open, run: Run[Any], bench: Workbench, settle: Settle
) -> None:
    fill(2)
    choose(bench, "")
    page = opened()
    run(opened_form(page, settle))
    assert page.room.forms
    assert not page.form.foot.start.isEnabled()
    suggestion = page.form._outlook.suggestion if page.form._outlook else None
    assert suggestion is not None
    assert "deepseek" not in suggestion.model
    assert model_name(suggestion.model) in page.form._suggested.text()
    page.form._take.click()
    run(settle(lambda: bench.house.settings.review.judges == suggestion.model))
    assert "judges" in bench.house.home.settings.read_text(encoding="utf-8")


def test_letters_are_no_commands_while_the_form_is_open(
    fill: Fill, opened: Open, run: Run[Any], stored: Stored, settle: Settle, bench: Workbench
) -> None:
    (number,) = fill(1)
    choose(bench, "")
    page = opened()
    run(opened_form(page, settle))
    page.form._take.setFocus()
    run(press(page, "A"))
    assert stored(number).verdict == "pending"
    run(press(page, "Escape"))
    assert page.room.reads


def test_it_is_estimated_begun_and_shown_where_it_belongs(
    fill: Fill,
    opened: Open,
    run: Run[Any],
    bench: Workbench,
    models: Models,
    stored: Stored,
    settle: Settle,
    heard: Heard,
) -> None:
    numbers = fill(3)
    choose(bench, JUDGES)
    page = opened()
    run(opened_form(page, settle))
    assert page.form.foot._said.text() == "3 samples will be judged"
    assert page.form.foot._note.text().startswith("6 calls")
    assert f"{model_name('ollama/qwen2.5:7b')}  ×2" in page.form._judges.text()
    run(press(page, "Ctrl+Return"))
    run(settle(lambda: not page.judging.busy))
    run(settled(page))
    assert [stored(number).score for number in numbers] == [2.0, 2.0, 2.0]
    assert heard.told[-1].message == "3 samples judged."
    row = page.queue.rows.row_at(0)
    assert row is not None
    assert row.score == 2.0
    assert page.stage.opened is not None
    assert page.stage.opened.sample.score == 2.0
    assert [run_.kind for run_ in list_runs(bench.house.store)] == ["judge"]
    run(settle(lambda: page.form.foot._said.text() == "There is nothing to judge."))


def test_only_so_many_and_only_what_nobody_judged(
    fill: Fill, opened: Open, run: Run[Any], bench: Workbench, models: Models, stored: Stored, settle: Settle
) -> None:
    numbers = fill(4)
    choose(bench, JUDGES)
    page = opened()
    page.form.most.setValue(2)
    run(opened_form(page, settle))
    page.form.begin()
    run(settle(lambda: not page.judging.busy))
    run(settled(page))
    assert [stored(number).score for number in numbers] == [None, None, 2.0, 2.0], "the first of the queue"


def test_what_was_stopped_is_offered_and_gone_on_with(
    fill: Fill, opened: Open, run: Run[Any], bench: Workbench, models: Models, stored: Stored, settle: Settle
) -> None:
    numbers = fill(6)
    choose(bench, JUDGES)
    page = opened()
    run(opened_form(page, settle))

    async def stop_early() -> None:
        page.judging.judged.connect(lambda _: page.judging.stop())
        page.form.begin()
        await settle(lambda: page.judging.live is not None)
        await settle(lambda: not page.judging.busy)
        await settled(page)

    run(stop_early())
    judged = [number for number in numbers if stored(number).score is not None]
    assert 0 < len(judged) < 6
    run(settle(lambda: not page.form.foot.go_on.isHidden()))
    page.judging.judged.disconnect()
    page.form.foot.go_on.click()
    run(settle(lambda: not page.judging.busy))
    assert all(stored(number).score == 2.0 for number in numbers)
    assert len(list_runs(bench.house.store)) == 1


def test_closing_waits_for_the_end_of_what_was_asked(
    fill: Fill, opened: Open, run: Run[Any], bench: Workbench, models: Models, settle: Settle
) -> None:
    fill(3)
    choose(bench, JUDGES)
    page = opened()
    run(opened_form(page, settle))

    async def close() -> None:
        page.form.begin()
        await settle(lambda: page.judging.live is not None)
        ending = page.stop_softly()
        assert ending is not None
        await ending

    run(close())
    assert not page.judging.busy
    assert [one.state for one in list_runs(bench.house.store)] in (["stopped"], ["done"])


def test_a_limit_that_cannot_be_held_is_told_before_anything_is_paid(
    fill: Fill, opened: Open, run: Run[Any], bench: Workbench, models: Models, settle: Settle
) -> None:
    fill(1)
    choose(bench, JUDGES)
    for speaker in models.judges.values():
        object.__setattr__(speaker, "price", None)
    page = opened()
    page.form.money.setValue(2.0)
    run(opened_form(page, settle))
    assert not page.form.foot.start.isEnabled()
    assert "price" in page.form.foot._said.text().lower()
