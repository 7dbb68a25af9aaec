"""One memory: what it says and said, since when, how often it came to mind and why, and everything that can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.memory.recollect import Recollection
from zishu_app.memory.store import Kind, Memory
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.her.memory_editor import MemoryEditor
from zishu_app.ui.tabs.her.memory_parts import BeforePart, Fact, WhyPart
from zishu_app.ui.tabs.her.words import at_word, day_word, kind_word
from zishu_app.ui.theme.tokens import GAP, ROOM, TIGHT
from zishu_app.ui.widgets.cards import boxed, column, row, scrolled
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.keycap import KeyButton
from zishu_app.ui.widgets.labels import Say, label, rule, set_kind
from zishu_app.ui.widgets.question import Question


@dataclass(frozen=True, slots=True)
class Opened:
    """A memory as it is shown: itself, what it said before (since when, what, why), how many turns it came from, and
    whether another went into it.
    """

    memory: Memory
    before: Sequence[tuple[int, str, str]] = ()
    turns: int = 0
    merged: bool = False


@dataclass(frozen=True)
class Acts:
    """What the sheet asks for."""

    #: a text and the kind of a new one; None: what is open is edited
    save: Callable[[str, Kind], object]
    pin: Callable[[], object]
    merge: Callable[[], object]
    apart: Callable[[], object]
    end: Callable[[], object]
    forget: Callable[[], object]
    leave: Callable[[], object]


class MemorySheet(QFrame):
    """Shows `opened`; or, while a new one is written, an empty editor."""

    def __init__(self, acts: Acts) -> None:
        super().__init__()
        self._acts = acts
        self.opened: Opened | None = None
        self.setProperty("kind", "card")
        self.question = Question()
        self._chips = [label("chip"), label("chip"), label("chip")]
        self._text = label("lead", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.editor = MemoryEditor(self._save, self.stop_writing)
        self._facts = [Fact() for _ in range(4)]
        self.why = WhyPart()
        self._before = BeforePart()
        self._buttons = self._made_buttons()
        whole = column(
            boxed(row(*self._chips, None)),
            self._text,
            self.editor,
            self.question,
            self._buttons,
            rule(),
            column(*self._facts, gap=TIGHT),
            self.why,
            self._before,
            None,
            gap=GAP,
        )
        whole.setContentsMargins(ROOM, ROOM, ROOM, ROOM)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(whole))
        say(self, self._speak)

    def _made_buttons(self) -> QWidget:
        def made(text: Say, keys: str, do: Callable[[], object], icon: str) -> KeyButton:
            return KeyButton(text, keys, do, icon=icon)

        self._edit = made(lambda: t("改写", "Edit"), "F2", self.write, "edit")
        self._pin = made(self._pin_word, "P", self._acts.pin, "pin")
        self._merge = made(lambda: t("合并", "Merge"), "M", self._acts.merge, "merge")
        self._apart = made(lambda: t("拆开", "Take apart"), "", self._acts.apart, "undo")
        self._end = made(self._end_word, "", self._acts.end, "clock")
        self._forget = made(lambda: t("忘掉", "Forget"), "Delete", self._acts.forget, "trash")
        holder = QWidget()
        holder.setLayout(
            Flow(self._edit, self._pin, self._merge, self._apart, self._end, self._forget, gap=TIGHT)
        )
        return holder

    def show_opened(self, opened: Opened) -> None:
        """Show a memory; what was being written of another one is given up."""
        anew = self.opened is None or self.opened.memory.id != opened.memory.id
        self.opened = opened
        if anew:
            self.question.hide()
            self.why.show_why(None, opened.memory)
            self.stop_writing()
        elif not self.editor.isVisible():
            self.stop_writing()
        self._speak()

    def show_why(self, found: Recollection | None) -> None:
        """Why it came to mind the last time."""
        if self.opened is not None:
            self.why.show_why(found, self.opened.memory)

    def write(self) -> None:
        """Edit what is open."""
        if self.opened is not None:
            self._text.hide()
            self.editor.open(self.opened.memory.text, None)

    def write_new(self) -> None:
        """Write something new into her memory."""
        self.opened = None
        self.question.hide()
        self._show_parts(writing=True)
        self.editor.open("", "fact")

    def stop_writing(self) -> None:
        """What is being written is given up."""
        self.editor.hide()
        self._show_parts(writing=False)
        if self.opened is None:
            self._acts.leave()

    def _show_parts(self, *, writing: bool) -> None:
        known = self.opened is not None
        self._text.setVisible(known and not writing)
        for part in (self._buttons, self.why, self._before, *self._facts):
            part.setVisible(known)
        if not known:
            for chip in self._chips:
                chip.hide()

    def _save(self, text: str, kind: Kind) -> None:
        self._acts.save(text, kind)

    def _pin_word(self) -> str:
        pinned = self.opened is not None and self.opened.memory.pinned
        return t("取消置顶", "Unpin") if pinned else t("置顶", "Pin")

    def _end_word(self) -> str:
        past = self.opened is not None and self.opened.memory.until is not None
        return t("现在仍是这样", "Still so") if past else t("不再是这样", "No longer so")

    def _speak(self) -> None:
        if self.opened is None:
            return
        memory, kind, pinned, past = self.opened.memory, *self._chips
        kind.setText(kind_word(memory.kind))
        pinned.setText(t("置顶：总在她心里", "Pinned: always in mind"))
        past.setText(
            t(f"到 {day_word(memory.until or 0)} 为止", f"Was so until {day_word(memory.until or 0)}")
        )
        set_kind(past, "chip", tone="warn")
        for chip, shown in ((kind, True), (pinned, memory.pinned), (past, memory.until is not None)):
            chip.setVisible(shown)
        self._text.setText(memory.text)
        self._apart.setVisible(self.opened.merged)
        self._apart.setToolTip(
            t("把最后并进来的那条记忆分出去。", "The memory that was merged in last is one of its own again.")
        )
        for one, (name, said) in zip(self._facts, _facts(self.opened), strict=True):
            one.show_fact(name, said)
        self._before.show_before(self.opened.before)
        for button in (self._pin, self._end):
            button.speak()


def _facts(opened: Opened) -> list[tuple[str, str]]:
    memory = opened.memory
    came = (
        t(f"，来自 {opened.turns} 句话", f", from {counted(opened.turns, 'sentence')}")
        if opened.turns
        else ""
    )
    last = t(f"，上次在 {at_word(memory.used)}", f", last at {at_word(memory.used)}") if memory.used else ""
    never = t("还没有", "not yet")
    return [
        (t("记下", "Noted"), at_word(memory.created) + came),
        (t("变化", "Changed"), at_word(memory.changed) if memory.changed != memory.created else never),
        (
            t("想起", "Recalled"),
            (t(f"{memory.uses} 次", counted(memory.uses, "time")) if memory.uses else never) + last,
        ),
        (
            t("分量", "Weight"),
            t(
                f"重要 {memory.importance:.0%}，把握 {memory.confidence:.0%}",
                f"importance {memory.importance:.0%}, sure {memory.confidence:.0%}",
            ),
        ),
    ]
