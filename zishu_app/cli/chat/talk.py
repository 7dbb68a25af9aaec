"""A talk on the command line: one sentence, line by line, or live; Ctrl-C stops her answer, twice it leaves."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from zishu_app.character.chat import Replied
from zishu_app.character.tags import Felt, Spoken
from zishu_app.cli.chat.keyboard import Keyboard
from zishu_app.cli.chat.shown import Shown
from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import ZishuError
from zishu_app.core.streams import closing
from zishu_app.core.texts import counted, t
from zishu_app.studio.companion import Companion
from zishu_app.studio.her_memory import AsksToForget
from zishu_app.studio.reminding import due
from zishu_app.studio.senses import Exchange, Happened

#: seconds within which a second Ctrl-C leaves
TWICE_S = 2.0


@dataclass
class Talk:
    """One talk, and whoever shows it."""

    companion: Companion
    shown: Shown
    keyboard: Keyboard
    clock: Clock = field(default_factory=SystemClock)
    #: her last answer
    last: Replied | None = None
    failed: bool = False
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    #: what is to be said when nobody types
    _notes: list[str] = field(default_factory=list)
    #: what the person wants forgotten, until they were asked whether they are sure
    _to_forget: AsksToForget | None = None
    _answering: "asyncio.Task[None] | None" = None
    _stopped: bool = False
    _asked_to_leave: float = -TWICE_S

    async def answer(self, events: AsyncIterator[Any]) -> bool:
        """Show an answer; whether it came to its end."""
        self._stopped = False
        self._answering = asyncio.ensure_future(self._show(events))
        try:
            await self._answering
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            self.shown.stopped()
            return False
        except ZishuError as error:
            self.failed = True
            self.shown.failed(error)
            return False
        finally:
            self._answering = None
        return True

    async def lines(self) -> None:
        """Line by line, each a turn, until there are no more."""
        while (line := await self.keyboard.ask("")) is not None and not self.leaving.is_set():
            if line.strip():
                await self.answer(self.companion.reply(line))

    async def live(self, commands: Callable[["Talk", str], Any]) -> None:
        """With a greeting and a prompt, until the person leaves; `commands` does what begins with a slash."""
        self.companion.remembered = self._remembered
        await self._begin()
        while not self.leaving.is_set():
            await self._tell()
            line = await self.ask(t("\n你> ", "\nyou> "))
            if line is None:
                return
            if line.strip().startswith("/"):
                await self._command(commands, line.strip())
            elif line.strip():
                await self.answer(self.companion.reply(line))
                await self._forget()

    def interrupted(self) -> None:
        """Ctrl-C: her answer stops; where she says nothing it is asked for twice."""
        if self._answering is not None:
            self._stopped = True
            self._answering.cancel()
            return
        now = self.clock.monotonic()
        if now - self._asked_to_leave < TWICE_S:
            self.leaving.set()
            return
        self._asked_to_leave = now
        self.shown.note(t("（再按一次 Ctrl-C 离开）", "(Ctrl-C again to leave)"))

    async def ask(self, prompt: str) -> str | None:
        """A line; None also where the person leaves meanwhile."""
        asked = asyncio.ensure_future(self.keyboard.ask(prompt))
        left = asyncio.ensure_future(self.leaving.wait())
        try:
            await asyncio.wait([asked, left], return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else None
        finally:
            for task in (asked, left):
                task.cancel()
            await asyncio.gather(asked, left, return_exceptions=True)

    async def forget(self, asked: AsksToForget) -> None:
        """Ask once, and forget: it cannot be undone."""
        memory = self.companion.memory
        if memory is None or not (asked.memories or asked.turns):
            self.shown.note(t("没有找到要忘掉的事。", "There is nothing of the kind to forget."))
            return
        for one in asked.memories:
            self.shown.note(f"  · {one.text}")
        said = t(
            f"以及相关的 {len(asked.turns)} 句话", f"and {counted(len(asked.turns), 'line')} of the talk"
        )
        sure = await self.ask(
            t(f"真的忘掉这些（{said}）？不能撤销 [y/N] ", f"Forget this ({said}) for good? [y/N] ")
        )
        if (sure or "").strip().lower() not in ("y", "yes", "是", "好"):
            self.shown.note(t("没有忘。", "Nothing was forgotten."))
            return
        await memory.forget(asked)
        self.shown.note(t("忘掉了，什么都没有留下。", "Forgotten, and nothing of it is left."))

    async def _show(self, events: AsyncIterator[Any]) -> None:
        async with closing(events) as stream:
            async for event in stream:
                self.shown.show(event)
                if isinstance(event, Replied):
                    self.last = event
                elif isinstance(event, Happened) and isinstance(event.event, AsksToForget):
                    self._to_forget = event.event

    async def _begin(self) -> None:
        greeting = await self.companion.greet()
        if self.companion.memory is not None:
            self.companion.afterwards.do(self.companion.memory.warm_up)
        try:
            name = await self.companion.brain.speaks()
            self.shown.note(
                t(
                    f"大脑：{name}  ·  /help 看命令，Ctrl-C 停下，两次离开",
                    f"brain: {name}  ·  /help shows the commands; Ctrl-C stops her, twice it leaves",
                )
            )
        except ZishuError as error:
            self.shown.failed(error)
        if greeting is not None:
            self._say(greeting.text, greeting.emotion)

    async def _command(self, commands: Callable[["Talk", str], Any], line: str) -> None:
        try:
            await commands(self, line)
        except ZishuError as error:
            self.shown.failed(error)

    async def _forget(self) -> None:
        asked, self._to_forget = self._to_forget, None
        if asked is not None:
            await self.forget(asked)

    def _remembered(self, _exchange: Exchange, found: Sequence[Any]) -> None:
        for one in found:
            text = getattr(one, "text", one)
            self._notes.append(t(f"（记住了：{text}）", f"(remembered: {text})"))

    async def _tell(self) -> None:
        """What came up beside the talk; between two lines, so that nobody is disturbed while typing."""
        for line in self._notes:
            self.shown.note(line)
        self._notes.clear()
        persona = self.companion.chat.persona
        for one in await due(self.companion.house, persona.character, persona.language):
            await self.companion.say(one.text, one.emotion)
            self._say(one.text, one.emotion)

    def _say(self, text: str, emotion: str) -> None:
        """Something she says by herself."""
        for event in (
            Felt(emotion),
            Spoken(text),
            Replied(self.companion.chat.talk, -1, text, emotion, "", 0.0),
        ):
            self.shown.show(event)


@contextlib.contextmanager
def on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """While this lasts, Ctrl-C does `act` in the loop."""
    loop = asyncio.get_running_loop()

    def pressed(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)

    before = signal.signal(signal.SIGINT, pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
