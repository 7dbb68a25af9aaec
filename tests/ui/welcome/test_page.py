import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.core.gguf_files import write_gguf
from tests.ui.conftest import Heard
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import language, set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.welcome.page import WelcomePage
from zishu_app.ui.theme import look
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.window import PAGES
from zishu_app.ui.workbench import Workbench

TOLD: dict[str, object] = {"general.architecture": "llama", "general.name": "Mine"}


@pytest.fixture
def page(bench: Workbench, shown: Callable[..., Any], run: Callable[..., Any]) -> WelcomePage:
    made: WelcomePage = shown(WelcomePage(bench), 1016, 800)
    run(asyncio.sleep(0.02))
    return made


def drop(page: WelcomePage, path: Path) -> None:
    """Drag a file over the page and let it go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, button, keys))
    assert page.veil.isVisible()
    QApplication.sendEvent(page, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, keys))
    assert not page.veil.isVisible()


def test_the_language_changes_at_once_and_is_remembered(
    page: WelcomePage, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    QTest.mouseClick(page.head.languages._buttons["zh"], Qt.MouseButton.LeftButton)
    assert language() == "zh"
    assert "你好，我是紫舒" in [one.text() for one in page.findChildren(QLabel)]
    run(settle(lambda: bench.house.settings.language == "zh"))
    assert load_settings(bench.house.home, environment={}).language == "zh"


def test_the_look_changes_at_once_and_is_remembered(
    page: WelcomePage, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    QTest.mouseClick(page.head.looks._buttons["dark"], Qt.MouseButton.LeftButton)
    assert look.now().dark
    run(settle(lambda: bench.house.settings.window.theme == "dark"))


def test_two_choices_made_quickly_are_both_written(
    page: WelcomePage, bench: Workbench, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    page.head.languages._buttons["zh"].click()
    page.head.looks._buttons["dark"].click()

    def written() -> bool:
        kept = load_settings(bench.house.home, environment={})
        return (kept.language, kept.window.theme) == ("zh", "dark")

    run(settle(written))


def test_the_keyboard_begins_at_the_tour_and_reaches_every_way(page: WelcomePage) -> None:
    assert page.focusWidget() is page.tour.words.start
    reached: list[QWidget] = []
    for _ in range(30):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        reached.append(page.focusWidget())
    wanted = [
        page.ways.cards["key"],
        page.ways.keys.form.key,
        page.ways.keys.form.provider,
        page.ways.keys.try_button,
    ]
    assert [one for one in reached if one in wanted][:4] == wanted


def test_the_arrow_keys_go_from_one_way_to_the_next(page: WelcomePage) -> None:
    page.ways.cards["key"].setFocus()
    QTest.keyClick(page.ways.cards["key"], Qt.Key.Key_Right)
    assert page.ways.opened == "file"
    assert page.ways.files.isVisible()
    assert not page.ways.keys.isVisible()


def test_a_model_file_dropped_anywhere_is_looked_at(
    page: WelcomePage, tmp_path: Path, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    drop(page, write_gguf(tmp_path / "m.gguf", TOLD))
    assert page.ways.opened == "file"
    run(settle(page.ways.files.in_place.isVisible))
    assert page.ways.files.facts._name.text() == "Mine"
    assert page.ways.files.facts.template.text() == "no chat template"


def test_a_bad_file_is_told_with_its_reason(
    page: WelcomePage, tmp_path: Path, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"nonsense")
    drop(page, tmp_path / "bad.gguf")
    run(settle(lambda: page.ways.files.verdict.said))
    said = page.ways.files.verdict.said
    assert said is not None
    assert "not a GGUF file" in said.message
    assert not page.ways.files.in_place.isVisible()


def test_a_file_that_cannot_be_loaded_is_not_used(
    page: WelcomePage, bench: Workbench, tmp_path: Path, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    before = bench.house.settings.teacher.model
    path = write_gguf(tmp_path / "m.gguf", TOLD)

    async def go() -> None:
        drop(page, path)
        await settle(page.ways.files.in_place.isVisible)
        path.unlink()  # gone in between
        page.ways.files.in_place.click()
        await settle(lambda: page.ways.files.verdict.said and page.ways.files.verdict.said.tone == "bad")

    run(go())
    assert bench.house.settings.teacher.model == before
    assert page.ways.files.in_place.isVisible()
    assert not page.ways.onward.isVisible()


def test_small_chinese_models_are_offered_the_smallest_first(
    page: WelcomePage, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    run(settle(lambda: len(page.ways.downloads.rows) > 1))
    assert list(page.ways.downloads.rows)[0] == "qwen3-0.6b"


def test_a_model_that_is_here_is_used_by_its_file_and_what_comes_next_is_offered(
    page: WelcomePage, bench: Workbench, heard: Any, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    page.ways.open("download")
    path = bench.house.home.models / "Qwen3-0.6B-Q8_0.gguf"
    path.parent.mkdir(parents=True)
    write_gguf(path, TOLD)
    page.ways.downloads.use(path)
    run(settle(page.ways.onward.isVisible))
    assert bench.house.settings.teacher.model == str(path)
    page.ways.make.click()
    assert heard.gone == [("make", None)]
    run(settle(lambda: "Qwen3-0.6B" in page.ways.now.text()))


@pytest.mark.parametrize("width", [836, 1016])
@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_nothing_is_cut_off(
    page: WelcomePage, width: int, spoken: str, run: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    run(settle(lambda: len(page.ways.downloads.rows) > 1 and page.ways.now.isVisible()))
    set_language("zh" if spoken == "zh" else "en")
    LANGUAGE.changed()
    page.resize(width, 600)
    for way in ("key", "file", "download"):
        page.ways.open(way)
        run(asyncio.sleep(0.02))
        cut = [
            one.text()
            for one in page.findChildren(QLabel)
            if one.isVisible()
            and not one.wordWrap()
            and one.text()
            and one.width() + 1 < one.sizeHint().width()
            and not isinstance(one, Elided)
        ]
        assert cut == []


def test_it_is_built_quickly(bench: Workbench, shown: Callable[..., Any]) -> None:
    began = time.perf_counter()
    shown(WelcomePage(bench), 1016, 800)
    assert time.perf_counter() - began < 0.5


def test_closing_the_window_waits_for_nothing_where_no_tour_plays(page: WelcomePage) -> None:
    assert page.stop_softly() is None


def test_nothing_moves_when_a_scroll_bar_comes(page: WelcomePage, run: Callable[..., Any]) -> None:
    def place() -> tuple[int, int]:
        return page.head.mapTo(page, QPoint(0, 0)).x(), page.head.width()

    page.resize(900, 2000)
    run(asyncio.sleep(0.02))
    assert not page._area.verticalScrollBar().isVisible()
    before = place()
    page.resize(900, 500)
    run(asyncio.sleep(0.02))
    assert page._area.verticalScrollBar().isVisible()
    assert place() == before


def test_the_steps_of_the_loop_lead_to_their_pages(page: WelcomePage, heard: Heard) -> None:
    steps = page.head.loop.steps
    assert list(steps) == ["make", "distill", "review", "dataset", "training"]
    for step in steps.values():
        step.click()
    assert heard.gone == [(name, None) for name in steps]
    assert set(steps) <= set(PAGES)


def test_nothing_of_the_loop_is_promised_for_later(page: WelcomePage) -> None:
    said = [one.text() for one in page.head.loop.findChildren(QLabel)]
    assert "she learns from these" in said


def test_who_has_no_brain_is_led_to_a_way(page: WelcomePage, run: Callable[..., Any]) -> None:
    page.resize(900, 500)
    page.receive("download")
    run(asyncio.sleep(0.05))
    assert page.ways.opened == "download"
    assert page.ways.mapTo(page, QPoint(0, 0)).y() < page.height() // 2, "it is in sight"
