"""The evening's progress as it is seen: one slim line under the head, and a sheet with the whole of it."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.dataset.scores import ACCEPT_FROM
from zishu_app.llm.names import model_name
from zishu_app.review.agreement import ALL, PANEL, Matrix, calibration
from zishu_app.ui.follow import LOOK, say
from zishu_app.ui.tabs.review.evening import Stand
from zishu_app.ui.tabs.review.judge_run import Judging
from zishu_app.ui.theme import look
from zishu_app.ui.theme.fonts import font
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, ROUND_SMALL, SMALL, TIGHT
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.gauge import Gauge
from zishu_app.ui.widgets.keycap import KeyButton, key_name
from zishu_app.ui.widgets.labels import label, rule
from zishu_app.ui.widgets.overlay import Overlay

SIZE = QSize(560, 0)
#: of the confusion picture: a cell, and the room for its numbers
CELL, EDGE = 34, 26


class EveningLine(QWidget):
    """A bar and a few words. `opened` is called when more is wanted."""

    def __init__(self, opened: Callable[[], object]) -> None:
        super().__init__()
        self._opened = opened
        self._stand: Stand | None = None
        self._judging = (0, 0)
        self._bar = Bar()
        self._words = Elided("faint")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._line = row(gap=GAP)
        self._line.addWidget(self._words)
        self.setLayout(column(self._line, self._bar, gap=2))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        say(self, self._speak)

    def lead(self, widget: QWidget) -> None:
        """Something that stands before the words."""
        self._line.insertWidget(0, widget, 1)

    def show_stand(self, stand: Stand) -> None:
        """Show how it goes."""
        self._stand = stand
        done = stand.pace.done + stand.pace.bulk  # the bar tells how much is behind one, however it was done
        whole = done + stand.pace.left
        self._bar.set_share(done / whole if whole else 0.0)
        self._speak()

    def show_judging(self, live: Judging | None) -> None:
        """How far the judges are, while they are at it."""
        self._judging = (live.done, live.total) if live is not None else (0, 0)
        self._speak()

    def _speak(self) -> None:
        if self._stand is None:
            return
        told, (done, total) = line_word(self._stand), self._judging
        if total:
            told = t(f"评审 {done:,}/{total:,} · {told}", f"judged {done:,}/{total:,} · {told}")
        self._words.setText(told)
        self.setAccessibleName(told)
        self.setToolTip(t(f"今晚的进度（{key_name('W')}）", f"How this evening goes ({key_name('W')})"))

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """All of it."""
        self._opened()


def line_word(stand: Stand) -> str:
    """The evening in one line."""
    found = stand.pace
    left = f"{found.left:,}{'' if stand.exact else '+'}"
    today = t(f"今天 {found.done:,}", f"{found.done:,} today")
    if found.bulk:
        today += t(f"，另批量 {found.bulk:,}", f", {found.bulk:,} more in bulk")
    parts = [today, t(f"还剩 {left}", f"{left} left")]
    if found.per_hour is not None and found.remaining is not None:
        hour = round(found.per_hour)
        parts.append(t(f"每小时 {hour:,}", f"{hour:,} an hour"))
        if found.left:
            parts.append(t(f"约 {_time(found.remaining)}", f"about {_time(found.remaining)}"))
    if stand.calibration.common:
        kappa = stand.calibration.kappa
        parts.append(t("与评审 κ ", "judge κ ") + ("–" if kappa is None else f"{kappa:.2f}"))
    return " · ".join(parts)


class EveningSheet:
    """The whole of it. `accept` has the judges accept what they liked, which only calibrated ones may."""

    def __init__(self, page: QWidget, accept: Callable[[], object]) -> None:
        self._stand: Stand | None = None
        self._accept = accept
        self.accept = button(
            lambda: t(f"采纳它给 {ACCEPT_FROM:g} 分以上的", f"Accept what it gave {ACCEPT_FROM:g} or more"),
            self._have_them_accept,
        )
        card = QFrame()
        card.setProperty("kind", "card")
        self._gauges = (
            Gauge(lambda: t("今天审了", "Today")),
            Gauge(lambda: t("这个筛选还剩", "Left in this filter")),
            Gauge(lambda: t("速度", "Pace")),
            Gauge(lambda: t("还要", "Time left")),
        )
        self._state = label("chip")
        self._why = label("small", wrap=True)
        self._matrix = Confusion()
        self._judges = label("small", wrap=True)
        title = label("title", lambda: t("今晚的进度", "This evening"))
        close = KeyButton(lambda: t("关闭", "Close"), "Escape", lambda: self.overlay.close_())
        agreed = label("lead", lambda: t("与评审的一致程度", "Agreement with the judge"))
        words = column(
            row(agreed, self._state, None), self._why, self._judges, row(self.accept, None), None, gap=NEAR
        )
        below = row(gap=ROOM)
        below.addWidget(self._matrix)
        below.addLayout(words, 1)
        inside = column(row(title, None, close), row(*self._gauges, gap=ROOM), rule(), below, gap=ROOM)
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        card.setLayout(inside)
        card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card = card
        self.overlay = Overlay(page, card, SIZE)
        say(card, self._speak)

    def open(self) -> None:
        """Show it."""
        self.overlay.open(self._card)

    def _have_them_accept(self) -> None:
        self.overlay.close_()
        self._accept()

    def show_stand(self, stand: Stand) -> None:
        """As it is now."""
        self._stand = stand
        self._speak()
        self.overlay.fit()

    def _speak(self) -> None:
        if self._stand is None:
            return
        found, agreed = self._stand.pace, self._stand.panel
        state = calibration(self._stand.agreements)  # told in the language of now
        bulk = t(f"另有批量 {found.bulk:,}", f"and {found.bulk:,} in bulk") if found.bulk else ""
        self._gauges[0].show_figure(f"{found.done:,}", bulk)
        self._gauges[1].show_figure(f"{found.left:,}{'' if self._stand.exact else '+'}")
        hour = "–" if found.per_hour is None else f"{found.per_hour:,.0f}"
        self._gauges[2].show_figure(hour, t("每小时，近 15 分钟", "an hour, last 15 minutes"))
        remaining = "–" if found.remaining is None or not found.left else _time(found.remaining)
        self._gauges[3].show_figure(remaining, t("离开的时间不算", "without pauses"))
        self._state.setText(t("已校准", "calibrated") if state.calibrated else t("未校准", "not calibrated"))
        self._state.setProperty("tone", "good" if state.calibrated else "warn")
        self._state.style().unpolish(self._state)
        self._state.style().polish(self._state)
        self._why.setText(state.reason)
        self.accept.setVisible(state.common > 0)
        self.accept.setEnabled(state.calibrated)
        self._matrix.show_matrix(agreed.matrix if agreed is not None else _NOTHING)
        lines = [
            f"{model_name(one.who)}: κ {'–' if one.kappa is None else f'{one.kappa:.2f}'} · {_common_word(one.common)}"
            for one in self._stand.agreements
            if one.criterion == ALL and one.who != PANEL
        ]
        self._judges.setText("\n".join(lines))
        self._judges.setProperty("foreign", True)


def _common_word(count: int) -> str:
    return t(f"共同评过 {count:,} 次", f"{counted(count, 'mark')} in common")


_NOTHING: Matrix = ((0,) * 5,) * 5


class Confusion(QWidget):
    """How often the person gave a mark (row) and the judge another (column)."""

    def __init__(self) -> None:
        super().__init__()
        self._matrix: Matrix = _NOTHING
        self.setFixedSize(EDGE + 5 * CELL, EDGE + 5 * CELL + 18)
        LOOK.follow(self, self.update)
        say(self, self._speak)

    def show_matrix(self, matrix: Matrix) -> None:
        """Show these."""
        self._matrix = matrix
        self._speak()
        self.update()

    def _speak(self) -> None:
        same = sum(self._matrix[mark][mark] for mark in range(5))
        whole = sum(map(sum, self._matrix))
        self.setAccessibleName(
            t(
                f"共同评过 {whole:,} 次，其中 {same:,} 次分数相同",
                f"{counted(whole, 'mark')} in common, {same:,} of them the same",
            )
        )
        self.setToolTip(self.accessibleName())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Darker where it is more often; the diagonal is where both agree."""
        worn, painter = look.now(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(max(map(max, self._matrix)), 1)
        painter.setFont(font(SMALL))
        for line in range(5):
            for place in range(5):
                cell = QRectF(EDGE + place * CELL, EDGE + line * CELL, CELL - 2, CELL - 2)
                count = self._matrix[line][place]
                self._paint_cell(painter, cell, count / most, agreed=line == place)
                if count:
                    painter.setPen(QColor(worn.on_violet if count / most > 0.55 else worn.ink))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, _short(count))
        painter.setPen(QColor(worn.soft))
        for mark in range(5):
            middle = EDGE + mark * CELL
            painter.drawText(QRectF(0, middle, EDGE - TIGHT, CELL - 2), _RIGHT, str(mark + 1))
            painter.drawText(QRectF(middle, 0, CELL - 2, EDGE - TIGHT), _DOWN, str(mark + 1))
        below = QRectF(0, EDGE + 5 * CELL, self.width(), 18)
        painter.drawText(
            below, Qt.AlignmentFlag.AlignCenter, t("行：你　列：评审", "rows: you, columns: judge")
        )

    def _paint_cell(self, painter: QPainter, cell: QRectF, share: float, *, agreed: bool) -> None:
        worn = look.now()
        painter.setPen(QColor(worn.outline) if agreed else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.sunken))
        painter.drawRoundedRect(cell, ROUND_SMALL, ROUND_SMALL)
        if share:
            shade = QColor(worn.violet)
            shade.setAlphaF(0.15 + 0.85 * share)
            painter.setBrush(shade)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(cell, ROUND_SMALL, ROUND_SMALL)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_DOWN = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom


def _short(count: int) -> str:
    return f"{count:,}" if count < 1000 else f"{count / 1000:.1f}k"


def _time(seconds: float) -> str:
    """Hours and minutes: nobody plans an evening by seconds."""
    hours, minutes = divmod(max(round(seconds / 60), 1), 60)
    if not hours:
        return t(f"{minutes} 分钟", f"{minutes} min")
    return t(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
