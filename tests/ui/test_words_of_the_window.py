"""Every page in both languages: nothing untranslated, nothing cut off, at the usual size and at the smallest."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QWidget,
)

from tests.house.source import CJK, LETTERS
from tests.ui.conftest import Run
from tests.ui.windows import windows_shown
from zishu_app.core.texts import Language, set_language
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.window import PAGES, Window
from zishu_app.ui.workbench import Workbench

SIZES = {"usual": (1200, 800), "smallest": (900, 600)}

#: parts of texts that are the same in both languages, longest first: names, units, formats, paths
SAME = (
    "中文", "English", "Tokens", "tokens", "token", "API", "URL", "JSONL", "JSON", "OpenAI", "ShareGPT", "GGUF", "Qt",
    "LGPL", "MIT", "Ctrl+N", "Ctrl+F", "Ctrl+S", "GB", "MB", "kB", "AI", "Python", "Hugging Face", "hf-mirror", "GPU",
    "CPU", "pid", "sha256", "Apache-2.0", "messages",
)  # fmt: skip


def texts_of(widget: QWidget) -> Iterator[str]:
    """Everything a widget says, to the eye or to a screen reader."""
    yield widget.accessibleName()
    yield widget.toolTip()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()


def said(window: Window) -> list[tuple[str, str]]:
    """What is said on the page in front, each with the kind of widget that says it."""
    shown = [one for one in window.findChildren(QWidget) if one.isVisible() and not _foreign(one)]
    return [(type(one).__name__, text) for one in shown for text in texts_of(one) if text.strip()]


def _foreign(widget: QWidget) -> bool:
    """Names of things: what a user, a vendor or a file is called stands as it is."""
    while widget is not None:
        if widget.property("foreign") or isinstance(widget, QComboBox):
            return True
        widget = widget.parentWidget()
    return False


def own_letters(text: str) -> str:
    """Without what is the same in both languages."""
    for part in SAME:
        text = text.replace(part, "")
    return text


def cut_off(window: Window) -> list[str]:
    """Labels and buttons that have less room than their text needs."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisible() or one.width() <= 0:
            continue
        if isinstance(one, QLabel) and one.text() and not isinstance(one, Elided):
            if one.wordWrap() and one.height() + 1 < one.heightForWidth(one.width()):
                found.append(f"{one.text()!r} needs {one.heightForWidth(one.width())} px, has {one.height()}")
            elif not one.wordWrap() and one.width() + 1 < one.sizeHint().width():
                found.append(f"{one.text()!r} needs {one.sizeHint().width()} px, has {one.width()}")
        elif (
            isinstance(one, QAbstractButton)
            and one.text()
            and one.width() + 1 < one.minimumSizeHint().width()
        ):
            found.append(f"button {one.text()!r} needs {one.minimumSizeHint().width()} px, has {one.width()}")
    return found


@pytest.fixture
def window(bench: Workbench, run: Run[Any]) -> Iterator[Window]:
    async def made() -> Window:
        window = Window(bench.house, lambda: None)
        window.show()
        return window

    one = run(made())
    yield one

    async def ended() -> None:
        await one.tasks.end()
        one.hide()
        one.deleteLater()

    run(ended())


async def shown(window: Window, page: str, size: str) -> None:
    window.resize(*SIZES[size])
    window.go(page)
    for _ in range(20):  # what a page asks for arrives, and the layout settles
        await asyncio.sleep(0.02)


def speak(language: Language) -> None:
    set_language(language)
    LANGUAGE.changed()


@pytest.mark.parametrize("page", list(PAGES))
def test_every_text_changes_its_language(window: Window, run: Run[Any], page: str) -> None:
    async def look() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        await shown(window, page, "usual")
        speak("zh")
        await shown(window, page, "usual")
        chinese = said(window)
        speak("en")
        await shown(window, page, "usual")
        return chinese, said(window)

    chinese, english = run(look())
    assert len(english) > 10
    assert [one for one in english if CJK.search(own_letters(one[1]))] == []
    bare = [one for one in chinese if not CJK.search(one[1]) and LETTERS.search(own_letters(one[1]))]
    assert bare == []


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", list(PAGES))
def test_nothing_is_cut_off(window: Window, run: Run[Any], page: str, language: Language, size: str) -> None:
    async def look() -> list[str]:
        speak(language)
        await shown(window, page, size)
        return cut_off(window)

    assert run(look()) == []


@pytest.mark.parametrize("page", list(PAGES))
def test_no_part_of_a_page_is_a_window_for_a_moment(window: Window, run: Run[Any], page: str) -> None:
    with windows_shown() as found:
        run(shown(window, page, "usual"))
    assert found == []


def test_an_untranslated_text_would_be_found(window: Window) -> None:
    label = QLabel("Start")
    assert LETTERS.search(own_letters(label.text()))
    assert not CJK.search(label.text())


def test_a_cut_off_label_would_be_found(window: Window) -> None:
    stack = window.findChild(QStackedWidget)
    assert stack is not None
    label = QLabel("a text that is far too long for its place", stack)
    label.setFixedWidth(20)
    label.show()
    assert any("far too long" in one for one in cut_off(window))
