"""The training pack: what it is for, what it takes, and how it comes and goes. On the Train page and under About."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zishu_app.brains.events import Received
from zishu_app.brains.pack import look, remove
from zishu_app.brains.pack_events import (
    Begun,
    Entered,
    Fetching,
    Installed,
    Installing,
    Pack,
    Removed,
    Stopped,
    Unpacking,
)
from zishu_app.core.errors import DataError
from zishu_app.core.paths import TRAINING_PACK
from zishu_app.core.texts import language, t
from zishu_app.core.torch_build import Accelerator, TorchBuild
from zishu_app.studio.training import all_runs
from zishu_app.ui.errors import Told
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import GAP
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.download_row import mega, received
from zishu_app.ui.widgets.labels import Say, label, set_kind
from zishu_app.ui.widgets.question import Question
from zishu_app.ui.workbench import Workbench

#: bytes to fetch and bytes on the disk then, about: measured for the CPU build (see brains/pack_install), for the others
#: what their wheels promise
SIZES: dict[Accelerator, tuple[int, int]] = {
    "cpu": (400_000_000, 1_400_000_000),
    "mps": (350_000_000, 1_200_000_000),
    "cuda": (3_200_000_000, 7_500_000_000),
}
#: bytes a second of a slow and of a fast line
LINES = (2_000_000, 12_000_000)


class PackPanel(QWidget):
    """`changed` hears the pack that is there, or None. `removable`: it can be taken away here."""

    def __init__(
        self,
        bench: Workbench,
        changed: Callable[[Pack | None], object],
        folder: Path = TRAINING_PACK,
        *,
        removable: bool = False,
    ) -> None:
        super().__init__()
        self._bench, self._changed, self._folder, self._removable = bench, changed, folder, removable
        self.pack: Pack | None = None
        self._build_wanted: TorchBuild | None = None
        self._found_in = language()
        self._stop: asyncio.Event | None = None
        self._kind, self._state = "small", _nothing
        self._share = 0.0
        self._about = label("soft", wrap=True)
        self._said, self._bar = label("small", wrap=True), Bar()
        self.question = Question()
        self.install = button(
            self._verb,
            lambda: (self.stop if self.is_going else self.start)(),
            icon="download",
            kind="primary",
        )
        self.remove = button(lambda: t("移除", "Remove"), self._ask, icon="trash")
        self._line = boxed(row(self.install, self.remove, None, gap=GAP))
        self.setLayout(column(self._about, self._bar, self._said, self.question, self._line, gap=GAP))
        say(self, self._show)

    @property
    def is_going(self) -> bool:
        """Whether it is being installed."""
        return self._stop is not None

    def renew(self) -> None:
        """Look again how it stands."""
        self._bench.tasks.start(self, self._look(), replaces="look")

    async def _look(self) -> None:
        from zishu_app.brains.pack_install import fitting

        self.pack = await asyncio.to_thread(look, self._folder)
        if self._build_wanted is None or self._found_in != language():  # why it fits is said in a language
            self._found_in = language()
            self._build_wanted = await asyncio.to_thread(fitting)
        self._show()
        self._changed(self.pack)

    def start(self) -> None:
        """Install it."""
        if not self.is_going:
            self._stop = asyncio.Event()
            self._share = 0.0
            self._tell("small", lambda: t("正在准备……", "Getting ready …"))
            self._bench.tasks.start(self, self._install(self._stop), replaces="install", failed=self._failed)

    def stop(self) -> None:
        """Let it be; nothing of it is left."""
        if self._stop is not None:
            self._stop.set()
            self._tell("small", lambda: t("正在停下……", "Stopping …"))

    async def _install(self, stop: asyncio.Event) -> None:
        from zishu_app.brains.pack_install import Wishes, install

        wishes = replace(Wishes(), folder=self._folder, build=self._build_wanted)
        async with aclosing(install(wishes, stop)) as events:
            async for event in events:
                if not stop.is_set() or isinstance(event, Installed | Stopped):
                    self._take(event)

    def _take(self, event: Installing) -> None:
        match event:
            case Entered(stage):
                words = {
                    "torch": t("先取 PyTorch……", "PyTorch first …"),
                    "rest": t("再取其余的……", "Then the rest …"),
                    "check": t("试一试能不能用……", "Trying whether it works …"),
                    "place": t("放到位……", "Putting it in place …"),
                }
                self._share = 0.0
                self._tell("small", lambda: words[stage])
            case Fetching(name, size):
                self._tell("small", lambda: f"{name} · {mega(size)}" if size else name)
            case Received():
                self._share = event.done / event.total if event.total else 0.0
                self._tell("small", lambda: received(event))
            case Unpacking(size):
                self._share = 0.0
                self._tell("small", lambda: t(f"正在解开：{mega(size)}", f"Unpacking: {mega(size)}"))
            case Installed():
                self._over(lambda: t("装好了。", "It is installed."))
                self._pack_is(event.pack)
            case Stopped():
                self._over(lambda: t("已停下，没有留下任何东西。", "Stopped; nothing of it is left."))
            case Begun():
                pass

    def _failed(self, said: Told) -> None:
        self._over(lambda: f"{said.message} {said.hint}".strip(), "fault")

    def _ask(self) -> None:
        size = mega(self.pack.size) if self.pack else ""
        self.question.ask(
            lambda: t(
                f"移除训练组件？腾出 {size}；之后还能再装。学会的大脑都留着，她照样能用它们说话。",
                f"Remove the training pack? {size} become free, and it can be installed again. Brains she has learnt stay,"
                " and she goes on speaking with them.",
            ),
            lambda: t("移除", "Remove"),
            lambda: self._bench.tasks.start(self, self._remove(), replaces="install", failed=self._failed),
        )

    async def _remove(self) -> None:
        self.question.wait(lambda: t("正在移除……", "Removing it …"))
        try:
            if any(run.state == "running" for run in await all_runs(self._bench.house)):
                raise DataError(
                    t("一次训练正在用它。", "A training is using it."),
                    t("先暂停训练。", "Pause the training first."),
                )
            freed = 0
            async with aclosing(remove(self._folder)) as events:
                async for event in events:
                    freed = event.size if isinstance(event, Removed) else freed
            self._over(lambda: t(f"已移除，腾出 {mega(freed)}。", f"Removed; {mega(freed)} are free again."))
        finally:
            self.question.close_()
        self._pack_is(None)

    def _over(self, state: Say, kind: str = "small") -> None:
        self._stop, self._share = None, 0.0
        self._tell(kind, state)

    def _pack_is(self, pack: Pack | None) -> None:
        self.pack = pack
        self._show()
        self._changed(pack)

    def _tell(self, kind: str, state: Say) -> None:
        self._kind, self._state = kind, state
        self._show()

    def _show(self) -> None:
        self._about.setText(about_pack(self.pack, self._build_wanted))
        said = self._state()
        set_kind(self._said, self._kind)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._bar.setVisible(self.is_going and self._share > 0)
        self._bar.set_share(self._share)
        wanted = self.pack is None or bool(self.pack.differs)
        self.install.setVisible(wanted or self.is_going)
        self.install.setText(self._verb())
        self.remove.setVisible(self._removable and self.pack is not None and not self.is_going)

    def _verb(self) -> str:
        if self.is_going:
            return t("停下", "Stop")
        return t("更新", "Update") if self.pack is not None else t("安装", "Install")


def about_pack(pack: Pack | None, build: TorchBuild | None) -> str:
    """What it takes, or what is there."""
    if pack is not None:
        kind = {"cpu": "CPU", "cuda": "CUDA", "mps": "Apple GPU"}[pack.accelerator]
        said = t(
            f"已安装：PyTorch {pack.torch}（{kind}），占 {mega(pack.size)}。",
            f"Installed: PyTorch {pack.torch} ({kind}), {mega(pack.size)}.",
        )
        if pack.differs:
            names = ", ".join(pack.differs[:4])
            said += t(f" 与测试过的不同：{names}。", f" Other than what was tested: {names}.")
        return said
    if build is None:
        return t("正在看这台电脑适合哪一种……", "Finding out which build fits this computer …")
    fetched, there = SIZES[build.accelerator]
    slow, fast = (max(round(fetched / line / 60), 1) for line in LINES)
    return t(
        f"{build.why}\n下载约 {mega(fetched)}，装好后占 {mega(there)}；大约 {fast}–{slow} 分钟。不用管理员权限，随时可以移除。",
        f"{build.why}\nAbout {mega(fetched)} to fetch, {mega(there)} on the disk; {fast} to {slow} minutes."
        " No administrator is needed, and it can be removed at any time.",
    )


def _nothing() -> str:
    return ""
