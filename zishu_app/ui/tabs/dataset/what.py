"""Which samples are meant: the accepted ones, all of them, or a choice; with how many those are."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Count, Filter, count, groups
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS
from zishu_app.dataset.words import kind_word, language_word, samples_word, verdict_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.dataset.around import Around
from zishu_app.ui.tabs.dataset.facets import Facets, facets_of
from zishu_app.ui.theme.tokens import GAP, ROOM
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say, label

ACCEPTED = Filter(verdicts=("accepted",))


class What(QWidget):
    """`changed` hears that other samples are meant. What was chosen is remembered under `name`."""

    def __init__(self, around: Around, name: str, changed: Callable[[], object]) -> None:
        super().__init__()
        self._around, self._name, self._changed = around, name, changed
        self._facets, self._found = Facets(), Count(0)
        #: "": any
        self._scenario = ""
        self._quiet = True
        self.which = Segments(
            {
                "accepted": lambda: t("已采纳的", "Accepted"),
                "all": lambda: t("全部", "All"),
                "some": lambda: t("自选", "A choice"),
            },
            lambda _: self._turned(),
        )
        self.verdicts = _boxes(VERDICTS[:-1], verdict_word, self._turned)
        self.kinds = _boxes(KINDS, kind_word, self._turned)
        self.languages = _boxes(LANGUAGES, language_word, self._turned)
        self.scenario, self.words = QComboBox(), QLineEdit()
        self._count = label("small")
        self._build()
        self._recall()
        self._quiet = False
        say(self, self._speak)
        around.bench.news.samples_changed.connect(self.renew)
        self.renew()

    def _build(self) -> None:
        calm(self.scenario)
        self.scenario.setMinimumContentsLength(12)
        self.scenario.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scenario.activated.connect(lambda _: self._pick_scenario())
        self.words.textChanged.connect(lambda _: self._turned())
        self._kinds_field = Field(
            lambda: t("类型", "Kinds"),
            next(iter(self.kinds.values())),
            within=row(*self.kinds.values(), None, gap=ROOM),
        )
        first = row(
            _field(lambda: t("审阅结果", "Verdicts"), self.verdicts),
            _field(lambda: t("语言", "Languages"), self.languages),
            None,
            gap=2 * ROOM,
        )
        second = row(gap=GAP)
        second.addWidget(Field(lambda: t("场景", "Scenario"), self.scenario), 1)
        second.addWidget(Field(lambda: t("包含文字", "With the words"), self.words), 1)
        self._some = boxed(column(first, self._kinds_field, second, gap=GAP))
        self.setLayout(column(row(self.which, self._count, None, gap=GAP), self._some, gap=GAP))

    @property
    def wanted(self) -> Filter:
        """The samples that are meant."""
        if self.which.value != "some":
            return ACCEPTED if self.which.value == "accepted" else Filter()
        return Filter(
            verdicts=_ticked(self.verdicts),
            kinds=_ticked(self.kinds),
            languages=_ticked(self.languages),
            scenarios=(self._scenario,) if self._scenario else (),
            text=self.words.text().strip(),
        )

    @property
    def found(self) -> int:
        """How many those are, as far as is known."""
        return self._found.n

    def choose(self, wanted: Filter) -> None:
        """Mean these: by verdict, kind and language, scenario and words."""
        self._quiet = True
        boxes = (
            (self.verdicts, wanted.verdicts),
            (self.kinds, wanted.kinds),
            (self.languages, wanted.languages),
        )
        for these, meant in boxes:
            for key, box in these.items():
                box.setChecked(key in meant)
        self.words.setText(wanted.text)
        self._scenario = next(iter(wanted.scenarios), "")
        self.which.choose("some")
        self._quiet = False
        self._turned()

    def renew(self) -> None:
        """Count again."""
        self._around.bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        samples, wanted = self._around.samples, self.wanted

        def look() -> tuple[Facets, Count]:
            with samples.reading() as connection:
                return facets_of(groups(connection)), count(connection, wanted)

        self._facets, self._found = await asyncio.to_thread(look)
        self._speak()
        self._changed()

    def _turned(self) -> None:
        self._some.setVisible(self.which.value == "some")
        if not self._quiet:
            self._around.bench.remembered.put(f"dataset.{self._name}.what", self._kept())
            self.renew()

    def _pick_scenario(self) -> None:
        self._scenario = str(self.scenario.currentData() or "")
        self._turned()

    def _kept(self) -> dict[str, Any]:
        boxes = {"verdicts": self.verdicts, "kinds": self.kinds, "languages": self.languages}
        return {
            "which": self.which.value,
            **{name: list(_ticked(these)) for name, these in boxes.items()},
            "scenario": self._scenario,
            "words": self.words.text(),
        }

    def _recall(self) -> None:
        kept = self._around.bench.remembered.get(f"dataset.{self._name}.what", {})
        boxes = {"verdicts": self.verdicts, "kinds": self.kinds, "languages": self.languages}
        for name, these in boxes.items():
            known = kept.get(name)
            for key, box in these.items():
                box.setChecked(isinstance(known, list) and key in known)
        self.words.setText(str(kept.get("words", "")))
        self._scenario = str(kept.get("scenario", ""))
        self.which.choose(str(kept.get("which", "accepted")))
        self._turned()

    def _count_word(self) -> str:
        """Where all are meant, how many of them somebody turned down: nobody should learn from those unawares."""
        many, rejected = samples_word(self._found.n), self._facets.verdicts["rejected"]
        if self.which.value == "all" and rejected:
            return t(f"{many}，其中退回的 {rejected:,}", f"{many}, {rejected:,} of them rejected")
        return many

    def _speak(self) -> None:
        self._count.setText(self._count_word())
        self.words.setAccessibleName(t("包含文字", "With the words"))
        self.scenario.setAccessibleName(t("场景", "Scenario"))
        for kind, box in self.kinds.items():
            box.setVisible(bool(self._facets.kinds[kind]) or box.isChecked())
        self.scenario.clear()
        self.scenario.addItem(t("任何场景", "Any scenario"), "")
        for name in sorted({*self._facets.scenarios, self._scenario} - {""}):
            self.scenario.addItem(name, name)
        self.scenario.setCurrentIndex(max(self.scenario.findData(self._scenario), 0))


def _boxes(
    keys: Sequence[Any], word: Callable[[str], str], changed: Callable[[], object]
) -> dict[Any, QCheckBox]:
    """A box for each; none ticked means any."""
    made = {}
    for key in keys:
        made[key] = QCheckBox()
        say(made[key], lambda box=made[key], key=key: box.setText(word(key)))  # type: ignore[misc]
        made[key].toggled.connect(lambda _: changed())
    return made


def _ticked(boxes: Mapping[Any, QCheckBox]) -> tuple[Any, ...]:
    return tuple(key for key, box in boxes.items() if box.isChecked())


def _field(name: Say, boxes: Mapping[Any, QCheckBox]) -> Field:
    return Field(name, next(iter(boxes.values())), within=row(*boxes.values(), None, gap=ROOM))
