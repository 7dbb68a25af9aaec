"""What a training will take in memory, part by part, against what is free: one bar, with a line where the free memory ends."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import t
from zishu_app.training.estimate import TIGHT as FULL
from zishu_app.training.estimate import WELL, Estimate
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.tabs.training.words import gigabytes
from zishu_app.ui.theme import look
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.labels import label

#: logical pixels of the bar
HIGH = 16
#: colours of the parts, as names of theme/tokens
COLOURS = ("violet", "shift", "warn", "mistake", "good", "outline")
LIGHTS = {"green": "good", "yellow": "warn", "red": "bad"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole."""

    name: str
    mb: float
    token: str


def parts_of(worked_out: Estimate) -> list[Part]:
    """What the memory goes into; what was learnt on this machine is spread over the parts it was learnt of."""
    ratio = worked_out.memory_ratio
    values = (
        (t("底座", "base"), worked_out.weights_mb * ratio),
        (t("训练的部分", "what is trained"), worked_out.trained_mb * ratio),
        (t("激活", "activations"), worked_out.activations_mb * ratio),
        (t("输出", "logits"), worked_out.logits_mb * ratio),
        (t("碎片", "gaps"), worked_out.gaps_mb * ratio),
        (t("程序", "program"), worked_out.program_mb),
    )
    return [Part(name, mb, token) for (name, mb), token in zip(values, COLOURS, strict=True) if mb]


class MemoryBar(QWidget):
    """The bar and its legend."""

    def __init__(self) -> None:
        super().__init__()
        self._worked_out: Estimate | None = None
        self.bar = _Bar()
        self._legend = Flow(gap=NEAR)
        self.setLayout(column(self.bar, self._legend, gap=NEAR // 2))
        say(self, self._speak)

    def show_estimate(self, worked_out: Estimate | None) -> None:
        """Show this; None: nothing is worked out."""
        self._worked_out = worked_out
        self._speak()

    def _speak(self) -> None:
        emptied(self._legend)
        if self._worked_out is None:
            return
        parts = parts_of(self._worked_out)
        for part in parts:
            self._legend.addWidget(_Key(part))
        self.bar.show_parts(parts, self._worked_out)
        told = t("、", ", ").join(f"{part.name} {gigabytes(part.mb)}" for part in parts)
        self.bar.setToolTip(
            t(
                "虚线以内放得下；实线是现在空着的全部内存。",
                "Up to the dotted line it fits well; the solid one is all that is free.",
            )
        )
        self.bar.setAccessibleName(told)


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._parts: list[Part] = []
        self._free, self._light = 0.0, "green"
        self.setFixedHeight(HIGH + 8)
        LOOK.follow(self, self.update)

    def show_parts(self, parts: list[Part], worked_out: Estimate) -> None:
        """Show these against the free memory."""
        self._parts, self._free, self._light = parts, worked_out.free_mb, worked_out.light
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """See QWidget."""
        painter, worn = QPainter(self), look.now()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        need = sum(part.mb for part in self._parts)
        whole = max(need, self._free, 1.0) * 1.02
        place = QRectF(0, 4, self.width(), HIGH)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.wash_strong))
        free = QRectF(place)
        free.setWidth(place.width() * self._free / whole)
        painter.drawRoundedRect(free, 4, 4)
        left = 0.0
        for part in self._parts:
            wide = place.width() * part.mb / whole
            painter.setBrush(QColor(getattr(worn, part.token)))
            painter.drawRect(QRectF(left, place.top() + 3, max(wide - 1, 1), HIGH - 6))
            left += wide
        for share, style in ((WELL, Qt.PenStyle.DotLine), (FULL, Qt.PenStyle.SolidLine)):
            painter.setPen(QPen(QColor(getattr(worn, LIGHTS[self._light])), 2, style))
            x = place.width() * self._free * share / whole
            painter.drawLine(int(x), 0, int(x), self.height())


class _Key(QWidget):
    """One entry of the legend."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._token = part.token
        told = label("small")
        told.setText(f"{part.name} {gigabytes(part.mb)}")
        inside = column(told)
        inside.setContentsMargins(14, 0, 0, 0)
        self.setLayout(inside)
        LOOK.follow(self, self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Its colour before its name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(look.now(), self._token)))
        painter.drawRoundedRect(QRectF(0, self.height() / 2 - 4, 8, 8), 2, 2)
