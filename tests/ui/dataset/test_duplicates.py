"""Duplicates: groups are found, their members compared, the best kept or all of them; and everything is taken back."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Heard, Settle
from tests.ui.dataset.conftest import Filled, draft
from zishu_app.core.settings import load_settings
from zishu_app.dataset.duplicates import Group
from zishu_app.dataset.find import count
from zishu_app.dataset.sample import SampleMessage, message
from zishu_app.dataset.store import add
from zishu_app.dataset.wanted import Filter
from zishu_app.house import House
from zishu_app.ui.tabs.dataset.duplicates import Duplicates
from zishu_app.ui.tabs.dataset.group_list import PAGE, GroupList, told
from zishu_app.ui.tabs.dataset.page import DatasetPage
from zishu_app.ui.workbench import Workbench

LONG = (
    "It keeps the rain away, it keeps the snow away, and in the summer it keeps the sun away from the house."
)


def talk(question: str, answer: str) -> tuple[SampleMessage, ...]:
    return (
        message("user", question),
        message("assistant", answer),
        message("user", "Thanks."),
        message("assistant", "You are welcome!"),
    )


@pytest.fixture
def twins(bench: Workbench, run: Any) -> list[int]:
    """Three that are nearly the same, two that are the same, and one alone; their numbers."""
    drafts = [
        draft("Roof", messages=talk("What is a roof good for?", LONG)),
        draft("Roof, once more", messages=talk("What is a roof good for?", LONG + " Indeed.")),
        draft("Roof, again", messages=talk("What is a roof good for?", LONG + " Really.")),
        draft(
            "Door",
            messages=talk(
                "What is a door good for?", "One goes in and out by it, day and night, all year round."
            ),
        ),
        draft(
            "Door, a copy",
            messages=talk(
                "What is a door good for?", "One goes in and  out by it, day and night, all year round."
            ),
        ),
        draft(
            "Window",
            messages=talk(
                "What are windows for?",
                "They let the light in, and the view out, and are to be cleaned in spring.",
            ),
        ),
    ]
    return [one for one in run(add(bench.house.samples, drafts, 1)) if one]


def opened(page: DatasetPage) -> Duplicates:
    page.open("duplicates")
    one = page.sections["duplicates"]
    assert isinstance(one, Duplicates)
    return one


async def searched(one: Duplicates, settle: Settle) -> None:
    one.bar.start.click()
    await settle(lambda: one.found is not None and not one.work.busy)


def many(bench: Workbench, *verdicts: Any) -> int:
    with bench.house.samples.reading() as connection:
        return count(connection, Filter(verdicts=verdicts)).n


def titles(one: Duplicates) -> list[tuple[str, str, str]]:
    rows = [one.list.groups.row(number) for number in range(one.list.groups.rowCount())]
    return [(row.title, row.under, row.state) for row in rows]


def test_groups_are_found_and_compared_word_by_word(
    page: DatasetPage, twins: list[int], run: Any, settle: Settle
) -> None:
    one = opened(page)
    assert one._stack.currentIndex() == 1, "what this is for, before the first search"
    run(searched(one, settle))
    run(settle(lambda: one.list.groups.row(0).title != "…"))
    same, nearly = one._groups
    assert (same.how, nearly.how) == ("exact", "near")
    assert one._sum.text() == "2 groups, 3 samples too many"
    assert titles(one)[0][1] == "2 samples, all the same"
    assert titles(one)[1][1].startswith("3 samples, at least ")

    one.list.choose(1)
    run(
        settle(
            lambda: (
                "Really" in one.view.pair.other.toPlainText() or "Indeed" in one.view.pair.other.toPlainText()
            )
        )
    )
    before = one.view.pair.other.toPlainText()
    one.view.step(1)
    run(settle(lambda: one.view.pair.other.toPlainText() != before))
    assert one.view._place.text() == "2 / 2"


def test_the_best_is_kept_and_that_is_taken_back(
    page: DatasetPage, twins: list[int], bench: Workbench, run: Any, settle: Settle
) -> None:
    one = opened(page)
    run(searched(one, settle))
    assert one.list.current == 0
    one.view.keep.click()
    run(settle(lambda: many(bench, "rejected") == 1))
    run(settle(lambda: titles(one)[0][2] == "best kept"))
    assert one.list.current == 1, "on to the next group"
    assert "1 left" in one._sum.text()

    run(settle(page.toast.isVisible))
    page.toast._take_back()
    run(settle(lambda: many(bench, "rejected") == 0))
    run(settle(lambda: titles(one)[0][2] == ""))


def test_the_best_of_all_groups_is_kept_as_one_act(
    page: DatasetPage, twins: list[int], bench: Workbench, run: Any, settle: Settle
) -> None:
    one = opened(page)
    run(searched(one, settle))
    one.all.click()
    run(settle(lambda: many(bench, "rejected") == 3))
    run(settle(lambda: "all settled" in one._sum.text()))
    assert not one.all.isEnabled()
    assert one.view.keep.isHidden(), "nothing is left to be done with it"
    run(settle(lambda: one.view._other.text().startswith("Other · rejected")))
    page.toast._take_back()
    run(settle(lambda: many(bench, "rejected") == 0))
    run(settle(lambda: one.all.isEnabled()))
    run(settle(lambda: one.view._other.text().startswith("Other · to review")))


def test_another_one_is_made_the_best(
    page: DatasetPage, twins: list[int], bench: Workbench, run: Any, settle: Settle
) -> None:
    one = opened(page)
    run(searched(one, settle))
    best, other = one._groups[0].ids
    one.view.make_best()
    assert one._groups[0].ids == (other, best)
    run(settle(lambda: one.view._shown[0] is not None and one.view._shown[0].id == other))
    one.settling.keep_this()
    run(settle(lambda: many(bench, "rejected") == 1))
    with bench.house.samples.reading() as connection:
        from zishu_app.dataset.store import get

        lost, kept = get(connection, best), get(connection, other)
    assert lost is not None
    assert kept is not None
    assert (lost.verdict, kept.verdict) == ("rejected", "pending")
    assert lost.reason == f"duplicate of {other}"


def test_a_group_that_is_none_does_not_come_up_again(
    page: DatasetPage, twins: list[int], bench: Workbench, run: Any, settle: Settle
) -> None:
    one = opened(page)
    run(searched(one, settle))
    one.view.apart.click()
    run(settle(lambda: titles(one)[0][2] == "no duplicates"))
    assert many(bench, "pending") == 6
    one.found = None
    run(searched(one, settle))
    assert [group.how for group in one._groups] == ["near"]


def test_the_keys(page: DatasetPage, twins: list[int], bench: Workbench, run: Any, settle: Settle) -> None:
    one = opened(page)
    run(searched(one, settle))
    page.activateWindow()
    run(settle(page.isActiveWindow))
    best, other = one._groups[0].ids
    QTest.keyClick(one.list, Qt.Key.Key_B)
    assert one._groups[0].ids == (other, best)
    QTest.keyClick(one.list, Qt.Key.Key_K)
    run(settle(lambda: many(bench, "rejected") == 1))
    run(settle(lambda: one.list.current == 1))
    QTest.keyClick(one.list, Qt.Key.Key_N)
    run(settle(lambda: titles(one)[1][2] == "no duplicates"))


def test_only_what_is_the_same(page: DatasetPage, twins: list[int], run: Any, settle: Settle) -> None:
    one = opened(page)
    one.bar.slider.setValue(100)
    assert one.bar.number.value() == 100
    assert "word for word" in one.bar._note.text()
    run(searched(one, settle))
    assert [group.how for group in one._groups] == ["exact"]


def test_nothing_is_there_twice(page: DatasetPage, filled: Filled, run: Any, settle: Settle) -> None:
    filled(1)
    one = opened(page)
    run(searched(one, settle))
    assert one._stack.currentIndex() == 2


def test_a_search_is_stopped(page: DatasetPage, bench: Workbench, run: Any, settle: Settle) -> None:
    run(add(bench.house.samples, [draft(f"Roof {number}") for number in range(1500)], 1))
    one = opened(page)

    async def go() -> None:
        one.bar.start.click()
        await settle(lambda: one._step.total)
        one.progress.stop.click()
        await settle(lambda: not one.work.busy)

    run(go())
    assert one.found is not None
    assert not one.found.finished


class ScriptedEmbedder:
    """Everything about light means the same, and nothing else means anything like anything."""

    name = "scripted"

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[list[float]]:
        await asyncio.sleep(0)
        return [self._vector("light" if "light" in text or "glass" in text else text) for text in texts]

    def _vector(self, meaning: str) -> list[float]:
        place = self.known.setdefault(meaning, len(self.known))
        return [float(place == number) for number in range(16)]


def test_meanings_are_compared_where_a_model_is_there(
    page: DatasetPage,
    twins: list[int],
    bench: Workbench,
    run: Any,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    one = opened(page)
    assert one.bar.meaning.isHidden()
    one.bar._choose.click()
    assert heard.gone[-1] == ("settings", "review")

    run(
        add(
            bench.house.samples,
            [
                draft(
                    "Glass",
                    messages=talk(
                        "Why glass in a wall?", "So that one sees out through the glass and is warm."
                    ),
                )
            ],
            2,
        )
    )
    bench.house.settings = load_settings(
        bench.house.home, {"dataset.embedding_model": "loopback/x"}, environment={}
    )
    bench.news.settings_changed.emit()
    assert not one.bar.meaning.isHidden()

    async def embedder(_house: House) -> ScriptedEmbedder:
        return ScriptedEmbedder()

    monkeypatch.setattr(House, "embedder", embedder)
    run(searched(one, settle))
    (alike,) = [group for group in one._groups if group.how == "alike"]
    assert len(alike.ids) == 2
    assert told(alike).startswith("2 samples alike in meaning, ")


def test_titles_are_fetched_for_what_is_in_sight_only(page: DatasetPage) -> None:
    asked: list[Sequence[int]] = []
    made = GroupList(lambda _: None, lambda _: None, lambda _, numbers: asked.append(numbers))
    made.groups.show_groups(
        [Group("near", (number * 2 + 1, number * 2 + 2), 0.9) for number in range(50_000)]
    )
    for number in (3, 4, 20_000):
        assert made.groups.row(number).title == "…"
    made.groups._ask()
    (numbers,) = asked
    assert len(numbers) == 2 * PAGE
    made.groups.put({7: "Seven"})
    assert made.groups.row(3).title == "Seven"
    assert made.next_open(49_999) == 0
    made.deleteLater()
