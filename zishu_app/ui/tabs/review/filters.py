"""The filters of the queue: all of them in sight, each choice with how many samples there are of it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, Group
from zishu_app.dataset.sample import KINDS, LANGUAGES, VERDICTS
from zishu_app.dataset.words import kind_word, language_word, verdict_word
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.queue import Choices
from zishu_app.ui.tabs.review.strips import is_plain
from zishu_app.ui.tabs.review.wish import DAYS, Days, Wish, days_word, is_date
from zishu_app.ui.tabs.review.words import tag_word
from zishu_app.ui.theme.tokens import GAP, NEAR, TIGHT
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.chips import Chooser, Option
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.tab_order import set_order

#: scenarios and tags that are offered; what is rarer is found by the search
MOST = 24
#: what a filter can choose from, and the field of a group that tells it
_FACETS = {"verdicts": "verdict", "kinds": "kind", "languages": "language", "scenarios": "scenario"}


class Filters(QWidget):
    """`changed` hears the wish as it is now; `done` closes the panel."""

    def __init__(self, changed: Callable[[Wish], object], done: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._wish, self._choices = Wish(), Choices()
        self._choosers: dict[str, Chooser] = {}
        self._score = (
            _Mark(lambda: t("评审分从", "Judged from")),
            _Mark(lambda: t("评审分到", "Judged up to")),
        )
        self._spread = _Mark(lambda: t("分歧至少", "Spread at least"), 4.0)
        self._dates = (_date(lambda: t("从哪天起", "From")), _date(lambda: t("到哪天止", "Until")))
        inside = column(gap=GAP)
        inside.setContentsMargins(0, 0, NEAR, GAP)
        for name, title in _sections():
            self._choosers[name] = Chooser(lambda key, on, name=name: self._turned(name, key, on))  # type: ignore[misc]
            inside.addLayout(self._section(name, title))
        inside.addStretch(1)
        whole = column(gap=NEAR)
        whole.addWidget(scrolled(inside), 1)
        self._all = button(lambda: t("全部去掉", "Clear all"), self._clear, kind="quiet")
        self.close_ = button(lambda: t("好了", "Done"), done, kind="primary")
        whole.addLayout(row(self._all, None, self.close_))
        self.setLayout(whole)
        for one in (*self._score, self._spread):
            one.valueChanged.connect(lambda _: self._numbers())
        for field in self._dates:
            field.editingFinished.connect(self._dated)
        say(self, self.draw)

    def _section(self, name: str, title: Say) -> Any:
        made = column(label("field", title), self._choosers[name], gap=TIGHT + 2)
        if name == "judged":
            made.addLayout(row(self._score[0], label("small", lambda: t("到", "to")), self._score[1], None))
            spread = label("small", lambda: t("几位评审相差至少", "Judges apart by at least"))
            made.addLayout(row(spread, self._spread, None))
        if name == "days":
            self._range = boxed(row(self._dates[0], label("small", lambda: "–"), self._dates[1]))
            made.addWidget(self._range)
        return made

    def event(self, event: QEvent) -> bool:
        """While conditions are chosen, letters are no commands."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_plain(event):
            event.accept()
            return True
        return super().event(event)

    def show_wish(self, wish: Wish, choices: Choices | None = None) -> None:
        """Show what is in force."""
        self._wish, self._choices = wish, choices or self._choices
        self.draw()

    def draw(self) -> None:
        """Every choice as it stands."""
        one = self._wish.filter
        built = [self._choosers[name].show_options(options) for name, options in self._options(one).items()]
        if any(built):
            self._order_tabs()
        low, high = one.score or (1.0, 5.0)
        for field, value in (
            (self._score[0], low),
            (self._score[1], high),
            (self._spread, one.spread or 0.0),
        ):
            field.show_value(value)
        for date, text in zip(self._dates, (self._wish.since, self._wish.until), strict=True):
            if not date.hasFocus():
                date.setText(text)
        self._range.setVisible(self._wish.days == "range")

    def take_keys(self) -> None:
        """The keyboard goes to the first choice."""
        self._choosers["verdicts"].take_keys()

    def _order_tabs(self) -> None:
        """From above: chips come and go, and Qt puts what is new behind all others."""
        beside: dict[str, Sequence[QWidget]] = {"judged": (*self._score, self._spread), "days": self._dates}
        parts: list[QWidget] = []
        for name, chooser in self._choosers.items():
            parts += [chooser, *beside.get(name, ())]
        set_order(self, [*parts, self._all, self.close_])

    def _options(self, one: Filter) -> dict[str, list[Option]]:
        counts = {name: _counts(self._choices.groups, one, name) for name in _FACETS}
        words: dict[str, tuple[Sequence[str], Callable[[str], str]]] = {
            "verdicts": (VERDICTS, verdict_word),
            "kinds": (KINDS, kind_word),
            "languages": (LANGUAGES, language_word),
            "scenarios": (_scenarios(counts["scenarios"], one), _scenario_word),
        }
        made = {
            name: [
                Option(key, word(key), counts[name].get(key, 0), key in getattr(one, name))
                for key in keys
                if counts[name].get(key) or key in getattr(one, name) or name == "verdicts"
            ]
            for name, (keys, word) in words.items()
        }
        tags = sorted(self._choices.tags, key=lambda tag: (tag not in one.tags, -self._choices.tags[tag]))
        made["tags"] = [
            Option(tag, tag_word(tag), self._choices.tags[tag], tag in one.tags) for tag in tags[:MOST]
        ]
        made["flagged"] = [
            Option(True, t("有旗", "Flagged"), on=one.flagged is True),
            Option(False, t("无旗", "Not flagged"), on=one.flagged is False),
        ]
        made["judged"] = [
            Option(True, t("评审过", "Judged"), on=one.judged is True),
            Option(False, t("未评审", "Not judged"), on=one.judged is False),
        ]
        made["days"] = [Option(days, days_word(days), on=days == self._wish.days) for days in DAYS if days]
        return made

    def _turned(self, name: str, key: Hashable, on: bool) -> None:
        one = self._wish.filter
        if name == "days":
            days: Days = key if on else ""  # type: ignore[assignment]
            self._put(replace(self._wish, days=days))
        elif name in ("flagged", "judged"):
            self._put(replace(self._wish, filter=replace(one, **{name: key if on else None})))  # type: ignore[arg-type]
        else:
            before = [each for each in getattr(one, name) if each != key]
            after = tuple([*before, key] if on else before)
            self._put(replace(self._wish, filter=replace(one, **{name: after})))  # type: ignore[arg-type]

    def _numbers(self) -> None:
        low, high, spread = self._score[0].value(), self._score[1].value(), self._spread.value()
        score = None if (low, high) == (1.0, 5.0) else (min(low, high), max(low, high))
        one = replace(self._wish.filter, score=score, spread=spread or None)
        if one != self._wish.filter:
            self._put(replace(self._wish, filter=one))

    def _dated(self) -> None:
        texts = [field.text().strip() for field in self._dates]
        for field, text in zip(self._dates, texts, strict=True):
            set_kind(field, "", fault="" if is_date(text) else "true")
        if all(map(is_date, texts)) and texts != [self._wish.since, self._wish.until]:
            self._put(replace(self._wish, days="range", since=texts[0], until=texts[1]))

    def _clear(self) -> None:
        self._put(Wish(Filter(text=self._wish.filter.text), self._wish.order))

    def _put(self, wish: Wish) -> None:
        self._wish = wish
        self.draw()
        self._changed(wish)


