"""Reminders and the focus timer in the talk with her: heard in what the person says, told when they are due."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zishu_app.character.reminders import BREAK, Wanted, read
from zishu_app.core.texts import Language
from zishu_app.house import House
from zishu_app.memory.reminders import Kind, Reminder, set_reminder, stop_focus, told, waiting
from zishu_app.studio.senses import Happened, Listen


@dataclass(frozen=True, slots=True)
class Due:
    """Something she says now, and how she feels about it."""

    text: str
    emotion: str


def listening(house: House, character: str, speaks: Language) -> Listen:
    """What a sentence does by itself: a reminder is set, a focus begun or ended."""

    async def listen(text: str) -> Sequence[Happened]:
        wanted = read(text, house.clock.now())
        return [] if wanted is None else [await _do(house, character, wanted, speaks)]

    return listen


async def due(house: House, character: str, speaks: Language) -> list[Due]:
    """What she has to say by now, each once; after a focus comes a break, and its end is told too."""
    now = int(house.clock.now().timestamp())
    found = await asyncio.to_thread(waiting, house.memories, character, now)
    said = []
    for one in found:
        await told(house.memories, one.id)
        if one.kind == "focus":
            await set_reminder(house.memories, character, str(BREAK), now + BREAK * 60, "break")
        said.append(_said(one, speaks, late=now - one.due > 120))
    return said


async def _do(house: House, character: str, wanted: Wanted, speaks: Language) -> Happened:
    now = house.clock.now()
    if wanted.kind == "stop":
        was = await stop_focus(house.memories, character)
        return Happened(_told("stop" if was else "no focus", wanted, now, speaks))
    kind: Kind = "focus" if wanted.kind == "focus" else "reminder"
    when = int(wanted.due.timestamp())
    reminder = await set_reminder(house.memories, character, wanted.text, when, kind)
    return Happened(_told(kind, wanted, now, speaks), reminder)


def _told(what: str, wanted: Wanted, now: datetime, speaks: Language) -> str:
    """What she is told of it, so that she can speak of it."""
    at = f"{wanted.due:%H:%M}"
    if speaks == "zh":
        return {
            "reminder": f"提醒已经设好：{_day(wanted.due, now, speaks)}{at}，{wanted.text or '提醒对方'}。只需简短确认。",
            "focus": f"专注计时已经开始，{wanted.text} 分钟，到 {at} 结束。只需简短鼓励。",
            "stop": "专注计时已经停下。",
            "no focus": "现在没有专注计时。",
        }[what]
    return {
        "reminder": f"A reminder is set for {_day(wanted.due, now, speaks)}{at}: {wanted.text or 'to remind them'}. Confirm briefly.",
        "focus": f"The focus timer runs: {wanted.text} minutes, until {at}. Encourage briefly.",
        "stop": "The focus timer is stopped.",
        "no focus": "No focus timer is running.",
    }[what]


def _day(due_at: datetime, now: datetime, speaks: Language) -> str:
    days = (due_at.date() - now.date()) // timedelta(days=1)
    if days <= 0:
        return ""
    if days == 1:
        return "明天 " if speaks == "zh" else "tomorrow "
    return f"{due_at.month}月{due_at.day}日 " if speaks == "zh" else f"{due_at:%d %B} "


def _said(one: Reminder, speaks: Language, *, late: bool) -> Due:
    """Her words when it is due; she is sorry where she was not there in time."""
    zh = speaks == "zh"
    if one.kind == "focus":
        text = (
            f"{one.text} 分钟到啦，辛苦了！休息 {BREAK} 分钟吧。"
            if zh
            else f"{one.text} minutes are over. Well done! Take {BREAK} minutes off."
        )
        return Due(text, "proud")
    if one.kind == "break":
        return Due(
            "休息好了吗？要再来一轮就说“开始专注”。"
            if zh
            else 'Rested? Say "start focus" for another round.',
            "happy",
        )
    if late:
        then = f"{datetime.fromtimestamp(one.due):%H:%M}"
        text = (
            f"我回来晚了：{then} 该提醒你{one.text or '一声'}。"
            if zh
            else f"I am late: at {then} I was to remind you{' to ' + one.text if one.text else ''}."
        )
        return Due(text, "sad")
    if zh:
        return Due(f"到时间啦：{one.text}！" if one.text else "到时间啦，你让我提醒你的。", "happy")
    return Due(f"It is time: {one.text}!" if one.text else "It is time: you asked me to remind you.", "happy")
