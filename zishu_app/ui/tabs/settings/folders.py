"""The folders of the program: where they are, how much they take, and a way to open them."""

import asyncio
import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.outside import open_folder
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.download_row import mega
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import Say, label, rule
from zishu_app.ui.workbench import Workbench


class Folders(QFrame):
    """A row a folder."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._bench = bench
        home = bench.house.home
        self.folders: list[tuple[str, Say, Path]] = [
            ("folder", lambda: t("数据目录", "Home"), home.root),
            ("make", lambda: t("对话", "Conversations"), home.root / "conversations"),
            ("distill", lambda: t("蒸馏结果", "Distilled"), home.root / "distilled"),
            ("model", lambda: t("模型", "Models"), home.models),
            ("book", lambda: t("场景", "Scenarios"), home.scenarios),
            ("log", lambda: t("日志", "Logs"), home.logs),
        ]
        self.sizes: dict[Path, QLabel] = {}
        inside = column(gap=0)
        inside.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for number, (icon, name, path) in enumerate(self.folders):
            if number:
                inside.addWidget(rule())
            inside.addWidget(self._row(icon, name, path))
        self.setLayout(inside)

    def _row(self, icon: str, name: Say, path: Path) -> QWidget:
        mark, size = QLabel(), label("soft")
        size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        size.setMinimumWidth(size.fontMetrics().horizontalAdvance("999 MB"))
        put_picture(mark, icon, 18)
        where = Elided("small", middle=True)
        where.setText(str(path))
        open_it = icon_button("folder-open", lambda: t("打开", "Open"), lambda: open_folder(path))
        say(open_it, lambda: open_it.setAccessibleName(t(f"打开{name()}", f"Open {name()}")))
        self.sizes[path] = size
        made = QWidget()
        line = row(mark, TIGHT, gap=NEAR)
        line.addLayout(column(label("", name), where, gap=2), 1)
        line.addWidget(size)
        line.addWidget(open_it)
        line.setContentsMargins(TIGHT, NEAR, TIGHT, NEAR)
        made.setLayout(line)
        return made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Measure anew whenever it comes into sight."""
        super().showEvent(event)
        self._bench.tasks.start(self, self._measure(), replaces="measure")

    async def _measure(self) -> None:
        for path, shown in self.sizes.items():
            size = await asyncio.to_thread(size_of, path)
            shown.setText("–" if size is None else small(size))


def size_of(folder: Path) -> int | None:
    """Bytes of all files in a folder, links not followed; None: it is not there. Blocking."""
    if not folder.is_dir():
        return None
    total, open_ = 0, [folder]
    while open_:
        try:
            with os.scandir(open_.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        open_.append(Path(entry.path))
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:  # gone meanwhile, or not ours to read
            continue
    return total


def small(size: int) -> str:
    """A size for people, small ones too."""
    if 0 < size < 1000:
        return "<1 KB"
    return mega(size) if size >= 1e6 else f"{size / 1e3:,.0f} KB"
