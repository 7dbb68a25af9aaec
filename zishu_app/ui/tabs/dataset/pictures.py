"""Statistics as bars and bins: what each is called, and which samples it leads to. Knows no widgets but their rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zishu_app.core.texts import t
from zishu_app.dataset.checking.findings import CHECKS
from zishu_app.dataset.checking.words import title as check_title
from zishu_app.dataset.sample import CHECK_TAG
from zishu_app.dataset.stats import Bin as Counted
from zishu_app.dataset.stats import Marks, Statistics
from zishu_app.dataset.wanted import Filter
from zishu_app.dataset.words import mark_word, mistake_word, samples_word
from zishu_app.ui.widgets.bars import Tally
from zishu_app.ui.widgets.histogram import Bin

#: rows of a card; what is rarer is counted together
MOST = 10
#: half of what a bin of marks is wide
HALF = 0.25


@dataclass(frozen=True, slots=True)
class Picture:
    """The bins of a histogram, what stands at the end of its axis, and what is said while nobody looks at a bar."""

    bins: Sequence[Bin]
    last: str = ""
    summary: str = ""


def lengths(found: Statistics) -> Picture:
    """Characters of each sample; every bin is twice as wide as the one before."""
    each = round(found.characters / max(found.samples, 1))
    told = t(f"平均 {each:,} 字", f"{each:,} characters on average")
    return _sizes(found.lengths, told, lambda span: t(f"{span} 字", f"{span} characters"))


def rounds(found: Statistics) -> Picture:
    """Rounds of question and answer."""
    each = found.rounds / max(found.samples, 1)
    told = t(f"平均 {each:.1f} 轮", f"{each:.1f} rounds on average")
    return _sizes(found.rounds_bins, told, lambda span: t(f"{span} 轮", f"{span} rounds"))


def _sizes(bins: Sequence[Counted], told: str, word: Callable[[str], str]) -> Picture:
    first = next((number for number, one in enumerate(bins) if one.n), 0)
    made = [Bin(one.n, short(one.begin), word(_span(one))) for one in bins[first:]]
    last = bins[-1].end if bins else None
    return Picture(made, short(last) if last is not None else "", told)


def marks(given: Marks, *, leads: bool) -> Picture:
    """Marks from 1 to 5; `leads`: a bar leads to its samples."""
    if given.mean is None:
        return Picture([])
    made = [
        Bin(one.n, f"{one.begin:g}", _mark(one.begin), _with_mark(one.begin) if leads else None)
        for one in given.bins
    ]
    many = samples_word(given.n)
    return Picture(made, "", t(f"{many}，平均 {given.mean:.1f}", f"{many}, {given.mean:.1f} on average"))


def _mark(mark: float) -> str:
    return t(f"{mark:g} 分上下", f"about {mark:g}")


def _with_mark(mark: float) -> Filter:
    # both ends of a filter count; what lies right between two bins belongs to the upper one
    return Filter(score=(max(mark - HALF, 1.0), min(mark + HALF - 0.001, 5.0)))


def mistakes(found: Statistics) -> list[Tally]:
    """Typing mistakes by kind; no filter finds them."""
    return _ranked({kind: (mistake_word(kind), None) for kind in found.mistakes}, found.mistakes)


def tags(found: Statistics) -> list[Tally]:
    """Tags that people gave."""
    return _ranked({tag: (mark_word(tag), Filter(tags=(tag,))) for tag in found.tags}, found.tags)


def checks(found: Statistics) -> list[Tally]:
    """What the checks found."""
    titles = {str(check): check_title(check) for check in CHECKS}
    # tags of a check that another version of the program had are told by their name
    names = {one: (titles.get(one, one), Filter(tags=(f"{CHECK_TAG}{one}",))) for one in found.checks}
    return _ranked(names, found.checks, "warn")


def _ranked(
    names: Mapping[str, tuple[str, Filter | None]], counts: Mapping[str, int], token: str = "violet"
) -> list[Tally]:
    """The most frequent first; the rest together."""
    order = sorted(counts, key=lambda one: -counts[one])
    shown = [
        Tally(names[one][1], names[one][0], counts[one], f"{names[one][0]}: {counts[one]:,}", token)
        for one in order[:MOST]
    ]
    if rest := order[MOST:]:
        number, many = len(rest), sum(counts[one] for one in rest)
        name = t(f"另外 {number} 种", f"{number} others")
        shown.append(Tally(None, name, many, f"{name}: {many:,}", "outline"))
    return shown


def _span(one: Counted) -> str:
    """Both ends of a bin, as they are read."""
    if one.end is None:
        return t(f"{one.begin:,.0f} 起", f"{one.begin:,.0f} or more")
    if one.end - one.begin <= 1:
        return f"{one.begin:,.0f}"
    return f"{one.begin:,.0f}–{one.end - 1:,.0f}"


def short(number: float) -> str:
    """1024 as 1k, 131072 as 131k: for the axis."""
    return f"{number / 1000:.0f}k" if number >= 1000 else f"{number:.0f}"
