"""Days named from where one stands ("tomorrow", "下周三") become dates: a memory is read on another day. Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from zishu_app.core.texts import Language

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_ZH = r"(?<![（每])(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
_WEEKDAY_EN = rf"(?P<day>{'|'.join(_EN_DAYS)})"
_COUNT = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_COUNT_EN = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}

_DATE_ZH = re.compile(r"\d{1,2}月\d{1,2}[日号]|\d{1,2}[日号](?!线|楼|店)")
_DATE_EN = re.compile(
    r"\bon (?:the )?(?:\d{1,2}(?:st|nd|rd|th)\b|(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december) \d{1,2})",
    re.IGNORECASE,
)

Match = re.Match[str]
Turn = Callable[[Match, date], str]


def dated(text: str, now: datetime, language: Language) -> str:
    """The text with dates in the place of days named from today; unchanged where there are none."""
    today = now.date()
    for pattern, turn in _ZH if language == "zh" else _EN:
        text = pattern.sub(lambda match, turn=turn: turn(match, today), text)  # type: ignore[misc]
    return text


def names_day(text: str, language: Language) -> bool:
    """Whether a day to come, or today, or a date is named in it."""
    known = any(pattern.search(text) for pattern, _ in (_ZH if language == "zh" else _EN)[:-1])
    return known or (_DATE_ZH if language == "zh" else _DATE_EN).search(text) is not None


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{_ZH_DAYS[day.weekday()]}）"


def _en(day: date, before: str = "on ") -> str:
    return f"{before}{day:%A} {day.day} {day:%B %Y}"


def _weekday_zh(match: Match, today: date) -> str:
    weeks = (match["week"] or "").count("下")
    number = _ZH_DAYS.index("日" if match["day"] == "天" else match["day"])
    day = today + timedelta(days=number - today.weekday(), weeks=weeks)
    if not match["week"] and day < today:  # no week was named: the next one to come
        day += timedelta(weeks=1)
    return _zh(day)


def _month_zh(match: Match, today: date) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 + len(match["next"] or ""), 12)
    if not match["day"]:
        return f"{year}年{month + 1}月"
    number = int(match["day"])
    try:
        return _zh(date(year, month + 1, number))
    except ValueError:
        return match.group()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _COUNT.get(text) or _COUNT_EN.get(text.lower(), 1)


def _in_zh(match: Match, today: date) -> str:
    days = _number(match["n"]) * {"天": 1, "周": 7, "个星期": 7, "个礼拜": 7}[match["unit"]]
    return _zh(today + timedelta(days=days))


def _plus(days: int) -> Turn:
    return lambda _, today: _zh(today + timedelta(days=days))


def _plus_with_part(days: int) -> Turn:
    return lambda match, today: (
        _zh(today + timedelta(days=days)) + {"晚": "晚上", "早": "早上"}[match["part"]]
    )


_ZH: list[tuple[re.Pattern[str], Turn]] = [
    (re.compile(r"大后天"), _plus(3)),
    (re.compile(r"(?<!今)后天"), _plus(2)),
    (re.compile(r"明天"), _plus(1)),
    (re.compile(r"明(?P<part>[晚早])"), _plus_with_part(1)),
    (re.compile(r"今(?P<part>[晚早])"), _plus_with_part(0)),
    (re.compile(r"今天"), _plus(0)),
    (re.compile(r"(?P<n>\d{1,2}|[一两二三四五六七八九十])(?P<unit>天|周|个星期|个礼拜)(?:之|以)?后"), _in_zh),
    (re.compile(rf"(?P<week>下{{1,2}}个?|这个?|本)?{_WEEKDAY_ZH}"), _weekday_zh),
    (re.compile(r"(?P<next>下{1,2})个?月(?:(?P<day>\d{1,2})[号日])?"), _month_zh),
    (re.compile(r"这个?月(?P<next>)(?P<day>\d{1,2})[号日]"), _month_zh),
    (re.compile(r"明年"), lambda _, today: f"{today.year + 1}年"),
    # what is past stands last: it names no day to come
    (
        re.compile(r"(?P<back>昨天|前天|昨晚)"),
        lambda match, today: _zh(today - timedelta(days=2 if match["back"] == "前天" else 1)),
    ),
]


def _weekday_en(match: Match, today: date) -> str:
    number = _EN_DAYS.index(match["day"].lower())
    day = today + timedelta(days=number - today.weekday())
    if (match["which"] or "").lower() == "next" or day <= today:
        day += timedelta(weeks=1)
    before = (match["before"] or "on ").lower()
    return _en(day, before)


def _in_en(match: Match, today: date) -> str:
    days = _number(match["n"]) * (7 if match["unit"].lower() == "week" else 1)
    return _en(today + timedelta(days=days))


def _month_en(_: Match, today: date) -> str:
    year, month = divmod(today.year * 12 + today.month, 12)
    return f"in {date(year, month + 1, 1):%B %Y}"


def _day_en(days: int, after: str = "") -> Turn:
    def turn(match: Match, today: date) -> str:
        before = match.groupdict().get("before") or "on "
        return _en(today + timedelta(days=days), before.lower()) + after

    return turn


_IGNORE = re.IGNORECASE
_BEFORE = r"(?P<before>(?:by|before|until|since|from|on) )?"
_EN: list[tuple[re.Pattern[str], Turn]] = [
    (re.compile(rf"\b{_BEFORE}the day after tomorrow\b", _IGNORE), _day_en(2)),
    (re.compile(rf"\b{_BEFORE}tomorrow night\b", _IGNORE), _day_en(1, " at night")),
    (re.compile(rf"\b{_BEFORE}tomorrow\b", _IGNORE), _day_en(1)),
    (re.compile(r"\b(?:tonight|this evening)\b", _IGNORE), _day_en(0, " in the evening")),
    (re.compile(rf"\b{_BEFORE}today\b", _IGNORE), _day_en(0)),
    (
        re.compile(
            r"\bin (?P<n>\d{1,2}|an?|one|two|three|four|five|six|ten) (?P<unit>day|week)s?\b", _IGNORE
        ),
        _in_en,
    ),
    (
        re.compile(
            rf"\b{_BEFORE}(?<!every )(?:(?P<which>this|next) )?{_WEEKDAY_EN}\b(?! \d| (?:morning|evening|night|afternoon)s)",
            _IGNORE,
        ),
        _weekday_en,
    ),
    (re.compile(r"\bnext month\b", _IGNORE), _month_en),
    (re.compile(r"\bnext year\b", _IGNORE), lambda _, today: f"in {today.year + 1}"),
    (re.compile(r"\byesterday\b", _IGNORE), _day_en(-1)),
]
