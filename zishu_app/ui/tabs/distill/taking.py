"""What can be taken away from a result: copied as text, saved as Markdown, plain text or JSON, shown in its folder."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_text
from zishu_app.core.texts import t
from zishu_app.ui.errors import Told
from zishu_app.ui.outside import open_folder
from zishu_app.ui.tabs.distill import export
from zishu_app.ui.tabs.distill.reading import Reading
from zishu_app.ui.widgets.menu import Offer, menu_button
from zishu_app.ui.widgets.statements import StatementList, texts_of
from zishu_app.ui.workbench import Workbench


class Taking:
    """Two buttons, `copy` and `save`, and what they do."""

    def __init__(self, bench: Workbench, owner: QWidget) -> None:
        self._bench, self._owner = bench, owner
        self._reading: Reading | None = None
        self._list: StatementList | None = None
        self.copy = menu_button(lambda: t("复制", "Copy"), "copy", self._copies)
        self.save = menu_button(lambda: t("导出", "Export"), "export", self._saves)

    def show(self, reading: Reading, statements: StatementList) -> None:
        """What there is to be taken."""
        self._reading, self._list = reading, statements

    def _copies(self) -> list[Offer]:
        chosen = self._list is not None and self._list.current() is not None
        return [
            Offer(t("这一句", "This statement"), self.copy_statement, enabled=chosen, keys="Ctrl+C"),
            Offer(t("这一节", "This section"), self.copy_section, enabled=chosen, keys="Ctrl+Shift+C"),
            Offer(t("全部", "Everything"), self.copy_all, enabled=self._reading is not None),
        ]

    def _saves(self) -> list[Offer]:
        there = self._reading is not None
        filed = there and self._path() is not None
        return [
            Offer("Markdown…", lambda: self._ask(".md"), "file-text", enabled=there),
            Offer(t("纯文本…", "Plain text…"), lambda: self._ask(".txt"), "file-text", enabled=there),
            Offer(t("JSON 另存为…", "Save the JSON as…"), lambda: self._ask(".json"), "save", enabled=filed),
            Offer(t("在文件夹中显示", "Show in its folder"), self._show_folder, "folder-open", enabled=filed),
        ]

    def copy_statement(self) -> None:
        """The chosen statement."""
        entry = self._list.current() if self._list else None
        if entry is not None:
            self._clip(entry.text)

    def copy_section(self) -> None:
        """All statements under the heading of the chosen one; of a chunk, the whole chunk."""
        if self._list is not None and (entries := self._list.section_of_current()):
            self._clip(texts_of(entries))

    def copy_all(self) -> None:
        """The whole result."""
        if self._reading is not None:
            self._clip(export.plain(self._reading.result))

    def _clip(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._bench.tell(Told("good", t("已复制。", "Copied.")))

    def _path(self) -> Path | None:
        return self._reading.result.path if self._reading else None

    def _ask(self, suffix: str) -> None:
        reading = self._reading
        if reading is None:
            return
        folder = self._bench.remembered.get("distill.export", "") or str((self._path() or Path.home()).parent)
        name = (self._path() or Path(reading.result.name)).stem
        dialog = QFileDialog(self._owner, t("导出", "Export"), str(Path(folder) / f"{name}{suffix}"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen), suffix))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: Path, suffix: str) -> "asyncio.Task[None] | None":
        """Write the result to a file."""
        reading = self._reading
        if reading is None:
            return None
        self._bench.remembered.put("distill.export", str(path.parent))
        result, own = reading.result, self._path()
        texts: dict[str, Callable[[], str]] = {
            ".md": lambda: export.markdown(result),
            ".txt": lambda: export.plain(result),
        }

        async def save() -> None:
            await asyncio.to_thread(
                _write, path, texts.get(suffix) or (lambda: (own or path).read_text("utf-8"))
            )
            self._bench.tell(Told("good", t(f"已保存：{path.name}", f"Saved: {path.name}"), str(path.parent)))

        return self._bench.tasks.start(self._owner, save())

    def _show_folder(self) -> None:
        if (path := self._path()) is not None:
            open_folder(path.parent)


def _write(path: Path, text: Callable[[], str]) -> None:
    try:
        write_text(path, text())
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            t(f"{path.name} 没有存下来：{why}。", f"{path.name} was not saved: {why}."),
            t("换一个文件夹再试。", "Try another folder."),
        ) from error
