"""The fields of a key: the key itself, whose it is, and, for an address of one's own, where and which model."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback, is_url, normal_url
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.welcome.key_page import KeyPage
from zishu_app.ui.tabs.welcome.providers import OWN, name_of, names_of, offered
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import set_kind
from zishu_app.ui.widgets.secret import SecretField
from zishu_app.ui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to be tried. `key` "": none, or one that is stored already."""

    endpoint: str
    spec: str
    base_url: str
    key: str


class KeyForm(QWidget):
    """`changed` is called with each change of a field; `entered` when Enter is pressed in one."""

    entered = Signal()

    def __init__(self, bench: Workbench, changed: Callable[[], object]) -> None:
        super().__init__()
        self._bench, self._told = bench, changed
        self._candidates: list[str] = []
        self.key, self.provider = SecretField(), QComboBox()
        self.address, self.model = QLineEdit(), QLineEdit()
        calm(self.provider)
        self.provider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.provider.setMinimumContentsLength(14)
        self.page = KeyPage(bench)
        self._build()
        say(self, self._speak)
        self.key.textChanged.connect(lambda _: self._recognise())
        self.provider.currentIndexChanged.connect(lambda _: self._provider_changed())
        for one in (self.address, self.model):
            one.textChanged.connect(lambda _: self._changed())
        for one in (self.key, self.address, self.model):
            one.returnPressed.connect(self.entered.emit)

    @property
    def endpoint(self) -> str:
        """The provider that is chosen, or ""."""
        return str(self.provider.currentData() or "")

    def choose(self, endpoint: str) -> None:
        """Choose a provider; "": none."""
        self.provider.setCurrentIndex(self.provider.findData(endpoint) if endpoint else -1)

    def forget_key(self) -> None:
        """It is kept elsewhere now."""
        self.key.blockSignals(True)
        self.key.clear()
        self.key.blockSignals(False)
        self.key.hide_again()
        self._advise()

    def meant(self) -> Meant | None:
        """What stands here; None, with words under the fields, where something is missing."""
        key, endpoint = self.key.text().strip(), self.endpoint
        if not endpoint:
            self._provider.tell(t("选一下密钥是哪一家的。", "Choose whose key it is."))
            return None
        model = self.model.text().strip()
        if endpoint == OWN:
            url = normal_url(self.address.text()) if self.address.text().strip() else ""
            self._address.tell("" if is_url(url) else t("例如 https://host/v1", "Like https://host/v1"))
            self._model.tell("" if model else t("写上模型名。", "Name the model."))
            return Meant(OWN, model, url, key) if is_url(url) and model else None
        model = self._default(endpoint) or model
        self._model.tell("" if model else t("写上模型名。", "Name the model."))
        return Meant(endpoint, f"{endpoint}/{model}", "", key) if model else None

    def _build(self) -> None:
        self._key = Field(lambda: t("API 密钥", "API key"), self.key, help_=lambda: "")
        self._provider = Field(
            lambda: t("服务商", "Provider"), self.provider, help_=lambda: "", within=self.provider
        )
        self._address = Field(lambda: t("地址（base URL）", "Address (base URL)"), self.address)
        self._model = Field(lambda: t("模型名", "Model"), self.model)
        first, second = row(gap=ROOM), row(gap=ROOM)
        first.addWidget(self._key, 3)
        first.addWidget(self._provider, 2)
        second.addWidget(self._address, 3)
        second.addWidget(self._model, 2)
        self._more = boxed(second)
        self._more.hide()
        self.setLayout(column(first, self._more, self.page, gap=GAP))

    def _speak(self) -> None:
        self.key.setPlaceholderText(t("粘贴到这里", "Paste it here"))
        self.address.setPlaceholderText("https://…/v1")
        self._fill()
        self._show_provider()
        self._advise()

    def _fill(self) -> None:
        """The providers anew, those the key may belong to first; what was chosen stays."""
        chosen = self.endpoint
        self.provider.blockSignals(True)
        self.provider.clear()
        for name in offered(self._bench.house.catalog, self._candidates):
            self.provider.addItem(name_of(name), name)
        if self._candidates:
            self.provider.insertSeparator(len(self._candidates))
        self.provider.setPlaceholderText(_to_choose(len(self._candidates)))
        self.choose(chosen)
        self.provider.blockSignals(False)

    def _recognise(self) -> None:
        """Whose key it may be. Where it may be several's, nobody is chosen for it: keys go to no stranger."""
        key = self.key.text().strip()
        found = self._bench.house.catalog.recognise(key) if key else []
        if found != self._candidates:
            self._candidates = found
            self._fill()
        if len(found) == 1:
            self.choose(found[0])
        elif found and self.endpoint not in (*found, OWN):
            self.choose("")
        self._provider_changed()

    def _provider_changed(self) -> None:
        self._advise()
        self._show_provider()
        self._changed()

    def _show_provider(self) -> None:
        """What belongs to the provider that is chosen."""
        endpoint = self.endpoint
        set_kind(self.provider, "", empty="" if endpoint else "true")
        record = self._bench.house.catalog.endpoints.get(endpoint)
        needs_model = bool(record) and not self._default(endpoint)
        self._address.setVisible(endpoint == OWN)
        self._model.setVisible(endpoint == OWN or needs_model)
        self._more.setVisible(endpoint == OWN or needs_model)
        self.page.show_page(record.key_page if record else "", lambda: _no_page(endpoint))
        self._provider.advise(self._model_told(endpoint))

    def _changed(self) -> None:
        for one in (self._key, self._provider, self._address, self._model):
            one.tell("")
        url = self.address.text().strip()
        plain = url.startswith("http://") and not is_loopback(url)
        self._address.advise(
            t("不是 https：密钥会明文传输。", "Not https: the key travels in the open.") if plain else ""
        )
        self._told()

    def _default(self, endpoint: str) -> str:
        record = self._bench.house.catalog.endpoints.get(endpoint)
        return record.default_model if record else ""

    def _model_told(self, endpoint: str) -> str:
        model = self._default(endpoint)
        return t(f"先用 {model}，以后随时可换", f"Begins with {model}; change it any time") if model else " "

    def _advise(self) -> None:
        """Under the key: what is seen from it."""
        found = self._candidates
        if not self.key.text().strip():
            text = t(
                "只发给你选的服务商，从不写进日志。", "Sent to the provider you choose only, never logged."
            )
        elif found and self.endpoint == OWN:
            text = _astray(names_of(found), sure=len(found) == 1)
        elif len(found) == 1:
            text = t(f"认出来了：{name_of(found[0])}", f"Recognised: {name_of(found[0])}")
        elif found:
            text = t(
                f"可能属于：{names_of(found)}。请在右边选。",
                f"May belong to {names_of(found)}: choose on the right.",
            )
        else:
            text = t("认不出是哪一家的，请在右边选。", "It is not known whose it is: choose on the right.")
        self._key.advise(text)


def _astray(names: str, *, sure: bool) -> str:
    """A provider's key beside an address that is not known to be that provider's."""
    if sure:
        return t(
            f"这是 {names} 的密钥，会发给下面的地址。",
            f"This is a key of {names}; it would be sent to the address below.",
        )
    return t(
        f"这可能是 {names} 的密钥，会发给下面的地址。",
        f"This may be a key of {names}; it would be sent to the address below.",
    )


def _to_choose(candidates: int) -> str:
    if candidates > 1:
        return t(f"有 {candidates} 家可能，请选", f"One of {candidates}: choose")
    return t("粘贴后自动识别，也可自己选", "Seen from the key, or choose")


def _no_page(endpoint: str) -> str:
    """In place of a page where keys are had."""
    if not endpoint:
        return t("选了服务商，这里会给出申请密钥的网页。", "Choose a provider to see where keys are had.")
    return t("这里不一定要密钥；要的话再填。", "A key is needed only if the address asks for one.")
