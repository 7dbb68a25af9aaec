"""Every section of the page in both languages and at both sizes: nothing untranslated, nothing cut off."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.source import CJK, LETTERS
from tests.ui.conftest import Run
from tests.ui.dataset.conftest import Filled
from tests.ui.test_words_of_the_window import SAME, SIZES, cut_off, said, speak
from zishu_app.core.texts import Language
from zishu_app.dataset.sample import message
from zishu_app.ui.tabs.dataset.page import SECTIONS
from zishu_app.ui.window import Window
from zishu_app.ui.workbench import Workbench

#: names of forms, programs and columns are the same everywhere
NAMES = (
    "OpenAI messages", "ShareGPT", "Alpaca", "Parquet", "LLaMA-Factory", "dataset_info.json", "datasets", "pandas",
    "DuckDB", "TRL", "Axolotl", "CSV", "ChatGPT", "SillyTavern", "CC-BY-4.0",
)  # fmt: skip


@pytest.fixture
def window(bench: Workbench, run: Run[Any]) -> Iterator[Window]:
    async def made() -> Window:
        one = Window(bench.house, lambda: None)
        one.show()
        return one

    one = run(made())
    yield one

    async def ended() -> None:
        await one.tasks.end()
        one.hide()
        one.deleteLater()

    run(ended())


async def shown(window: Window, section: str, size: str) -> None:
    window.resize(*SIZES[size])
    window.go("dataset", section)
    for _ in range(25):
        await asyncio.sleep(0.02)


def bare(text: str) -> str:
    for name in (*NAMES, *SAME):
        text = text.replace(name, "")
    return text


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_text_changes_its_language(window: Window, run: Run[Any], section: str) -> None:
    async def look() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        speak("en")
        await shown(window, section, "usual")
        speak("zh")
        await shown(window, section, "usual")
        chinese = said(window)
        speak("en")
        await shown(window, section, "usual")
        return chinese, said(window)

    chinese, english = run(look())
    assert len(english) > 10
    assert [one for one in english if CJK.search(bare(one[1]))] == []
    assert [one for one in chinese if not CJK.search(one[1]) and LETTERS.search(bare(one[1]))] == []


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("section", list(SECTIONS))
def test_nothing_is_cut_off(
    window: Window, filled: Filled, run: Run[Any], section: str, language: Language, size: str
) -> None:
    filled(12, tags=("a tag with a rather long name", "keep"))
    filled(1, first=50, messages=(message("user", "Hm?"), message("assistant", "Ok.")))

    async def look() -> list[str]:
        speak(language)
        await shown(window, section, size)
        page: Any = window._pages["dataset"]
        one = page.sections[section]
        if section in ("export", "versions"):
            form = one if section == "export" else one.form
            if section == "versions":
                one.freeze()
            form.what.which._buttons["some"].click()
        if section == "duplicates":
            one.begin()
        await shown(window, section, size)
        return cut_off(window)

    assert run(look()) == []
