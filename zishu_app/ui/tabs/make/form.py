"""New dialogues: what they are about, who holds them, what they may cost; with what it will take always in sight."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.texts import counted, t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.make.choices import Choices, differing, like, order_of, restored, usual
from zishu_app.ui.tabs.make.estimate import Estimator, Outlook, Problem
from zishu_app.ui.tabs.make.foot import Foot
from zishu_app.ui.tabs.make.notice import LanguageNotice
from zishu_app.ui.tabs.make.persona import PersonaFields
from zishu_app.ui.tabs.make.scenario_picker import ScenarioPicker
from zishu_app.ui.tabs.make.sections import SEEDS, BrainSection, LimitSection, MoreSection, TalkSection
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, fill, row, scrolled
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.tab_order import set_order
from zishu_app.ui.widgets.undo import UndoStrip
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.studio.runs import Order

#: the name under which choices are remembered, and whether "More" is open
FORM, MORE = "make.form", "make.more"
#: milliseconds without a change after which the estimate is made anew
PAUSE = 150
#: from this width on the scenarios stand beside the rest; the widest both get
WIDE, WIDEST = 760, 1320
#: heights of the scenarios where they stand above the rest
SHORT, TALL = 264, 420
#: the smallest it can be, with one column
LEAST = (460, 400)
#: width of a scroll bar, see theme/sheet
BAR = 12

Start = Callable[["Order"], object]


class MakeForm(QWidget):
    """The form. `start` is given the order when the user starts."""

    def __init__(self, bench: Workbench, start: Start) -> None:
        super().__init__()
        self._bench, self._begin = bench, start
        self._estimator = Estimator(bench.house)
        self._usual = usual(bench.house.settings)
        self._chance = secrets.randbelow(SEEDS)
        self._outlook = Outlook()
        self._quiet = True
        self._others = self._usual.others
        self.picker = ScenarioPicker(bench, self._changed)
        self.talks = TalkSection(self._changed)
        self.notice = LanguageNotice(lambda: self.picker.speak("en"), lambda: bench.go("welcome", None))
        self.brains = BrainSection(bench, self._changed, self.notice)
        self.persona = PersonaFields(bench, self._changed)
        self.limits = LimitSection(self._changed)
        self.more = MoreSection(bench, self._changed)
        self.foot = Foot(bench.go, self.start)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(lambda: bench.tasks.start(self, self._look(), replaces="estimate"))
        self._undo = UndoStrip()
        self._build()
        self._fill(restored(bench.remembered.get(FORM, {}), self._usual))
        bench.news.settings_changed.connect(self._follow_settings)
        say(self, self._changed)

    @property
    def choices(self) -> Choices:
        """The form as it stands."""
        parts = (self.talks, self.brains, self.persona, self.limits, self.more)
        values: dict[str, Any] = {key: value for part in parts for key, value in part.values().items()}
        return Choices(
            self.picker.language, scenarios=dict(self.picker.chosen), others=self._others, **values
        )

    def order(self) -> "Order":
        """What is asked for. Raises SettingsError, naming every mistake, where it cannot be, and DataError where
        no scenario is chosen.
        """
        choices = self.choices
        if self.picker.loaded and choices.names:  # a remembered name may be gone
            choices = replace(
                choices, scenarios={choices.language: [item.name for item in self.picker.scenarios]}
            )
        if choices.language in choices.scenarios and not choices.names:
            raise DataError(t("至少选一个场景。", "Choose at least one scenario."))
        return order_of(self._bench.house, choices, self._chance)

    def take(self, recipe: Mapping[str, Any]) -> None:
        """Fill in what an old run was made with, for more like it; also what has no field here."""
        self._fill(like(recipe, self._usual), tell=True)
        theirs, mine = self._others, self._usual.others
        many = sum(theirs[name] != mine[name] for name in mine)
        self._undo.hide()
        if many:
            self._undo.offer(
                lambda: t(
                    f"那次的温度、蒸馏方式等 {many} 项设置与现在不同，这里沿用那次的。",
                    f"Also taken from that run: {counted(many, 'setting')} other than yours now (temperatures, distilling …).",
                ),
                lambda: self._fill(replace(self.choices, others=mine), tell=True),
                lambda: t("用现在的", "Use mine"),
            )

    def start(self) -> None:
        """Hand the order on, if there is nothing in the way."""
        if not self.foot.start.isEnabled() or self.picker.editor.isVisible():
            return
        try:
            order = self.order()
        except ZishuError as error:
            self.foot.show_outlook(Outlook(problem=Problem(error.message, error.hint)))
            return
        self._chance = secrets.randbelow(SEEDS)
        self._begin(order)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two columns where there is room for them."""
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        """From the outside in: each time a widget is given another parent, all within it is dressed anew."""
        whole, inside = column(gap=GAP), QWidget()
        inside.setMaximumWidth(WIDEST)
        line = row(None, gap=0)
        line.setContentsMargins(ROOM, ROOM, ROOM - BAR, ROOM)
        line.addWidget(inside, 1000)
        line.addStretch(1)
        self.setLayout(line)
        inside.setLayout(whole)
        self._column, self._body = column(gap=GAP), row(gap=ROOM)
        self._area = scrolled(self._column)
        self._area.verticalScrollBar().rangeChanged.connect(lambda *_: _keep_edge(self._area, self._column))
        head, foot = column(), column()
        for one in (head, foot):
            one.setContentsMargins(0, 0, BAR, 0)
        for part, stretch in ((head, 0), (self._body, 1), (foot, 0)):
            whole.addLayout(part, stretch)
        self._body.addWidget(self._area, 6)
        fill(head, self._head(), self._undo)
        fill(foot, self.foot)
        self._fold = Fold(
            lambda: t("更多", "More"),
            column(self.more.card),
            lambda opened: self._bench.remembered.put(MORE, opened),
        )
        self._fold.open(self._bench.remembered.get(MORE, False))
        cards = (self.talks.card, self.brains.card, self.persona, self.limits.card)
        fill(self._column, *cards, self._fold, None)
        self.setMinimumSize(*LEAST)  # not what two columns need: there may be one
        QShortcut(QKeySequence("Ctrl+Return"), self, self.start)
        self.picker.stack.currentChanged.connect(lambda _: self._arrange())
        self._arrange()

    def _head(self) -> QHBoxLayout:
        self._reset = button(
            lambda: t("恢复默认", "Reset"),
            self._put_back,
            icon="reset",
            kind="quiet",
            hint=lambda: t("回到设置里的默认值", "Back to what the settings say"),
        )
        return row(label("title", lambda: t("新的对话", "New dialogues")), None, self._reset)

    def _arrange(self) -> None:
        """The scenarios beside the rest, or above it."""
        wide = self.width() >= max(WIDE, _least_of_two(self))
        if wide and self._body.indexOf(self.picker) < 0:
            self.picker.setMinimumHeight(0)
            self.picker.setMaximumHeight(2**24 - 1)
            self._body.insertWidget(0, self.picker, 5)
            self._order_of_tab()
        elif not wide:
            if self._column.indexOf(self.picker) < 0:
                self._column.insertWidget(0, self.picker)
                self._order_of_tab()
            writing = self.picker.stack.currentWidget() is self.picker.editor
            self.picker.setFixedHeight(TALL if writing else min(max(self.height() * 9 // 20, SHORT), TALL))

    def _order_of_tab(self) -> None:
        """As it is read: the scenarios, the rest, the start; to put everything back comes last."""
        set_order(self, (self.picker, self._area, self.foot, self._reset))

    def _fill(self, choices: Choices, *, tell: bool = False) -> None:
        self._quiet = True
        self._others = choices.others
        for part in (self.talks, self.brains, self.limits, self.more):
            part.fill(choices)
        self.persona.fill(choices.persona, own=choices.own_persona)
        self.picker.fill(choices.language, {key: list(names) for key, names in choices.scenarios.items()})
        self._quiet = False
        if tell:
            self._changed()

    def _put_back(self) -> None:
        before = self.choices
        self._fill(self._usual, tell=True)
        self._undo.offer(
            lambda: t("已恢复默认值。", "Everything is back to the defaults."),
            lambda: self._fill(before, tell=True),
        )

    def _follow_settings(self) -> None:
        """What was not chosen otherwise goes with the settings."""
        chosen = differing(self.choices, self._usual)
        self._usual = usual(self._bench.house.settings)
        self._estimator.forget()
        self._fill(restored(chosen, self._usual), tell=True)

    def _changed(self) -> None:
        if self._quiet:
            return
        choices = self.choices
        chosen = differing(choices, self._usual)
        # what has no field is not kept: at the next start nothing would tell of it
        kept = {name: value for name, value in chosen.items() if name != "others"}
        self._bench.remembered.put(FORM, kept)
        self._reset.setEnabled(bool(chosen))
        hidden = len(chosen.keys() & self.more.values().keys())
        self._fold.note(t(f"改过 {hidden} 项", f"{counted(hidden, 'change')}") if hidden else "")
        self.persona.speak(choices.language)
        self._show(self._outlook)
        self._pause.start()

    async def _look(self) -> None:
        if self.picker.scenarios and not self.talks.faults():
            self._show(await self._estimator.look(self.choices, self.picker.scenarios, self._chance))

    def _show(self, outlook: Outlook) -> None:
        """Say it in the foot, under the fields, and where it changes what a field means."""
        self._outlook = outlook
        faults = self.talks.faults() | outlook.faults
        fields: dict[str, Field] = {}
        for part in (self.talks, self.brains, self.limits, self.more):
            fields |= part.fields
        for key, field in fields.items():
            field.tell(faults.get(key, ""))
        if faults.keys() & self.more.fields.keys():
            self._fold.open()
        self.notice.tell(outlook.speechless, self.picker.language)
        if outlook.range is not None:
            self.limits.allow_money(outlook.currency, outlook.no_money)
            self.limits.compare(outlook.range)
            self.more.tell_at_once(outlook.at_once)
        if self.picker.loaded and not self.picker.scenarios:
            outlook = Outlook(problem=Problem(t("至少选一个场景。", "Choose at least one scenario.")))
        elif faults:
            wrong = next(field for key, field in fields.items() if key in faults)
            first = f"{wrong.name()} · {wrong.fault}"
            outlook = Outlook(
                problem=Problem(t("先改好标红的地方。", "Mend what is marked in red first."), first)
            )
        self.foot.show_outlook(outlook)


def _keep_edge(area: QScrollArea, column_: QVBoxLayout) -> None:
    """The scroll bar stands in the margin of the page, so that the cards end where the foot does; and there is
    always as much room as the cards need.
    """
    column_.setContentsMargins(0, 0, 0 if area.verticalScrollBar().maximum() else BAR, 0)
    area.setMinimumWidth(column_.minimumSize().width() + BAR)


def _least_of_two(form: MakeForm) -> int:
    """What both columns need in the language of the moment."""
    cards = (form.talks.card, form.brains.card, form.persona, form.limits.card, form.more.card)
    rest = max(card.minimumSizeHint().width() for card in cards if card.isVisibleTo(form))
    return form.picker.minimumSizeHint().width() + rest + 3 * ROOM
