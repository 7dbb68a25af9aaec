"""Recipes out of files and into files."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.core.files import write_text
from zishu_app.core.texts import t
from zishu_app.training.recipe import Recipe, as_toml, from_file
from zishu_app.ui.errors import Told
from zishu_app.ui.workbench import Workbench


class RecipeFiles:
    """`owner` is what is asked over; `loaded` hears the recipe of a file, `asked` says which one is to be written."""

    def __init__(
        self,
        owner: QWidget,
        bench: Workbench,
        loaded: Callable[[Recipe], object],
        asked: Callable[[], Recipe | None],
    ) -> None:
        self._owner, self._bench, self._loaded, self._asked = owner, bench, loaded, asked

    def ask_load(self) -> None:
        """Which file is to be read."""
        kinds = t("配方 (*.toml *.yaml *.yml)", "Recipes (*.toml *.yaml *.yml)")
        dialog = QFileDialog(self._owner, t("打开配方", "Open a recipe"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.load(Path(path)))
        dialog.open()

    def load(self, path: Path) -> None:
        """Take over the recipe of a file."""
        self._bench.tasks.start(self._owner, self._load(path), replaces="load")

    async def _load(self, path: Path) -> None:
        self._loaded(await asyncio.to_thread(from_file, path))
        self._bench.tell(Told("good", t(f"用 {path.name} 的配方。", f"The recipe of {path.name} is used.")))

    def ask_save(self) -> None:
        """Where the recipe is to be written."""
        if self._asked() is None:
            return
        dialog = QFileDialog(self._owner, t("保存配方", "Save the recipe"), "recipe.toml", "TOML (*.toml)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the recipe down."""
        recipe = self._asked()
        if recipe is not None:
            self._bench.tasks.start(self._owner, self._save(path, as_toml(recipe)))

    async def _save(self, path: Path, text: str) -> None:
        await asyncio.to_thread(write_text, path, text)
        self._bench.tell(Told("good", t(f"配方存到 {path}。", f"The recipe is in {path}.")))
