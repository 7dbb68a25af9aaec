"""Every value of a recipe, folded away: what it is, what follows from the size, and the way back to that."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from zishu_app.core.texts import counted, t
from zishu_app.training.recipe import Recipe, derive
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.training.recipe_fields import editor, helped, named, shown_value
from zishu_app.ui.tabs.training.wishes import Wishes
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.fold import Fold
from zishu_app.ui.widgets.labels import Say, label, rule
from zishu_app.ui.workbench import Workbench

#: the values by what they are about, in the order of the form
GROUPS: tuple[tuple[Say, tuple[str, ...]], ...] = (
    (
        lambda: t("训练什么", "What is trained"),
        ("method", "precision", "double_quant", "rank", "alpha", "dropout", "targets", "rslora", "dora"),
    ),
    (
        lambda: t("怎样学", "How she learns"),
        (
            "epochs",
            "max_steps",
            "learning_rate",
            "schedule",
            "warmup",
            "optimizer",
            "weight_decay",
            "clip",
            "patience",
        ),
    ),
    (
        lambda: t("一次算多少", "How much at once"),
        ("longest", "batch", "accumulation", "packing", "checkpointing", "attention"),
    ),
    (lambda: t("材料", "Material"), ("emphasis", "general", "replay", "seed")),
    (lambda: t("评估与存档", "Looks and checkpoints"), ("evaluate_every", "save_every", "keep")),
)

#: hears values of the recipe; None for one: what follows from the size
Changed = Callable[[Mapping[str, Any]], object]


class ValueRow(QWidget):
    """One value."""

    def __init__(self, name: str, changed: Changed) -> None:
        super().__init__()
        self.name = name
        self.editor = editor(name, lambda value: changed({name: value}))
        self._plain: Any = None
        title, told = label("", named(name)), label("small", helped(name), wrap=True)
        title.setBuddy(self.editor.widget)
        say(self, lambda: self.editor.widget.setAccessibleName(named(name)()))
        self._reset = icon_button("reset", self._say_reset, lambda: changed({name: None}), size=16)
        kept = self._reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(kept)
        line = row(gap=NEAR)
        line.addLayout(column(title, told, gap=2), 1)
        line.addWidget(self.editor.widget)
        line.addWidget(self._reset)
        line.setContentsMargins(0, TIGHT, 0, TIGHT)
        self.setLayout(line)

    def show_recipe(self, recipe: Recipe, plain: Recipe) -> None:
        """Show its value there, and the way back where it does not follow from the size."""
        value, self._plain = getattr(recipe, self.name), getattr(plain, self.name)
        self.editor.show(value)
        self._reset.setVisible(value != self._plain)
        said = self._say_reset()
        self._reset.setToolTip(said)
        self._reset.setAccessibleName(said)

    def _say_reset(self) -> str:
        if self._plain is None:
            return t("按档位来", "As the size has it")
        plain = shown_value(self.name, self._plain)
        return t(f"按档位来：{plain}", f"As the size has it: {plain}")


class RecipeFold(QWidget):
    """The fold, with recipes from files and into files. Its rows are made when it is first opened."""

    def __init__(
        self, bench: Workbench, changed: Changed, load: Callable[[], object], save: Callable[[], object]
    ) -> None:
        super().__init__()
        self._bench, self._changed = bench, changed
        self.rows: dict[str, ValueRow] = {}
        self._wishes: Wishes | None = None
        self._inside = column(gap=GAP)
        self._fault = label("fault", wrap=True)
        self._inside.addWidget(self._fault)
        self.fold = Fold(lambda: t("全部数值", "All values"), self._inside, self._turned)
        files = row(
            button(lambda: t("打开配方…", "Open a recipe …"), load, icon="folder-open", kind="quiet"),
            button(lambda: t("保存配方…", "Save the recipe …"), save, icon="save", kind="quiet"),
            None,
        )
        self.setLayout(column(self.fold, files, gap=NEAR))
        say(self, self._tell)
        if bench.remembered.get("training.values", False):
            self.fold.open()
            self._fill()

    def show_wishes(self, wishes: Wishes) -> None:
        """Show these."""
        self._wishes = wishes
        self._fault.setText(wishes.fault)
        self._fault.setVisible(bool(wishes.fault))
        self._tell()
        if self.rows and not wishes.fault:
            recipe, plain = wishes.recipe, derive(wishes.size)
            for one in self.rows.values():
                one.show_recipe(recipe, plain)

    def _tell(self) -> None:
        other = len(self._wishes.given) if self._wishes is not None else 0
        self.fold.note(
            t(f"{other} 个与档位不同", f"{counted(other, 'value')} not as the size has it") if other else ""
        )

    def _turned(self, opened: bool) -> None:
        self._bench.remembered.put("training.values", opened)
        if opened:
            self._fill()

    def _fill(self) -> None:
        if self.rows:
            return
        for number_, (title, names) in enumerate(GROUPS):
            if number_:
                self._inside.addSpacing(GAP)
            self._inside.addWidget(label("field", title))
            for number, name in enumerate(names):
                if number:
                    self._inside.addWidget(rule())
                self.rows[name] = ValueRow(name, self._changed)
                self._inside.addWidget(self.rows[name])
        self._inside.setSpacing(TIGHT)
        if self._wishes is not None:
            self.show_wishes(self._wishes)
