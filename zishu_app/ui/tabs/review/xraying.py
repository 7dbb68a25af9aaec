"""The X-ray of the sample that is read: in the place of its text, and along when one goes on to the next."""

from collections.abc import Sequence

from zishu_app.core.texts import t
from zishu_app.dataset.sample import SampleMessage
from zishu_app.studio.xray import see
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.review.deciding import Commands
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.tabs.review.reader import Reader
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.workbench import Workbench


class Xraying:
    """Turned on and off; whatever changes the text turns it off."""

    def __init__(self, bench: Workbench, stage: Stage, reader: Reader) -> None:
        self._bench, self._stage, self._reader = bench, stage, reader
        #: what is shown, so that a mark or a verdict does not ask again
        self._asked: Sequence[SampleMessage] | None = None

    def commands(self) -> Commands:
        """What it does, by name."""
        return {"xray": self._turn}

    def show_sample(self, opened: Opened | None) -> None:
        """Another sample is read, or the same with something else about it; None: none."""
        if opened is None:
            self.leave()
        elif not self._reader.xray.isHidden() and opened.sample.messages != self._asked:
            self._ask(opened)

    def leave(self) -> bool:
        """Back to the text; says whether it was not there."""
        if self._reader.xray.isHidden():
            return False
        self._asked = None
        self._reader.show_xray(False)
        return True

    def _turn(self) -> None:
        opened = self._stage.opened
        if not self.leave() and opened is not None:
            self._reader.show_xray(True)
            self._ask(opened)

    def _ask(self, opened: Opened) -> None:
        if self._asked is None:
            self._reader.xray.show_none(lambda: t("正在读取…", "Reading…"))
        self._asked = opened.sample.messages
        self._bench.tasks.start(
            self._reader, self._see(opened.sample.messages), replaces="xray", failed=self._failed
        )

    async def _see(self, messages: Sequence[SampleMessage]) -> None:
        seen = await see(self._bench.house, messages)
        if messages != self._asked:
            return
        if seen is None:
            self._reader.xray.show_none(_no_base)
        else:
            self._reader.xray.show_seen(seen)

    def _failed(self, told: Told) -> None:
        said = f"{told.message} {told.hint}".strip()
        self._reader.xray.show_none(lambda: said)


def _no_base() -> str:
    return t(
        "这台机器上还没有可以训练的基座模型，所以看不到分词。第一次训练时会准备好内置的那个。",
        "There is no base on this machine yet that she could learn on, so there are no tokens to show. "
        "The built-in one is made ready by the first training.",
    )
