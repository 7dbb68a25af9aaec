"""What is done to memories from the page: written, pinned, ended, merged, forgotten, carried out of here and in."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.texts import counted, t
from zishu_app.memory.exchange import export_memories, import_memories
from zishu_app.memory.follow import followed
from zishu_app.memory.forget import Forgotten, forget, what_goes
from zishu_app.memory.merge import merge, take_apart
from zishu_app.memory.remember import add_by_hand, edit
from zishu_app.memory.store import Kind, Memory, Noted, end, hold_again, pin
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.words import memories_word

#: of what the person writes: it matters, and it is so
IMPORTANT, SURE = 0.7, 1.0


class MemoryDeeds(QObject):
    """`changed`: this memory says something else or is gone; `came`: others came or went."""

    changed = Signal(int)
    came = Signal(int)

    def __init__(self, owner: QWidget, around: Around) -> None:
        super().__init__(owner)
        self._around = around

    def start(self, work: Coroutine[Any, Any, Any], name: str = "") -> None:
        """Do something slow; it fails into words."""
        self._around.bench.tasks.start(self, work, replaces=name)

    async def add(self, text: str, kind: Kind) -> None:
        """Keep something the person wrote."""
        mind = await self._around.mind()
        kept = await add_by_hand(mind, Noted(text, kind, IMPORTANT, SURE))
        known = kept.what != "new"
        self._around.say(
            lambda: t("这件事她已经知道。", "She knew that.") if known else t("记下了。", "Noted.")
        )
        self.came.emit(kept.number)

    async def rewrite(self, memory: Memory, text: str) -> None:
        """Say it otherwise; with a way back."""
        if text == memory.text:
            return
        await self._edit(memory.id, text)
        self._around.say(
            lambda: t("改好了。", "Changed."),
            lambda: self.start(self._edit(memory.id, memory.text)),
            about=f"memory {memory.id}",
        )

    async def _edit(self, number: int, text: str) -> None:
        await edit(await self._around.mind(), number, text)
        self.changed.emit(number)
        await self._follow()

    async def turn_pin(self, memory: Memory) -> None:
        """Always in mind, or no longer."""
        mind = await self._around.mind()
        await pin(mind.memories, memory.id, on=not memory.pinned)
        self.changed.emit(memory.id)

    async def turn_end(self, memory: Memory) -> None:
        """It is so no longer, or still."""
        mind = await self._around.mind()
        if memory.until is None:
            await end(mind.memories, memory.id, mind.now())
        else:
            await hold_again(mind.memories, memory.id)
        self.changed.emit(memory.id)

    async def merge(self, kept: Memory, other: Memory) -> None:
        """One goes into the other."""
        await merge(await self._around.mind(), kept.id, other.id)
        self._around.say(
            lambda: t("合并好了；两边以前的说法都留着。", "Merged; what both said is kept."),
            lambda: self.start(self.take_apart(kept), "merge"),
            about=f"memory {kept.id}",
        )
        self.came.emit(kept.id)
        await self._follow()

    async def take_apart(self, kept: Memory) -> None:
        """The last merge of a memory is taken back, right after it or at any time."""
        await take_apart(await self._around.mind(), kept.id)
        self._around.say(
            lambda: t("拆开了，又是两条记忆。", "Taken apart; they are two memories again."),
            about=f"memory {kept.id}",
        )
        self.came.emit(kept.id)
        await self._follow()

    async def meaning_of_forgetting(self, memory: Memory) -> str:
        """What would go with it, in words."""
        mind = await self._around.mind()
        return forgetting_word(await what_goes(mind, self._around.house.elsewhere, [memory.id]))

    async def forget(self, memory: Memory) -> None:
        """Gone for good."""
        gone = await forget(await self._around.mind(), self._around.house.elsewhere, [memory.id])
        self._around.say(lambda: t("忘掉了，哪里都不再有。", "Forgotten; it stands nowhere any more."))
        self.came.emit(0)
        self._around.memories_changed.emit()
        if gone.samples or gone.versions:
            self._around.bench.news.samples_changed.emit()
        await self._follow()

    async def give(self, path: Path) -> None:
        """All of them into a file."""
        try:
            number = await export_memories(await self._around.mind(), path)
        except OSError as error:
            raise DataError(
                t(f"存不进 {path}：{error.strerror}。", f"It cannot be written to {path}: {error.strerror}."),
                t("换一个地方。", "Choose another place."),
            ) from error
        self._around.say(
            lambda: t(
                f"{number:,} 条记忆存进了 {path.name}。", f"{memories_word(number)} written to {path.name}."
            )
        )

    async def take(self, path: Path) -> None:
        """Those of a file."""
        taken = await import_memories(await self._around.mind(), path)
        self._around.say(
            lambda: t(
                f"新记下 {taken.new:,} 条，{taken.known:,} 条早就知道。",
                f"{memories_word(taken.new)} came, {taken.known:,} known before.",
            )
        )
        self.came.emit(0)
        await self._follow()

    async def _follow(self) -> None:
        """Her index is brought in line; where that fails it is when she is asked."""
        try:
            await followed(await self._around.mind())
        except ZishuError:
            return


def forgetting_word(goes: Forgotten) -> str:
    """What forgetting takes away, in a sentence or two."""
    parts_zh, parts_en = ["这条记忆和它的历史"], ["this memory and its history"]
    if goes.turns:
        parts_zh.append(f"聊天里说到它的 {len(goes.turns)} 句")
        parts_en.append(f"{counted(len(goes.turns), 'sentence')} of the chats")
    if goes.samples:
        parts_zh.append(f"{len(goes.samples)} 个样本")
        parts_en.append(counted(len(goes.samples), "sample"))
    if goes.versions:
        parts_zh.append(f"冻结版本 {'、'.join(goes.versions)}")
        parts_en.append(
            f"the frozen {'version' if len(goes.versions) == 1 else 'versions'} {', '.join(goes.versions)}"
        )
    return t(
        f"永远忘掉：{'，'.join(parts_zh)}。文件里一个字都不会留下，也无法恢复。",
        f"Forget for good: {', '.join(parts_en)}. Not a word of it stays in any file, and nothing brings it back.",
    )
