"""Models & keys: the endpoints with their keys, the files on this computer, and which model is used."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import column, row, scrolled
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench


class Models(QWidget):
    """Three views, one at a time."""

    def __init__(self, bench: Workbench, form: Callable[[], QWidget], toast: Toast) -> None:
        super().__init__()
        self._bench, self._toast, self._form = bench, toast, form
        self._stack = QStackedWidget()
        self._views: dict[str, QWidget] = {}
        self.tabs = Segments(
            {
                "endpoints": lambda: t("接口与密钥", "Endpoints and keys"),
                "files": lambda: t("本机模型", "On this computer"),
                "used": lambda: t("使用哪个", "Which is used"),
            },
            self.show_view,
        )
        whole = column(row(self.tabs, None), gap=GAP)
        whole.addWidget(self._stack, 1)
        self.setLayout(whole)
        self.show_view(bench.remembered.get("settings.models", "endpoints"))

    def show_view(self, name: str) -> None:
        """Bring one to the front; each is made when it is first shown."""
        name = name if name in ("files", "used") else "endpoints"
        if name not in self._views:
            self._views[name] = self._made(name)
            self._stack.addWidget(self._views[name])
        self.tabs.choose(name)
        self._stack.setCurrentWidget(self._views[name])
        self._bench.remembered.put("settings.models", name)

    def _made(self, name: str) -> QWidget:
        if name == "files":
            from zishu_app.ui.tabs.settings.model_files import ModelFiles

            return ModelFiles(self._bench, self._toast)
        if name == "endpoints":
            from zishu_app.ui.tabs.settings.endpoints import Endpoints

            return Endpoints(self._bench, self._toast)
        used = column(self._form(), None)
        used.setContentsMargins(0, 0, NEAR, 0)
        return scrolled(used)
