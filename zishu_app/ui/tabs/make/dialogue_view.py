"""One dialogue as it is written: who says what, how close it is to stalling, and the two things a hand can do."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from zishu_app.core.texts import t
from zishu_app.ui.tabs.make.run_state import Dialogue
from zishu_app.ui.tabs.make.told import STATE_TONES, ended_word, state_word
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import boxed, column, row
from zishu_app.ui.widgets.curve import Curve
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, plain, rule, set_kind
from zishu_app.ui.widgets.talk_view import TalkView, Voice

#: who speaks, by the side of an event
VOICES: dict[str, Voice] = {"user": "user", "assistant": "assistant", "summary": "notes"}


class DialogueView(QFrame):
    """Draws a `Dialogue` of a run; `ask` is told "shift" or "end"."""

    def __init__(self, ask: Callable[[int, str], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._shown: Dialogue | None = None
        self._count = 0
        self._written = ("", "")
        self._title = Elided("lead")
        self._chip = label("chip")
        self._note = label("small", wrap=True)
        self.talk = TalkView()
        self._curve = Curve()
        self._shift = self._button("shift", ask)
        self._end = self._button("end", ask)
        self._hand = boxed(row(self._shift, self._end, gap=NEAR))
        self.setLayout(self._arranged())

    def _button(self, what: str, ask: Callable[[int, str], object]) -> QPushButton:
        def do() -> None:
            if self._shown is not None:
                ask(self._shown.number, what)

        if what == "shift":
            return button(
                lambda: t("换个话题", "Shift the topic"),
                do,
                icon="shift",
                hint=lambda: t(
                    "让用户一方在下一句转移话题",
                    "The user's side turns to another topic with its next message",
                ),
            )
        return button(
            lambda: t("到此为止", "End here"),
            do,
            icon="end",
            hint=lambda: t(
                "这一轮说完就结束，文件照常写好", "Ends after this round; the file is written as usual"
            ),
        )

    def _arranged(self) -> QVBoxLayout:
        head = row(self._title, self._chip, None, gap=NEAR)
        radar = label("field", lambda: t("停滞雷达", "Stall radar"))
        beside = row(radar, gap=GAP)
        beside.addWidget(self._curve, 1)
        beside.addWidget(self._hand)
        top = column(head, self._note, boxed(beside), gap=NEAR)
        top.setContentsMargins(ROOM, GAP, ROOM, 0)
        whole = column(top, rule(), gap=NEAR)
        whole.setContentsMargins(0, 0, 0, NEAR)
        whole.addWidget(self.talk, 1)
        return whole

    def show_dialogue(self, one: Dialogue, *, live: bool, stopping: bool = False) -> None:
        """Draw what has changed since the last time, or all of another dialogue. `live`: this run goes on now."""
        if one is not self._shown or len(one.said) < self._count:
            self._shown, self._count, self._written = one, len(one.said), ("", "")
            self.talk.show_talk(one.said)
            if live:
                self.talk.end()
        self._head(one, live=live, stopping=stopping)
        for said in one.said[self._count :]:
            self.talk.add(said)
            self._written = ("", "")
        self._count = len(one.said)
        self._write_on(one)
        self._curve.show_scores(one.scores, one.shifts)

    def _head(self, one: Dialogue, *, live: bool, stopping: bool) -> None:
        if self._title.text() != one.scenario:
            self._title.setText(one.scenario)
        # told in the chip, which is always there: nothing below moves
        parts = (
            state_word(one.state, one.done, live=live),
            f"{one.done}/{one.rounds}",
            ended_word(one.ended),
            _wish_word(one.wish),
        )
        self._chip.setText(" · ".join(part for part in parts if part))
        self._chip.setToolTip(plain(one.reason))
        set_kind(self._chip, "chip", tone=STATE_TONES[one.state])
        self._note.setText(one.reason)
        self._note.setVisible(one.state == "failed" and bool(one.reason))
        self._hand.setVisible(live)
        self._hand.setEnabled(not one.wish and not one.over and one.state != "failed" and not stopping)

    def _write_on(self, one: Dialogue) -> None:
        side, text = one.writing
        shown_side, shown = self._written
        if (side, text) == (shown_side, shown):
            return
        if shown and (side != shown_side or not text.startswith(shown)):
            self.talk.void()
            shown = ""
        if side and len(text) > len(shown):
            self.talk.write_on(VOICES[side], text[len(shown) :])
        self._written = (side, text)


def _wish_word(wish: str) -> str:
    """What was asked for by hand and is still to come."""
    return {
        "shift": t("下一句换话题", "shifts with the next message"),
        "end": t("这一轮说完就结束", "ends after this round"),
    }.get(wish, "")
