"""She is taken, carried, thrown, put behind an edge; and a touch is none of these."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCursor, QDragEnterEvent, QDropEvent, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Run, Settle
from zishu_app.ui.pet import slide
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.place import Place

LEFT = Qt.MouseButton.LeftButton


def mouse(body: Body, kind: QEvent.Type, at: tuple[float, float], screen: tuple[float, float]) -> None:
    button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    event = QMouseEvent(kind, QPointF(*at), QPointF(*screen), button, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(body.window, event)


def drag(body: Body, *points: tuple[float, float]) -> None:
    """By the middle of her, over these points of the screen, and let go."""
    grip = (body.window.width() / 2, body.window.height() / 2)
    mouse(body, QEvent.Type.MouseButtonPress, grip, points[0])
    for point in points:
        mouse(body, QEvent.Type.MouseMove, (grip[0] + 20, grip[1]), point)
    mouse(body, QEvent.Type.MouseButtonRelease, grip, points[-1])


def touch(body: Body, x: float, y: float) -> None:
    at = (x * body.window.figure.scale, y * body.window.figure.scale)
    mouse(body, QEvent.Type.MouseButtonPress, at, at)
    mouse(body, QEvent.Type.MouseMove, (at[0] + 2, at[1]), at)
    mouse(body, QEvent.Type.MouseButtonRelease, at, at)


def test_a_touch_tells_where(body: Body) -> None:
    touched: list[str] = []
    body.window.touched.connect(touched.append)
    before = body.window.pos()
    for x, y in ((230, 120), (152, 276), (5, 5)):
        touch(body, x, y)
    body.wear("turtle")
    anchor = body.window.figure.manifest.anchors[body.wardrobe()["turtle"][0].anchor]
    touch(body, *anchor.at)
    assert touched == ["head", "cheek", "accessory"]
    assert body.window.pos() == before


def test_she_is_carried_and_falls(body: Body, run: Run[Any], settle: Settle) -> None:
    body.window.carrier.stand(Place("", 0.5, 1.0))
    body.window.show()
    held: list[bool] = []
    body.window.carrier.held.connect(held.append)
    floor = body.window.y()
    drag(body, (300, 300), (280, 250), (260, 200))
    assert held == [True, False]
    assert body.window.carrier.busy, "she falls"
    run(settle(lambda: not body.window.carrier.busy))
    assert body.window.y() == floor
    assert body.window.carrier.place.edge == ""


def test_without_gravity_she_stays_where_she_was_put(body: Body) -> None:
    body.window.carrier.gravity = False
    drag(body, (300, 300), (280, 250), (260, 200))
    assert not body.window.carrier.busy
    assert body.window.y() == 200 - body.window.height() // 2


def test_behind_an_edge_she_peeks_and_comes_out(
    body: Body, run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slide, "LOOK", 10)
    window = body.window
    window.show()
    drag(body, (300, 300), (200, 300), (20, 300))
    assert window.carrier.place.edge == "left"
    hidden = window.x()
    assert hidden < 0
    at = QPointF(5, 5)
    QApplication.sendEvent(window, QEnterEvent(at, at, at))
    run(settle(lambda: window.x() == 0))
    QCursor.setPos(window.geometry().center())
    QApplication.sendEvent(window, QEvent(QEvent.Type.Leave))
    QCursor.setPos(QPoint(790, 10))
    run(settle(lambda: window.x() == hidden))


def test_files_are_taken_and_nothing_else(body: Body) -> None:
    dropped: list[Any] = []
    body.window.dropped.connect(dropped.append)
    files, text = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/a/pack.zip"), QUrl("https://example.com")])
    text.setText("hello")
    for data in (files, text):
        common = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
        entered = QDragEnterEvent(QPoint(9, 9), *common)
        entered.setAccepted(False)
        QApplication.sendEvent(body.window, entered)
        assert entered.isAccepted() is (data is files)
        QApplication.sendEvent(body.window, QDropEvent(QPointF(9, 9), *common))
    assert [[str(one) for one in some] for some in dropped] == [["/a/pack.zip"]]
