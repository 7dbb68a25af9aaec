"""An evening in the window, in a process of its own: `python tests/flows/evening.py HOME TALKS FOLDER URL`.

Talks are imported and distilled, thirty samples are reviewed with the keyboard alone, all that is left is rejected at
once and taken back, and what was accepted is frozen and exported. Each step tells a line of JSON: `step`, and what
there is to be held against the disk.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import qasync
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zishu_app.core.keys import Keys
from zishu_app.core.paths import open_home
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import set_language
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import get
from zishu_app.house import House
from zishu_app.ui.main import application
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.tabs.distill.page import DistillPage
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.window import Window

#: what is done with the distilled samples, one after the other; each ends with the verdict that leads on. "=" begins
#: what is written
ROUND = (
    ("A",),
    ("5", "4", "4", "A"),
    ("R", "2"),
    ("F", "A"),
    ("R", "=too long", "Return"),
    ("T", "=evening", "Return", "A"),
)


def say(step: str, **told: Any) -> None:
    print(json.dumps({"step": step, **told}, ensure_ascii=False), flush=True)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - the window is looked at from outside
            await asyncio.sleep(0.01)


class Evening:
    """One who never touches the mouse."""

    def __init__(self, window: Window) -> None:
        self.window, self.house = window, window.bench.house
        self.reviewed = 0

    def page(self, name: str) -> Any:
        """A page, brought to the front."""
        self.window.go(name)
        return self.window._pages[name]

    @property
    def review(self) -> ReviewPage:
        page = self.window._pages["review"]
        assert isinstance(page, ReviewPage)
        return page

    def sample(self, number: int | None = None) -> Sample:
        """As it is on the disk; the one that is read where none is named."""
        with self.house.samples.reading() as connection:
            found = get(connection, number or self.review.stage.number or 0)
        assert found is not None
        return found

    async def press(self, *keys: str) -> None:
        """Keys, or words (after "=") that are written where the keyboard is; after each all is on the disk and shown."""
        for one in keys:
            # without a window manager nobody gives the keyboard back that a list or a menu had
            await until(lambda: QApplication.focusWidget() or self.window.activateWindow())
            target = QApplication.focusWidget()
            assert target is not None
            if one.startswith("="):
                QTest.keyClicks(target, one[1:])
            else:
                combination = QKeySequence(one)[0]
                QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
            await self.settled()

    async def settled(self) -> None:
        await asyncio.sleep(0.02)
        stage, queue = self.review.stage, self.review.queue
        await until(
            lambda: (
                self.review.hand.idle()
                and queue.count is not None
                and (
                    stage.number is None
                    or (stage.opened is not None and stage.opened.sample.id == stage.number)
                )
            )
        )

    async def turn_filter(self, name: str) -> None:
        """Walk through the filters to one of them, switch it on or off, and come back."""
        await self.press("G")
        await until(lambda: self.review.shelf.filtering)
        while not str(QApplication.focusWidget().property("text")).startswith(name):  # type: ignore[union-attr]
            await self.press("Tab")
        await self.ask("Return", "Escape")

    async def ask(self, *keys: str) -> None:
        """Keys that have the queue asked anew; its answer is there."""
        answers: list[bool] = []
        heard = self.review.queue.answered.connect(lambda: answers.append(True))
        await self.press(*keys)
        await until(lambda: answers and self.review.queue.count)
        self.review.queue.disconnect(heard)
        await self.settled()

    async def decide(self, *keys: str) -> int:
        """Keys that end with a verdict on the sample that is read; which one it was."""
        number = self.review.stage.number
        assert number is not None
        await self.press(*keys)
        await until(lambda: self.sample(number).verdict != "pending")
        if self.review.stage.number == number:  # the end of the queue; what is left stands above
            await self.ask("F5")
        await until(lambda: self.review.stage.number != number)
        self.reviewed += 1
        return number


async def bring(evening: Evening, talks: Path) -> None:
    """Files come in on the Data set page while the Review page is open."""
    evening.page("review")
    await until(lambda: evening.review.queue.whole is not None)
    say("empty", whole=evening.review.queue.whole)
    page: DatasetPage = evening.page("dataset")
    page.receive([talks])
    await until(lambda: page.sections["import"].work.busy is False)  # type: ignore[attr-defined]
    evening.page("review")
    await until(lambda: evening.review.queue.rows.rowCount())
    await until(lambda: evening.review.queue.count)
    say("imported", shown=evening.review.queue.rows.rowCount())


async def distil(evening: Evening, talks: Path) -> None:
    """The same talks become short; their samples come by themselves."""
    page: DistillPage = evening.page("distill")
    page.receive([talks])
    await until(lambda: page.form.card.sources.all and not page.form.card.sources.waiting)
    await until(page.form.bar.button.isEnabled)
    page.form.bar.button.click()
    await until(lambda: page.run.opened is not None and not page.distiller.busy)
    evening.page("review")
    await until(lambda: not evening.review.shelf._anew.isHidden())
    await evening.ask("F5")
    assert evening.review.queue.count is not None
    say("distilled", found=evening.review.queue.count.n)


async def work_on_talks(evening: Evening) -> None:
    """The imported talks, found with the filters: not learnt from, split, dropped, edited; and accepted."""
    review = evening.review
    await evening.turn_filter("imported")
    say("filtered", shown=review.queue.rows.rowCount())
    unlearnt = await evening.decide("Down", "L", "A")
    split = await evening.decide("Down", "Down", "Down", "Down", "S", "A")
    dropped = await evening.decide("End", "Up", "D", "A")
    await evening.press("Down", "E")
    await evening.press("=!", "Ctrl+Return")
    edited = await evening.decide("A")
    say("worked", unlearnt=unlearnt, split=split, dropped=dropped, edited=edited)
    await evening.turn_filter("imported")


async def go_through(evening: Evening, until_: int) -> None:
    """Verdicts with one hand, as on any evening; and back and forth in what was done."""
    decided: list[tuple[int, str, str]] = []
    while evening.reviewed < until_:
        number = await evening.decide(*ROUND[evening.reviewed % len(ROUND)])
        one = evening.sample(number)
        decided.append((number, one.verdict, one.reason))
    last = [number for number, _, _ in decided[-2:]]
    await evening.press("U", "U", "U", "U", "U", "U")
    say("undone", verdicts=[evening.sample(number).verdict for number in last])
    for _ in range(6):
        await evening.press("Shift+U")
    await until(lambda: all(evening.sample(number).verdict == verdict for number, verdict, _ in decided))
    say("reviewed", done=evening.reviewed, decided=decided)


async def all_at_once(evening: Evening) -> None:
    """What is left is rejected in one act, and that is taken back."""
    review = evening.review
    await evening.ask("F5")
    await evening.press("Ctrl+Shift+R")
    await until(lambda: review.whole.asking.count)
    asked = review.whole.asking._asked.text()
    await evening.press("Return")
    await until(lambda: not review.stage.hand.busy and not review.queue.rows.rowCount())
    with evening.house.samples.reading() as connection:
        rows = connection.execute("SELECT total FROM acts ORDER BY id DESC LIMIT 1").fetchone()
    await evening.press("Ctrl+Z")
    await until(lambda: review.queue.rows.rowCount())
    say("bulk", asked=asked, changed=rows[0], back=review.queue.rows.rowCount())


async def give(evening: Evening, folder: Path) -> None:
    """A version, and a file of each form."""
    page: Any = evening.page("dataset")
    page.open("versions")
    versions = page.sections["versions"]
    await until(lambda: versions._read)
    versions.freeze()
    await until(versions.form.start.isEnabled)
    versions.form.start.click()
    await until(lambda: versions.view.frozen is not None and not versions.form.work.busy)
    say("frozen", name=versions.view.frozen.name, samples=versions.view.frozen.samples)
    page.open("export")
    export = page.sections["export"]
    for form, name in (("openai", "out.jsonl"), ("parquet", "out.parquet")):
        export.forms.cards[form].click()
        export.path.setText(str(folder / name))
        export._typed()
        await until(export.start.isEnabled)
        export.start.click()
        await until(lambda: not export.work.busy and (folder / name).exists())  # noqa: B023 - awaited at once
        say("exported", form=form, told=export.result._said.text())


async def live(house: House, talks: Path, folder: Path) -> None:
    async with house:
        window = Window(house, lambda: None)
        failures: list[str] = []
        tell = window.bench.tell
        window.bench.tell = lambda said: (
            failures.append(said.message) if said.tone == "bad" else None,
            tell(said),
        )[1]
        window.bench.remembered.put(
            "distill.wishes",
            {"max_tokens": 300, "overlap_tokens": 20, "output": str(folder / "distilled")},
        )
        window.open()
        await until(lambda: window.isActiveWindow() or window.activateWindow())
        evening = Evening(window)
        await bring(evening, talks)
        await distil(evening, talks)
        await work_on_talks(evening)
        await go_through(evening, 30)
        await all_at_once(evening)
        await give(evening, folder)
        say("over", failures=failures)
        window.close()
        await window.tasks.end()
    window.deleteLater()


def main() -> None:
    home_folder, talks, folder, url = sys.argv[1:]
    set_language("en")
    home = open_home(home_folder)
    home.settings.write_text(f'[teacher]\nmodel = "loopback"\nbase_url = "{url}"\n', encoding="utf-8")
    settings = load_settings(home, {"window.theme": "light"})
    application(home, settings)
    qasync.run(live(House(home, settings, Keys(home.keys)), Path(talks), Path(folder)))


if __name__ == "__main__":
    main()
