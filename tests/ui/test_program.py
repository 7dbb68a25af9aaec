"""The program: she, her tray and the studio come when they are asked for, and it ends when it is told to."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt

from tests.ui.conftest import Run, Settle
from zishu_app.core import qt_libraries
from zishu_app.core.errors import SettingsError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.settings_file import change
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.memory.reminders import set_reminder
from zishu_app.ui import first, main
from zishu_app.ui.errors import Told
from zishu_app.ui.first import First, embody
from zishu_app.ui.pet.clockwork import Clockwork
from zishu_app.ui.pet.window import PetWindow
from zishu_app.ui.program import Program
from zishu_app.ui.single import Start
from zishu_app.ui.window import PAGES
from zishu_app.ui.workbench import Workbench


class Theatre:
    """Programs on one home, one after the other."""

    def __init__(self, bench: Workbench) -> None:
        self.house, self.desktop = bench.house, ScriptedDesktop()
        self.ended = 0
        self.programs: list[Program] = []

    def program(self, found: First | None = None) -> Program:
        self.desktop = ScriptedDesktop()
        if found is None:
            found = First(self.desktop, embody(self.house.home, self.house.settings.companion, self.desktop))
        self.programs.append(Program(self.house, found, self._end))
        return self.programs[-1]

    def _end(self) -> None:
        self.ended += 1

    async def close(self, program: Program) -> None:
        self.programs.remove(program)
        await program.close()
        window = program.her.body.window
        shiboken6.delete(program)
        shiboken6.delete(window)


@pytest.fixture
def theatre(bench: Workbench, run: Run[Any]) -> Iterator[Theatre]:
    made = Theatre(bench)
    yield made
    for program in list(made.programs):
        run(made.close(program))


@pytest.fixture(autouse=True)
def cheap_pages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Pages that cost nothing and note what they are given."""
    from PySide6.QtWidgets import QWidget

    given: list[tuple[str, Any]] = []

    class Page(QWidget):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def receive(self, what: Any) -> None:
            given.append((self.name, what))

    for name in PAGES:
        monkeypatch.setitem(PAGES, name, lambda _bench, name=name: Page(name))
    return given


def seen(program: Program) -> tuple[bool, bool]:
    """Whether she is seen, and the studio."""
    return program.her.body.window.isVisible(), program.window is not None and program.window.isVisible()


