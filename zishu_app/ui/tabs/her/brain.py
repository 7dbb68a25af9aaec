"""Brain: which one speaks for her now and why, which others she has learnt or could have, the way back, and what to teach
her next.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from zishu_app.brains.choices import Way
from zishu_app.brains.hers import Change
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.studio.her_brain import HerBrain
from zishu_app.studio.weak import weaknesses
from zishu_app.training.item_file import load_sets
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.brain_learnt import LearntCard
from zishu_app.ui.tabs.her.brain_rows import ChoiceRow, PastRow
from zishu_app.ui.tabs.her.brain_stand import Stand, look
from zishu_app.ui.tabs.her.brain_teach import TeachCard
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, card, clear, column, row, scrolled, stand
from zishu_app.ui.widgets.labels import label

#: changes of her brain that are shown, the newest first; width below which the columns stand below each other
MOST, NARROW = 20, 900


class BrainSection(QWidget):
    """What speaks now, at the left what could, at the right what did."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._brain = HerBrain(around.house, around.speaks)
        self.stand = Stand()
        self._name, self._about = label("title", wrap=True), label("soft", wrap=True)
        self._name.setProperty("foreign", True)
        self._about.setProperty("foreign", True)
        self.back = button(lambda: t("换回上一个", "Back to the former"), self._go_back, icon="undo")
        self.alone = button(lambda: t("让程序来选", "Let it be chosen"), lambda: self._use(""), kind="quiet")
        self._offers, self._could, self._did = column(gap=NEAR), column(gap=NEAR), column(gap=GAP)
        self.learnt = LearntCard(around, self._use, self._renew)
        self.teach = TeachCard(around.bench)
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
        left = self._left = column(now, self.teach, did, None, gap=GAP)
        right = self._right = column(self.learnt, could, None, gap=GAP)
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
        self.stand = await look(self._around.house, self._brain)
        self._draw()
        house = self._around.house
        found = await weaknesses(house)
        self.teach.show_found(found, await asyncio.to_thread(_prompts, house) if found else {})

    def _draw(self) -> None:
        stand = self.stand
        self._name.setText(stand.name or t("没有能用的", "None that can be used"))
        self._about.setText(stand.reason)
        self.back.setVisible(stand.former is not None)
        self.back.setToolTip(stand.shown(stand.former or ""))
        self.alone.setVisible(bool(stand.current))
        for layout, rows in (
            (self._offers, [_way_row(way, self._around) for way in stand.ways]),
            (self._could, [ChoiceRow(one, hers=stand.is_hers(one), use=self._use) for one in stand.others]),
            (self._did, [self._past_row(change) for change in stand.past[:MOST]]),
        ):
            clear(layout)
            for one in rows:
                layout.addWidget(one)
        self._past.setVisible(bool(stand.past))
        self.learnt.show_stand(stand)

    def _past_row(self, change: Change) -> PastRow:
        other = change.spec != self.stand.current
        why_not = self.stand.why_not_of(change.spec) if other else ""
        return PastRow(change, self.stand.shown(change.spec), why_not, self._use if other else None)

    def take(self, folder: Path) -> None:
        """A brain that a friend gives."""
        self.learnt.take(folder)

    # changing

    def _use(self, spec: str) -> None:
        self._around.bench.tasks.start(self, self._changed(spec), replaces="change")

    async def _changed(self, spec: str) -> None:
        await self._brain.use(spec)
        await self._told()
        self._around.bench.news.brain_changed.emit()

    def _go_back(self) -> None:
        self._around.bench.tasks.start(self, self._gone_back(), replaces="change")

    async def _gone_back(self) -> None:
        await self._brain.roll_back()
        await self._told()
        self._around.bench.news.brain_changed.emit()

    async def _told(self) -> None:
        await self._look()
        back = self._go_back if self.stand.former is not None else None
        name = self.stand.name
        said = t(f"她现在用 {name} 说话。", f"She speaks with {name} now.") if name else self.stand.why_not
        self._around.say(lambda: said, back, done=bool(name), about="brain")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the columns stand below each other, and what was stands last."""
        super().resizeEvent(event)
        beside = self.width() >= NARROW
        stand(self._columns, beside=beside)
        side = self._left if beside else self._right
        if side.indexOf(self._past) < 0:
            side.insertWidget(side.count() - 1, self._past)

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


def _prompts(house: House) -> Mapping[str, str]:
    """What the items of exams ask, by their numbers. Reads: for a thread."""
    return {item.id: item.prompt for one in load_sets(house.home.exams) for item in one.items}
