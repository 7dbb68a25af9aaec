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
from zishu_app.core.texts import t
from zishu_app.studio.companion import Companion

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
            self._tell()
            line = await self._ask(t("\n你> ", "\nyou> "))
            if line is None:
                return
            if line.strip().startswith("/"):
                await self._command(commands, line.strip())
            elif line.strip():
                await self.answer(self.companion.reply(line))

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
        """A line the person is asked for in between."""
        return await self._ask(prompt)

    async def _show(self, events: AsyncIterator[Any]) -> None:
        async with closing(events) as stream:
            async for event in stream:
                self.shown.show(event)
                if isinstance(event, Replied):
                    self.last = event

    async def _begin(self) -> None:
        greeting = await self.companion.greet()
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
            said = Replied(self.companion.chat.talk, -1, greeting.text, greeting.emotion, "", 0.0)
            for event in (Felt(greeting.emotion), Spoken(greeting.text), said):
                self.shown.show(event)

    async def _command(self, commands: Callable[["Talk", str], Any], line: str) -> None:
        try:
            await commands(self, line)
        except ZishuError as error:
            self.shown.failed(error)

    async def _ask(self, prompt: str) -> str | None:
        """None also where the person leaves meanwhile."""
        asked = asyncio.ensure_future(self.keyboard.ask(prompt))
        left = asyncio.ensure_future(self.leaving.wait())
        try:
            await asyncio.wait([asked, left], return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else None
        finally:
            for task in (asked, left):
                task.cancel()
            await asyncio.gather(asked, left, return_exceptions=True)

    def _remembered(self, found: Sequence[Any]) -> None:
        self._notes += [t(f"（记住了：{one}）", f"(remembered: {one})") for one in found]

    def _tell(self) -> None:
        """What came up beside the talk; between two lines, so that nobody is disturbed while typing."""
        for line in self._notes:
            self.shown.note(line)
        self._notes.clear()


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
