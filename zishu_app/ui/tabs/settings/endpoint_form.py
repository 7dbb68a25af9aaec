"""Adding an endpoint of one's own, or changing one: a form that is checked as it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QSpinBox, QWidget

from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback, normal_url
from zishu_app.llm.catalog_edit import faults
from zishu_app.llm.catalog_file import EndpointRecord, PriceRecord
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.settings.known import Known
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, card, column, row
from zishu_app.ui.widgets.labels import Say, label

PRICES = ("input_per_million", "output_per_million", "currency", "source", "date")


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be written: the endpoint's name and its table."""

    name: str
    record: dict[str, Any]


class EndpointForm(QWidget):
    """`save` hears what was written once it is right, `cancel` that it was left."""

    def __init__(self, save: Callable[[Written], object], cancel: Callable[[], object]) -> None:
        super().__init__()
        self._save, self._taken = save, set[str]()
        self._known: Known | None = None
        self._lines: dict[str, QLineEdit] = {}
        self._faults: dict[str, QLabel] = {}
        self._title = label("title")
        self.context, self.calls = _spin(512, 100_000_000, 4096), _spin(1, 1024, 1)
        self.needs_key = QCheckBox()
        self.ok = button(lambda: t("保存", "Save"), self._press, kind="primary")
        self.leave = button(lambda: t("取消", "Cancel"), cancel)
        self._name = self._text("name", lambda: t("名称", "Name"), lambda: "my-server")
        body = card(
            self._title,
            self._name,
            self._text("base_url", lambda: t("地址", "Address"), lambda: "http://127.0.0.1:8000/v1"),
            self._text("default_model", lambda: t("默认模型", "Default model"), lambda: "qwen3-8b"),
            self._numbers(),
            self.needs_key,
            self._prices(),
            row(None, self.leave, self.ok),
        )
        self.setLayout(column(body))
        say(self, self._speak)

    def begin(self, known: Known | None, *, taken: set[str]) -> None:
        """Start with an endpoint, or None for a new one; `taken`: names there are."""
        self._known, self._taken = known, taken
        record = known.record if known else None
        self._name.setVisible(known is None)
        model = record.models.get(record.default_model) if record else None
        values = {
            "name": known.name if known else "",
            "base_url": record.base_url if record else "",
            "default_model": record.default_model if record else "",
        } | _price_texts(model.price if model else None)
        for name, line in self._lines.items():
            line.setText(values[name])
        self.context.setValue((model and model.context) or (record.context if record else 32_768))
        self.calls.setValue(record.concurrency if record else 4)
        self.needs_key.setChecked(record.needs_key if record else True)
        self._speak()
        self._show_faults({})
        self._lines["base_url" if known else "name"].setFocus()

    def written(self) -> Written:
        """What stands in the form now; of an endpoint that is there, what was changed."""
        texts = {name: line.text().strip() for name, line in self._lines.items()}
        record: dict[str, Any] = {
            "base_url": normal_url(texts["base_url"]) if texts["base_url"] else "",
            "default_model": texts["default_model"],
            "context": self.context.value(),
            "concurrency": self.calls.value(),
            "needs_key": self.needs_key.isChecked(),
        }
        price = {name: texts[name] for name in PRICES} if any(texts[name] for name in PRICES) else None
        model = {"price": _price_of(price)} if price else {}
        if self._known is None:
            models = {"models": {texts["default_model"]: model}} if texts["default_model"] else {}
            return Written(texts["name"], record | {"free": is_loopback(record["base_url"])} | models)
        return Written(self._known.name, _changed(self._known.record, record, model))

    def check(self) -> dict[str, str]:
        """What is wrong with it, by field: all of it, a price that is wrong hides no fault of the address."""
        made = self.written()
        whole = made.record
        if self._known is not None:
            whole = self._known.record.model_dump(exclude={"models", "quirks"}) | made.record
        bare = {key: value for key, value in whole.items() if key != "models"}
        found = faults(made.name, _without_none(bare)) | faults(made.name, _without_none(whole))
        if self._known is None and made.name in self._taken:
            found["name"] = t("已经有这个名称了", "There is one of this name already")
        return found

    def _press(self) -> None:
        found = self.check()
        self._show_faults(found)
        if not found:
            self._save(self.written())

    def _show_faults(self, found: dict[str, str]) -> None:
        for name in self._faults:
            self._show_fault(name, found)
        first = next((name for name in self._lines if found.get(name) or found.get(f"price.{name}")), "")
        if first:
            self._lines[first].setFocus()

    def _show_fault(self, name: str, found: dict[str, str]) -> None:
        said, shown = found.get(name) or found.get(f"price.{name}", ""), self._faults[name]
        shown.setText(said)
        shown.setVisible(bool(said))

    def _recheck(self) -> None:
        """Faults that are shown go as soon as they are mended; none comes while somebody types."""
        wrong = [name for name, shown in self._faults.items() if not shown.isHidden()]
        found = self.check() if wrong else {}
        for name in wrong:
            self._show_fault(name, found)

    def _text(self, name: str, title: Say, hint: Say) -> QWidget:
        line, head, fault = QLineEdit(), label("field", title), label("fault", wrap=True)
        head.setBuddy(line)
        say(line, lambda: line.setPlaceholderText(hint()))
        say(line, lambda: line.setAccessibleName(title()))
        line.textChanged.connect(lambda _: self._recheck())
        self._lines[name], self._faults[name] = line, fault
        fault.hide()
        return boxed(column(head, line, fault, gap=TIGHT))

    def _numbers(self) -> QWidget:
        parts = []
        for box, title in (
            (self.context, lambda: t("能读多少 tokens", "Context in tokens")),
            (self.calls, lambda: t("同时请求", "Calls at once")),
        ):
            head = label("field", title)
            head.setBuddy(box)
            parts.append(boxed(column(head, box, gap=TIGHT)))
        return boxed(row(*parts, gap=GAP))

    def _prices(self) -> QWidget:
        titles: dict[str, tuple[Say, Say]] = {
            "input_per_million": (lambda: t("输入", "Input"), lambda: "0.70"),
            "output_per_million": (lambda: t("输出", "Output"), lambda: "2.10"),
            "currency": (lambda: t("货币", "Currency"), lambda: "CNY"),
            "source": (lambda: t("价格网页", "Page it is from"), lambda: "https://…"),
            "date": (lambda: t("查看日期", "Read on"), lambda: "2026-11-21"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(NEAR)
        grid.setVerticalSpacing(NEAR)
        for number, name in enumerate(PRICES[:3]):
            grid.addWidget(self._text(name, *titles[name]), 0, number)
        grid.addWidget(self._text("source", *titles["source"]), 1, 0, 1, 2)
        grid.addWidget(self._text("date", *titles["date"]), 1, 2)
        head = label(
            "small",
            lambda: t(
                "每百万 tokens 的价格（可不填；不填就不能按金额设上限）",
                "Price per million tokens (may be left out; then no limit in money can be set)",
            ),
            wrap=True,
        )
        return boxed(column(head, grid, gap=NEAR))

    def _speak(self) -> None:
        known = self._known
        self._title.setText(t("添加接口", "Add an endpoint") if known is None else known.name)
        self.needs_key.setText(t("需要密钥", "Needs a key"))
        self.context.setAccessibleName(t("能读多少 tokens", "Context in tokens"))
        self.calls.setAccessibleName(t("同时请求", "Calls at once"))


def _spin(least: int, most: int, step: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setSingleStep(step)
    made.setGroupSeparatorShown(True)
    calm(made)
    return made


def _price_texts(price: PriceRecord | None) -> dict[str, str]:
    if price is None:
        return dict.fromkeys(PRICES, "")
    shown = {name: str(getattr(price, name)) for name in PRICES}
    return shown | {name: f"{getattr(price, name):f}" for name in PRICES[:2]}


def _price_of(texts: dict[str, str]) -> dict[str, Any]:
    """As the file wants it; what is no number stays text and is told as wrong."""
    made: dict[str, Any] = dict(texts)
    for name in PRICES[:2]:
        try:
            made[name] = Decimal(texts[name])
        except InvalidOperation:
            made[name] = texts[name] or None
    return made


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return value


def _changed(old: EndpointRecord, record: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    """What differs from what is known: the user's file keeps to what the user changed."""
    name = record["default_model"]
    known = old.models.get(name)
    made = {key: value for key, value in record.items() if value != getattr(old, key)}
    if known is not None and known.context is not None:  # a model's own goes before its endpoint's
        made.pop("context", None)
        if known.context != record["context"]:
            model = model | {"context": record["context"]}
    if known is not None and known.price is not None:
        if not model.get("price"):
            model = model | {"price": None}
        elif known.price.model_dump(exclude={"cached_input_per_million"}) == model["price"]:
            model = {key: value for key, value in model.items() if key != "price"}
    return made | ({"models": {name: model}} if name and model else {})
