"""That she is there, beside all talk: her face follows her mood, she wears things, is touched, and does small things by
herself while nobody wants anything of her.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from zishu_app.character.card import Card
from zishu_app.character.mood import next_change
from zishu_app.character.motion import ACTIVITIES
from zishu_app.character.pack import Accessory
from zishu_app.character.tags import Felt
from zishu_app.character.touch import Touches, touch
from zishu_app.studio.condition import Condition
from zishu_app.ui.pet.window import PetWindow

#: seconds between two things she does by herself
IDLE = (25.0, 80.0)
#: longest wait of a timer: a feeling that fades later is looked at again
LONGEST = 3600.0

#: what can be worn: id -> accessory and picture
Wardrobe = Callable[[], dict[str, tuple[Accessory, Path]]]


@dataclass(frozen=True)
class Nature:
    """What her presence is made of."""

    card: Card
    condition: Condition
    wardrobe: Wardrobe
    #: seconds of a clock that does not jump
    clock: Callable[[], float] = time.monotonic
    dice: random.Random = field(default_factory=random.Random)


class Presence(QObject):
    """She in her window."""

    #: she was touched: she is awake
    woken = Signal()
    #: she wants to say this
    says = Signal(str)

    def __init__(self, pet: PetWindow, nature: Nature) -> None:
        super().__init__()
        self.pet, self._nature = pet, nature
        #: she is busy with something and does nothing by herself
        self.busy = False
        self._touches = Touches()
        self._face = self._timer(self.settle)
        self._idle = self._timer(self._do_something)
        pet.touched.connect(self.touched)
        pet.carrier.held.connect(lambda held: self.touched("carried") if held else None)
        self.dress()
        self.settle()
        self._wait()

    def _timer(self, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(act)
        return timer

    def dress(self) -> str:
        """She wears what her condition says, if it is there; what she wears then."""
        wanted = self._nature.condition.worn.accessory
        found = self._nature.wardrobe().get(wanted)
        self.pet.figure.wear(found)
        self.pet.move_on(accessory=wanted if found else "")
        return wanted if found else ""

    def feel(self, emotion: str, strength: float = 0.8) -> None:
        """Something makes her feel so."""
        self._nature.condition.feel(Felt(emotion, strength))
        self.settle()

    def settle(self) -> None:
        """Her face follows her mood, now and when it fades."""
        condition = self._nature.condition
        self.pet.move_on(emotion=condition.face())
        left = next_change(condition.mood, condition.now())
        if left is not None:
            self._face.start(round(min(left, LONGEST) * 1000) + 50)

    def do(self, activity: str) -> None:
        """One of motion.ACTIVITIES, for as long as it takes; nothing where she cannot."""
        if activity in ACTIVITIES:
            self.pet.move_on(activity=activity, began=self._nature.clock())
            QTimer.singleShot(round(ACTIVITIES[activity] * 1000), self, self._rest)

    def touched(self, region: str) -> None:
        """Somebody touches her, or carries her."""
        self.woken.emit()
        now = self._nature.clock()
        reaction, self._touches = touch(self._nature.card, self._touches, region, now)
        self.feel(reaction.emotion, reaction.strength)
        self.do(reaction.activity)
        if reaction.says:
            self.says.emit(reaction.says)

    def _wait(self) -> None:
        self._idle.start(round(self._nature.dice.uniform(*IDLE) * 1000))

    def _do_something(self) -> None:
        if not (self.busy or self.pet.motion.asleep):
            arms = self.pet.figure.manifest.arms
            able = [one for one in ACTIVITIES if one != "wave" and (one in arms or one in ("look", "hum"))]
            self.do(self._nature.dice.choice(able))
        self._wait()

    def _rest(self) -> None:
        self.pet.move_on(activity="")
