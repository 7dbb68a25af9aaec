"""Her ten feelings, each with her face, to be clicked through."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.pack import Pack
from zishu_app.character.pose import Pose
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.pet.faces import face_place
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.theme.tokens import TIGHT
from zishu_app.ui.widgets.flow import Flow

#: pixels of a face, and of her canvas for one of them while she is drawn
FACE, SCALE = 24, 0.35
#: by which share of her face's square each side comes closer: at this size only eyes and mouth tell anything
CLOSER = (0.16, 0.26, -0.16, -0.06)


class Emotions(QWidget):
    """`chosen` hears the feeling. The faces come one by one: drawing them all at once would be felt."""

    def __init__(self, chosen: Callable[[str], object]) -> None:
        super().__init__()
        self.chips: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._waiting: list[str] = []
        self._figure: Figure | None = None
        flow = Flow(gap=TIGHT + 2)
        for emotion in EMOTIONS:
            chip = QPushButton()
            chip.setProperty("kind", "chip")
            chip.setCheckable(True)
            chip.setIconSize(QSize(FACE, FACE))
            chip.clicked.connect(lambda *_, emotion=emotion: chosen(emotion))
            say(chip, lambda chip=chip, emotion=emotion: chip.setText(emotion_word(emotion)))  # type: ignore[misc]
            self._group.addButton(chip)
            self.chips[emotion] = chip
            flow.addWidget(chip)
        self.setLayout(flow)
        self.chips["calm"].setChecked(True)
        say(self, lambda: self.setAccessibleName(t("她的表情", "Her feelings")))
        self._beat = QTimer(self)
        self._beat.setInterval(0)
        self._beat.timeout.connect(self._draw_one)

    def show_pack(self, pack: Pack) -> None:
        """The faces of another character."""
        self._figure = Figure(pack, SCALE, 2.0)
        self._waiting = list(EMOTIONS)
        self._beat.start()

    def _draw_one(self) -> None:
        if not self._waiting or self._figure is None:
            self._beat.stop()
            self._figure = None  # its parts are of no use any more
            return
        emotion = self._waiting.pop(0)
        still, place = self._figure.still(Pose(emotion), keep=False), face_place(self._figure)
        near = place.adjusted(*(round(place.width() * share) for share in CLOSER))
        part = still.copy(near.x() * 2, near.y() * 2, near.width() * 2, near.height() * 2)
        self.chips[emotion].setIcon(QIcon(_rounded(part)))


def _rounded(face: QPixmap) -> QPixmap:
    """A face as a disc."""
    made = QPixmap(face.size())
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    disc = QPainterPath()
    disc.addEllipse(made.rect().toRectF())
    painter.setClipPath(disc)
    painter.drawPixmap(made.rect(), face)
    painter.end()
    return made
