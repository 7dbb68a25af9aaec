"""Verdicts on everything the filter finds, and what was left half way."""

import asyncio

from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Act
from zishu_app.dataset.sample import Verdict
from zishu_app.house import House
from zishu_app.review.acceptance import accept_by_judge, calibration_of
from zishu_app.ui.tabs.review.bulk import BulkStrip, GoingStrip
from zishu_app.ui.tabs.review.deciding import Commands
from zishu_app.ui.tabs.review.hand import Going
from zishu_app.ui.tabs.review.room import Room
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.tabs.review.words import act_word
from zishu_app.ui.workbench import Workbench


class Whole:
    """`room` says what was done, and why something was not."""

    def __init__(self, bench: Workbench, stage: Stage, strips: Strips, room: Room) -> None:
        self._bench, self._stage, self._strips = bench, stage, strips
        self._say, self._refuse = room.say, room.refuse
        self._left: Act | None = None
        self.asking = BulkStrip(self._sure, lambda: strips.close_(self.asking))
        self.going = GoingStrip(stage.hand.stop, self._go_on, self._take_back)
        stage.hand.going.connect(self._show_going)
        stage.hand.rested.connect(self._rested)
        stage.hand.turned.connect(lambda act, _: self._rested(act, told=False))

    def commands(self) -> Commands:
        """What it does, by name."""
        return {
            "accept_all": lambda: self._ask("accepted"),
            "reject_all": lambda: self._ask("rejected"),
            "reopen_all": lambda: self._ask("pending"),
            "remove_all": lambda: self._ask("removed"),
            "accept_judged": lambda: self._bench.tasks.start(self._strips, self._accept_judged()),
        }

    def look(self) -> None:
        """Was something left half way?"""
        self._bench.tasks.start(self._strips, self._look(), replaces="unfinished")

    async def _look(self) -> None:
        act = await self._bench.house.samples.ask(acts.unfinished)
        if act is not None and not self._stage.hand.busy:
            self._offer(act)

    def _offer(self, act: Act) -> None:
        self._left = act
        self.going.offer(act)
        self._strips.open(self.going, self.going.focus)

    def _ask(self, verdict: Verdict) -> None:
        if self._stage.hand.busy:
            self._refuse(t("还有一批正在处理。", "Another one is going on."))
            return
        self.asking.ask(verdict, None)
        self._strips.open(self.asking, self.asking)
        self._bench.tasks.start(self._strips, self._count(verdict), replaces="count")

    async def _count(self, verdict: Verdict) -> None:
        count = await self._stage.queue.exact(self._stage.queue.asked)
        if self._strips.showing(self.asking):
            self.asking.ask(verdict, count)

    def _sure(self) -> None:
        self._strips.close_(self.asking)
        self._stage.hand.decide_all(self._stage.queue.asked, self.asking.verdict)

    async def _accept_judged(self) -> None:
        """Only where the judges have shown that they judge as the person does; else it is said why not."""
        house, wanted = self._bench.house, self._stage.queue.asked
        judges = await asyncio.to_thread(_judges, house)
        found = await calibration_of(house.samples, judges)
        if judges and found.calibrated:
            self._stage.hand.go_through(lambda: accept_by_judge(house.samples, judges, house.clock, wanted))
        else:
            self._refuse(found.reason if judges else t("还没有选评审模型。", "No judging model is chosen."))

    def _show_going(self, going: Going) -> None:
        self.going.show_going(going)
        if not self._strips.showing(self.going):
            self._strips.open(self.going, self.going.focus)

    def _rested(self, act: Act | None, *, told: bool = True) -> None:
        self._strips.close_(self.going)
        if act is None:
            return
        if act.state in ("going", "undoing", "redoing"):
            self._offer(act)
        elif told and act.state == "done":
            self._say(t(f"{act_word(act)}。撤销按 U。", f"{act_word(act)}. U undoes it."))
        elif told:
            self._say(t(f"已撤销：{act_word(act)}", f"Undone: {act_word(act)}"))
        if told:
            self._stage.ahead.forget()
            self._stage.queue.ask()

    def _go_on(self) -> None:
        if self._left is not None:
            act, samples = self._left, self._bench.house.samples
            self._stage.hand.go_through(lambda: acts.go_on(samples, act))

    def _take_back(self) -> None:
        if self._left is not None:
            act, samples = self._left, self._bench.house.samples
            self._stage.hand.go_through(lambda: acts.take_back(samples, act))

    def escape(self) -> bool:
        """Stop what goes on; says whether something does."""
        if self._stage.hand.busy:
            self._stage.hand.stop()
            return True
        return False


def _judges(house: House) -> list[str]:
    """The models of the settings, as their marks are signed. Reads the catalog: in a thread."""
    from zishu_app.studio.judge import chosen_of

    return (
        [chosen.name for chosen, _ in chosen_of(house, house.settings)]
        if house.settings.review.judges
        else []
    )
