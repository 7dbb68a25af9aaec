"""Brain: which one speaks for her now and why, which others she could have and why not, and the way back."""

from pathlib import Path

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from zishu_app.brains.choices import Choice, Way
from zishu_app.brains.hers import Hers
from zishu_app.core.errors import BrainMissing, ZishuError
from zishu_app.core.texts import t
from zishu_app.studio.her_brain import HerBrain
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.brain_rows import ChoiceRow, PastRow
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, card, column, row, scrolled
from zishu_app.ui.widgets.labels import label

#: changes of her brain that are shown, the newest first; width below which the columns stand below each other
MOST, NARROW = 20, 900


class BrainSection(QWidget):
    """What speaks now, at the left what could, at the right what did."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._brain = HerBrain(around.house, around.speaks)
        self._speaks, self._why_not = "", ""
        self._names: dict[str, str] = {}
        self._hers, self._choices, self._ways = Hers(), list[Choice](), list[Way]()
        self._name, self._about = label("title", wrap=True), label("soft", wrap=True)
        self._name.setProperty("foreign", True)
        self._about.setProperty("foreign", True)
        self.back = button(lambda: t("换回上一个", "Back to the former"), self._go_back, icon="undo")
        self.alone = button(lambda: t("让程序来选", "Let it be chosen"), lambda: self._use(""), kind="quiet")
        self._offers, self._could, self._did = column(gap=NEAR), column(gap=NEAR), column(gap=GAP)
        self._build()
        around.changed.connect(self._renew)
        around.bench.news.settings_changed.connect(self._renew)
        LANGUAGE.follow(self, self._renew)  # also why one cannot be used is said in a language

    def _build(self) -> None:
        now = card(
            self._name,
            self._about,
            boxed(self._offers),
            row(self.back, self.alone, None),
            title=lambda: t("她现在的大脑", "Her brain now"),
        )
        models = button(
            lambda: t("模型与密钥", "Models and keys"),
            lambda: self._around.bench.go("settings", "models"),
            icon="key",
            kind="quiet",
        )
        could = card(
            label(
                "small",
                lambda: t(
                    "换了马上生效；记忆和性格不变。", "A change counts at once; memory and character stay."
                ),
                wrap=True,
            ),
            boxed(self._could),
            row(models, None),
            title=lambda: t("可以给她的大脑", "Brains she could have"),
        )
        did = card(boxed(self._did), title=lambda: t("以前的大脑", "Brains she had"))
        left, right = column(now, did, None, gap=GAP), column(could, None, gap=GAP)
        columns = self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        columns.setSpacing(GAP)
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)
        columns.setContentsMargins(ROOM, 0, ROOM, ROOM)
        self._past = did
        whole = column(gap=0)
        whole.addWidget(scrolled(columns), 1)
        self.setLayout(whole)

    # showing

    def _renew(self) -> None:
        if self.isVisible():
            self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self._brain = HerBrain(self._around.house, self._around.speaks)
        try:
            self._speaks, self._why_not = await self._brain.speaks(), ""
            self._ways = []
        except BrainMissing as error:
            self._speaks, self._why_not = "", error.message
            self._ways = await self._brain.ways()
        self._hers = await self._brain.hers()
        self._choices = await self._brain.choices()
        self._names = {one.spec: self._full_name(one.spec) for one in self._choices}
        self._draw()

    def _full_name(self, spec: str) -> str:
        """As an answer says who gave it."""
        try:
            return self._around.house.choose(spec).name
        except ZishuError:  # a file that has gone meanwhile, or is none
            return spec

    @property
    def _setting(self) -> str:
        return self._around.house.settings.companion.brain

    def _draw(self) -> None:
        current = self._hers.current(self._setting)
        mine = next((one.name for one in self._choices if self._speaks and self._is_hers(one)), self._speaks)
        self._name.setText(mine or t("没有能用的", "None that can be used"))
        self._about.setText(self._why_not or self._reason(current))
        former = self._hers.former(self._setting)
        self.back.setVisible(former is not None)
        self.back.setToolTip(self._shown(former or ""))
        self.alone.setVisible(bool(current))
        _emptied(self._offers)
        for way in self._ways:
            self._offers.addWidget(_way_row(way, self._around))
        _emptied(self._could)
        for choice in self._choices:
            self._could.addWidget(ChoiceRow(choice, hers=self._is_hers(choice), use=self._use))
        self._draw_past(current)

    def _draw_past(self, current: str) -> None:
        _emptied(self._did)
        past = list(reversed(self._hers.changes))[:MOST]
        self._past.setVisible(bool(past))
        for change in past:
            other = change.spec != current
            self._did.addWidget(PastRow(change, self._shown(change.spec), self._use if other else None))

    def _reason(self, current: str) -> str:
        if current:
            return t("你选的。", "You chose it.")
        return t(
            "没有指定：依次用老师模型、本机的模型、自带的小模型。",
            "None was chosen: the teaching model, a model on this computer, or the built-in one, in that order.",
        )

    def _shown(self, spec: str) -> str:
        """A brain as people read it."""
        if not spec:
            return t("让程序来选", "Chosen by itself")
        file = Path(spec)
        named = file.stem if file.suffix == ".gguf" else spec
        return next((one.name for one in self._choices if one.spec == spec), named)

    def _is_hers(self, choice: Choice) -> bool:
        counts = self._speaks or self._hers.current(self._setting)
        return bool(counts) and counts in (choice.spec, self._names.get(choice.spec))

    # changing

    def _use(self, spec: str) -> None:
        self._around.bench.tasks.start(self, self._changed(spec), replaces="change")

    async def _changed(self, spec: str) -> None:
        await self._brain.use(spec)
        await self._told()

    def _go_back(self) -> None:
        self._around.bench.tasks.start(self, self._gone_back(), replaces="change")

    async def _gone_back(self) -> None:
        await self._brain.roll_back()
        await self._told()

    async def _told(self) -> None:
        await self._look()
        back = self._go_back if self._hers.former(self._setting) is not None else None
        name = self._speaks
        said = t(f"她现在用 {name} 说话。", f"She speaks with {name} now.") if name else self._why_not
        self._around.say(lambda: said, back, done=bool(name))
        self._around.bench.news.her_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the columns stand below each other."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._columns.setDirection(
            directions.TopToBottom if self.width() < NARROW else directions.LeftToRight
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look what there is now."""
        super().showEvent(event)
        self._renew()


def _way_row(way: Way, around: Around) -> QWidget:
    """A way to a brain, and where it is gone."""
    section = "companion" if way.kind == "english" else "models"
    made = button(lambda: way.title, lambda: around.bench.go("settings", section), kind="link")
    made.setProperty("foreign", True)
    return made


def _emptied(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
