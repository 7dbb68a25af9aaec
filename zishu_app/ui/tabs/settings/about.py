"""About the program: its version, its licence, those of everything it stands on, and a report for whoever helps."""

import asyncio
import platform

from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from zishu_app import __version__
from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.licences import Part, parts, report
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, ROOM, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.pack_panel import PackPanel
from zishu_app.ui.widgets.rows import Row, RowList
from zishu_app.ui.widgets.search import Search
from zishu_app.ui.workbench import Workbench

#: height of the list of parts
LIST = 300


class About(QWidget):
    """See the module."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._parts: list[Part] = []
        self._words = ""
        mark = QLabel()
        put_picture(mark, "zishu", 56)
        self.copy = button(lambda: t("复制诊断报告", "Copy a report"), self._report, icon="copy")
        self._told = label("small", wrap=True)
        name = label("title", lambda: t("紫舒老师", "Zishu"))
        version = label("soft", lambda: t(f"版本 {__version__}", f"Version {__version__}"))
        licence = label(
            "small",
            lambda: t(
                "以 MIT 许可发布，可自由使用和修改。", "Under the MIT licence: free to use and to change."
            ),
        )
        head = row(mark, gap=ROOM)
        head.addLayout(column(name, version, licence, gap=TIGHT), 1)
        head.addWidget(self.copy)
        self.list = RowList(lambda _: None)
        self.list.setFixedHeight(LIST)
        say(self.list, lambda: self.list.setAccessibleName(t("所用的软件", "What it stands on")))
        self.pack = PackPanel(bench, lambda _: None, removable=True)
        self.search = Search(lambda: t("找软件或许可", "Find software or a licence"), self._filter)
        self.setLayout(
            column(
                card(head, self._told),
                card(self.pack, title=lambda: t("训练组件", "The training pack")),
                card(self._qt(), self._models(), title=lambda: t("许可说明", "Licences")),
                card(self.search, self.list, title=lambda: t("所用的软件", "What it stands on")),
                gap=GAP,
            )
        )
        self._told.hide()

    def _qt(self) -> QLabel:
        return label(
            "small",
            lambda: t(
                "窗口使用 Qt 和 PySide6，它们以 LGPL-3.0 许可发布，作为独立的库安装，你可以换成自己的版本。",
                "The window uses Qt and PySide6 under the LGPL-3.0. They are installed as libraries of their own,"
                " which you may replace by your own builds.",
            ),
            wrap=True,
        )

    def _models(self) -> QLabel:
        return label(
            "small",
            lambda: t(
                "模型文件不随程序发布，各有自己的许可，见“模型与密钥 › 本机模型”。",
                "Model files do not come with the program and have licences of their own, see Models and keys,"
                " On this computer.",
            ),
            wrap=True,
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The parts are looked up when somebody wants to see them."""
        super().showEvent(event)
        if not self.pack.is_going:
            self.pack.renew()
        if not self._parts:
            self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        self._parts = await asyncio.to_thread(parts)
        self._filter(self._words)

    def _filter(self, words: str) -> None:
        self._words = words
        self.list.show_rows(
            [
                Row(one.name, one.name, one.licence, one.version, hint=one.licence)
                for one in self._parts
                if words.lower() in f"{one.name} {one.licence}".lower()
            ]
        )

    def _report(self) -> None:
        self._tell(t("正在检查，需要几秒……", "Looking at everything; this takes some seconds …"))
        self.copy.setEnabled(False)
        self._bench.tasks.start(self, self._do_report(), replaces="report")

    async def _do_report(self) -> None:
        try:
            text = await asyncio.to_thread(report, self._bench.house.home)
        finally:
            self.copy.setEnabled(True)
        QGuiApplication.clipboard().setText(f"{text}\nPython {platform.python_version()}")
        self._tell(text)

    def _tell(self, said: str) -> None:
        self._told.setText(said)
        self._told.show()
