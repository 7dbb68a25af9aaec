"""A card with a picture and a name, to be chosen: what she can wear, and who she can be. With a small menu where it is one's own."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

from zishu_app.core.texts import t
from zishu_app.ui.follow import wear
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.menu import Offer, open_menu
from zishu_app.ui.widgets.whole import Whole, let_through, paint_choice

#: sizes of the card and of the picture on it
WIDE, HIGH, PICTURE = 116, 128, 76


class PictureCard(Whole):
    """Checked: it is the one that is chosen. `offers`: what can be done with it; none for what was shipped."""

    def __init__(
        self, name: str, chosen: Callable[[], object], offers: Callable[[], Sequence[Offer]] | None = None
    ) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFixedSize(WIDE, HIGH)
        self.setAccessibleName(name)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setFixedHeight(PICTURE)
        self._name = Elided("small", tip=False)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name.setText(name)
        self._name.setProperty("foreign", True)
        self.setProperty("foreign", True)
        inside = column(self._picture, self._name, gap=TIGHT)
        inside.setContentsMargins(NEAR, NEAR + 2, NEAR, NEAR)
        self.setLayout(inside)
        let_through(self._picture, self._name)
        self.clicked.connect(lambda *_: chosen())
        if offers is not None:
            self._more = icon_button("more", lambda: t("更多", "More"), lambda: self._open(offers), size=14)
            self._more.setParent(self)
            self._more.setFixedSize(26, 24)
            self._more.move(WIDE - 30, 4)
            self._more.show()
        wear(self, self.update)

    def show_picture(self, picture: QPixmap) -> None:
        """Show this picture."""
        self._picture.setPixmap(picture)

    def _open(self, offers: Callable[[], Sequence[Offer]]) -> None:
        open_menu(self._more, offers())

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """What is chosen is told from outside: it may take a moment, or fail."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(WIDE, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground; picture and name are labels on it."""
        paint_choice(QPainter(self), self)


def drawn_file(path: str, size: int, scale: float) -> QPixmap:
    """An SVG or PNG as large as fits into a square, in its own shape."""
    side = round(size * scale)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if path.endswith(".svg"):
        renderer = QSvgRenderer(path)
        painter_size = renderer.defaultSize().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF((side - painter_size.width()) / 2, (side - painter_size.height()) / 2, 0, 0)
        place.setSize(painter_size.toSizeF())
        renderer.render(painter, place)
    else:
        image = QImage(path).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage((side - image.width()) // 2, (side - image.height()) // 2, image)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made
