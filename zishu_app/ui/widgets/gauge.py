"""A figure with its name, and a bar where there is a whole it is a part of."""

from PySide6.QtWidgets import QWidget

from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.cards import column
from zishu_app.ui.widgets.labels import Say, label


class Gauge(QWidget):
    """Name above, figure below, a small line under it."""

    def __init__(self, name: Say, *, bar: bool = False) -> None:
        super().__init__()
        self._name = label("field", name)
        self._figure = label("figure")
        self._note = label("faint")
        self._bar = Bar()
        self.setLayout(column(self._name, self._figure, self._bar, self._note, None, gap=2))
        self._bar.setVisible(bar)
        self.show_figure("–")

    def keep_bar(self, kept: bool) -> None:
        """Whether there is a whole it is a part of."""
        self._bar.setVisible(kept)

    def show_figure(self, figure: str, note: str = "", share: float = 0.0, mark: float | None = None) -> None:
        """`share` and `mark` of the bar, 0 to 1."""
        if self._figure.text() != figure:
            self._figure.setText(figure)
        spoken = f"{self._name.text()}: {figure} {note}".strip()
        if self.accessibleName() != spoken:
            self.setAccessibleName(spoken)
        self._note.setText(note)
        self._bar.set_share(share, mark)
