"""What the queue is asked for: a filter and an order, as they are shown, taken back one by one, and remembered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from zishu_app.core.texts import t
from zishu_app.dataset.find import Filter, Order, filter_from_dict
from zishu_app.dataset.words import kind_word, language_word, verdict_word
from zishu_app.ui.tabs.review.words import tag_word

#: which days samples came in; "" any, "range" from one date to another
Days = Literal["", "today", "week", "month", "range"]
ORDERS: tuple[Order, ...] = ("newest", "oldest", "priority", "best", "worst")
DAYS: tuple[Days, ...] = ("", "today", "week", "month", "range")
_BACK = {"today": 0, "week": 6, "month": 29}


@dataclass(frozen=True, slots=True)
class Wish:
    """`filter.created` is not looked at: it is made out of `days` when the queue is asked."""

    filter: Filter = field(default_factory=lambda: Filter(verdicts=("pending",)))
    order: Order = "newest"
    days: Days = ""
    #: ISO dates, both included, either may be empty
    since: str = ""
    until: str = ""

    def asked(self, today: date) -> Filter:
        """The filter as of today."""
        return replace(self.filter, created=self._created(today))

    def _created(self, today: date) -> tuple[int, int] | None:
        if self.days == "range":
            first, last = _day(self.since), _day(self.until)
            return None if first is None and last is None else (_start(first, 0), _start(last, 1 << 40, 1))
        if self.days:
            return _start(today - timedelta(days=_BACK[self.days]), 0), 1 << 40
        return None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "filter": replace(self.filter, created=None).as_dict(),
            "order": self.order,
            "days": self.days,
            "since": self.since,
            "until": self.until,
        }


def wish_from_dict(value: Mapping[str, Any]) -> Wish:
    """The opposite of `Wish.as_dict`; whatever does not fit gives the usual wish."""
    usual = Wish()
    found = value.get("filter")
    known = {one.name for one in fields(Filter)}
    if not isinstance(found, Mapping) or not known.issuperset(found):
        return usual
    order, days = value.get("order"), value.get("days")
    return Wish(
        filter_from_dict(found),
        order if order in ORDERS else "newest",
        days if days in DAYS else "",
        str(value.get("since") or ""),
        str(value.get("until") or ""),
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition: its words, and the wish without it."""

    text: str
    without: Wish


def chips(wish: Wish) -> list[Chip]:
    """Every condition that is in force; the search has a field of its own."""
    one, found = wish.filter, []

    def add(text: str, **less: Any) -> None:
        found.append(Chip(text, replace(wish, filter=replace(one, **less))))

    for verdict in one.verdicts:
        add(verdict_word(verdict), verdicts=tuple(each for each in one.verdicts if each != verdict))
    for kind in one.kinds:
        add(kind_word(kind), kinds=tuple(each for each in one.kinds if each != kind))
    for language in one.languages:
        add(language_word(language), languages=tuple(each for each in one.languages if each != language))
    for scenario in one.scenarios:
        add(
            scenario or t("没有场景", "no scenario"),
            scenarios=tuple(each for each in one.scenarios if each != scenario),
        )
    for tag in one.tags:
        add(f"#{tag_word(tag)}", tags=tuple(each for each in one.tags if each != tag))
    for text, less in _single(one):
        add(text, **less)
    if wish.days and wish._created(date(2000, 1, 2)) is not None:
        found.append(Chip(_days_word(wish), replace(wish, days="", since="", until="")))
    return found


def _single(one: Filter) -> list[tuple[str, dict[str, Any]]]:
    """Conditions there is one of each."""
    found: list[tuple[str, dict[str, Any]]] = []
    if one.flagged is not None:
        found.append((t("有旗", "flagged") if one.flagged else t("无旗", "not flagged"), {"flagged": None}))
    if one.judged is not None:
        found.append((t("评审过", "judged") if one.judged else t("未评审", "not judged"), {"judged": None}))
    if one.score is not None:
        low, high = one.score
        found.append((t(f"评审分 {low:g}–{high:g}", f"judged {low:g}–{high:g}"), {"score": None}))
    if one.spread is not None:
        found.append((t(f"分歧 ≥ {one.spread:g}", f"spread ≥ {one.spread:g}"), {"spread": None}))
    return found


def _days_word(wish: Wish) -> str:
    if wish.days == "range":
        return f"{wish.since or '…'} – {wish.until or '…'}"
    return days_word(wish.days)


def days_word(days: str) -> str:
    """When samples came."""
    return {
        "": t("任何时候", "any time"),
        "today": t("今天", "today"),
        "week": t("最近 7 天", "last 7 days"),
        "month": t("最近 30 天", "last 30 days"),
        "range": t("自定日期", "dates"),
    }[days]


def order_word(order: Order) -> str:
    """An order."""
    return {
        "newest": t("新的在前", "Newest first"),
        "oldest": t("旧的在前", "Oldest first"),
        "priority": t("最值得看的在前", "Most worth reading"),
        "best": t("评审分高的在前", "Best first"),
        "worst": t("评审分低的在前", "Worst first"),
    }[order]


def is_date(text: str) -> bool:
    """Whether a date was written; nothing is fine too."""
    return not text.strip() or _day(text) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _start(day: date | None, otherwise: int, more: int = 0) -> int:
    """When a day begins here, seconds since 1970; `more`: so many days later."""
    if day is None:
        return otherwise
    return int(datetime.combine(day + timedelta(days=more), datetime.min.time()).timestamp())
