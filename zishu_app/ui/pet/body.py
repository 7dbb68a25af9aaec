"""Her body: which character stands in the window, how large, at which scaling of the screen, and what she can wear.

It is there before anything else of the program, so that she is seen at once: neither the house nor the studio is loaded for
it. A character that cannot be shown is no reason to stay away: the shipped one comes, and what is wrong is told later.
"""

from pathlib import Path

from PySide6.QtGui import QGuiApplication, QScreen

from zishu_app.character.pack import Accessory, Pack, accessories_in, read_pack
from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES, Home
from zishu_app.core.setting_her import Companion
from zishu_app.ui.pet.carry import areas
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.outline import Shape
from zishu_app.ui.pet.place import Place
from zishu_app.ui.pet.window import PetWindow

#: the character that always is there, and the name of wearing nothing
SHIPPED, NOTHING = "zishu", "none"
#: share of a screen's height she may take at most
MOST = 0.8


class Body:
    """Her window, and what it is filled with."""

    def __init__(
        self,
        home: Home,
        settings: Companion,
        place: Place,
        *,
        solid: bool = False,
        shape: Shape | None = None,
    ) -> None:
        self._home, self._settings = home, settings
        #: why the character of the settings is not the one that is shown
        self.fault: DataError | None = None
        self.pack = self._read(settings.character)
        figure = self._figure(place)
        self.window = PetWindow(figure, solid=solid, shape=shape)
        self.window.carrier.stand(place)

    def wear(self, accessory: str) -> str:
        """Put something on; what she wears then, "" for nothing. One that is not there is not worn."""
        found = self.wardrobe().get(accessory) if accessory not in ("", NOTHING) else None
        self.window.figure.wear(found)
        self.window.move_on(accessory=accessory if found else "")
        return accessory if found else ""

    def wardrobe(self) -> dict[str, tuple[Accessory, Path]]:
        """All that she can wear. Reads the disk."""
        return accessories_in([RESOURCES / "accessories", self._home.accessories])[0]

    def follow(self, settings: Companion) -> None:
        """Be as the settings have it now."""
        before, self._settings = self._settings, settings
        if settings.character != before.character:
            self.pack = self._read(settings.character)
        self.fit()

    def fit(self) -> None:
        """Be drawn for the screen she stands on, and stand in sight of it."""
        place, shown = self.window.carrier.place, self.window.figure
        figure = self._figure(place)
        if (figure.pack, figure.scale, figure.ratio) == (shown.pack, shown.scale, shown.ratio):
            self.window.carrier.stand()
            return
        figure.wear(shown.worn)
        self.window.show_figure(figure)

    def _figure(self, place: Place) -> Figure:
        """Costs nothing before it is painted. On a small screen she is not taller than it."""
        screen = screen_of(place)
        most = screen.availableGeometry().height() * MOST / self.pack.manifest.canvas[1]
        return Figure(self.pack, min(self._settings.size, most), screen.devicePixelRatio())

    def _read(self, character: str) -> Pack:
        self.fault = None
        own = self._home.characters / character
        try:
            return read_pack(own if own.is_dir() else RESOURCES / "characters" / character)
        except DataError as fault:
            self.fault = fault
            return read_pack(RESOURCES / "characters" / SHIPPED)


def screen_of(place: Place) -> QScreen:
    """The screen of a place; the first one where that has gone."""
    name = next((one.name for one in areas() if one.name == place.screen), "")
    screens = QGuiApplication.screens()
    return next((one for one in screens if one.name() == name), QGuiApplication.primaryScreen())
