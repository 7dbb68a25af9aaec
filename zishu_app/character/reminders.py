"""Reminders and the focus timer, understood from what the person says; kept with her memory. The reading is pure.

"in 20 minutes remind me to drink water", "remind me at 18:30 to call home", "20分钟后提醒我喝水", "明天早上九点提醒我交作业",
"start focus", "开始专注 25 分钟".
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

#: minutes of a focus that says nothing else, and of the break after it
FOCUS, BREAK = 25, 5
#: most days ahead
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `kind`: "reminder", "focus" or "stop" (of a focus)."""

    kind: str
    due: datetime
    text: str


_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,5}|半)"
_UNITS = {
    "秒": 1, "秒钟": 1, "分": 60, "分钟": 60, "小时": 3600, "个小时": 3600, "个钟头": 3600, "钟头": 3600, "天": 86400,
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "minute": 60, "minutes": 60, "min": 60, "mins": 60,
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "day": 86400, "days": 86400,
}  # fmt: skip

_ZH_IN = re.compile(
    rf"(?P<n>{_NUMBER})\s*(?P<and>个半)?(?P<u>秒钟|秒|分钟|分|个小时|小时|个钟头|钟头|天)(?P<half>半)?(?:之后|以后|后|过后)"
    r"(?:，|,|\s)*(?:记得|请|要)?(?:提醒|叫|喊|通知)(?:一下)?我?(?:要|去|该)?(?P<text>.*)"
)
_ZH_AT = re.compile(
    rf"(?P<day>今天|明天|后天)?(?P<part>早上|上午|中午|下午|傍晚|晚上|今晚|凌晨)?(?P<h>{_NUMBER})(?:点钟|点|时|[:：])"
    rf"(?P<m>{_NUMBER}|整)?分?(?:，|,|\s)*(?:记得|请|要)?(?:提醒|叫|喊|通知)(?:一下)?我?(?:要|去|该)?(?P<text>.*)"
)
_EN_IN = re.compile(
    r"(?:in|after)\s+(?P<n>\d{1,4}|an?|half\s+an?)\s*(?P<u>seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)\b",
    re.IGNORECASE,
)
_EN_AT = re.compile(
    r"(?P<day>today|tomorrow)?\s*\bat\s+(?P<h>\d{1,2})(?::(?P<m>\d{2}))?\s*(?P<half>a\.?m\.?|p\.?m\.?)?(?=\s|$|[,.!])"
    r"(?:\s+(?P<later>today|tomorrow))?",
    re.IGNORECASE,
)
_EN_ASK = re.compile(r"\b(?:remind|wake|tell|call)\s+me\b", re.IGNORECASE)
_FOCUS = re.compile(
    rf"^(?:开始|来)(?:一个|个)?(?:专注|番茄钟|番茄)\s*(?P<zh>{_NUMBER})?\s*(?:分钟)?[。！!]?$"
    r"|^start\s+(?:a\s+)?(?:focus|pomodoro)(?:\s+(?:for\s+)?(?P<en>\d{1,3})\s*(?:minutes?|mins?)?)?[.!]?$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"^(?:结束|停止|取消)(?:专注|番茄钟?)[。！!]?$|^(?:stop|end|cancel)\s+(?:the\s+)?(?:focus|pomodoro)[.!]?$",
    re.IGNORECASE,
)


def read(text: str, now: datetime) -> Wanted | None:
    """What is asked for; None where it is something else."""
    text = text.strip()
    if _STOP.match(text):
        return Wanted("stop", now, "")
    if found := _FOCUS.match(text):
        minutes = _number(found["zh"] or found["en"] or "") or FOCUS
        return Wanted("focus", now + timedelta(minutes=min(minutes, 240)), str(int(minutes)))
    for reader in (_zh_in, _zh_at, _english):
        wanted = reader(text, now)
        if wanted is not None and now < wanted.due <= now + FARTHEST:
            return wanted
    return None


def _zh_in(text: str, now: datetime) -> Wanted | None:
    found = _ZH_IN.search(text)
    if not found:
        return None
    amount = _number(found["n"]) + (0.5 if found["half"] or found["and"] else 0)
    return Wanted("reminder", now + timedelta(seconds=amount * _UNITS[found["u"]]), _clean(found["text"]))


def _zh_at(text: str, now: datetime) -> Wanted | None:
    found = _ZH_AT.search(text)
    if not found or found["h"] == "半":
        return None
    hour = int(_number(found["h"]))
    minute = 30 if found["m"] == "半" else 0 if found["m"] in (None, "整") else int(_number(found["m"]))
    late = found["part"] in ("下午", "傍晚", "晚上", "今晚")
    if (late and hour < 12) or (found["part"] == "中午" and hour < 11):
        hour += 12
    days = {"明天": 1, "后天": 2}.get(found["day"] or "", 0)
    return _at(now, (days, hour, minute), _clean(found["text"]), fixed=bool(found["day"] or found["part"]))


def _english(text: str, now: datetime) -> Wanted | None:
    if not _EN_ASK.search(text):
        return None
    if found := _EN_IN.search(text):
        amount = (
            0.5
            if found["n"].lower().startswith("half")
            else float(found["n"])
            if found["n"].isdigit()
            else 1.0
        )
        due = now + timedelta(seconds=amount * _UNITS[found["u"].lower()])
        return Wanted("reminder", due, _said(text, found.group()))
    if found := _EN_AT.search(text):
        hour, half = int(found["h"]), (found["half"] or "").lower().replace(".", "")
        hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
        day = (found["day"] or found["later"] or "").lower()
        when = (1 if day == "tomorrow" else 0, hour, int(found["m"] or 0))
        return _at(now, when, _said(text, found.group()), fixed=bool(day or half))
    return None


def _at(now: datetime, when: tuple[int, int, int], text: str, *, fixed: bool) -> Wanted | None:
    """A time of day; where only the hour was said and is past, the next time the clock shows it."""
    days, hour, minute = when
    if hour > 24 or minute > 59:
        return None
    due = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=days, hours=hour, minutes=minute
    )
    if due <= now and not fixed and hour <= 12:
        due += timedelta(hours=12)
    if due <= now:
        due += timedelta(days=1)
    return Wanted("reminder", due, text)


def _said(text: str, when: str) -> str:
    """What is to be remembered: the sentence without the time and without the asking."""
    rest = text.replace(when, " ")
    rest = re.sub(r"^.*?\b(?:remind|wake|tell|call)\s+me\b", "", rest, flags=re.IGNORECASE | re.DOTALL)
    return _clean(re.sub(r"^\s*(?:to|that|about|of)\b", "", rest.strip(), flags=re.IGNORECASE))


def _clean(text: str) -> str:
    return " ".join(text.split()).strip(" 。.!！,，吧哦呀")


def _number(text: str) -> float:
    """A number in digits or in Chinese, up to 999; half is 0.5."""
    if text == "半":
        return 0.5
    if not text or text.isdigit():
        return float(text or 0)
    total, digit = 0, 0
    for one in text:
        if one == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif one == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS.get(one, 0)
    return float(total + digit)
