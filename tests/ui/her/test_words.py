"""Every section of her page in both languages, at the usual size and at the smallest: nothing untranslated, nothing cut off."""

import asyncio
from typing import Any

import pytest

from tests.house.source import CJK, LETTERS
from tests.ui.conftest import Run
from tests.ui.her.conftest import Remember, Talk, settled
from tests.ui.test_words_of_the_window import SIZES, cut_off, own_letters, said, speak
from zishu_app.core.texts import Language
from zishu_app.ui.tabs.her.page import SECTIONS, HerPage
from zishu_app.ui.window import Window
from zishu_app.ui.workbench import Workbench


async def opened(window: Window, section: str, size: str) -> None:
    window.resize(*SIZES[size])
    window.go("her", section)
    page = window._pages["her"]
    assert isinstance(page, HerPage)
    page._bench.tasks = window.tasks
    await asyncio.sleep(0.1)
    await settled(page)


def deeper(window: Window, section: str) -> None:
    """What is behind a click."""
    page = window._pages["her"]
    assert isinstance(page, HerPage)
    part: Any = page.sections[section]
    if section == "memories":
        part.show_memory(1)
    elif section == "history":
        part.side.open("why")
        part.side.open("seen")
        part.foot.write()
    elif section == "card":
        for one in part.parts:
            one.frame.write()
    elif section == "looks":
        part.make()


async def closed(window: Window) -> None:
    await window.tasks.end()
    window.hide()
    window.deleteLater()


@pytest.fixture
def window(bench: Workbench, run: Run[Any], remember: Remember, talk: Talk) -> Any:
    number = remember("9", kind="preference")  # neither language
    talk(("1?", "2."), recalled=[number], seen={"room": 100, "parts": {"persona": 50, "talk": 20}})

    async def made() -> Window:
        one = Window(bench.house, lambda: None)
        one.show()
        return one

    one = run(made())
    yield one
    run(closed(one))


def test_every_text_changes_its_language(window: Window, run: Run[Any]) -> None:
    async def all_said() -> list[tuple[str, str]]:
        found = []
        for section in SECTIONS:
            await opened(window, section, "usual")
            found += said(window)
        return found

    async def look() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        for section in SECTIONS:
            await opened(window, section, "usual")
            deeper(window, section)
        speak("zh")
        chinese = await all_said()
        speak("en")
        return chinese, await all_said()

    chinese, english = run(look())
    assert [one for one in english if CJK.search(own_letters(one[1]))] == []
    bare = [one for one in chinese if not CJK.search(one[1]) and LETTERS.search(own_letters(one[1]))]
    assert [one for one in bare if one[1] not in KNOWN] == []


#: names that stand as they are: of a brain
KNOWN = {"scripted/brain"}


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off(window: Window, run: Run[Any], language: Language, size: str) -> None:
    async def look() -> list[str]:
        speak(language)
        found = []
        for section in SECTIONS:
            await opened(window, section, size)
            found += cut_off(window)
            deeper(window, section)
            await opened(window, section, size)
            found += cut_off(window)
        return found

    assert run(look()) == []
