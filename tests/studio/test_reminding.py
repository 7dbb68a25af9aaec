"""A reminder is heard in the talk, waits also for a program that was closed, and is told once."""

from datetime import datetime, timedelta

import pytest

from zishu_app.core.clock import ScriptedClock
from zishu_app.core.keys import Keys
from zishu_app.core.paths import Home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.memory.reminders import waiting
from zishu_app.studio.reminding import due, listening

HER = "zishu"


class Clock(ScriptedClock):
    """Can be set."""

    time = datetime(2026, 11, 29, 14, 5)

    def now(self) -> datetime:
        return self.time

    def go_on(self, minutes: float) -> None:
        self.time += timedelta(minutes=minutes)


def a_house(home: Home, clock: Clock) -> House:
    return House(home, load_settings(home, environment={}), Keys(home.keys), clock)


@pytest.mark.may_block(reason="the memory is opened in the test itself")
@pytest.mark.parametrize(
    ("speaks", "asked", "said"),
    [("zh", "20分钟后提醒我喝水", "喝水"), ("en", "in 20 minutes remind me to drink water", "drink water")],
)
async def test_it_is_told_once_when_it_is_due(home: Home, speaks: Language, asked: str, said: str) -> None:
    clock = Clock()
    async with a_house(home, clock) as house:
        (happened,) = await listening(house, HER, speaks)(asked)
        assert said in happened.told
        assert "14:25" in happened.told
        assert await due(house, HER, speaks) == []
    clock.go_on(20)
    async with a_house(home, clock) as house:  # started anew meanwhile
        (one,) = await due(house, HER, speaks)
        assert said in one.text
        assert await due(house, HER, speaks) == []


@pytest.mark.may_block(reason="the memory is opened in the test itself")
async def test_one_that_was_missed_is_told_late_with_its_time(home: Home) -> None:
    clock = Clock()
    async with a_house(home, clock) as house:
        await listening(house, HER, "en")("remind me at 15:00 to call home")
        clock.go_on(600)
        (one,) = await due(house, HER, "en")
    assert "15:00" in one.text
    assert one.emotion == "sad"


@pytest.mark.may_block(reason="the memory is opened in the test itself")
async def test_after_a_focus_comes_a_break(home: Home) -> None:
    clock = Clock()
    async with a_house(home, clock) as house:
        listen = listening(house, HER, "en")
        await listen("start focus for 10 minutes")
        await listen("start focus for 30 minutes")  # the second one counts
        assert [one.due for one in waiting(house.memories, HER)] == [
            int((clock.now() + timedelta(minutes=30)).timestamp())
        ]
        clock.go_on(30)
        (over,) = await due(house, HER, "en")
        assert "30 minutes" in over.text
        clock.go_on(5)
        (rested,) = await due(house, HER, "en")
        assert "another round" in rested.text
        assert waiting(house.memories, HER) == []


@pytest.mark.may_block(reason="the memory is opened in the test itself")
async def test_a_focus_can_be_stopped(home: Home) -> None:
    async with a_house(home, Clock()) as house:
        listen = listening(house, HER, "en")
        (none,) = await listen("stop focus")
        assert "No focus" in none.told
        await listen("start focus")
        (stopped,) = await listen("stop focus")
        assert "stopped" in stopped.told
        assert waiting(house.memories, HER) == []


@pytest.mark.may_block(reason="the memory is opened in the test itself")
async def test_ordinary_talk_does_nothing(home: Home) -> None:
    async with a_house(home, Clock()) as house:
        assert await listening(house, HER, "en")("What a lovely day") == []
