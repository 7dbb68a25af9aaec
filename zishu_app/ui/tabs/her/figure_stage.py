"""She herself on the page: alive while she is in sight, showing the feeling that is chosen; what she wears can be dragged."""

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from zishu_app.character.motion import Motion, due, pose_at
from zishu_app.character.pack import Accessory, Pack
from zishu_app.core.texts import t
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import GAP, ROUND_LARGE

#: the least and the largest scale of her here, and the step that is drawn anew
SMALLEST, LARGEST, STEP = 0.2, 1.4, 0.05


class FigureStage(QWidget):
    """One character, breathing; while something is `fixed` on her she holds still."""

    def __init__(self) -> None:
        super().__init__()
        self.figure: Figure | None = None
        self._pack: Pack | None = None
        self._worn: tuple[Accessory, Path] | None = None
        self._motion = Motion()
        self._fixing = False
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.timeout.connect(self._go_on)
        self.setMinimumSize(220, 260)
        LOOK.follow(self, self.update)
        say(self, lambda: self.setAccessibleName(t("她的样子", "Her figure")))

    @property
    def emotion(self) -> str:
        """The feeling she shows."""
        return self._motion.emotion

    def show_pack(self, pack: Pack) -> None:
        """Show this character."""
        self._pack = pack
        self._draw_parts()

    def wear(self, worn: tuple[Accessory, Path] | None) -> None:
        """Put something on, or take it off."""
        self._worn = worn
        if self.figure is not None:
            self.figure.wear(worn)
        self._move(accessory=worn[0].id if worn else "")

    def feel(self, emotion: str) -> None:
        """Show a feeling."""
        self._move(emotion=emotion, since=time.monotonic())

    def fix(self, fixing: bool) -> None:
        """Whether what she wears is being put in its place: she holds still, and shows where it is fixed."""
        self._fixing = fixing
        self._go_on()

    def _move(self, **changes: object) -> None:
        self._motion = replace(self._motion, **changes)  # type: ignore[arg-type]
        self._go_on()

    def _go_on(self) -> None:
        self.update()
        if self.isVisible() and not self._fixing and self.figure is not None:
            self._beat.start(max(round(due(self._motion, time.monotonic()) * 1000), 15))

    def _draw_parts(self) -> None:
        """Her parts at the size there is room for."""
        if self._pack is None:
            return
        wide, high = self._pack.manifest.canvas
        room = min((self.width() - 2 * GAP) / wide, (self.height() - 2 * GAP) / high)
        scale = min(max(int(room / STEP) * STEP, SMALLEST), LARGEST)
        known = self.figure
        if known is None or known.scale != scale or known.pack is not self._pack:
            self.figure = Figure(self._pack, scale, self.devicePixelRatioF())
            self.figure.wear(self._worn)
        self._go_on()

    def _corner(self, figure: Figure) -> QPointF:
        size = figure.size
        return QPointF((self.width() - size.width()) / 2, self.height() - GAP - size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(QColor(worn.violet if self.hasFocus() else worn.line), 2 if self.hasFocus() else 1)
        )
        painter.setBrush(QColor(worn.sunken))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), ROUND_LARGE, ROUND_LARGE)
        if self.figure is None:
            return
        corner = self._corner(self.figure)
        painter.translate(corner)
        still = 0.0 if self._fixing else time.monotonic()
        self.figure.paint(painter, pose_at(self.figure.manifest, self._motion, still))
        if self._fixing and self._worn is not None:
            self._paint_anchor(painter, self.figure)

    def _paint_anchor(self, painter: QPainter, figure: Figure) -> None:
        """Where it is fixed."""
        anchors = figure.manifest.anchors
        assert self._worn is not None
        anchor = anchors.get(self._worn[0].anchor) or anchors["head"]
        at = QPointF(*anchor.at) * figure.scale
        painter.setPen(QPen(QColor(look.now().violet), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for dx, dy in ((14, 0), (0, 14)):
            painter.drawLine(QPointF(at.x() - dx, at.y() - dy), QPointF(at.x() + dx, at.y() + dy))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(360, 460)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """She is as large as there is room."""
        super().resizeEvent(event)
        self._draw_parts()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """She breathes again."""
        super().showEvent(event)
        self._go_on()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody sees her: nothing runs."""
        super().hideEvent(event)
        self._beat.stop()


class Dragging(QObject):
    """The mouse and the keys on her while something is put in its place. `dragged`: by so many pixels of her canvas;
    `turned`: it is to be larger (1) or smaller (-1).
    """

    dragged = Signal(float, float)
    turned = Signal(float)

    def __init__(self, stage: FigureStage) -> None:
        super().__init__(stage)
        self._stage, self._on = stage, False
        self._from: QPointF | None = None
        stage.installEventFilter(self)

    def turn(self, on: bool) -> None:
        """Switch it on or off."""
        self._on, self._from = on, None
        self._stage.fix(on)
        self._stage.setCursor(Qt.CursorShape.OpenHandCursor if on else Qt.CursorShape.ArrowCursor)
        self._stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)

    def eventFilter(self, _stage: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See QObject."""
        if not self._on:
            return False
        if isinstance(event, QWheelEvent):
            self.turned.emit(event.angleDelta().y() / 120)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self._stage.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.type() == QEvent.Type.MouseMove and self._from is not None and self._stage.figure:
            by = (event.position() - self._from) / self._stage.figure.scale
            self._from = event.position()
            self.dragged.emit(by.x(), by.y())
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._from = None
            self._stage.setCursor(Qt.CursorShape.OpenHandCursor)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        """Arrows move it, plus and minus change its size."""
        by = _ARROWS.get(Qt.Key(event.key()))
        sizes = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)
        if by is not None:
            self.dragged.emit(*by)
        elif event.key() in sizes:
            self.turned.emit(-1.0 if event.key() == Qt.Key.Key_Minus else 1.0)
        return by is not None or event.key() in sizes


_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
