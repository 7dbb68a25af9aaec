"""The X-ray in the Review page: on and off with a key, along from sample to sample, off where the text is needed."""

from collections.abc import Iterable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Run
from tests.ui.review.conftest import press, title
from tests.worker.training.bases import base_folder, byte_tokenizer
from zishu_app.jobs.protocol import Event
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import Spec
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.workbench import Workbench
from zishu_app.worker.__main__ import run_job
from zishu_app.worker.context import Context


@pytest.fixture
def lane(bench: Workbench) -> ScriptedLane:
    """A lane in which the real thing is done, without a process."""

    def story(spec: Spec) -> Iterable[Event]:
        return [run_job(spec, Context(lambda _: None))]

    made = ScriptedLane(story)
    bench.house._lanes["quick"] = made  # type: ignore[assignment]
    return made


@pytest.fixture
def base(bench: Workbench) -> None:
    base_folder(bench.house.home.bases / "smollm2-135m", "smol", byte_tokenizer())


def shown(page: ReviewPage) -> str:
    return page.reader.xray.text.toPlainText()


def test_on_and_off(page: ReviewPage, lane: ScriptedLane, base: None, run: Run[Any]) -> None:
    run(press(page, "Shift+X"))
    assert page.reader.xray.isVisible() and not page.reader.sample.view.isVisible()
    assert QApplication.focusWidget() is page.reader.xray.text
    assert "Answer 2 of talk 4.<|im_end|>" in shown(page)
    assert page.reader.xray.chips["learnt"].text() != "learnt  0"
    run(press(page, "Shift+X"))
    assert not page.reader.xray.isVisible() and page.reader.sample.view.isVisible()
    assert QApplication.focusWidget() is page.reader.sample.view


def test_it_goes_along_and_asks_no_more_than_it_has_to(
    page: ReviewPage, lane: ScriptedLane, base: None, run: Run[Any]
) -> None:
    run(press(page, "Shift+X", "5"))
    assert len(lane.specs) == 1
    run(press(page, "A"))
    assert title(page) == "Talk 3" and "of talk 3." in shown(page) and "of talk 4." not in shown(page)
    run(press(page, "K"))
    assert "of talk 4." in shown(page) and len(lane.specs) == 3


def test_what_needs_the_text_brings_it_back(
    page: ReviewPage, lane: ScriptedLane, base: None, run: Run[Any]
) -> None:
    run(press(page, "Shift+X", "Escape"))
    assert page.reader.sample.view.isVisible()
    run(press(page, "Shift+X", "E"))
    assert page.editing.editor.open_ and page.editing.editor.isVisible()
    run(press(page, "Escape", "Shift+X", "L"))
    assert page.reader.sample.view.isVisible()


def test_where_there_is_no_base_it_says_so(page: ReviewPage, lane: ScriptedLane, run: Run[Any]) -> None:
    run(press(page, "Shift+X"))
    assert "There is no base on this machine yet" in page.reader.xray.why.text()
    assert lane.specs == []


def test_a_broken_base_is_told_there(
    page: ReviewPage, lane: ScriptedLane, base: None, bench: Workbench, run: Run[Any]
) -> None:
    (bench.house.home.bases / "smollm2-135m" / "tokenizer.json").write_text("{}", encoding="utf-8")
    run(press(page, "Shift+X"))
    assert "tokenizer.json" in page.reader.xray.why.text()
