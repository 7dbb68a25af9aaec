"""What her menu offers, and what comes of it: some of it changes settings, some is done by her, some leads to the studio."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from zishu_app.character.emotion_words import emotion_word
from zishu_app.character.pose import Pose
from zishu_app.core.texts import t
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.faces import face
from zishu_app.ui.pet.manners import Manners
from zishu_app.ui.pet.menu import PICTURE, Brain, Stand, Wishes
from zishu_app.ui.pet.surroundings import Surroundings

if TYPE_CHECKING:
    from zishu_app.ui.pet.stage import Stage


@dataclass(frozen=True)
class Acts:
    """What she does herself."""

    manners: Manners
    talk: Callable[[], object]
    wear: Callable[[str], object]
    #: does something with her talk, as soon as that has come
    then: Callable[[Callable[["Stage"], object]], object]


class Offers(QObject):
    """Stands behind the menu."""

    def __init__(self, body: Body, around: Surroundings, acts: Acts) -> None:
        super().__init__()
        self._body, self._around, self._acts = body, around, acts
        #: what she is like today; "": not known yet
        self._today = ""

    def wishes(self) -> Wishes:
        """For the menu."""
        around, manners = self._around, self._acts.manners
        return Wishes(
            talk=self._acts.talk,
            wear=self._acts.wear,
            mood=lambda: self._acts.then(self._tell_mood),
            disturb_not=manners.set_quiet,
            through=manners.set_through,
            show=lambda on: around.change({"companion.shown": on}),
            size=lambda size: around.change({"companion.size": size}),
            talks_first=lambda level: around.change({"companion.talks_first": level}),
            brain=lambda spec: self._acts.then(lambda stage: self._use(stage, spec)),
            other_brain=lambda: around.page("her", "brain"),
            history=lambda: around.page("her", "history"),
            studio=lambda: around.page("", None),
            settings=lambda: around.page("settings", "companion"),
            quit=around.quit,
            stand=self._stand,
            wardrobe=self._body.wardrobe,
            brains=lambda show: self._acts.then(lambda stage: self._find(stage, show)),
        )

    def _stand(self) -> Stand:
        """How things stand, for the menu."""
        settings, manners = self._around.house.settings.companion, self._acts.manners
        window = self._body.window
        stand = Stand(
            manners.shown,
            manners.disturb_not,
            manners.through,
            settings.size,
            settings.talks_first,
            window.motion.accessory,
        )
        if not self._today:
            return stand
        small = face(window.figure, Pose(self._today), 2 * PICTURE)
        return replace(stand, mood=emotion_word(self._today), face=small)

    def look(self, stage: "Stage") -> None:
        """Her talk has come: how she is today is known from now on."""
        condition = stage.companion.condition
        condition.face()
        self._today = condition.mood.today

    def _tell_mood(self, stage: "Stage") -> None:
        self.look(stage)
        stage.presence.settle()
        word = emotion_word(self._today)
        stage.tell(t(f"今天的我：{word}。", f"Today I am {word}."))

    def _find(self, stage: "Stage", show: Callable[[Sequence[Brain]], None]) -> None:
        self.look(stage)
        self._around.tasks.start(self, self._find_brains(stage, show), replaces="brains")

    async def _find_brains(self, stage: "Stage", show: Callable[[Sequence[Brain]], None]) -> None:
        brain = stage.companion.brain
        found, hers = await brain.choices(), await brain.hers()
        current = hers.current(self._around.house.settings.companion.brain)
        itself = Brain("", t("自动选择", "By itself"), not current)
        show([itself, *(Brain(one.spec, one.name, one.spec == current, one.why_not) for one in found)])

    def _use(self, stage: "Stage", spec: str) -> None:
        self._around.tasks.start(self, self._use_brain(stage, spec))

    async def _use_brain(self, stage: "Stage", spec: str) -> None:
        await stage.companion.brain.use(spec)
        stage.hello()
