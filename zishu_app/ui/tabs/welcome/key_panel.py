"""Paste a key: whose it is, is seen from it; one tiny call shows whether it works; then it is kept and used."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zishu_app.core.errors import ModelError, ModelRefused, ZishuError
from zishu_app.core.texts import t
from zishu_app.llm.catalog import Chosen
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.welcome.brain import try_brain, use_brain
from zishu_app.ui.tabs.welcome.key_form import KeyForm, Meant
from zishu_app.ui.tabs.welcome.providers import name_of
from zishu_app.ui.tabs.welcome.verdict import Verdict, advice
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.workbench import Workbench


class KeyPanel(QWidget):
    """`done` is called with nothing when she has the new brain."""

    def __init__(self, bench: Workbench, done: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._done = bench, done
        self.form = KeyForm(bench, self._changed)
        self.form.entered.connect(self.test)
        self.try_button = button(lambda: t("测试并保存", "Test and keep"), self.test)
        self.keep_button = button(
            lambda: t("不测试，直接保存", "Keep it untested"), self._keep_untested, kind="quiet"
        )
        self.keep_button.hide()
        self.verdict = Verdict()
        line = row(gap=GAP)
        buttons = boxed(row(self.try_button, self.keep_button))
        line.addWidget(buttons, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.verdict, 1, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(self.form, line, gap=GAP))
        say(self, lambda: self.verdict.show_told(None))

    def test(self) -> None:
        """Try what stands in the form."""
        meant = self.form.meant()
        if meant is None:
            return
        self._busy(True)
        self._bench.tasks.start(self, self._test(meant), replaces="test", failed=self._refused_told)

    def _changed(self) -> None:
        self.keep_button.hide()
        self.verdict.show_told(None)

    async def _test(self, meant: Meant) -> None:
        name = name_of(meant.endpoint)
        self.verdict.show_told(Told("info", t(f"正在问候 {name}……", f"Saying hello to {name} …")))
        house = self._bench.house
        chosen = house.choose(meant.spec, meant.base_url)
        try:
            tried = await try_brain(house, chosen, meant.key or None)
        except ZishuError as error:
            self._refused_told(advice(error))
            hopeful = isinstance(error, ModelError) and not isinstance(error, ModelRefused)
            self.keep_button.setVisible(hopeful and bool(meant.key))
            return
        told = t(
            f"可以用：{tried.seconds:.1f} 秒答复，她说“{tried.text}”。",
            f"Works: {tried.seconds:.1f} s, it says “{tried.text}”.",
        )
        await self._keep(meant, chosen, told)

    def _keep_untested(self) -> None:
        meant = self.form.meant()
        if meant is not None:
            chosen = self._bench.house.choose(meant.spec, meant.base_url)
            told = t("密钥已存下，还没有测试。", "The key is kept; it was not tested.")
            self._busy(True)
            self._bench.tasks.start(
                self, self._keep(meant, chosen, told), replaces="test", failed=self._refused_told
            )

    async def _keep(self, meant: Meant, chosen: Chosen, told: str) -> None:
        """Store the key, then have her use the model."""
        where = ""
        if meant.key:
            place = await asyncio.to_thread(self._bench.house.keys.store, chosen.endpoint, meant.key)
            where = place_of(place)
        await use_brain(self._bench, meant.spec, meant.base_url)
        self._busy(False)
        self.form.forget_key()
        self.keep_button.hide()
        self.verdict.show_told(Told("good", told, where))
        self._done()

    def _refused_told(self, said: Told) -> None:
        self._busy(False)
        self.verdict.show_told(said)

    def _busy(self, busy: bool) -> None:
        self.try_button.setEnabled(not busy)
        self.keep_button.setEnabled(not busy)
        self.form.setEnabled(not busy)


def place_of(place: str) -> str:
    """Where a key was stored, in words."""
    if place == "keyring":
        return t("密钥存进了系统的钥匙串。", "The key lies in the keyring of your system.")
    return t(
        "这台电脑没有钥匙串：密钥存进了数据文件夹里只有你能读的文件。",
        "This system has no keyring: the key lies in a file of the home folder that only you can read.",
    )
