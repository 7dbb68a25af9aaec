"""What was removed, at the foot of a list: quiet, told since when, and never taller than there is room for."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.conftest import Run, Settle
from zishu_app.core.aside import KEPT
from zishu_app.core.texts import set_language
from zishu_app.studio.removed import Removed
from zishu_app.ui.removed import TALL, RemovedFold, Ways, Words, since_word
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column

NOW = datetime(2026, 11, 30, 0, 30)


def one(name: str, before: timedelta) -> Removed:
    at = NOW - before
    return Removed(name, name.title(), "2026-11-29T20:15:30", at, at + KEPT, Path(name))


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(minutes=5), "今天移走 · 还留 7 天", "removed today · 7 days left"),
        (timedelta(hours=1), "昨天移走 · 还留 6 天", "removed yesterday · 6 days left"),
        (timedelta(days=6), "6 天前移走 · 还留 1 天", "removed 6 days ago · 1 day left"),
        (timedelta(days=7), "7 天前移走 · 今天就不留了", "removed 7 days ago · gone after today"),
    ],
)
def test_since_when_and_how_long(app: QApplication, before: timedelta, zh: str, en: str) -> None:
    words = Words(NOW, wide=True)
    assert since_word(one("a", before), words) == f"11-29 20:15 · {en}"
    set_language("zh")
    assert since_word(one("a", before), words) == f"11-29 20:15 · {zh}"


def test_many_scroll_within_it(app: QApplication, run: Run[None], settle: Settle) -> None:
    fold = RemovedFold(Ways(lambda _: None, lambda _: None))
    fold.resize(190, 400)
    fold.show()
    assert not fold.shown
    fold.show_removed([one("a", timedelta())], NOW)
    fold.fold.head.click()
    run(settle(lambda: fold.shown[0].isVisible()))
    assert 0 < fold._area.height() < TALL
    fold.show_removed([one(str(number), timedelta()) for number in range(12)], NOW)
    run(settle(lambda: fold._area.height() == TALL))
    assert fold.fold.head.text() == "Removed (12)"
    fold.show_removed([], NOW)
    assert fold.isHidden()


def test_tab_goes_from_the_line_to_its_rows(app: QApplication) -> None:
    page = QWidget()
    fold, after = RemovedFold(Ways(lambda _: None, lambda _: None)), button(lambda: "after", lambda: None)
    page.setLayout(column(fold, after))
    page.show()
    fold.show_removed([one(name, timedelta()) for name in ("a", "b")], NOW)
    fold.fold.head.click()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    fold.fold.head.setFocus()
    first, second = fold.shown
    for stop in (first.back, first.drop, second.back, second.drop, after):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert stop.hasFocus()


def test_it_goes_for_good_only_after_a_word_and_escape_keeps_it(app: QApplication) -> None:
    told: list[str] = []
    fold = RemovedFold(Ways(lambda it: told.append(f"back {it.id}"), lambda it: told.append(f"drop {it.id}")))
    fold.show_removed([one("a", timedelta())], NOW)
    fold.show()
    fold.activateWindow()
    assert QTest.qWaitForWindowActive(fold)
    fold.fold.head.click()
    (row,) = fold.shown
    row.drop.click()
    assert told == [] and row.keep.hasFocus(), "Enter keeps it"
    QTest.keyClick(row.keep, Qt.Key.Key_Escape)
    assert row.drop.hasFocus() and not row.sure.isVisible()
    QTest.keyClick(row.drop, Qt.Key.Key_Return)
    assert row.keep.hasFocus()
    row.sure.setFocus()
    QTest.keyClick(row.sure, Qt.Key.Key_Return)
    row.back.setFocus()
    QTest.keyClick(row.back, Qt.Key.Key_Return)
    assert told == ["drop a", "back a"]
