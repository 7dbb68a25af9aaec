"""In the place of the form while the training pack is missing: what it is for, and how it comes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zishu_app.brains.pack_events import Pack
from zishu_app.core.paths import TRAINING_PACK
from zishu_app.core.texts import t
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.cards import card, column, scrolled
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.pack_panel import PackPanel
from zishu_app.ui.workbench import Workbench


class PackPage(QWidget):
    """`changed` hears the pack that is there, or None."""

    def __init__(
        self, bench: Workbench, changed: Callable[[Pack | None], object], folder: Path = TRAINING_PACK
    ) -> None:
        super().__init__()
        self.panel = PackPanel(bench, changed, folder)
        what = label(
            "",
            lambda: t(
                "你通过和改正过的对话，可以让她真的学会：在这台电脑上训练一个小小的适配器，训练前后各考一次，满意了才换上，随时能换回来。",
                "What you approved and corrected can change her: a small adapter is trained on this computer, with an exam"
                " before and after. She changes only when you say so, and can be changed back at any time.",
            ),
            wrap=True,
        )
        needs = label(
            "soft",
            lambda: t(
                "训练要用 PyTorch 等组件，它们很大，所以不随程序安装，只在这里装一次。不训练的话，别的功能都不需要它。",
                "Training needs PyTorch and its company. They are large, so they do not come with the program and are"
                " installed here, once. Everything else works without them.",
            ),
            wrap=True,
        )
        inside = column(
            label("title", lambda: t("让她学习", "She learns")),
            what,
            card(needs, self.panel, title=lambda: t("训练组件", "The training pack")),
            None,
            gap=GAP,
        )
        inside.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        whole = column(gap=0)
        whole.addWidget(scrolled(inside), 1)
        self.setLayout(whole)
