"""She is seen first: what is needed for that, and nothing else, before the program loads."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication

from zishu_app.core.paths import Home
from zishu_app.core.setting_her import Companion
from zishu_app.desktop.base import Desktop
from zishu_app.desktop.here import open_desktop
from zishu_app.studio.companion_state import StateFile
from zishu_app.ui.pet.body import Body
from zishu_app.ui.pet.place import place_from
from zishu_app.ui.pet.screens import filling
from zishu_app.ui.single import Start

#: seconds for which her first picture is waited for at most
PATIENCE = 0.5


@dataclass(frozen=True)
class First:
    """What was there before the rest."""

    desktop: Desktop
    body: Body


def appear(home: Home, settings: Companion, start: Start) -> First:
    """Have her stand where she stood, wearing what she wore; painted when this returns, if she is to be seen."""
    desktop = open_desktop(home.root)
    body = embody(home, settings, desktop, start.accessory)
    hides = settings.hide_for_full_screen and filling(desktop, body.window)
    if (settings.shown or start.mode == "desktop") and not hides:
        body.window.show()
        _wait_until(body)
    return First(desktop, body)


def embody(home: Home, settings: Companion, desktop: Desktop, accessory: str = "") -> Body:
    """Her body as she was left. `accessory`: what she is to wear; "": what she wore."""
    state = StateFile(home.companion)
    place, solid = place_from(state.read("place")), not desktop.has_compositor()
    body = Body(home, settings, place, solid=solid, shape=desktop.shape)
    body.wear(accessory or _worn(state, settings))
    return body


def _worn(state: StateFile, settings: Companion) -> str:
    """What she wore, unless the settings were changed since: as `character.accessories.worn_from`, which knows her
    card, and with it all that a card stands on.
    """
    kept = state.read(settings.character).get("worn")
    if isinstance(kept, dict) and kept.get("setting") == settings.accessory:
        return str(kept.get("accessory", ""))
    return settings.accessory


def _wait_until(body: Body) -> None:
    """The loop does not run yet, and loading all the rest takes longer than painting her."""
    end = time.monotonic() + PATIENCE
    while not body.window.painted and time.monotonic() < end:
        QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
