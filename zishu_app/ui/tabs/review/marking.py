"""Marks, flags and tags of the sample that is read."""

from collections.abc import Callable

from zishu_app.core.texts import t
from zishu_app.dataset import find
from zishu_app.dataset.checks import TAG
from zishu_app.ui.tabs.review.deciding import Commands
from zishu_app.ui.tabs.review.rating import Marks, asked_word
from zishu_app.ui.tabs.review.stage import Stage
from zishu_app.ui.tabs.review.strips import Strips
from zishu_app.ui.tabs.review.tagging import TagStrip
from zishu_app.ui.workbench import Workbench


class Marking:
    """`say` shows what a criterion asks."""

    def __init__(
        self, bench: Workbench, stage: Stage, strips: Strips, marks: Marks, say: Callable[[str], object]
    ) -> None:
        self._bench, self._stage, self._strips, self._marks, self._say = bench, stage, strips, marks, say
        self.tags = TagStrip(self._tagged, lambda: strips.close_(self.tags))

    def commands(self) -> Commands:
        """What it does, by name."""
        return {
            **{f"rate_{score}": lambda score=score: self._rate(score) for score in range(6)},  # type: ignore[misc]
            "next_criterion": lambda: self._step(1),
            "previous_criterion": lambda: self._step(-1),
            "flag": self._flag,
            "tag": self._ask,
        }

    def marked(self, criterion: str, score: int | None) -> None:
        """A criterion got a mark."""
        number = self._stage.number
        if number is not None and self._stage.opened is not None:
            self._stage.hand.do(number, lambda desk: desk.rate(number, criterion, score))
            self._tell()

    def _rate(self, score: int) -> None:
        if self._stage.opened is not None and not self._marks.mark(score):
            self._say(t("都评过了；按 C 选一项再改。", "All have their mark; C chooses one to be changed."))

    def _step(self, by: int) -> None:
        self._marks.step(by)
        self._tell()

    def _tell(self) -> None:
        criteria = self._stage.criteria()
        if 0 <= self._marks.at < len(criteria):
            self._say(asked_word(criteria[self._marks.at]))

    def _flag(self) -> None:
        number, opened = self._stage.number, self._stage.opened
        if number is None or opened is None:
            return
        on = not opened.sample.flagged
        self._stage.hand.do(number, lambda desk: desk.flag(number, on=on))
        self._stage.assume(flagged=on)

    def _ask(self) -> None:
        if self._stage.opened is not None:
            self._bench.tasks.start(self._strips, self._ask_with(), replaces="tags")

    async def _ask_with(self) -> None:
        tags = await self._bench.house.samples.ask(find.tag_counts)
        if self._stage.opened is not None:
            self.tags.ask(self._stage.opened.sample.tags, tags)
            self._strips.open(self.tags, self.tags.field)

    def _tagged(self, tags: list[str]) -> None:
        self._strips.close_(self.tags)
        number, opened = self._stage.number, self._stage.opened
        if number is None or opened is None:
            return
        kept = [tag for tag in opened.sample.tags if tag.startswith(TAG)]
        after = tuple(sorted({*tags, *kept}))
        if after != tuple(sorted(opened.sample.tags)):
            self._stage.hand.do(number, lambda desk: desk.tag(number, after))
            self._stage.assume(tags=after)
