"""The words beside the tour: what it is, how far it is, what came of it, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from zishu_app.brains.cards import BUILTIN
from zishu_app.core.texts import counted, duration, t
from zishu_app.ui.errors import Told
from zishu_app.ui.tabs.welcome.tour_state import Phase, TourState
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.flow import Flow
from zishu_app.ui.widgets.labels import label, set_kind

if TYPE_CHECKING:
    from zishu_app.studio.guide import Guide

#: widths with much and with little room
WIDTH, NARROW = 300, 232

Do = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Acts:
    """What the buttons do."""

    start: Do
    stop: Do
    distil: Do
    make: Do
    folder: Do


class TourWords(QWidget):
    """Shown anew as a whole: `show_phase`."""

    def __init__(self, acts: Acts) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._title = label("title", wrap=True)
        self._text = label("soft", wrap=True)
        self._note = label("small", wrap=True)
        self._bar = Bar()
        self._left = label("faint")
        self._progress = boxed(column(self._bar, self._left, gap=2))
        self._files = [Elided("small", middle=True), Elided("small", middle=True)]
        self._made = boxed(column(*self._files, gap=2))
        self._fault = label("fault", wrap=True)
        self._build_buttons(acts)
        self.setLayout(
            column(
                self._title,
                self._text,
                self._note,
                self._progress,
                self._fault,
                self._made,
                NEAR // 2,
                Flow(self.start, self.stop, self.make, self.distil, self.again, self.folder, gap=NEAR),
                None,
                gap=NEAR,
            )
        )

    def _build_buttons(self, acts: Acts) -> None:
        self.start = button(lambda: t("开始演示", "Start the tour"), acts.start, kind="primary")
        self.stop = button(lambda: t("停下", "Stop"), acts.stop, icon="stop")
        self.make = button(lambda: t("再生成一些", "Make more"), acts.make, kind="primary")
        self.distil = button(lambda: t("在蒸馏页打开", "Open in Distil"), acts.distil)
        self.again = button(lambda: t("再看一次", "Play it again"), acts.start, kind="quiet", icon="retry")
        self.folder = button(
            lambda: t("打开文件夹", "Open folder"), acts.folder, kind="quiet", icon="folder-open"
        )

    def give_way(self, lead: bool) -> None:
        """Whether the next step lies elsewhere on the page: then no button of ours is the first one."""
        for one in (self.start, self.make):
            set_kind(one, "" if lead else "primary")

    def show_phase(self, phase: Phase, state: TourState | None, by: "Guide | None") -> None:
        """Show what belongs to a phase and hide the rest."""
        going = phase in ("waking", "talking", "distilling")
        over = phase in ("done", "stopped", "failed")
        for part, shown in {
            self._note: phase == "idle",
            self._progress: going,
            self._fault: phase == "failed",
            self._made: over and state is not None and state.conversation is not None,
            self.start: phase == "idle",
            self.stop: going,
            self.make: phase in ("done", "stopped"),
            self.distil: phase == "done",
            self.again: over,
            self.folder: over and state is not None and state.conversation is not None,
        }.items():
            part.setVisible(shown)
        self._title.setText(_title(phase))
        self._text.setText(_text(phase, state, by))
        self._note.setText(_note(by) if by else "")
        self.make.setText(
            t("到生成页继续", "Go on in Make") if phase == "stopped" else t("再生成一些", "Make more")
        )
        self.stop.setEnabled(True)

    def show_progress(self, state: TourState, *, stopping: bool) -> None:
        """How far it is."""
        self._bar.set_share(state.share())
        self._text.setText(_text(state.phase, state, None))
        left = state.seconds_left()
        told = t(f"大约还要 {duration(left)}", f"about {duration(left)} left") if left else ""
        self._left.setText(t("说完这一句就停……", "Stopping after this message …") if stopping else told)
        self.stop.setEnabled(not stopping)

    def show_files(self, home: Path, paths: list[Path]) -> None:
        """Where what was made lies."""
        for line, path in zip(self._files, paths, strict=False):
            line.setText(str(path.relative_to(home)))

    def show_fault(self, told: Told) -> None:
        """Why it could not go on."""
        self._fault.setText(f"{told.message}\n{told.hint}".strip())


def _title(phase: Phase) -> str:
    return {
        "idle": t("先看一眼", "See it now"),
        "waking": t("正在唤醒模型……", "Waking the brain …"),
        "talking": t("他们聊起来了", "They are talking"),
        "distilling": t("聊完了，正在提炼", "Now it is distilled"),
        "done": t("就是这样", "That is how it goes"),
        "stopped": t("先停在这里", "Stopped here"),
        "failed": t("没能演完", "It did not get through"),
    }[phase]


def _text(phase: Phase, state: TourState | None, by: "Guide | None") -> str:
    if phase == "idle" or state is None:
        return t(
            "两个 AI 当场聊三轮，聊完马上蒸馏成要点。",
            "Two AIs talk for three rounds before your eyes; then their talk is distilled.",
        ) + (_local(by) if by else "")
    if phase == "waking":
        return t("第一次要几秒钟。", "The first time takes some seconds.")
    if phase == "talking":
        return t(
            f"第 {state.round} 轮，共 {state.rounds} 轮。用户一方会故意打错几个字，像真人那样。",
            f"Round {state.round} of {state.rounds}. The user's side makes typing mistakes on purpose, as people do.",
        )
    if phase == "distilling":
        return t("把对话浓缩成主题、问题和要点。", "The talk becomes topic, questions and insights.")
    if phase == "done":
        mistakes = t(f"{state.mistakes} 处错字", counted(state.mistakes, "typing mistake"))
        return t(
            f"{state.rounds} 轮对话、{mistakes}、一份要点，都存好了：",
            f"{counted(state.rounds, 'round')}, {mistakes} and one page of notes, all kept:",
        )
    if phase == "stopped":
        return t("已经说的都存着，随时可以接着来。", "What was said is kept; you can go on at any time.")
    return ""


def _local(by: "Guide") -> str:
    """What may be promised, by who plays."""
    if by.model == BUILTIN or by.model.lower().endswith(".gguf"):
        return t("全在这台电脑上：不用密钥，也不用网络。", " All on this computer: no key, no network.")
    return ""


def _note(by: "Guide") -> str:
    if by.model != BUILTIN:
        name = Path(by.model).stem if by.model.lower().endswith(".gguf") else by.model
        return t(f"由 {name} 来演。", f"Played by {name}.")
    # no brain here speaks Chinese, or it would play
    return t(
        "内置的小模型只会英文，也不太聪明，所以演示是英文的。想看中文，先在下面给她换个更好的大脑。",
        "The built-in brain is tiny and none too clever: it shows how things go, not how well they can.",
    )
