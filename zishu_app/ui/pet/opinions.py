"""What the person thinks of her answer: good, bad, "you should have said ..."; and what she has remembered of the talk."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from zishu_app.character.chat import Replied
from zishu_app.core.texts import t
from zishu_app.memory.remember import Kept
from zishu_app.studio.companion import Companion
from zishu_app.studio.her_memory import AsksToForget
from zishu_app.studio.senses import Exchange
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.bubble import Bubble
from zishu_app.ui.pet.presence import Presence


class Opinions(QObject):
    """On the answer that stands in her bubble."""

    def __init__(self, companion: Companion, presence: Presence, bubble: Bubble, around: Around) -> None:
        super().__init__(bubble)
        self._companion, self._presence, self._bubble, self._around = companion, presence, bubble, around
        #: the answer in the bubble, when it is whole
        self.answer: Replied | None = None
        bubble.acts.rated.connect(self.rate)
        bubble.acts.corrected.connect(self.ask)
        bubble.acts.asked_why.connect(self.ask_why)
        bubble.acts.copied.connect(
            lambda: QGuiApplication.clipboard().setText(bubble.said) if bubble.said else None
        )
        companion.remembered = self.remembered

    def rate(self, mark: int) -> None:
        """1 good, -1 bad, 0 neither again."""
        if self.answer is not None:
            self._around.tasks.start(self, self._rate(self.answer, None if not mark else mark > 0))

    def ask(self) -> None:
        """How she should have said it."""
        answer = self.answer
        if answer is not None:
            self._bubble.correct(
                answer.text, lambda text: self._around.tasks.start(self, self._correct(answer, text))
            )

    def ask_why(self) -> None:
        """What she has it from: her page tells, with the answer in front."""
        if self.answer is not None:
            self._around.page("her", {"why": (self.answer.talk, self.answer.step)})

    async def _rate(self, answer: Replied, good: bool | None) -> None:
        await self._companion.rate(answer.talk, answer.step, good)
        self._around.samples_changed()

    async def _correct(self, answer: Replied, text: str) -> None:
        number = await self._companion.correct(answer.talk, answer.step, text)
        if number is None:  # her own words, or none
            self._bubble.leave()
            return
        self._around.samples_changed()
        self._presence.feel("shy", 0.6)
        self._bubble.offer(
            t("谢谢你告诉我，我记下了，会好好学的。", "Thank you. I noted it, and I will learn it."),
            [(lambda: t("在审阅里看", "See it in Review"), lambda: self._around.page("review", number))],
        )

    def remembered(self, exchange: Exchange, found: Sequence[Kept]) -> None:
        """A chip for each thing she has remembered; under another answer, or a word of her own, it says of what."""
        here = self._bubble.answers and self._companion.heard == (exchange.talk, exchange.step)
        of = "" if here else exchange.said
        for one in found:
            number = one.number
            self._bubble.extras.remembered(
                one.text,
                lambda number=number: self._around.page("her", number),  # type: ignore[misc]
                lambda number=number: self._around.tasks.start(self, self._forget_one(number)),  # type: ignore[misc]
                of,
            )

    def ask_to_forget(self, asked: AsksToForget) -> None:
        """What is to be forgotten is shown, and asked about once: there is no way back."""
        shown = "\n".join(f"· {one.text}" for one in asked.memories[:4])
        question = t(
            "忘掉之后就找不回来了，连说过的话也会抹去。",
            "What is forgotten cannot be brought back; the words go too.",
        )
        self._bubble.extras.ask(
            f"{shown}\n{question}".strip(),
            (lambda: t("忘掉", "Forget"), lambda: self._around.tasks.start(self, self._forget(asked))),
            lambda: None,
        )

    async def _forget_one(self, number: int) -> None:
        memory = self._companion.memory
        if memory is not None:
            self.ask_to_forget(await memory.one(number))

    async def _forget(self, asked: AsksToForget) -> None:
        memory = self._companion.memory
        if memory is not None:
            await memory.forget(asked)
            self._bubble.tell(t("好，已经忘掉了。", "It is forgotten."))
