"""The stage: her talk comes together here. Events of the companion go to her face, her mouth and her bubble; what the
person says and wants goes to the companion. Everything slow is a task of the window's door, none of it waits here.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from zishu_app.character.accessories import Wears
from zishu_app.character.chat import Replied, Thinking, Waiting
from zishu_app.character.tags import Felt, Spoken
from zishu_app.core.errors import BrainMissing
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.llm.names import model_name
from zishu_app.studio.companion import Companion
from zishu_app.studio.hello import hello
from zishu_app.studio.her_memory import AsksToForget
from zishu_app.studio.senses import Happened
from zishu_app.ui.errors import Told
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.bubble import Bubble
from zishu_app.ui.pet.company import Company
from zishu_app.ui.pet.entry import Entry
from zishu_app.ui.pet.opinions import Opinions
from zishu_app.ui.pet.presence import Presence
from zishu_app.ui.pet.ways import offers

#: milliseconds for which a short saying stays; and an answer, for each of its characters and at least
SHORT, PER_CHARACTER, LEAST = 5_000, 90, 9_000


class Stage(QObject):
    """Her bubble and the field under her, played by one companion."""

    #: somebody talks with her
    woken = Signal()

    def __init__(
        self, companion: Companion, presence: Presence, around: Around, *, solid: bool = False
    ) -> None:
        super().__init__()
        self.companion, self.presence = companion, presence
        self.pet = presence.pet
        self.bubble, self.entry = Bubble(solid=solid), Entry(solid=solid)
        self._around = around = _out_of_the_way(around, self.bubble)
        self.company = Company(self.pet, self.bubble, self.entry, companion.condition.file)
        self.opinions = Opinions(companion, presence, self.bubble, around)
        #: what the person wants forgotten
        self._asked: AsksToForget | None = None
        presence.says.connect(self.tell)
        self.bubble.stopped.connect(self.stop)
        self.bubble.acts.again.connect(self.again)
        self.entry.sent.connect(self.say)

    def open(self) -> None:
        """She is there, where she stood, and greets if it is time to."""
        self.company.come()
        self._around.tasks.start(self, _greet(self))

    def talk(self) -> None:
        """The field to write to her."""
        self.woken.emit()
        if self.companion.memory is not None:  # the lane loads what recalling needs while the person writes
            self.companion.afterwards.do(self.companion.memory.warm_up)
        self.company.follow()
        self.entry.open()

    def say(self, text: str) -> None:
        """The person says this to her."""
        self.woken.emit()
        self._start(self.companion.reply(text))

    def again(self) -> None:
        """Another answer to the same."""
        self._start(self.companion.again())

    def hello(self) -> None:
        """She has a new brain: hello, out of that very one."""
        self._around.tasks.start(self, _say_hello(self), replaces="hello")

    def stop(self) -> None:
        """Be silent."""
        self._around.tasks.start(self, _nothing(), replaces="reply")
        self.bubble.stop(LEAST)
        if self.entry.isVisible():  # whoever clicked on her words writes on
            self.entry.open()

    def tell(self, text: str, stay: int = SHORT) -> None:
        """She says something short by herself; not into her own words, nor over what is being written into her bubble."""
        if not (self.bubble.speaking or self.bubble.extras.writing):
            self.bubble.tell(text, stay)

    def wear(self, accessory: str) -> None:
        """The person has her wear this; "none": nothing."""
        self._around.tasks.start(self, self._wear(accessory))

    def leave(self) -> None:
        """All of her goes; where she stood is kept."""
        self.company.keep()
        for one in (self.bubble, self.entry, self.pet):
            one.hide()

    def _start(self, events: AsyncIterator[Any]) -> None:
        self._around.tasks.start(self, self._play(events), replaces="reply", failed=self._failed)

    async def _play(self, events: AsyncIterator[Any]) -> None:
        """Her answer, as its events come."""
        self.presence.busy = True
        self._around.answers(True)
        self.company.follow()
        self.opinions.answer = self._asked = None
        self.bubble.begin(answers=True)
        try:
            async with closing(events) as stream:
                async for event in stream:
                    self._hear(event)
        except BrainMissing as error:
            await self._offer_ways(error.message)
        finally:
            self._around.answers(False)
            self.presence.busy = False
            self.pet.move_on(thinking=False, speaking=False)
            self.presence.settle()

    def _hear(self, event: Any) -> None:
        match event:
            case Thinking():
                self.pet.move_on(thinking=True, activity="")
            case Spoken(text):
                self.pet.move_on(thinking=False, speaking=True)
                self.bubble.add(text)
            case Felt():
                self.presence.settle()
            case Wears():
                self.presence.dress()
            case Waiting():
                self.bubble.said = ""
                self.pet.move_on(thinking=True, speaking=False)
            case Replied():
                self.opinions.answer = event
                self.bubble.end(event.brain, max(LEAST, PER_CHARACTER * len(event.text)))
                if self._asked is not None:  # she has answered first: then it is asked
                    self.opinions.ask_to_forget(self._asked)
            case Happened(event=AsksToForget() as asked):
                self._asked = asked
            case _:
                return

    def _failed(self, told: Told) -> None:
        """She could not answer: she says so kindly, with the ways out below it."""
        models = lambda: self._around.page("settings", "models")  # noqa: E731 - what a button does
        lines = "  \n".join(told.hint.splitlines())  # Markdown would run them together
        self.bubble.offer(
            f"{told.message}\n\n{lines}".strip(),
            [(_try_again, self.again), (lambda: t("模型与密钥", "Models and keys"), models)],
        )
        self.presence.feel("sad", 0.5)

    async def _offer_ways(self, why_not: str) -> None:
        """She has no brain: whoever clicks on a way is led to where it is gone."""
        ways = offers(await self.companion.brain.ways(), self._around)
        help_me = t("可以这样帮我：", "You can help me in one of these ways:")
        self.bubble.offer(f"{why_not}\n\n{help_me}", [*ways, (_try_again, self.again)])
        self.presence.feel("sad", 0.5)

    async def _wear(self, accessory: str) -> None:
        await self.companion.wear(accessory)
        self.presence.dress()


async def _greet(stage: Stage) -> None:
    said = await stage.companion.greet()
    # whoever was quicker than her greeting is answered
    if said is None or stage._around.quiet() or stage.presence.busy:
        return
    stage.presence.settle()
    stage.presence.do("wave")
    if not stage.bubble.isVisible():  # what stands there, e.g. of settings that are wrong, is to be read
        stage.tell(said.text, SHORT + PER_CHARACTER * len(said.text))


async def _say_hello(stage: Stage) -> None:
    name = model_name(await stage.companion.brain.speaks())
    stage.tell(t(f"从现在起，我用 {name} 说话。", f"From now on I speak with {name}."))
    text, emotion = await hello(stage.companion)
    if text:
        stage.presence.feel(emotion)
        stage.presence.do("wave")
        stage.tell(text, max(LEAST, PER_CHARACTER * len(text)))


def _out_of_the_way(around: Around, bubble: Bubble) -> Around:
    """A page she leads to is not covered by the bubble that led there."""

    def page(name: str, what: Any) -> None:
        bubble.leave()
        around.page(name, what)

    return replace(around, page=page)


def _try_again() -> str:
    return t("再试一次", "Try again")


async def _nothing() -> None:
    """Takes the place of what is to be ended."""
