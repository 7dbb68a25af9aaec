"""The fields of the form: how talks are cut, who distils, where to, and what it may take."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFileDialog, QGridLayout, QLineEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.distill.wishes import Wishes
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.brain_box import BrainBox
from zishu_app.ui.widgets.buttons import Segments, icon_button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.numbers import Bounds, Money, Number
from zishu_app.ui.widgets.size import Size
from zishu_app.ui.workbench import Workbench

#: hears the choices of which some were changed
Changed = Callable[[dict[str, Any]], object]


class CutKnobs(QWidget):
    """How talks are cut."""

    def __init__(self, changed: Changed) -> None:
        super().__init__()
        most, shared, turns = _cut_names()
        self.by = Segments(
            {"tokens": lambda: t("按 token", "By tokens"), "turns": lambda: t("按轮次", "By rounds")},
            lambda key: changed({"split_method": key}),
        )
        self.most = Size(
            most, Bounds(50, 1_000_000), (50, 32_000), lambda: changed({"max_tokens": self.most.size_})
        )
        self.overlap = Size(
            shared, Bounds(0, 500_000), (0, 4_000), lambda: changed({"overlap_tokens": self.overlap.size_})
        )
        self.turns = Size(
            turns, Bounds(1, 10_000), (1, 100), lambda: changed({"max_turns": self.turns.size_})
        )
        self.shared = Field(shared, self.overlap)
        self._rounds = Field(turns, self.turns)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(ROOM)
        grid.setVerticalSpacing(GAP)
        grid.addWidget(Field(most, self.most), 0, 0)
        grid.addWidget(self.shared, 0, 1)
        grid.addWidget(self._rounds, 1, 0)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)

    def show_wishes(self, wishes: Wishes) -> None:
        """Show these choices without telling anybody."""
        self.by.choose(wishes.split_method)
        self.most.set_size(wishes.max_tokens)
        self.overlap.set_size(wishes.overlap_tokens)
        self.turns.set_size(wishes.max_turns)
        self.follow(wishes)

    def follow(self, wishes: Wishes) -> None:
        """What comes and goes with a choice, and what is wrong."""
        self._rounds.setVisible(wishes.split_method == "turns")
        wrong = wishes.fault == "overlap_tokens"
        self.shared.tell(t("要小于每块的上限。", "It must be below the most of a chunk.") if wrong else "")


def _cut_names() -> tuple[Callable[[], str], Callable[[], str], Callable[[], str]]:
    return (
        lambda: t("每块最多 token", "Most tokens of a chunk"),
        lambda: t("重叠 token", "Tokens of overlap"),
        lambda: t("每块轮数", "Rounds of a chunk"),
    )


class WayKnobs(QWidget):
    """Who distils, in which language, where to, and what it may take."""

    def __init__(self, bench: Workbench, changed: Changed) -> None:
        super().__init__()
        self._bench, self._changed, self._quiet = bench, changed, False
        self.brain = BrainBox(
            bench, lambda spec: self._tell({"brain": spec}), name=lambda: t("模型", "Model")
        )
        self._language = _languages(lambda key: self._tell({"language": key}))
        self.output = QLineEdit()
        self.output.textEdited.connect(lambda text: self._tell({"output": text}))
        say(self.output, lambda: self.output.setAccessibleName(t("保存到", "Save to")))
        self._limits()
        self._finer()
        self._lay()

    def _limits(self) -> None:
        none = Bounds(0, 2_000_000_000, least=lambda: t("不限", "no limit"))
        self._tokens = Number(
            lambda: t("token 上限", "Limit in tokens"),
            none,
            lambda: self._tell({"budget_tokens": self._tokens.value()}),
        )
        self._money = Money(
            lambda: t("费用上限", "Limit in money"),
            lambda: t("不限", "no limit"),
            lambda: self._tell({"budget_money": round(self._money.value(), 2)}),
        )

    def _finer(self) -> None:
        self._temperature = QDoubleSpinBox()
        self._temperature.setRange(0, 2)
        self._temperature.setSingleStep(0.1)
        calm(self._temperature)
        self._temperature.valueChanged.connect(lambda value: self._tell({"temperature": round(value, 2)}))
        self._longest = Number(
            lambda: t("最长回答", "Longest answer"),
            Bounds(1, 1_000_000),
            lambda: self._tell({"max_output_tokens": self._longest.value()}),
        )
        self._together = Number(
            lambda: t("同时进行", "At once"),
            Bounds(0, 1024, least=lambda: t("自动", "automatic")),
            lambda: self._tell({"concurrency": self._together.value()}),
        )

    def _lay(self) -> None:
        browse = icon_button("folder-open", lambda: t("选择文件夹", "Choose a folder"), self._browse)
        where = row(gap=NEAR)
        where.addWidget(self.output, 1)
        where.addWidget(browse)
        self.saved = Field(lambda: t("保存到", "Save to"), self.output, within=where)
        finer = row(
            Field(lambda: t("温度", "Temperature"), self._temperature),
            Field(lambda: t("最长回答（token）", "Longest answer, in tokens"), self._longest),
            Field(lambda: t("同时进行几段", "Talks at once"), self._together),
            gap=ROOM,
        )
        self._fold = Fold(
            lambda: t("更多", "More"),
            finer,
            lambda opened: self._bench.remembered.put("distill.more", opened),
        )
        self._fold.open(self._bench.remembered.get("distill.more", False))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(ROOM)
        grid.setVerticalSpacing(GAP)
        grid.addWidget(Field(lambda: t("用哪个模型", "Model"), self.brain), 0, 0)
        grid.addWidget(Field(lambda: t("结果的语言", "Language of the result"), self._language), 0, 1)
        grid.addWidget(self.saved, 1, 0)
        limits = row(
            Field(lambda: t("token 上限", "Limit in tokens"), self._tokens),
            Field(lambda: t("费用上限", "Limit in money"), self._money),
            gap=GAP,
        )
        grid.addWidget(boxed(limits), 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(column(grid, self._fold))

    def show_wishes(self, wishes: Wishes) -> None:
        """Show these choices without telling anybody."""
        self._quiet = True
        whole = {
            self._tokens: wishes.budget_tokens,
            self._longest: wishes.max_output_tokens,
            self._together: wishes.concurrency,
        }
        for number, value in whole.items():
            number.setValue(value)
        self._money.setValue(wishes.budget_money)
        self._temperature.setValue(wishes.temperature)
        self.brain.choose(wishes.brain)
        self._language.setCurrentIndex(max(self._language.findData(wishes.language), 0))
        self.output.setText(wishes.output)
        self._quiet = False

    def follow(self, wishes: Wishes) -> None:
        """What is wrong."""
        self.saved.tell(t("请填一个文件夹。", "Name a folder.") if wishes.fault == "output" else "")

    def _tell(self, what: dict[str, Any]) -> None:
        if not self._quiet:
            self._changed(what)

    def _browse(self) -> None:
        dialog = QFileDialog(self, t("保存到", "Save to"), str(Path(self.output.text()).expanduser()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    def _take_folder(self, folder: str) -> None:
        self.output.setText(folder)
        self._tell({"output": folder})


def _languages(changed: Callable[[str], object]) -> QComboBox:
    """Each talk's own, Chinese, English."""
    made = QComboBox()
    calm(made)
    for key in ("", "zh", "en"):
        made.addItem("", key)

    def speak() -> None:
        names = (t("与对话相同", "As the talk"), t("中文", "Chinese"), t("英文", "English"))
        for number, name in enumerate(names):
            made.setItemText(number, name)
        made.setAccessibleName(t("结果的语言", "Language of the result"))

    say(made, speak)
    made.activated.connect(lambda number: changed(str(made.itemData(number))))
    return made


def changed_wishes(wishes: Wishes, what: dict[str, Any]) -> Wishes:
    """The choices with some of them changed."""
    return replace(wishes, **what)
