"""Every state of the Review page in both languages and at both sizes: nothing untranslated, nothing cut off."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.source import CJK, LETTERS
from tests.ui.conftest import Run
from tests.ui.review.conftest import Fill, settled
from tests.ui.test_words_of_the_window import SIZES, cut_off, own_letters, said
from zishu_app.core.texts import Language, set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.review.page import ReviewPage
from zishu_app.ui.window import Window
from zishu_app.ui.workbench import Workbench

#: commands that lead to a state of the page
STATES = (
    "flag", "reject", "tag", "versions", "xray", "edit", "filters", "accept_all", "palette", "help", "evening", "judged", "judge",
)  # fmt: skip
#: keys as they stand on keyboards, and signs
KEYS = (
    "Shift", "Ctrl", "Enter", "Esc", "Backspace", "Del", "PgDown", "PgUp", "Home", "End", "Return", "F1", "F5", "κ",
)  # fmt: skip


@pytest.fixture
def window(bench: Workbench, fill: Fill, run: Run[Any]) -> Iterator[Window]:
    fill(6)

    async def made() -> Window:
        window = Window(bench.house, lambda: None)
        window.go("review")
        window.show()
        window.activateWindow()
        return window

    one = run(made())
    yield one

    async def ended() -> None:
        await page_of(one).hand.settled()
        await one.tasks.end()
        one.hide()
        one.deleteLater()

    run(ended())


def page_of(window: Window) -> ReviewPage:
    page = window._pages["review"]
    assert isinstance(page, ReviewPage)
    return page


def speak(language: Language) -> None:
    set_language(language)
    LANGUAGE.changed()


async def in_state(window: Window, state: str, size: str) -> None:
    """Bring the page into a state, from whatever it was in."""
    window.resize(*SIZES[size])
    page = page_of(window)
    await settled(page)
    for _ in range(3):
        page.escape()
    if state == "versions" and page.stage.opened is not None and not page.stage.opened.versions:
        number = page.stage.opened.sample.id
        await page.hand.do(number, lambda desk: desk.rewrite(number, 0, "Another question."))
    await settled(page)
    page.do(state)
    await asyncio.sleep(0.3)
    await settled(page)


def letters(text: str) -> str:
    """Without what is the same in both languages."""
    for key in KEYS:
        text = text.replace(key, "")
    # keys are single letters; names of samples and of who reviews are as they are
    words = [word for word in own_letters(text).split() if len(word) > 1 and word not in ("me", "Talk")]
    return " ".join(words)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_in_any_state(
    window: Window, run: Run[Any], language: Language, size: str
) -> None:
    async def look() -> dict[str, list[str]]:
        speak(language)
        found = {}
        for state in STATES:
            await in_state(window, state, size)
            found[state] = cut_off(window)
        return found

    assert {state: cut for state, cut in run(look()).items() if cut} == {}


def test_every_state_changes_its_language(window: Window, run: Run[Any]) -> None:
    async def look() -> dict[str, list[tuple[str, str]]]:
        found = {}
        for state in STATES:
            speak("en")
            await in_state(window, state, "usual")
            speak("zh")
            await settled(page_of(window))
            chinese = [
                one for one in said(window) if not CJK.search(one[1]) and LETTERS.search(letters(one[1]))
            ]
            speak("en")
            await settled(page_of(window))
            english = [one for one in said(window) if CJK.search(own_letters(one[1]))]
            found[state] = [*chinese, *english]
        return found

    assert {state: bare for state, bare in run(look()).items() if bare} == {}
