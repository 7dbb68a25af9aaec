"""The form for a new version: its name, which samples, how they are split; and what will be in it before anything is written."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from zishu_app.core.errors import DataError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset.freeze import Freezing, Froze, Options, check_name, freeze
from zishu_app.studio.freeze import agreed
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.outlook import Outlook
from zishu_app.ui.tabs.dataset.progress import Progress
from zishu_app.ui.tabs.dataset.what import What
from zishu_app.ui.tabs.dataset.work import Work
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import card, column, row, scrolled
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.numbers import Bounds, Number, Slider, beside

#: offered; any other one can be written
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC0-1.0", "Apache-2.0", "MIT")
#: milliseconds of rest before what will be in it is worked out
PAUSE = 400
#: samples up to which what will be in it is worked out without being asked for
MANY = 20_000
#: of conversations at most, in percent (core/setting_parts)
MOST = 50


class FreezeForm(QWidget):
    """`froze` hears the name of the new version; `cancel` leaves the form."""

    def __init__(self, around: Around, froze: Callable[[str], object], cancel: Callable[[], object]) -> None:
        super().__init__()
        self._around, self._froze = around, froze
        self.work = Work(self, around.bench)
        self._step = Freezing("read", 0, 0)
        self.name, self.licence = QLineEdit(), QComboBox()
        self.share = _Percent(self._changed)
        self.what = What(around, "freeze", self._changed)
        self.outlook = Outlook(around)
        self.progress = Progress(self.work)
        self.start = button(lambda: t("冻结", "Freeze"), self.begin, icon="freeze", kind="primary")
        self.cancel = button(lambda: t("取消", "Cancel"), cancel)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._foresee)
        self._build()
        self._fill()
        self.name.textEdited.connect(lambda _: self._draw())
        self.outlook.changed.connect(self._draw)
        self.work.looked.connect(self._draw)
        say(self, self._draw)

    def _build(self) -> None:
        self.licence.setEditable(True)
        self.licence.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        calm(self.licence)
        self.named = Field(lambda: t("名字", "Name"), self.name)
        first = row(gap=ROOM)
        first.addWidget(self.named, 1)
        first.addWidget(Field(lambda: t("许可证", "Licence"), self.licence), 1)
        share = Field(
            lambda: t("留作评估", "Kept for evaluation"),
            self.share,
            help_=lambda: t(
                "按整段对话划分：同一段对话不会两边都有。",
                "By whole conversations: none stands on both sides.",
            ),
        )
        which = Field(lambda: t("哪些样本", "Which samples"), self.what.which, within=self.what)
        self._fields = card(first, which, share)
        title = label("title", lambda: t("冻结一个版本", "Freeze a version"))
        about = label(
            "soft",
            lambda: t(
                "把现在的样本存成一份再也不变的文件：训练和评估分开，附说明卡和每个文件的哈希。之后改样本，它不变。",
                "The samples as they are now become files that never change: training and evaluation apart, with a card"
                " and a hash for each file. What you edit later does not touch it.",
            ),
            wrap=True,
        )
        inside = column(title, about, self._fields, self.outlook, self.progress, gap=GAP)
        inside.addLayout(row(None, self.cancel, self.start))
        inside.addStretch(1)
        inside.setContentsMargins(0, 0, GAP, ROOM)
        self.setLayout(column(scrolled(inside), gap=0))

    def _fill(self) -> None:
        settings = self._around.settings.dataset
        self.licence.addItems(["", *LICENCES])
        self.licence.setEditText(settings.licence)
        say(self.licence, lambda: self.licence.setAccessibleName(t("许可证", "Licence")))
        line = self.licence.lineEdit()
        assert line is not None
        say(line, lambda: line.setPlaceholderText(t("不写明", "not stated")))
        say(self.name, lambda: self.name.setAccessibleName(t("名字", "Name")))
        self.share.set_percent(round(settings.eval_share * 100))

    def open(self, names: list[str]) -> None:
        """A fresh form; `names` are taken."""
        if not self.work.busy:
            taken = {one.casefold() for one in names}
            self.name.setText(next(one for one in map("v{}".format, range(1, 1_000_000)) if one not in taken))
        self.name.setFocus()
        self.name.selectAll()
        self.what.renew()

    def options(self) -> Options:
        """What is asked for."""
        settings = self._around.settings.dataset
        return Options(
            now=self._around.clock.now(),
            wanted=self.what.wanted,
            eval_share=self.share.percent / 100,
            threshold=settings.near_duplicates,
            licence=self.licence.currentText().strip(),
            agreed=agreed,
        )

    def begin(self) -> None:
        """Freeze it."""
        if self.start.isEnabled():
            self.outlook.stop()
            self.work.start(self._follow)

    async def _follow(self, stop: asyncio.Event) -> None:
        folder, name = self._around.bench.house.home.datasets, self.name.text().strip()
        async with closing(freeze(self._around.samples, folder, name, self.options(), stop)) as events:
            async for event in events:
                if isinstance(event, Freezing):
                    self._step = event
                elif isinstance(event, Froze):
                    self._froze(event.frozen.name)

    def stop_softly(self) -> "asyncio.Task[None] | None":
        """See `Window.closeEvent`."""
        return self.work.stop_softly()

    def _changed(self) -> None:
        if not self.work.busy:
            self._pause.start()
            self._draw()

    def _foresee(self) -> None:
        if self.isVisible() and not self.work.busy:
            self.outlook.offer(self.options(), at_once=self.what.found <= MANY)

    def _fault(self) -> str:
        try:
            check_name(self._around.bench.house.home.datasets, self.name.text().strip())
        except DataError as error:
            return f"{error.message} {error.hint}" if self.name.text().strip() else error.hint
        return ""

    def _draw(self) -> None:
        busy = self.work.busy
        fault = "" if busy else self._fault()
        self.named.tell(fault)
        self._fields.setEnabled(not busy)
        self.outlook.setVisible(not busy)
        self.cancel.setVisible(not busy)
        self.start.setVisible(not busy)
        self.start.setEnabled(not busy and not fault and not self.outlook.wrong and bool(self.what.found))
        step = self._step
        self.progress.show_stand(lambda: _told(self._step), step.done, step.total, step.step)


class _Percent(QWidget):
    """0 to 50 %."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._told = changed
        name = lambda: t("留作评估的百分比", "Percent kept for evaluation")  # noqa: E731 - said twice
        self.slider = Slider(name, 0, MOST, self._follow)
        self.number = Number(
            name, Bounds(0, MOST, least=lambda: t("不留", "none"), unit=lambda: " %"), self._lead
        )
        self.number.setFixedWidth(92)
        beside(self, self.slider, self.number)

    @property
    def percent(self) -> int:
        """What is set."""
        return self.number.value()

    def set_percent(self, percent: int) -> None:
        """Show it."""
        self.number.setValue(percent)

    def _follow(self, percent: int) -> None:
        self.number.setValue(percent)

    def _lead(self) -> None:
        self.slider.setValue(self.number.value())
        self._told()


def _told(step: Freezing) -> str:
    return {
        "read": t("正在划分训练和评估……", "Parting training and evaluation …"),
        "compare": t("正在找两边重复的……", "Looking for what stands on both sides …"),
        "write": t("正在写文件……", "Writing the files …"),
    }[step.step]