def test_she_alone(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop", "turtle"))
        assert seen(program) == (True, False)
        assert program.window is None, "the studio is not even built"
        assert program.her.body.window.motion.accessory == "turtle"
        await settle(lambda: program.her.talks.stage)
        assert program.her.body.window.motion.accessory == "turtle", "and wears it when her talk has come"
        program.quit()
        assert theatre.ended == 1

    run(go())


def test_she_does_not_come_over_what_fills_the_screen(
    theatre: Theatre, run: Run[Any], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        seen: list[bool] = []
        monkeypatch.setattr(PetWindow, "showEvent", lambda _window, _event: seen.append(True))
        desktop = ScriptedDesktop(filling="Film")
        monkeypatch.setattr(first, "open_desktop", lambda _: desktop)
        settings = theatre.house.settings.companion
        found = first.appear(theatre.house.home, settings, Start("desktop"))
        assert not found.body.window.isVisible()
        program = theatre.program(found)
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        await asyncio.sleep(0.1)
        assert seen == [], "not for a moment"
        stage = program.her.talks.stage
        assert stage is not None
        assert not stage.bubble.isVisible()
        desktop.filling = None
        program.her.manners._hidden.timeout.emit()
        assert seen == [True]

    run(go())


def test_the_first_start_brings_the_welcome_and_the_next_what_was_open(
    theatre: Theatre, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start())
        assert seen(program) == (True, True)
        assert program.window is not None
        await settle(lambda: list(program.window._pages) == ["welcome"])
        program.window.close()
        assert seen(program) == (True, False), "closing it only hides it"
        assert theatre.ended == 0
        program.quit()
        await settle(lambda: theatre.ended)
        await theatre.close(program)
        program = theatre.program()
        program.open(Start())
        assert seen(program) == (True, False)
        program.show_studio("settings", "companion")
        program.quit()
        await settle(lambda: theatre.ended == 2)
        await theatre.close(program)
        program = theatre.program()
        program.open(Start())
        assert seen(program) == (True, True)

    run(go())


def test_somebody_starts_it_again(
    theatre: Theatre, run: Run[Any], settle: Settle, cheap_pages: list[tuple[str, Any]]
) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        program.come(Start("studio"))
        assert seen(program) == (True, True)
        window = program.window
        assert window is not None
        window.close()
        program.come(Start())
        assert (program.window, seen(program)) == (window, (True, True)), "the same window"
        program.her.manners.set_through(True)
        program.come(Start("desktop", "flower"))
        assert not program.her.manners.through, "whoever cannot click on her can start her again"
        assert program.her.body.window.motion.accessory == "flower"
        await settle(lambda: program.her.talks.stage and program.her.talks.stage.entry.isVisible())
        program.her.body.window.dropped.emit([Path("a.zip")])
        assert cheap_pages == [("her", [Path("a.zip")])]

    run(go())


def test_without_her_the_studio_is_the_program(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        theatre.house.renew(change(theatre.house.home, {"companion.shown": False}).settings)
        program = theatre.program()
        program.state.write("program", {"studio": False})
        program.open(Start())
        assert seen(program) == (False, True), "there is nothing else to open"
        assert program.window is not None
        assert program.her.talks.stage is None
        program.window.close()
        await settle(lambda: theatre.ended)

    run(go())


def test_settings_hold_at_once(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        assert list(theatre.desktop.heard) == ["Ctrl+Alt+Z", "Ctrl+Alt+X"]
        height = program.her.body.window.height()
        program._change({"companion.size": 0.3, "companion.hotkey": "F9", "companion.on_top": False})
        await settle(lambda: program.her.body.window.height() < height)
        assert list(theatre.desktop.heard) == ["Ctrl+Alt+X", "F9"]
        assert not program.her.body.window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
        program._change({"companion.shown": False})
        await settle(lambda: not program.her.body.window.isVisible())
        program._change({"companion.shown": True})
        await settle(lambda: program.her.body.window.isVisible())
        assert 'hotkey = "F9"' in theatre.house.home.settings.read_text(encoding="utf-8")

    run(go())


def test_she_can_become_somebody_else(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        shutil.copytree(RESOURCES / "characters" / "zishu", theatre.house.home.characters / "anna")
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        before = program.her
        program._change({"companion.character": "anna"})
        await settle(lambda: program.her is not before)
        assert program.her.body.pack.folder.name == "anna"
        await settle(lambda: program.her.talks.stage)
        assert program.her.talks.stage is not None
        assert program.her.talks.stage.companion.chat.persona.character == "anna"
        assert list(theatre.desktop.heard) == ["Ctrl+Alt+Z", "Ctrl+Alt+X"]

    run(go())


def test_what_reads_her_memories_changes_in_a_talk_that_is_open(
    theatre: Theatre, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        before = program.her
        program._change({"dataset.embedding_model": "openrouter/some-model"})
        await settle(lambda: program.her is not before and program.her.talks.stage)
        assert program.her.talks.stage is not None
        memory = program.her.talks.stage.companion.memory
        assert memory is not None
        assert memory.mind.not_asked == "openrouter/some-model"

    run(go())


def test_in_another_language_she_says_so(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        before = program.her
        program._change({"companion.language": "zh"})
        await settle(lambda: program.her is not before and program.her.talks.stage)
        stage = program.her.talks.stage
        assert stage is not None
        await settle(lambda: stage.bubble.said == "From now on I speak Chinese.")
        assert stage.companion.chat.persona.language == "zh"

    run(go())


def test_a_character_that_cannot_be_shown_is_told(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        theatre.house.home.characters.joinpath("anna").mkdir(parents=True)
        theatre.house.home.characters.joinpath("anna", "character.toml").write_text("format = 7")
        program = theatre.program()
        program.open(Start("studio"))
        assert program.window is not None
        program._change({"companion.character": "anna"})
        await settle(lambda: program.window._banners.isVisible())
        assert program.her.body.pack.folder.name == "zishu", "the shipped one came"
        assert program.her.body.window.isVisible()

    run(go())


def test_where_her_talk_cannot_come_the_studio_says_why(
    theatre: Theatre, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        own = theatre.house.home.characters / "zishu"
        own.mkdir(parents=True)
        for name in ("card.toml", "card.en.toml"):
            (own / name).write_text("no card at all")
        shutil.copytree(RESOURCES / "characters" / "zishu" / "parts", own / "parts")
        shutil.copy(RESOURCES / "characters" / "zishu" / "character.toml", own)
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.window and program.window._banners.isVisible())
        assert seen(program) == (True, True), "she can be looked at all the same"

    run(go())


def test_what_she_is_to_remind_of_is_said_while_the_program_runs(
    theatre: Theatre, run: Run[Any], settle: Settle
) -> None:
    async def go() -> None:
        memories, now = theatre.house.memories, int(theatre.house.clock.now().timestamp())
        for text in ("drink tea", "stand up"):
            await set_reminder(memories, "zishu", text, now - 5, "reminder")
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        stage = program.her.talks.stage
        assert stage is not None
        await settle(lambda: "drink tea" in stage.bubble.said)
        assert "stand up" in stage.bubble.said, "both can be read"
        assert stage.bubble.isVisible()
        (clockwork,) = stage.findChildren(Clockwork)
        stage.bubble.leave()
        stage.presence.busy = True
        await set_reminder(memories, "zishu", "go home", now - 1, "reminder")
        clockwork.look()
        await asyncio.sleep(0.1)
        assert not stage.bubble.isVisible(), "her answer comes first"
        stage.presence.busy = False
        clockwork.look()
        await settle(lambda: "go home" in stage.bubble.said)

    run(go())


def test_bad_news_is_told_where_it_is_seen(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        await settle(lambda: program.her.talks.stage)
        stage = program.her.talks.stage
        assert stage is not None
        program.tell(Told("bad", "No key.", "Store one."))
        await settle(lambda: "No key. Store one." in stage.bubble.said)
        program.show_studio()
        program.tell(Told("bad", "No paper."))
        assert "No paper." not in stage.bubble.said

    run(go())


def test_a_broken_settings_file_is_told(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("studio"), SettingsError("It is broken.", "Mend it."))
        assert program.window is not None
        await settle(lambda: program.window._banners.isVisible())

    run(go())


def test_her_switches_last(theatre: Theatre, run: Run[Any], settle: Settle) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        program.her.manners.set_quiet(True)
        await theatre.close(program)
        assert theatre.desktop.closed
        assert theatre.desktop.heard == {}
        program = theatre.program()
        assert program.her.manners.disturb_not
        assert not program.her.manners.through, "who finds her again can touch her"

    run(go())


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "xcb"),
        ({"WAYLAND_DISPLAY": "w"}, None),
        ({"DISPLAY": ":0"}, None),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland"}, "wayland"),
    ],
)
def test_inside_wayland_she_is_drawn_by_the_x_server_that_is_there(
    environment: dict[str, str], platform: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qt_libraries, "x_server_answers", lambda _: True)
    monkeypatch.setattr(qt_libraries, "missing_for_window", lambda _: [])
    main.draw_by_x(environment)
    assert environment.get("QT_QPA_PLATFORM") == platform


def test_an_x_server_that_is_silent_or_lacks_libraries_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}
    monkeypatch.setattr(qt_libraries, "x_server_answers", lambda _: False)
    main.draw_by_x(environment)
    monkeypatch.setattr(qt_libraries, "x_server_answers", lambda _: True)
    monkeypatch.setattr(qt_libraries, "missing_for_window", lambda _: ["libxcb-cursor.so.0"])
    main.draw_by_x(environment)
    assert "QT_QPA_PLATFORM" not in environment


def test_nothing_is_begun_by_being_closed_at_once(theatre: Theatre, run: Run[Any]) -> None:
    async def go() -> None:
        program = theatre.program()
        program.open(Start("desktop"))
        program.quit()
        program.quit()
        assert theatre.ended == 1
        await theatre.close(program)
        await asyncio.sleep(0.05)

    run(go())
