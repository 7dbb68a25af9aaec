"""Days named from today become dates."""

from datetime import datetime

import pytest

from zishu_app.memory.noticing.dates import dated, names_day

MONDAY = datetime(2026, 1, 12, 16, 54)
SATURDAY = datetime(2026, 1, 31, 9, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我明天要面试", "我2026年1月13日（周二）要面试"),
        ("后天", "2026年1月14日（周三）"),
        ("大后天", "2026年1月15日（周四）"),
        ("今晚见", "2026年1月12日（周一）晚上见"),
        ("周三", "2026年1月14日（周三）"),
        ("下周三", "2026年1月21日（周三）"),
        ("下下周三", "2026年1月28日（周三）"),
        ("这周日", "2026年1月18日（周日）"),
        ("礼拜天", "2026年1月18日（周日）"),
        ("三天后", "2026年1月15日（周四）"),
        ("两周后", "2026年1月26日（周一）"),
        ("下个月", "2026年2月"),
        ("下个月10号", "2026年2月10日（周二）"),
        ("明年", "2027年"),
        ("昨天", "2026年1月11日（周日）"),
        ("六月十八号", "六月十八号"),
        ("没有日子", "没有日子"),
    ],
)
def test_chinese_days(text: str, told: str) -> None:
    assert dated(text, MONDAY, "zh") == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("an exam tomorrow", "an exam on Tuesday 13 January 2026"),
        ("the day after tomorrow", "on Wednesday 14 January 2026"),
        ("tonight", "on Monday 12 January 2026 in the evening"),
        ("on Friday", "on Friday 16 January 2026"),
        ("next Tuesday at 3pm", "on Tuesday 20 January 2026 at 3pm"),
        ("this Friday", "on Friday 16 January 2026"),
        ("by Monday", "by Monday 19 January 2026"),
        ("in two weeks", "on Monday 26 January 2026"),
        ("next month", "in February 2026"),
        ("yesterday", "on Sunday 11 January 2026"),
        ("on June 18", "on June 18"),
        ("no day at all", "no day at all"),
    ],
)
def test_english_days(text: str, told: str) -> None:
    assert dated(text, MONDAY, "en") == told


def test_the_ends_of_months_and_years() -> None:
    assert dated("明天", SATURDAY, "zh") == "2026年2月1日（周日）"
    assert dated("下个月30号", SATURDAY, "zh") == "下个月30号"  # there is none
    assert dated("next month", datetime(2026, 12, 31), "en") == "in January 2027"
    assert dated("周六", SATURDAY, "zh") == "2026年1月31日（周六）"


@pytest.mark.parametrize("text", ["我明天要面试", "下周三考试", "6月18号出发"])
def test_a_day_is_named(text: str) -> None:
    assert names_day(text, "zh")


@pytest.mark.parametrize("text", ["昨天下雨", "我喜欢猫", "三个人"])
def test_no_day_to_come_is_named(text: str) -> None:
    assert not names_day(text, "zh")
