"""What she learns from, and on which base: the upper part of the form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QWidget

from zishu_app.brains.cards import BUILTIN_ID
from zishu_app.core.texts import counted, t
from zishu_app.dataset.frozen import Frozen
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.choices import Choices, LearnerChoice, base_about
from zishu_app.ui.tabs.training.wishes import Wishes
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.told import when
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.workbench import Workbench

#: pixels below which the fields stand below each other
NARROW = 560

#: hears which choices have changed
Changed = Callable[[dict[str, Any]], object]


class Box(QComboBox):
    """A box of choices that keeps what was chosen, also what is not among them."""

    def __init__(self, name: Say, picked: Callable[[str], object]) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.setMaxVisibleItems(14)
        calm(self)
        say(self, lambda: self.setAccessibleName(name()))
        self.activated.connect(lambda number: picked(str(self.itemData(number))))

    def show_options(self, options: list[tuple[str, str]], chosen: str, otherwise: str = "") -> None:
        """Key and text of each; one that is chosen and not there is shown as it is, or as `otherwise`."""
        if chosen and all(key != chosen for key, _ in options):
            options = [*options, (chosen, otherwise or Path(chosen).name)]
        self.blockSignals(True)
        self.clear()
        for key, text in options:
            self.addItem(text, key)
        self.setCurrentIndex(next((at for at, (key, _) in enumerate(options) if key == chosen), -1))
        self.blockSignals(False)


class SourceCard(QWidget):
    """`more`: where other bases come from."""

    def __init__(self, bench: Workbench, changed: Changed, more: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._changed, self._more = bench, changed, more
        self._choices: Choices | None = None
        self._wishes = Wishes()
        self.version = Box(lambda: t("学什么", "What she learns from"), lambda key: changed({"dataset": key}))
        self.base = Box(lambda: t("底座", "Base"), lambda key: changed({"base": key}))
        self.brain = Box(lambda: t("接着哪个学", "Goes on from"), lambda key: changed({"brain": key}))
        self._lay()
        say(self, self._show)

    def _lay(self) -> None:
        freeze = button(
            lambda: t("冻结新版本", "Freeze a version"),
            lambda: self._bench.go("dataset", "versions"),
            icon="freeze",
            kind="link",
        )
        file = button(lambda: t("用文件…", "From a file …"), self._ask_file, icon="file", kind="link")
        self.version_field = Field(
            lambda: t("学什么", "What she learns from"),
            self.version,
            within=column(self.version, row(freeze, file, None, gap=GAP), gap=NEAR // 2),
        )
        more = button(lambda: t("更多底座", "More bases"), self._more, icon="download", kind="link")
        folder = button(
            lambda: t("用文件夹…", "From a folder …"), self._ask_folder, icon="folder-open", kind="link"
        )
        self.base_field = Field(
            lambda: t("底座", "Base"),
            self.base,
            help_=lambda: "",
            within=column(self.base, row(more, folder, None, gap=GAP), gap=NEAR // 2),
        )
        self.brain_field = Field(
            lambda: t("接着哪个学", "Goes on from"),
            self.brain,
            help_=lambda: t(
                "从底座重新学，或在她已学会的上面接着学；接着学时会温习以前的材料。",
                "From the base, or on top of what she has learnt already; then she goes over earlier material too.",
            ),
        )
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(ROOM)
        self._grid.setVerticalSpacing(GAP)
        self._across = 0
        self.setLayout(self._grid)
        self._arrange(2)

    def show_choices(self, choices: Choices, wishes: Wishes) -> None:
        """What there is, and what is chosen."""
        self._choices, self._wishes = choices, wishes
        self._show()

    def _show(self) -> None:
        found, wishes = self._choices, self._wishes
        if found is None:
            return
        self.version.show_options([(one.name, version_word(one)) for one in found.versions], wishes.dataset)
        self.version.setEnabled(self.version.count() > 0)
        self.version_field.advise(self._version_help(found))
        self.base.show_options([(one.id, one.name) for one in found.bases], wishes.base or BUILTIN_ID)
        chosen = found.base(wishes.base)
        self.base_field.advise(_base_help(chosen) if chosen else "")
        anew = (("", t("从底座重新学", "Anew, from the base")),)
        brains = [(one.id, f"{one.name} · {when(one.created)}") for one in found.brains]
        self.brain.show_options([*anew, *brains], wishes.brain)
        self.brain_field.setVisible(bool(brains))

    def _version_help(self, found: Choices) -> str:
        chosen = next((one for one in found.versions if one.name == self._wishes.dataset), None)
        if chosen is not None:
            samples, held = (int(chosen.counts[side]["samples"]) for side in ("train", "eval"))
            return t(
                f"{samples:,} 个样本学习，{held:,} 个留作评估。",
                f"{counted(samples, 'sample')} to learn from, {held:,} held out.",
            )
        if self._wishes.dataset:
            return self._wishes.dataset
        if not found.versions:
            return t(
                "还没有冻结过版本：审阅通过的样本先冻结成一个版本。",
                "No version is frozen yet: accepted samples are frozen into one first.",
            )
        return t("选一个冻结的版本。", "Choose a frozen version.")

    def _ask_file(self) -> None:
        dialog = QFileDialog(
            self, t("选择样本文件", "Choose a file of samples"), "", t("样本 (*.jsonl)", "Samples (*.jsonl)")
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._changed({"dataset": path}))
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, t("选择模型文件夹", "Choose a model's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self._changed({"base": path}))
        dialog.open()

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for number, one in enumerate((self.version_field, self.base_field, self.brain_field)):
            self._grid.addWidget(one, number // across, number % across)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if across > 1 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Below each other where there is little room."""
        super().resizeEvent(event)
        self._arrange(1 if self.width() < NARROW else 2)


def version_word(one: Frozen) -> str:
    """A version in a line."""
    return f"{one.name} · {one.samples:,} · {when(one.created)}"


def _base_help(base: LearnerChoice) -> str:
    """What to know of it."""
    note = str(base.card.note) if base.card is not None else ""
    return f"{base_about(base)} · {note}" if note else base_about(base)