class _Mark(QDoubleSpinBox):
    """A mark of the judges in steps of a half."""

    def __init__(self, name: Say, high: float = 5.0) -> None:
        super().__init__()
        self.setRange(0.0 if high < 5 else 1.0, high)
        self.setSingleStep(0.5)
        self.setDecimals(1)
        self.setFixedWidth(84)
        calm(self)
        say(self, lambda: self.setAccessibleName(name()))

    def show_value(self, value: float) -> None:
        """Show it without telling anybody."""
        if value != self.value() and not self.hasFocus():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)


def _date(name: Say) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText("2026-01-31")
    made.setMinimumWidth(96)
    say(made, lambda: made.setAccessibleName(name()))
    return made


def _sections() -> tuple[tuple[str, Say], ...]:
    return (
        ("verdicts", lambda: t("决定", "Verdict")),
        ("kinds", lambda: t("类型", "Kind")),
        ("languages", lambda: t("语言", "Language")),
        ("scenarios", lambda: t("场景", "Scenario")),
        ("judged", lambda: t("评审分与分歧", "Judges' marks and spread")),
        ("tags", lambda: t("标签与检查", "Tags and checks")),
        ("flagged", lambda: t("旗子", "Flag")),
        ("days", lambda: t("来的时间", "Came")),
    )


def _scenario_word(name: str) -> str:
    return name or t("没有场景", "none")


def _scenarios(counts: dict[str, int], one: Filter) -> list[str]:
    """The most frequent ones, and those that are chosen."""
    ordered = sorted(counts, key=lambda name: -counts[name])
    return list(dict.fromkeys([*one.scenarios, *ordered[:MOST]]))


def _counts(groups: Sequence[Group], one: Filter, name: str) -> dict[str, int]:
    """How many there are of each, of what the other choices leave."""
    found: dict[str, int] = {}
    for group in groups:
        others = all(
            getattr(group, facet) in chosen
            for field, facet in _FACETS.items()
            if field != name and (chosen := _chosen(one, field))
        )
        if others:
            key = getattr(group, _FACETS[name])
            found[key] = found.get(key, 0) + group.n
    return found


def _chosen(one: Filter, field: str) -> Sequence[str]:
    """What is chosen; without a verdict all but the bin."""
    chosen: Sequence[str] = getattr(one, field)
    return chosen or (VERDICTS[:-1] if field == "verdicts" else ())
