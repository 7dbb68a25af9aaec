"""How alike two samples have to be to count as duplicates, and the button that searches."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QFrame

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.numbers import Bounds, Number, Slider

#: percent of text in common: below the least one nearly everything is like everything else
LEAST = 30


class SearchBar(QFrame):
    """`begin` searches."""

    def __init__(self, around: Around, begin: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._around = around
        name = lambda: t("至少多少文字相同", "Text in common, at least")  # noqa: E731 - said twice
        self.slider = Slider(name, LEAST, 100, self._follow)
        self.number = Number(name, Bounds(LEAST, 100, unit=lambda: " %"), self._lead)
        self.number.setFixedWidth(92)
        self._name, self._note = label("field", name), label("small", wrap=True)
        self.meaning = QCheckBox()
        self.meaning.toggled.connect(lambda on: around.bench.remembered.put("dataset.by_meaning", bool(on)))
        self._choose = button(
            lambda: t("选一个模型，也按意思比", "Choose a model to compare meanings too"),
            lambda: around.bench.go("settings", "review"),
            kind="link",
        )
        self.start = button(lambda: t("查找重复", "Find duplicates"), begin, kind="primary")
        self._build()
        around.bench.news.settings_changed.connect(self.renew)
        self.renew()
        say(self, self._speak)

    def _build(self) -> None:
        line = row(gap=GAP)
        line.addWidget(self.slider, 1)
        line.addWidget(self.number)
        words = column(self._name, line, self._note, gap=TIGHT)
        sides = column(None, row(self.meaning, self._choose), None, gap=NEAR)
        whole = row(gap=2 * GAP)
        whole.addLayout(words, 1)
        whole.addLayout(sides)
        whole.addWidget(self.start)
        whole.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP)
        self.setLayout(whole)

    @property
    def near(self) -> float:
        """Share of text two have to have in common."""
        return self.number.value() / 100

    @property
    def by_meaning(self) -> bool:
        """Whether meanings are compared too."""
        return self.meaning.isChecked() and bool(self._around.settings.dataset.embedding_model)

    def set_stand(self, *, busy: bool, found: bool) -> None:
        """Whether a search goes on, and whether there are groups: then they are what is to be seen."""
        set_kind(self.start, "" if found else "primary")
        self._note.setVisible(not found)
        for one in (self.slider, self.number, self.meaning, self.start):
            one.setEnabled(not busy)

    def renew(self) -> None:
        """As the settings say."""
        settings = self._around.settings.dataset
        self.number.setValue(round(settings.near_duplicates * 100))
        self.meaning.setChecked(self._around.bench.remembered.get("dataset.by_meaning", True))
        self.meaning.setVisible(bool(settings.embedding_model))
        self._choose.setVisible(not settings.embedding_model)
        self._speak()

    def _follow(self, percent: int) -> None:
        self.number.setValue(percent)

    def _lead(self) -> None:
        self.slider.setValue(self.number.value())
        self._speak()

    def _speak(self) -> None:
        percent = self.number.value()
        self._note.setText(
            t("只找一字不差的。", "Only what is the same, word for word.")
            if percent == 100
            else t(
                f"找一字不差的，和至少 {percent} % 文字相同的。",
                f"What is the same, and what has {percent} % of its text in common or more.",
            )
        )
        model = self._around.settings.dataset.embedding_model
        self.meaning.setText(t("也按意思比", "By meaning too"))
        self.meaning.setToolTip(model)
