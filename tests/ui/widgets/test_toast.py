"""What is said over the foot of a page: it stays while somebody is at it, and no way back is lost to the next message."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QVBoxLayout, QWidget

from tests.ui.conftest import Run, Settle
from zishu_app.core.texts import set_language, t
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.widgets import toast as module
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.toast import MOST, STAY, STAY_UNDO, Toast


@pytest.fixture
def page(app: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.elsewhere = button(lambda: "elsewhere", lambda: None)  # type: ignore[attr-defined]
    QVBoxLayout(made).addWidget(made.elsewhere)  # type: ignore[attr-defined]
    made.resize(800, 600)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    shiboken6.delete(made)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays long."""
    monkeypatch.setattr(module, "STAY_UNDO", 40)
    monkeypatch.setattr(module, "LINGER", 20)


def seen(toast: Toast) -> list[str]:
    """What can be read, from above."""
    return [line.said.text() for line in toast._lines if line.isVisible()]


def undo_of(toast: Toast, said: str) -> QPushButton:
    return next(line.button for line in toast._lines if line.said.text() == said)


def test_a_way_back_stays_long_enough_to_be_taken() -> None:
    assert STAY >= 10_000
    assert STAY_UNDO >= 20_000


def test_it_leaves_by_itself(page: QWidget, quick: None, run: Run[Any], settle: Settle) -> None:
    toast = Toast(page, 20)
    for undo in (None, lambda: None):
        toast.offer(lambda: "done", undo)
        assert seen(toast) == ["done"]
        run(settle(lambda: not toast.isVisible()))


def test_it_stays_while_the_keyboard_is_at_it(
    page: QWidget, quick: None, run: Run[Any], settle: Settle
) -> None:
    toast, undone = Toast(page, 20), []
    toast.offer(lambda: "A is gone.", lambda: undone.append("A"))
    toast._button.setFocus()
    run(asyncio.sleep(0.2))
    QTest.keyClick(toast._button, Qt.Key.Key_Return)
    assert undone == ["A"]
    assert not toast.isVisible()


def test_it_stays_while_the_pointer_is_over_it(
    page: QWidget, quick: None, run: Run[Any], settle: Settle
) -> None:
    toast = Toast(page, 20)
    QTest.mouseMove(page, QPoint(5, 5))
    toast.offer(lambda: "A is gone.", lambda: None)
    QTest.mouseMove(page, toast.geometry().center())
    run(asyncio.sleep(0.2))
    assert seen(toast) == ["A is gone."]
    QTest.mouseMove(page, QPoint(5, 5))
    run(settle(lambda: not toast.isVisible()))


def test_the_next_message_takes_no_way_back_away(page: QWidget) -> None:
    toast, undone = Toast(page), []
    toast.offer(lambda: "A is gone.", lambda: undone.append("A"))
    toast.offer(lambda: "B is written.", None)
    toast.offer(lambda: "C is gone.", lambda: undone.append("C"))
    assert seen(toast) == ["A is gone.", "C is gone."], "what cannot be undone makes room"
    undo_of(toast, "A is gone.").click()
    assert undone == ["A"]
    assert seen(toast) == ["C is gone."]
    undo_of(toast, "C is gone.").click()
    assert undone == ["A", "C"]
    assert not toast.isVisible()


def test_many_wait_behind_each_other(page: QWidget) -> None:
    toast, undone = Toast(page), []
    names = [f"{number} is gone." for number in range(MOST + 2)]
    for name in names:
        toast.offer(lambda name=name: name, lambda name=name: undone.append(name))  # type: ignore[misc]
    assert seen(toast) == names[-MOST:]
    assert page.rect().contains(toast.geometry())
    for name in reversed(names):
        undo_of(toast, name).click()
    assert undone == names[::-1]


def test_of_two_about_the_same_the_newer_counts(page: QWidget) -> None:
    toast = Toast(page)
    toast.offer(lambda: "She speaks with A.", lambda: None, about="brain")
    toast.offer(lambda: "B is gone.", lambda: None)
    toast.offer(lambda: "She speaks with C.", lambda: None, about="brain")
    assert seen(toast) == ["B is gone.", "She speaks with C."]
    toast.withdraw("brain")
    assert seen(toast) == ["B is gone."]


def test_an_older_one_is_closed_alone(page: QWidget) -> None:
    toast = Toast(page)
    toast.offer(lambda: "A is gone.", lambda: None)
    toast.offer(lambda: "B is gone.", lambda: None)
    toast._lines[0].findChildren(QToolButton)[0].click()
    assert seen(toast) == ["B is gone."]
    toast._button.setFocus()
    QTest.keyClick(toast._button, Qt.Key.Key_Escape)
    assert not toast.isVisible()


def test_it_is_said_in_the_language_of_the_window(page: QWidget) -> None:
    toast = Toast(page)
    toast.offer(lambda: t("删了", "gone"), lambda: None)
    set_language("zh")
    LANGUAGE.changed()
    assert seen(toast) == ["删了"]
    assert toast._button.text() == "撤销"


def test_long_text_is_broken_within_the_page(page: QWidget) -> None:
    toast = Toast(page)
    toast.offer(lambda: "a long way " * 30, lambda: None)
    toast.offer(lambda: "B is gone.", lambda: None)
    assert page.rect().contains(toast.geometry())
    assert toast._lines[0].height() > toast._lines[1].height()
