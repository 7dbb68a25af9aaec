"""What is a reminder, when it is due, and what is none."""

from datetime import datetime

import pytest

from zishu_app.character.reminders import read

NOW = datetime(2026, 11, 29, 14, 5)


@pytest.mark.parametrize(
    ("said", "due", "text"),
    [
        ("20分钟后提醒我喝水", "2026-11-29 14:25", "喝水"),
        ("半小时后叫我起床", "2026-11-29 14:35", "起床"),
        ("一个半小时后提醒我关火", "2026-11-29 15:35", "关火"),
        ("明天早上九点提醒我交作业", "2026-11-30 09:00", "交作业"),
        ("下午三点半提醒我开会", "2026-11-29 15:30", "开会"),
        ("18:30提醒我吃饭", "2026-11-29 18:30", "吃饭"),
        ("三点提醒我", "2026-11-29 15:00", ""),
        ("三天后提醒我交房租", "2026-12-02 14:05", "交房租"),
        ("in 20 minutes remind me to drink water", "2026-11-29 14:25", "drink water"),
        ("remind me at 6pm to call home", "2026-11-29 18:00", "call home"),
        ("remind me to stretch in an hour", "2026-11-29 15:05", "stretch"),
        ("Remind me tomorrow at 9 to hand in homework", "2026-11-30 09:00", "hand in homework"),
        ("wake me at 7:15 am tomorrow", "2026-11-30 07:15", ""),
    ],
)
def test_reminders(said: str, due: str, text: str) -> None:
    wanted = read(said, NOW)
    assert wanted is not None
    assert (wanted.kind, f"{wanted.due:%Y-%m-%d %H:%M}", wanted.text) == ("reminder", due, text)


@pytest.mark.parametrize(
    ("said", "kind", "minutes"),
    [
        ("开始专注", "focus", 25),
        ("开始专注 45 分钟", "focus", 45),
        ("开始番茄钟五十分钟", "focus", 50),
        ("start focus", "focus", 25),
        ("Start a pomodoro for 30 minutes.", "focus", 30),
        ("stop focus", "stop", 0),
        ("结束专注", "stop", 0),
    ],
)
def test_the_focus_timer(said: str, kind: str, minutes: int) -> None:
    wanted = read(said, NOW)
    assert wanted is not None
    assert (wanted.kind, (wanted.due - NOW).total_seconds() / 60) == (kind, minutes)


@pytest.mark.parametrize(
    "said",
    [
        "今天真好",
        "remind me of home",
        "我在20分钟后到",
        "这首歌提醒我过去",
        "at 6 we eat",
        "",
        "提醒我",
        "99:99提醒我",
        "in 99999 days remind me to live",
    ],
)
def test_what_is_none(said: str) -> None:
    assert read(said, NOW) is None
