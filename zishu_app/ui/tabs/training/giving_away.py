"""What was learnt is given away in one of its forms, and its forms are held against each other."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QFileDialog, QWidget

from zishu_app.brains.learnt import Learnt
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.studio.giving import Form, Given, export
from zishu_app.studio.parity import Compared, Giving, compare
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.menu import Offer, menu_button
from zishu_app.ui.workbench import Workbench


class Tell(Protocol):
    """Hears what is going on, and how far it is."""

    def __call__(self, state: Say, share: float = 0.0) -> None:
        """Say it."""


@dataclass(frozen=True)
class GivingHands:
    """What the card around it does for it: make the brain, begin something, say how far it is, look again."""

    adopted: Callable[[], Awaitable[Learnt | None]]
    start: Callable[[Coroutine[Any, Any, None]], object]
    #: what it can be given away as
    forms: Callable[[], Mapping[Form, str]]
    tell: Tell
    changed: Callable[[], object]


class GivingAway:
    """Two buttons: `give` opens the forms, `check` compares them."""

    def __init__(self, owner: QWidget, bench: Workbench, hands: GivingHands) -> None:
        self._owner, self._bench, self._hands = owner, bench, hands
        self.give = menu_button(lambda: t("送出去", "Give it away"), "export", self._offers)
        self.check = button(
            lambda: t("比一比各种形式", "Compare its forms"),
            lambda: hands.start(self._compare()),
            icon="compare",
            kind="quiet",
            hint=lambda: t(
                "同样的二十句话，适配器和 GGUF 答得一不一样",
                "Twenty prompts: whether adapter and GGUF answer alike",
            ),
        )

    def export(self, form: Form, target: Path) -> None:
        """Give it away in a form."""
        self._hands.start(self._export(form, target))

    def _offers(self) -> list[Offer]:
        return [
            Offer(f"{name}…", lambda form=form: self._ask(form))  # type: ignore[misc]
            for form, name in self._hands.forms().items()
        ]

    def _ask(self, form: Form) -> None:
        dialog = QFileDialog(
            self._owner, t("送到哪里", "Where to"), "zishu.gguf" if form == "gguf" else f"zishu-{form}"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.fileSelected.connect(lambda path: self.export(form, Path(path)))
        dialog.open()

    async def _export(self, form: Form, target: Path) -> None:
        brain = await self._hands.adopted()
        if brain is not None:
            last = await self._watch(export(self._bench.house, brain, form, target))
            if isinstance(last, Given):
                self._hands.tell(lambda: last.told)
            self._hands.changed()

    async def _compare(self) -> None:
        brain = await self._hands.adopted()
        if brain is None:
            return
        last = await self._watch(compare(self._bench.house, brain))
        if isinstance(last, Compared):
            self._hands.tell(lambda: last.told)
        self._hands.changed()

    async def _watch(self, events: AsyncIterator[Any]) -> Any:
        """To its end, which is given."""
        last: Any = None
        async with closing(events) as stream:
            async for event in stream:
                last = event
                if isinstance(event, Giving):
                    self._tell(event)
        return last

    def _tell(self, event: Giving) -> None:
        self._hands.tell(lambda: event.text, event.done / max(event.total, 1))
