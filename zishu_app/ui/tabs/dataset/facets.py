"""What there is, counted by kind, language and scenario: the file keeps these counts itself, so they are there at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, Group
from zishu_app.dataset.sample import KINDS, LANGUAGES, Kind
from zishu_app.dataset.words import kind_word, language_word, samples_word
from zishu_app.ui.tabs.dataset.words import percent
from zishu_app.ui.widgets.bars import Tally

#: scenarios that are shown each for itself
SCENARIOS = 10


@dataclass(frozen=True)
class Facets:
    """Counts of samples; all but the verdicts leave the bin out."""

    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> int:
        """All of them, but those in the bin."""
        return self.verdicts.total() - self.verdicts["removed"]


def facets_of(groups: Sequence[Group]) -> Facets:
    """Counts out of what the file knows."""
    found = Facets()
    for group in groups:
        found.verdicts[group.verdict] += group.n
        if group.verdict != "removed":
            found.kinds[group.kind] += group.n
            found.languages[group.language] += group.n
            found.scenarios[group.scenario] += group.n
    return found


def kinds(facets: Facets) -> list[Tally]:
    """Kinds there are, in their own order; each leads to its samples."""
    return [
        _tally(Filter(kinds=(one,)), kind_word(one), facets.kinds[one], facets.whole)
        for one in KINDS
        if facets.kinds[one]
    ]


def languages(facets: Facets) -> list[Tally]:
    """Languages, the one there is most of first."""
    return [
        _tally(Filter(languages=(one,)), language_word(one), facets.languages[one], facets.whole)
        for one in sorted(LANGUAGES, key=lambda one: -facets.languages[one])
        if facets.languages[one]
    ]


def scenarios(facets: Facets) -> list[Tally]:
    """The scenarios there is most of; the others together, which lead nowhere."""
    named = [(one, count) for one, count in facets.scenarios.most_common() if one]
    shown = [_tally(Filter(scenarios=(one,)), one, count, facets.whole) for one, count in named[:SCENARIOS]]
    rest, none = named[SCENARIOS:], facets.scenarios[""]
    if rest:
        number = len(rest)
        others = t(f"另外 {number} 个场景", f"{number} other scenarios")
        shown.append(_tally(None, others, sum(count for _, count in rest), facets.whole, "outline"))
    if none:
        shown.append(_tally(None, t("没有场景", "no scenario"), none, facets.whole, "outline"))
    return shown


def _tally(key: Filter | None, name: str, count: int, whole: int, token: str = "violet") -> Tally:
    hint = f"{name}: {samples_word(count)}, {percent(count, whole)}"
    return Tally(key, name, count, hint, token)
