"""What the person thinks of her answer: good, bad, "you should have said ..."; and what she has remembered of the talk."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from zishu_app.character.chat import Replied
from zishu_app.core.texts import t
from zishu_app.studio.companion import Companion
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
        bubble.acts.copied.connect(lambda: QGuiApplication.clipboard().setText(bubble.said()))
        companion.remembered = self.remembered

    def rate(self, mark: int) -> None:
        """1 good, -1 bad, 0 neither again."""
        if self.answer is not None:
            good = None if not mark else mark > 0
            work = self._companion.rate(self.answer.talk, self.answer.step, good)
            self._around.tasks.start(self, work)

    def ask(self) -> None:
        """How she should have said it."""
        answer = self.answer
        if answer is not None:
            self._bubble.correct(
                answer.text, lambda text: self._around.tasks.start(self, self._correct(answer, text))
            )

    async def _correct(self, answer: Replied, text: str) -> None:
        number = await self._companion.correct(answer.talk, answer.step, text)
        if number is None:  # her own words, or none
            self._bubble.leave()
            return
        self._presence.feel("shy", 0.6)
        self._bubble.offer(
            t("谢谢你告诉我，我记下了，会好好学的。", "Thank you. I noted it, and I will learn it."),
            [(lambda: t("在审阅里看", "See it in Review"), lambda: self._around.page("review", number))],
        )

    def remembered(self, found: Sequence[Any]) -> None:
        """A chip for each thing she has remembered; a click shows it among her memories."""
        for one in found:
            self._bubble.extras.remembered(one, lambda memory=one: self._around.page("her", memory))  # type: ignore[misc]
