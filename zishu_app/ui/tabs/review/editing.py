"""Changes of the messages that are read: written anew, dropped, split, not learnt from."""

from collections.abc import Awaitable, Callable

from PySide6.QtGui import QGuiApplication

from zishu_app.core.texts import t
from zishu_app.dataset.acts import Act
from zishu_app.review.desk import Desk
from zishu_app.ui.tabs.review.deciding import Commands
from zishu_app.ui.tabs.review.editor import Drafts, Editor
from zishu_app.ui.tabs.review.reader import Reader
from zishu_app.ui.tabs.review.room import Room
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.workbench import Workbench


class Editing:
    """`room` says what was done, and why something was not."""

    def __init__(self, bench: Workbench, stage: Stage, strips: Strips, reader: Reader, room: Room) -> None:
        self._bench, self._stage, self._strips, self._reader = bench, stage, strips, reader
        self._say, self._refuse = room.say, room.refuse
        self.drafts = Drafts(bench.remembered, self._keep_drafts)
        self.editor = Editor(reader.sample.view, self.drafts, self._saved, self._left)
        stage.hand.acted.connect(self._acted)

    def commands(self) -> Commands:
        """What it does, by name."""
        return {
            "edit": self._edit,
            "drop": self._drop,
            "split": self._split,
            "learn": self._learn,
            "copy": self._copy,
        }

    def _edit(self) -> None:
        opened, message = self._stage.opened, self._reader.sample.message()
        if opened is None or message is None:
            return
        self._strips.close_()
        here = self._reader.sample.statement()
        at = self._reader.at
        self._reader.sample.side.whole()
        self._reader.sample.spots.bring()
        self.editor.open(opened.sample.id, at, message.content, here.start if here is not None else None)

    def _keep_drafts(self) -> None:
        """On the disk, whatever becomes of the program."""
        self._bench.tasks.start(self._reader, self._bench.remembered.write_aside())

    def _saved(self, sample: int, at: int, text: str) -> None:
        async def rewrite(desk: Desk) -> Act:
            act = await desk.rewrite(sample, at, text)
            self.drafts.put(sample, at, None)
            return act

        self._stage.hand.do(sample, rewrite, self._refuse)

    def _left(self) -> None:
        """The room that was made for the editor goes; a draft is told in the head."""
        self._reader.sample.again()
        if self._stage.opened is not None:
            self._stage.shown.emit(self._stage.opened)

    def _drop(self) -> None:
        self._at(lambda number, at: lambda desk: desk.drop_from(number, at))

    def _split(self) -> None:
        def split(number: int, at: int) -> Callable[[Desk], Awaitable[Act]]:
            return lambda desk: desk.split(number, at)

        self._at(split)

    def _acted(self, act: Act) -> None:
        if act.what == "split":
            self._say(
                t(
                    "切开了；后一半成了新样本。撤销按 U。",
                    "Split: the second half is a new sample. U undoes it.",
                )
            )

    def _learn(self) -> None:
        message = self._reader.sample.message()
        if message is not None:
            learnt = not message.loss
            self._at(lambda number, at: lambda desk: desk.learn(number, at, learnt=learnt))

    def _at(self, work: Callable[[int, int], Callable[[Desk], Awaitable[Act]]]) -> None:
        """Do something to the message the keyboard is at."""
        opened, at = self._stage.opened, self._reader.at
        if opened is None or self._reader.sample.message() is None:
            return
        self._stage.hand.do(opened.sample.id, work(opened.sample.id, at), self._refuse)

    def _copy(self) -> None:
        view = self._reader.side().view
        if view.textCursor().hasSelection():
            view.copy()
            return
        message = self._reader.sample.message()
        if message is not None:
            QGuiApplication.clipboard().setText(message.content)
            self._say(t("消息已复制。", "The message was copied."))
