"""What lies over a page is as large as the page, also when nobody looks."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from zishu_app.ui.widgets.overlay import Overlay


def test_it_fits_its_page_that_was_resized_behind_another(app: QApplication) -> None:
    pages, page, other = QStackedWidget(), QWidget(), QWidget()
    for one in (page, other):
        pages.addWidget(one)
    pages.resize(900, 600)
    pages.show()
    overlay = Overlay(page, QFrame(), QSize(400, 300))
    overlay.open()
    pages.setCurrentWidget(other)
    pages.resize(1200, 800)
    pages.setCurrentWidget(page)
    app.processEvents()
    assert overlay.isVisible()
    assert overlay.size() == page.size() == QSize(1200, 800)
    pages.close()
