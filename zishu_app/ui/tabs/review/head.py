"""The head of what is read: its title, what it is, how it was decided, what the judges gave, and where in the queue."""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.core.texts import counted, t
from zishu_app.dataset.checks import TAG
from zishu_app.dataset.words import kind_word, language_word
from zishu_app.llm.names import model_name
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.review.opened import Opened
from zishu_app.ui.tabs.review.words import at_word, decided_word, tag_word
from zishu_app.ui.theme.tokens import NEAR, TIGHT
from zishu_app.ui.widgets.buttons import icon_button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.flow import Flow, emptied
from zishu_app.ui.widgets.keycap import key_name
from zishu_app.ui.widgets.labels import label, set_kind

TONES = {"accepted": "good", "rejected": "bad", "removed": "plain", "pending": "plain"}


class Head(QWidget):
    """`step` goes to the sample before or after; `queue` brings the queue back where it is hidden."""

    def __init__(self, step: Callable[[int], object], queue: Callable[[], object]) -> None:
        super().__init__()
        self._opened: Opened | None = None
        self._draft = False
        self._title = Elided("lead")
        self._title.setProperty("foreign", True)
        self._about = Elided("small")
        self._flow = Flow(gap=TIGHT + 2)
        #: they stand in another line
        self.chips = boxed(self._flow)
        self._place = label("small")
        self.show_queue = icon_button(
            "panel-left",
            lambda: t(f"显示队列（{key_name('Q')}）", f"Show the queue ({key_name('Q')})"),
            queue,
        )
        self.show_queue.hide()
        before = icon_button(
            "chevron-up",
            lambda: t(f"上一个（{key_name('K')}）", f"Previous ({key_name('K')})"),
            lambda: step(-1),
        )
        after = icon_button(
            "chevron-down",
            lambda: t(f"下一个（{key_name('J')}）", f"Next ({key_name('J')})"),
            lambda: step(1),
        )
        top = row(self.show_queue, gap=NEAR)
        top.addWidget(self._title, 1)
        top.addWidget(self._place)
        top.addLayout(row(before, after, gap=2))
        self.setLayout(column(top, self._about, gap=TIGHT))
        say(self, self._speak)

    def show_sample(self, opened: Opened, *, draft: bool = False, sought: str = "") -> None:
        """Show what is known of it. `draft`: an edit of it was left unsaved; `sought`: what was searched for."""
        self._opened, self._draft = opened, draft
        self._title.seek(sought)
        self._speak()

    def place(self, row: int, count: int | None, *, exact: bool = True) -> None:
        """Where in the queue it stands; -1: it is not in it."""
        if row < 0:
            self._place.setText(t("不在队列里", "not in this queue"))
        else:
            of = "" if count is None else f" / {count:,}{'' if exact else '+'}"
            self._place.setText(f"{row + 1:,}{of}")

    def _speak(self) -> None:
        if self._opened is None:
            return
        sample = self._opened.sample
        first = next((one.content for one in sample.messages if one.role != "system"), "")
        self._title.setText(sample.title or first[:200])
        letters = sum(len(one.content) for one in sample.messages)
        parts = [
            kind_word(sample.kind),
            sample.scenario,
            language_word(sample.language),
            t(f"{len(sample.messages):,} 条消息", counted(len(sample.messages), "message")),
            t(f"{letters:,} 字", counted(letters, "character")),
            _models(self._opened),
            at_word(sample.created),
        ]
        self._about.setText(" · ".join(part for part in parts if part))
        self._show_chips()

    def _show_chips(self) -> None:
        emptied(self._flow)
        for text, tone in self._told():
            self._flow.addWidget(_chip(text, tone))

    def _told(self) -> list[tuple[str, str]]:
        """Chips: words and tones."""
        assert self._opened is not None
        sample, found = self._opened.sample, []
        if sample.verdict != "pending":
            who = f" · {sample.reviewer}" if sample.reviewer else ""
            found.append((decided_word(sample.verdict, sample.reason) + who, TONES[sample.verdict]))
        if sample.flagged:
            found.append((t("有旗", "flagged"), "warn"))
        if sample.version:
            found.append((t(f"改过 · 第 {sample.version} 版", f"edited · version {sample.version}"), ""))
        if self._draft:
            found.append((t("有没存的修改", "unsaved edit"), "warn"))
        if sample.score is not None:
            spread = f" ± {sample.spread / 2:.1f}" if sample.spread else ""
            found.append((t(f"评审 {sample.score:.1f}{spread}", f"judged {sample.score:.1f}{spread}"), ""))
        found += [(f"#{tag_word(tag)}", "plain") for tag in sample.tags if not tag.startswith(TAG)]
        checks = dict.fromkeys(one.text.partition(":")[0] for one in self._opened.found)
        checks |= dict.fromkeys(tag_word(tag) for tag in sample.tags if tag.startswith(TAG))
        return [*found, *((check, "warn") for check in checks)]


def _chip(text: str, tone: str) -> QLabel:
    made = label("chip")
    made.setText(" ".join(text.split())[:80])
    if tone:
        set_kind(made, "chip", tone=tone)
    return made


def _models(opened: Opened) -> str:
    """Who said it."""
    calls = opened.sample.provenance.get("calls")
    named = (
        [str(call["model"]) for call in calls if isinstance(call, dict) and call.get("model")]
        if isinstance(calls, list)
        else []
    )
    named = named or [str(opened.sample.provenance.get("model") or "")]
    return ", ".join(dict.fromkeys(model_name(one) for one in named if one))
