"""Three ways to a better brain, as equal cards; the one that is chosen opens below them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.welcome.brain import Brain, brain_now
from zishu_app.ui.tabs.welcome.download_panel import DownloadPanel
from zishu_app.ui.tabs.welcome.file_panel import FilePanel
from zishu_app.ui.tabs.welcome.key_panel import KeyPanel
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import card, column, row
from zishu_app.ui.widgets.choice_card import ChoiceCard
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.workbench import Workbench


class Ways(QWidget):
    """`changed` is called when she has got a new brain."""

    def __init__(self, bench: Workbench, changed: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._changed = bench, changed
        self._brain: Brain | None = None
        self._group = QButtonGroup(self)
        self.cards: dict[str, ChoiceCard] = {}
        self.files = FilePanel(bench, self._got)
        self.keys = KeyPanel(bench, self._got)
        self.downloads = DownloadPanel(bench, self._got)
        self._panels: dict[str, QWidget] = {"key": self.keys, "file": self.files, "download": self.downloads}
        self.setLayout(self._build())
        say(self, self._speak)
        say(self, self.look_again)
        bench.news.settings_changed.connect(self.look_again)
        self.open("key")

    @property
    def opened(self) -> str:
        """The way that is open."""
        return next(name for name, one in self.cards.items() if one.isChecked())

    def open(self, name: str) -> None:
        """Open a way."""
        self.cards[name].setChecked(True)
        for other, panel in self._panels.items():
            panel.setVisible(other == name)

    def take_file(self, path: Path) -> None:
        """A model file was dropped somewhere on the page."""
        self.open("file")
        self.files.look(path)

    def look_again(self) -> None:
        """Which brain she has now."""
        self._bench.tasks.start(self, self._look(), replaces="look", failed=lambda _: None)

    def _build(self) -> QVBoxLayout:
        title = label("title", lambda: t("给她一个更好的大脑", "Give her a better brain"))
        self.now = label("chip")
        line = row(gap=GAP)
        for name, head, about in (
            ("key", lambda: t("粘贴密钥", "Paste a key"), _about_key),
            ("file", lambda: t("用手头的模型文件", "Use a model file"), _about_file),
            ("download", lambda: t("下载小模型", "Download a small model"), _about_download),
        ):
            one = ChoiceCard(name, head, about)
            one.clicked.connect(lambda *_, name=name: self.open(name))
            self._group.addButton(one)
            self.cards[name] = one
            line.addWidget(one, 1)
        return column(row(title, None, self.now), line, card(*self._panels.values()), self._onward(), gap=GAP)

    def _onward(self) -> QWidget:
        """What comes next, once she has a brain."""
        self.onward = QFrame()
        set_kind(self.onward, "banner", tone="good")
        told = label("", lambda: t("好了，她有新的大脑了。", "Done: she has a new brain."))
        self.make = button(
            lambda: t("现在生成第一批对话", "Now make your first dialogues"),
            lambda: self._bench.go("make", None),
            kind="primary",
        )
        line = row(told, None, self.make, gap=GAP)
        line.setContentsMargins(GAP + NEAR // 2, NEAR, NEAR, NEAR)
        self.onward.setLayout(line)
        self.onward.hide()
        return self.onward

    def _got(self) -> None:
        self.onward.show()
        self.make.setFocus()
        self._changed()

    async def _look(self) -> None:
        self._brain = await asyncio.to_thread(brain_now, self._bench.house)
        self._speak()

    def _speak(self) -> None:
        brain = self._brain
        self.now.setVisible(brain is not None)
        if brain is not None:
            self.now.setText(_told(brain))
            set_kind(self.now, "chip", tone="good" if brain.ready and not brain.builtin else "plain")


def _told(brain: Brain) -> str:
    if brain.builtin:
        return t("现在：内置小模型（仅英文）", "Now: the built-in brain (English only)")
    if brain.lacks_key:
        return t(f"现在：{brain.name}（还没有密钥）", f"Now: {brain.name} (no key yet)")
    if not brain.ready:
        return t(f"现在：{brain.name}（找不到）", f"Now: {brain.name} (not found)")
    return t(f"现在：{brain.name}", f"Now: {brain.name}")


def _about_key() -> str:
    return t(
        "最聪明、最快，按用量付费；小米 MiMo、DeepSeek、通义千问等都可以。",
        "The cleverest and fastest; pay as you go. MiMo, DeepSeek, Qwen, OpenAI and more.",
    )


def _about_file() -> str:
    return t(
        "已经有 GGUF 文件：拖进来就能用，不联网。", "You have a GGUF file: drop it in and use it, offline."
    )


def _about_download() -> str:
    return t(
        "约 0.6 GB 起，会中文，在自己的电脑上跑，免费。",
        "From 0.6 GB, speaks Chinese, runs on this computer, free.",
    )
