"""Making something to wear: a picture is chosen, put in its place on her with the mouse, named and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImageReader
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QFrame, QLineEdit, QSlider

from zishu_app.character.cast import id_of
from zishu_app.character.manifest import BothLanguages, Manifest
from zishu_app.character.pack import Accessory
from zishu_app.character.picture import check_picture
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import label

#: sizes the slider goes between, in hundredths, and by which share a turn of the wheel changes it
SIZES, TURN = (20, 300), 0.06
#: where the point of a new one lies that is fixed, as shares of its picture: most things stand on a head
FOOT = (0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being made: as it is to be kept, its picture, and the id it had before, if it is changed."""

    accessory: Accessory
    picture: Path
    former: str = ""


class WearEditor(QFrame):
    """`shown` hears every change of the draft; `keep` the draft when it is done; `leave` that it is given up."""

    def __init__(
        self, shown: Callable[[Draft], object], keep: Callable[[Draft], object], leave: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shown, self._keep = shown, keep
        self.draft: Draft | None = None
        self._taken: set[str] = set()
        self._manifest: Manifest | None = None
        self._quiet = False
        self._file, self._fault = Elided("soft", middle=True), label("fault", wrap=True)
        self.zh, self.en = QLineEdit(), QLineEdit()
        self.anchor, self.scale = QComboBox(), QSlider(Qt.Orientation.Horizontal)
        self.scale.setRange(*SIZES)
        self.behind = QCheckBox()
        say(self, self._speak)
        self._build(leave)
        for line in (self.zh, self.en):
            line.setProperty("foreign", True)
            line.setMaxLength(60)
            line.textChanged.connect(lambda _: self._changed())
        self.anchor.activated.connect(lambda _: self._changed())
        self.scale.valueChanged.connect(lambda _: self._changed())
        self.behind.clicked.connect(lambda _: self._changed())

    def _build(self, leave: Callable[[], object]) -> None:
        choose = button(lambda: t("选一张图……", "Choose a picture …"), self.ask, icon="folder-open")
        hint = label(
            "small",
            lambda: t(
                "在她身上拖动；滚轮或 + − 改大小，方向键微调。图可以是 SVG 或 PNG。",
                "Drag it on her; the wheel or + and - change its size, the arrows nudge it. SVG or PNG.",
            ),
            wrap=True,
        )
        picture = row(choose, gap=NEAR)
        picture.addWidget(self._file, 1)
        self._zh = Field(lambda: t("中文名", "Chinese name"), self.zh)
        self._en = Field(lambda: t("英文名", "English name"), self.en)
        self.save = button(lambda: t("保存", "Keep"), self._done, kind="primary")
        give_up = button(lambda: t("取消", "Cancel"), leave, kind="quiet")
        inside = column(
            label("lead", lambda: t("做一件配件", "Something to wear")),
            picture,
            self._fault,
            hint,
            row(self._zh, self._en, gap=GAP),
            Field(lambda: t("戴在哪里", "Where"), self.anchor),
            Field(lambda: t("大小", "Size"), self.scale),
            self.behind,
            row(None, give_up, self.save),
            None,
            gap=GAP,
            margin=ROOM,
        )
        self.setLayout(inside)

    def open(self, manifest: Manifest, taken: Sequence[str], draft: Draft | None = None) -> None:
        """Make a new one, or change `draft`. `taken`: ids that are used."""
        self._manifest, self._taken, self.draft = manifest, set(taken), draft
        self._fault.hide()
        self._fill()

    def take(self, path: Path) -> None:
        """This picture; what was set stays, and it is fixed at its foot."""
        try:
            check_picture(path)
        except DataError as error:
            self._tell(f"{error.message} {error.hint}")
            return
        self._fault.hide()
        wide, high = _size_of(path)
        old = self.draft.accessory if self.draft else None
        name = path.stem[:40] or "new"
        fresh = old or Accessory(
            format=1, id="new", name=BothLanguages(zh=name, en=name), picture="new.svg", at=(0, 0)
        )
        at = (wide * FOOT[0], high * FOOT[1])
        former = self.draft.former if self.draft else ""
        self.draft = Draft(fresh.model_copy(update={"canvas": (wide, high), "at": at}), path, former)
        self._fill()
        self._shown(self.draft)

    def drag(self, dx: float, dy: float) -> None:
        """It was dragged by so many pixels of her canvas."""
        if self.draft is None or self._manifest is None:
            return
        accessory = self.draft.accessory
        anchor = self._manifest.anchors.get(accessory.anchor) or self._manifest.anchors["head"]
        unit = anchor.width * accessory.size / accessory.canvas[0]
        at = (accessory.at[0] - dx / unit, accessory.at[1] - dy / unit)
        bound = tuple(min(max(round(value, 1), -4096.0), 4096.0) for value in at)
        self._put(accessory.model_copy(update={"at": bound}))

    def turn(self, by: float) -> None:
        """It is to be larger, or smaller."""
        self.scale.setValue(round(self.scale.value() * (1 + TURN * by)))

    def ask(self) -> None:
        """Choose a picture."""
        dialog = QFileDialog(self, t("选一张图", "Choose a picture"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(t("图片 (*.svg *.png)", "Pictures (*.svg *.png)"))
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def _fill(self) -> None:
        self._quiet = True
        accessory = self.draft.accessory if self.draft else None
        self._file.setText(self.draft.picture.name if self.draft else "")
        self.zh.setText(accessory.name.zh if accessory else "")
        self.en.setText(accessory.name.en if accessory else "")
        self.scale.setValue(round((accessory.size if accessory else 1.0) * 100))
        self.behind.setChecked(accessory is not None and accessory.behind)
        self._name_anchors(accessory.anchor if accessory else "head")
        for part in (self.zh, self.en, self.anchor, self.scale, self.behind, self.save):
            part.setEnabled(accessory is not None)
        self._quiet = False

    def _changed(self) -> None:
        if self._quiet or self.draft is None:
            return
        accessory = self.draft.accessory
        zh, en = self.zh.text().strip(), self.en.text().strip()
        name = BothLanguages(zh=zh or en or accessory.name.zh, en=en or zh or accessory.name.en)
        self._put(
            accessory.model_copy(
                update={
                    "name": name,
                    "anchor": self.anchor.currentData(),
                    "size": self.scale.value() / 100,
                    "behind": self.behind.isChecked(),
                }
            )
        )

    def _put(self, accessory: Accessory) -> None:
        if self.draft is not None:
            self.draft = Draft(accessory, self.draft.picture, self.draft.former)
            self._shown(self.draft)

    def _done(self) -> None:
        if self.draft is None:
            return
        accessory = self.draft.accessory
        number, start = 1, id_of(accessory.name.en, "mine")
        while (name := start if number == 1 else f"{start}_{number}") in self._taken - {self.draft.former}:
            number += 1
        whole = accessory.model_copy(update={"id": self.draft.former or name})
        self._keep(Draft(whole, self.draft.picture, self.draft.former))

    def _tell(self, fault: str) -> None:
        self._fault.setText(fault)
        self._fault.show()

    def _speak(self) -> None:
        self.behind.setText(t("戴在头后面", "Behind her head"))
        self.scale.setAccessibleName(t("大小", "Size"))
        self.anchor.setAccessibleName(t("戴在哪里", "Where"))
        self._name_anchors(self.anchor.currentData() or "head")

    def _name_anchors(self, chosen: str) -> None:
        known = {
            "head": t("头顶", "On her head"),
            "left": t("头发左侧", "In her hair, left"),
            "chest": t("胸前", "On her chest"),
        }
        names = list(self._manifest.anchors) if self._manifest else list(known)
        self.anchor.blockSignals(True)
        self.anchor.clear()
        for name in dict.fromkeys([*names, chosen]):
            self.anchor.addItem(known.get(name, name), name)
        self.anchor.setCurrentIndex(self.anchor.findData(chosen))
        self.anchor.blockSignals(False)


def _size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture that was looked at, within what an accessory may say."""
    svg = path.suffix.lower() == ".svg"
    size = QSvgRenderer(str(path)).defaultSize() if svg else QImageReader(str(path)).size()
    wide, high = max(size.width(), 1), max(size.height(), 1)
    factor = max(8 / min(wide, high), 1.0) if min(wide, high) < 8 else min(4096 / max(wide, high), 1.0)
    return min(round(wide * factor), 4096), min(round(high * factor), 4096)
