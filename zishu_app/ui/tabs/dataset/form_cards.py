"""The forms samples go out in, as four cards: what each looks like, and who reads it."""

from collections.abc import Callable

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.forms import FORMS, Form
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.choice_card import ChoiceCard
from zishu_app.ui.widgets.labels import Say

ICONS: dict[Form, str] = {
    "openai": "braces",
    "sharegpt": "make",
    "alpaca": "instruction",
    "parquet": "table",
}
NAMES: dict[Form, str] = {
    "openai": "OpenAI messages",
    "sharegpt": "ShareGPT",
    "alpaca": "Alpaca",
    "parquet": "Parquet",
}
ABOUT: dict[Form, Say] = {
    "openai": lambda: t(
        "JSONL，一行一个样本。TRL、Axolotl 和各家微调接口都读它；记得住哪些回答不学。",
        "JSONL, a sample a line. Read by TRL, Axolotl and the fine-tuning endpoints; says which answers not to learn.",
    ),
    "sharegpt": lambda: t(
        "JSON 数组。LLaMA-Factory 直接读，旁边会写好 dataset_info.json。",
        "A JSON array. LLaMA-Factory reads it at once: dataset_info.json is written beside it.",
    ),
    "alpaca": lambda: t(
        "JSON 数组：指令、回答、之前的对话。LLaMA-Factory 和许多脚本读它。",
        "A JSON array: instruction, answer, what was said before. LLaMA-Factory and many scripts read it.",
    ),
    "parquet": lambda: t(
        "按列压缩，适合很多样本。datasets、pandas、DuckDB 读它；记得住哪些回答不学。",
        "Packed by columns, for very many samples. Read by datasets, pandas, DuckDB; says which answers not to learn.",
    ),
}
ENDINGS: dict[Form, str] = {
    "openai": ".jsonl",
    "sharegpt": ".json",
    "alpaca": ".json",
    "parquet": ".parquet",
}
#: width from which all four stand beside each other
ENOUGH = 920


class FormCards(QWidget):
    """`chosen` hears which form."""

    def __init__(self, chosen: Callable[[Form], object]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.cards: dict[Form, ChoiceCard] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        for number, form in enumerate(FORMS):
            card = ChoiceCard(ICONS[form], lambda form=form: NAMES[form], ABOUT[form])  # type: ignore[misc]
            card.clicked.connect(lambda *_, form=form: chosen(form))
            self._group.addButton(card)
            self.cards[form] = card
            grid.addWidget(card, number // 2, number % 2)

    def choose(self, form: Form) -> None:
        """Choose without telling anybody."""
        self.cards[form].setChecked(True)
