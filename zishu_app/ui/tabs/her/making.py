"""Something to wear is being made: the editor in the place of the choices, and what is made shown on her."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.character.manifest import Manifest
from zishu_app.ui.tabs.her.figure_stage import Dragging, FigureStage
from zishu_app.ui.tabs.her.look_deeds import LookDeeds
from zishu_app.ui.tabs.her.wear_editor import Draft, WearEditor


class Making(QObject):
    """`turned`: whether something is being made now."""

    turned = Signal(bool)

    def __init__(self, owner: QWidget, stage: FigureStage, deeds: LookDeeds) -> None:
        super().__init__(owner)
        self._stage, self._deeds = stage, deeds
        self.editor = WearEditor(self._preview, self._keep, self.leave)
        self.dragging = Dragging(stage)
        self.dragging.dragged.connect(self.editor.drag)
        self.dragging.turned.connect(self.editor.turn)
        self.on = False

    def begin(self, manifest: Manifest, taken: Sequence[str], draft: Draft | None = None) -> None:
        """Make something new, or change what there is."""
        self._turn(True)
        self._stage.wear(None)
        self.editor.open(manifest, taken, draft)
        if draft is not None:
            self._preview(draft)

    def leave(self) -> None:
        """It is done, or given up."""
        self._turn(False)

    def _turn(self, on: bool) -> None:
        self.on = on
        self.dragging.turn(on)
        self.turned.emit(on)

    def _preview(self, draft: Draft) -> None:
        self._stage.wear((draft.accessory, draft.picture))

    def _keep(self, draft: Draft) -> None:
        self._deeds.start(self._kept(draft), "keep")

    async def _kept(self, draft: Draft) -> None:
        await self._deeds.keep(draft)  # where it is wrong, the editor stays open
        self.leave()
