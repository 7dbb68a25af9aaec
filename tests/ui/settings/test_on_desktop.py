"""What the settings say of the system around her: the start at login, and what cannot be done here."""

from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel

from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.desktop.base import Cannot
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.ui.follow import LANGUAGE
from zishu_app.ui.tabs.settings.on_desktop import OnDesktop


class Stubborn(ScriptedDesktop):
    """A system that takes nothing."""

    def start_at_login(self, on: bool) -> None:
        raise DataError("The start at login could not be set: no.", "See whether it can be written to.")


@pytest.fixture
def made() -> Any:
    cards: list[OnDesktop] = []
    yield cards
    for one in cards:
        shiboken6.delete(one)


def card(bench: Any, desktop: ScriptedDesktop, made: list[OnDesktop]) -> OnDesktop:
    one = OnDesktop(bench, desktop)
    made.append(one)
    one.resize(700, 300)
    one.show()
    return one


def texts(widget: OnDesktop) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def test_she_comes_at_login_or_not(bench: Any, made: Any, run: Any, settle: Any) -> None:
    async def go() -> None:
        desktop = ScriptedDesktop()
        one = card(bench, desktop, made)
        assert not one.login.isChecked()
        one.login.click()
        await settle(lambda: desktop.login)
        desktop.login = False
        one.hide()
        one.show()
        await settle(lambda: not one.login.isChecked())

    run(go())


def test_a_system_that_does_not_take_it_is_told(
    bench: Any, made: Any, run: Any, settle: Any, heard: Any
) -> None:
    async def go() -> None:
        one = card(bench, Stubborn(), made)
        one.login.click()
        await settle(lambda: heard.told)
        assert not one.login.isChecked()
        assert heard.told[0].message == "The start at login could not be set: no."

    run(go())


def test_what_cannot_be_done_is_told_with_the_reason(bench: Any, made: Any, run: Any, settle: Any) -> None:
    async def go() -> None:
        desktop = ScriptedDesktop(hindrances=[Cannot("Global hotkeys", "This system allows none.")])
        one = card(bench, desktop, made)
        await settle(lambda: not one.missing.isHidden())
        assert texts(one)[-3:] == ["What cannot be done here", "Global hotkeys", "This system allows none."]
        desktop.hindrances = []
        bench.news.settings_changed.emit()
        await settle(one.missing.isHidden)
        set_language("zh")
        LANGUAGE.changed()
        assert texts(one) == ["登录时出现", "登录系统后她自己来到桌面"]

    run(go())
