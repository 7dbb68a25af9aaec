"""An endpoint's key: pasted, kept, tried on the spot, forgotten. The key itself is never shown."""

import asyncio
import importlib

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.core.errors import ZishuError
from zishu_app.core.keys import Key
from zishu_app.core.texts import t
from zishu_app.llm.catalog_file import EndpointRecord
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.words import place_of, verdict_of
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.secret import SecretField
from zishu_app.ui.widgets.toast import Toast
from zishu_app.ui.workbench import Workbench


class KeyBox(QFrame):
    """For one endpoint at a time, see `show_endpoint`."""

    def __init__(self, bench: Workbench, toast: Toast) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self._bench, self._toast = bench, toast
        self._name = ""
        self._key: Key | None = None
        self._record: EndpointRecord | None = None
        self._verdict: Say = str
        self._state = label("", wrap=True)
        self._mark = QLabel()
        put_picture(self._mark, "key", 18)
        self.forget = button(lambda: t("忘掉密钥", "Forget"), self._forget, icon="trash", kind="quiet")
        self.get = button(
            lambda: t("去申请密钥", "Get a key"), self._open_page, icon="external", kind="quiet"
        )
        self.field = SecretField()
        self.field.textChanged.connect(lambda _: self._renew())
        self.field.returnPressed.connect(lambda: self._keep(self._name))
        self.keep = button(self._say_keep, lambda: self._keep(self._name), icon="check")
        self.other = button(self._say_other, lambda: self._keep(self._belongs_to()), kind="link")
        self.try_it = button(
            lambda: t("测试", "Test"),
            lambda: bench.tasks.start(self, self._try(), replaces="key"),
            icon="play",
        )
        self._result, self._more = label(""), label("small", wrap=True)
        self._cost = label(
            "faint",
            lambda: t(
                "测试会发一个很短的问题，费用极小，照常记账。",
                "A test asks one very short question; it costs next to nothing and is booked.",
            ),
            wrap=True,
        )
        self._build()
        say(self, self._speak)

    def _build(self) -> None:
        state = row(self._mark, gap=NEAR)
        state.addWidget(self._state, 1)
        state.addWidget(self.get)
        state.addWidget(self.forget)
        acts = row(self.keep, self.try_it, None, gap=NEAR)
        inside = column(state, self.field, row(self.other, None), acts, row(self._result, None), gap=NEAR)
        inside.addWidget(self._more)
        inside.addWidget(self._cost)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(inside)

    def show_endpoint(self, name: str, record: EndpointRecord, key: Key | None) -> None:
        """Show how it stands with this endpoint's key."""
        if name != self._name:
            self.field.clear()
            self._verdict = str
            self._tell("", "")
        self._name, self._record, self._key = name, record, key
        self._renew()

    def _speak(self) -> None:
        self.field.setPlaceholderText(t("在这里粘贴密钥", "Paste a key here"))
        self.field.setAccessibleName(t("密钥", "Key"))
        self._renew()

    def _renew(self) -> None:
        record = self._record
        if record is None:
            return
        remote = record.kind != "local"
        needed = record.needs_key or self._key is not None
        self._state.setText(place_of(self._key) if needed else t("不需要密钥", "Needs no key"))
        self.forget.setVisible(self._key is not None and self._key.place in ("keyring", "file"))
        self.get.setVisible(bool(record.key_page) and self._key is None)
        for part in (self.field, self.keep):
            part.setVisible(remote and needed)
        self.keep.setText(self._say_keep())
        self.keep.setEnabled(bool(self.field.text().strip()))
        self.other.setVisible(bool(self._belongs_to()))
        self.other.setText(self._say_other())
        self.try_it.setEnabled(bool(record.default_model) and (not record.needs_key or self._key is not None))

    def _belongs_to(self) -> str:
        """The endpoint a pasted key looks like, where it is not this one."""
        if not self.field.text():
            return ""
        found = self._bench.house.catalog.recognise(self.field.text())
        return found[0] if found and self._name not in found else ""

    def _say_keep(self) -> str:
        return t("替换并测试", "Replace and test") if self._key else t("存好并测试", "Keep and test")

    def _say_other(self) -> str:
        other = self._belongs_to()
        return t(f"看起来是 {other} 的密钥，存到那里", f"This looks like a key of {other}: keep it there")

    def _keep(self, name: str) -> None:
        secret = self.field.text().strip()
        if secret and name:
            self._bench.tasks.start(self, self._store(name, secret), replaces="key")

    async def _store(self, name: str, secret: str) -> None:
        keys, record = self._bench.house.keys, self._bench.house.catalog.endpoints[name]
        before = await asyncio.to_thread(keys.find, name, ())
        await asyncio.to_thread(keys.store, name, secret)
        self.field.clear()
        found = await asyncio.to_thread(keys.find, name, record.key_env)
        if found is not None and found.place == "environment":
            said = t(
                f"已存好；但环境变量 {found.variable} 优先",
                f"Kept; but the variable {found.variable} goes first",
            )
        else:
            said = t(f"{name} 的密钥已存好", f"The key of {name} is kept")
        self._toast.offer(
            lambda: said, lambda: self._put_back(name, before.secret if before else ""), about=f"key {name}"
        )
        self._bench.news.settings_changed.emit()
        if name == self._name:
            self._key = found
            self._renew()
            await self._try()

    def _forget(self) -> None:
        self._bench.tasks.start(self, self._do_forget(self._name), replaces="key")

    async def _do_forget(self, name: str) -> None:
        keys = self._bench.house.keys
        kept = await asyncio.to_thread(keys.find, name, ())
        await asyncio.to_thread(keys.forget, name)
        if kept is not None:
            self._toast.offer(
                lambda: t(f"{name} 的密钥已忘掉", f"The key of {name} is forgotten"),
                lambda: self._put_back(name, kept.secret),
                about=f"key {name}",
            )
        self._tell("", "")
        self._bench.news.settings_changed.emit()

    def _put_back(self, name: str, secret: str) -> None:
        async def work() -> None:
            keys = self._bench.house.keys
            if secret:
                await asyncio.to_thread(keys.store, name, secret)
            else:
                await asyncio.to_thread(keys.forget, name)
            self._bench.news.settings_changed.emit()

        self._bench.tasks.start(self, work(), replaces="key")

    async def _try(self) -> None:
        name = self._name
        self.try_it.setEnabled(False)
        self._tell("soft", t("正在测试……", "Testing …"))
        await asyncio.to_thread(importlib.import_module, "zishu_app.studio.try_model")  # HTTP: slow to load
        from zishu_app.studio.try_model import try_model

        try:
            tried = await try_model(self._bench.house, self._bench.house.choose(name))
            seconds = f"{tried.seconds:.1f}"
            said = ("good", t(f"可用，{seconds} 秒答复", f"Works: answered in {seconds} s"), "")
        except ZishuError as error:
            # a hint that names a command is for who sits at a terminal
            hint = "" if "`zishu " in error.hint else error.hint
            said = ("bad", verdict_of(error), f"{error.message} {hint}".strip())
        if name == self._name:  # and nobody has gone on to another one meanwhile
            self._tell(*said)
        self._renew()

    def _tell(self, tone: str, said: str, more: str = "") -> None:
        if tone in ("good", "bad"):
            set_kind(self._result, "chip", tone=tone)
        else:
            set_kind(self._result, tone, tone="")
        self._result.setText(said)
        self._result.setVisible(bool(said))
        self._more.setText(more)
        self._more.setVisible(bool(more))

    def _open_page(self) -> None:
        if self._record is not None:
            QDesktopServices.openUrl(QUrl(self._record.key_page))
