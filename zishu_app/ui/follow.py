"""What changes while the window is open: its language and its look. Widgets follow by doing again what they did.

A text is not set but said: `say(label, lambda: label.setText(t("开始", "Start")))` sets it now and again each time
the language changes. Colours that are painted or put into icons are worn in the same way.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from zishu_app.core.texts import set_language, system_language

#: done at once, and again at each change
Act = Callable[[], object]


class Topic:
    """One thing that changes; owners follow it for as long as they live."""

    def __init__(self) -> None:
        self._acts: dict[int, list[Act]] = {}

    def follow(self, owner: QObject, act: Act) -> None:
        """Do `act` now and after each change, until `owner` is destroyed."""
        act()
        key = id(owner)
        if key not in self._acts:
            self._acts[key] = []
            owner.destroyed.connect(partial(self._forget, key))
        self._acts[key].append(act)

    def changed(self) -> None:
        """Have everybody do it again, in the order in which they came."""
        for acts in list(self._acts.values()):
            for act in acts:
                act()

    def _forget(self, key: int, *_: object) -> None:
        self._acts.pop(key, None)


LANGUAGE = Topic()
LOOK = Topic()

say = LANGUAGE.follow
wear = LOOK.follow


def speak(choice: str) -> None:
    """Speak the language of the settings from now on: "zh", "en", or "auto", which is the system's."""
    set_language("zh" if choice == "zh" else "en" if choice == "en" else system_language())
    LANGUAGE.changed()
