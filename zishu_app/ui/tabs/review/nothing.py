"""What stands where there is nothing to review: where samples come from, that all is done, or that nothing was found."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget

from zishu_app.core.texts import t
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.empty import Empty
from zishu_app.ui.workbench import Workbench


class Nothing(QStackedWidget):
    """`do` hears the name of a command."""

    def __init__(self, bench: Workbench, do: Callable[[str], object]) -> None:
        super().__init__()
        make = button(
            lambda: t("生成对话", "Make dialogues"),
            lambda: bench.go("make", None),
            icon="make",
            kind="primary",
        )
        distil = button(lambda: t("蒸馏", "Distil"), lambda: bench.go("distill", None), icon="distill")
        bring = button(lambda: t("导入", "Import"), lambda: bench.go("dataset", "import"), icon="upload")
        self.none = Empty(
            "empty-review",
            lambda: t("还没有可审阅的样本", "Nothing to review yet"),
            lambda: t(
                "生成的对话、蒸馏的结果会自动出现在这里；也可以导入已有的数据。",
                "Dialogues and distilled talks come here by themselves; or import what you have.",
            ),
            make,
            distil,
            bring,
        )
        anew = button(lambda: t("重新取队列", "Look again"), lambda: do("refresh"), kind="primary")
        all_ = button(lambda: t("看全部样本", "See all samples"), lambda: do("clear"))
        self.done = Empty(
            "empty-done",
            lambda: t("都审完了", "All reviewed"),
            lambda: t("这个筛选里没有待审阅的样本了。", "This filter finds no undecided sample any more."),
            anew,
            all_,
        )
        clear = button(lambda: t("去掉筛选", "Clear the filters"), lambda: do("clear"), kind="primary")
        self.found = Empty(
            "empty-review",
            lambda: t("没有符合的样本", "No sample fits"),
            lambda: t("换个筛选条件，或者搜别的。", "Try other filters, or another search."),
            clear,
        )
        for one in (self.none, self.done, self.found):
            self.addWidget(one)
