"""The person's marks: every criterion with five steps; one of them has the keyboard's digits, and hands them on."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from zishu_app.core.texts import language, t
from zishu_app.review.rubric import Criterion
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import NEAR, ROUND_SMALL, SMALL
from zishu_app.ui.widgets.labels import plain

HEIGHT = 30
#: a step and the room to the next
STEP, PITCH = 4.5, 14
BEST = 5


class Marks(QWidget):
    """`marked` hears the name of a criterion and its mark, None where it is taken away."""

    def __init__(self, marked: Callable[[str, int | None], object]) -> None:
        super().__init__()
        self._marked = marked
        self._criteria: Sequence[Criterion] = ()
        self._given: dict[str, int] = {}
        #: the criterion that gets the next digit; -1: none, all have their mark
        self.at = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        LOOK.follow(self, self.update)
        say(self, self._speak)

    def show_marks(self, criteria: Sequence[Criterion], given: Mapping[str, int], *, anew: bool) -> None:
        """Show these. `anew`: another sample, which begins with the first criterion that has no mark."""
        self._criteria, self._given = criteria, dict(given)
        if anew or self.at >= len(criteria):
            self.at = self._open_one(0)
        self._speak()

    def mark(self, score: int) -> bool:
        """Give the criterion a mark, 0 takes it away, and go on to the next one that has none; says whether one was
        chosen. When all have their mark none is chosen, so that a digit too many changes nothing.
        """
        if not 0 <= self.at < len(self._criteria):
            return False
        name = self._criteria[self.at].name
        if score:
            self._given[name] = score
            self.at = self._open_one(self.at)
        else:
            self._given.pop(name, None)
        self._speak()
        self._marked(name, score or None)
        return True

    def _open_one(self, start: int) -> int:
        """The next criterion without a mark, or -1."""
        count = len(self._criteria)
        order = [(start + number) % count for number in range(count)]
        return next((at for at in order if self._criteria[at].name not in self._given), -1)

    def step(self, by: int) -> None:
        """To another criterion."""
        count = len(self._criteria)
        if count:
            self.at = (self.at + by) % count if self.at >= 0 else (0 if by > 0 else count - 1)
            self._speak()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """See QWidget."""
        return QSize(sum(self._width(one, compact=False) for one in self._criteria), HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """With figures instead of steps."""
        return QSize(sum(self._width(one, compact=True) for one in self._criteria), HEIGHT)

    @property
    def compact(self) -> bool:
        """Whether there is room for figures only."""
        return self.width() < self.sizeHint().width()

    def _speak(self) -> None:
        told = [f"{one.title} {self._given.get(one.name, '–')}" for one in self._criteria]
        self.setAccessibleName(t(f"评分：{'，'.join(told)}", f"Marks: {', '.join(told)}"))
        self.updateGeometry()
        self.update()

    def _width(self, one: Criterion, *, compact: bool) -> int:
        steps = PITCH if compact else BEST * PITCH
        return QFontMetrics(font(SMALL)).horizontalAdvance(one.title) + steps + 2 * NEAR + 6

    def _places(self) -> list[QRect]:
        """Where each criterion stands."""
        found, x, compact = [], 0, self.compact
        for one in self._criteria:
            wide = self._width(one, compact=compact)
            found.append(QRect(x, 0, wide, HEIGHT))
            x += wide
        return found

    def _step_at(self, place: QRect, x: float) -> int:
        """Which step of a criterion lies there; 0: its name."""
        if self.compact:
            return 0
        first = place.right() - NEAR - BEST * PITCH
        return max(0, min(int((x - first) // PITCH) + 1, BEST)) if x >= first else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a step gives it, on the one that was given takes it away; on the name goes there."""
        for number, place in enumerate(self._places()):
            if place.contains(event.position().toPoint()):
                self.at = number
                step = self._step_at(place, event.position().x())
                if step:
                    self.mark(0 if self._given.get(self._criteria[number].name) == step else step)
                self.update()

    def event(self, event: QEvent) -> bool:
        """What a mark means."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for one, place in zip(self._criteria, self._places(), strict=True):
                if place.contains(event.pos()):
                    step = self._step_at(place, event.pos().x())
                    said = f"{step}: {one.meaning(step)}" if step else asked_word(one)
                    QToolTip.showText(event.globalPos(), plain(said), self)
                    return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places()
        for number, (one, place) in enumerate(zip(self._criteria, places, strict=True)):
            self._paint(painter, one, place, here=number == self.at)

    def _paint(self, painter: QPainter, one: Criterion, place: QRect, *, here: bool) -> None:
        worn, given = look.now(), self._given.get(one.name, 0)
        if here:
            painter.setPen(QColor(worn.violet))
            painter.setBrush(QColor(worn.wash))
            box = QRectF(place).adjusted(0.5, 2.5, -3.5, -2.5)
            painter.drawRoundedRect(box, ROUND_SMALL, ROUND_SMALL)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(worn.violet_ink if here else worn.soft))
        words = place.adjusted(NEAR, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, one.title)
        if self.compact:
            painter.setPen(QColor(worn.violet_ink if given else worn.faint))
            figure = place.adjusted(0, 0, -NEAR - 3, 0)
            painter.drawText(
                figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(given or "–")
            )
            return
        for step in range(1, BEST + 1):
            x = place.right() - NEAR - (BEST - step + 0.5) * PITCH
            filled = step <= given
            painter.setPen(QColor(worn.violet if filled else worn.outline))
            painter.setBrush(QColor(worn.violet) if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, place.center().y() + 0.5), STEP, STEP)


def asked_word(one: Criterion) -> str:
    """What is asked by a criterion, and what the lowest and the highest mark mean."""
    asks = one.asks.get(language(), "")
    low, high = one.meaning(1), one.meaning(BEST)
    ends = t(f"1：{low}；5：{high}", f"1: {low}; 5: {high}") if low and high else ""
    return " ".join(part for part in (t(f"{one.title}：{asks}", f"{one.title}: {asks}"), ends) if part)
