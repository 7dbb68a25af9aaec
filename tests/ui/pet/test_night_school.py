"""Night school as it is seen: at night she goes to her desk, is back when she is needed, and tells of it in the morning."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest
import shiboken6

from tests.ui.conftest import Run, Settle
from zishu_app.character.chat import Recalled
from zishu_app.character.pack import read_pack
from zishu_app.core.clock import ScriptedClock
from zishu_app.core.paths import RESOURCES
from zishu_app.desktop.scripted import ScriptedDesktop
from zishu_app.house import House
from zishu_app.studio import night as school
from zishu_app.studio.companion import open_companion
from zishu_app.studio.senses import Senses
from zishu_app.training.night import Night, begun, ended
from zishu_app.ui.pet import night_school
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.figure import Figure
from zishu_app.ui.pet.manners import Manners, System
from zishu_app.ui.pet.night_school import NightSchool
from zishu_app.ui.pet.presence import Nature, Presence
from zishu_app.ui.pet.stage import Stage
from zishu_app.ui.pet.window import PetWindow
from zishu_app.ui.workbench import Workbench

MIDNIGHT = datetime(2026, 11, 29, 23, 30)


async def nothing(_text: str, _count: Any) -> Recalled:
    return Recalled()


class Body:
    """As much of her body as manners need."""

    def __init__(self, window: PetWindow) -> None:
        self.window = window

    def follow(self, _settings: object) -> None: ...

    def fit(self) -> None: ...


@pytest.fixture
def desktop() -> ScriptedDesktop:
    return ScriptedDesktop(idle=3600.0)


@pytest.fixture
def at_night(
    bench: Workbench, run: Run[Any], desktop: ScriptedDesktop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[NightSchool, Manners, Stage]]:
    house = bench.house
    house.clock = ScriptedClock(MIDNIGHT)
    training = house.settings.training.model_copy(update={"night": True, "night_samples": 1})
    house.renew(house.settings.model_copy(update={"training": training}))

    async def fresh(_: House) -> int:
        return 5

    monkeypatch.setattr(school, "fresh", fresh)
    monkeypatch.setattr(night_school, "YAWN", 1)
    companion = run(open_companion(house, senses=Senses(nothing)))
    pet = PetWindow(Figure(read_pack(RESOURCES / "characters" / "zishu"), 0.4))
    presence = Presence(pet, Nature(companion.chat.persona.card, companion.condition, dict))
    stage = Stage(companion, presence, Around(bench.tasks, bench.go))
    body: Any = Body(pet)
    manners = Manners(body, System(desktop, lambda: house.settings.companion, bench.tasks.start))
    made = NightSchool(stage, manners, desktop, bench.tasks)
    yield made, manners, stage
    stage.leave()
    run(companion.close())
    shiboken6.delete(stage)  # and with it what looks at the time every minute


def scripted(monkeypatch: pytest.MonkeyPatch, outcome: str) -> list[asyncio.Event]:
    """A night that lasts until she is called back, or ends as it is told to."""
    calls: list[asyncio.Event] = []

    async def go(
        house: House, night: Night, stop: asyncio.Event
    ) -> AsyncIterator[school.Learning | school.Back]:
        calls.append(stop)
        night = begun(night, "run-1", house.clock.now())
        yield school.Learning(night)
        if outcome == "stopped":
            await stop.wait()
        yield school.Back(await school.keep_night(house, ended(night, outcome)))  # type: ignore[arg-type]

    monkeypatch.setattr(school, "go", go)
    return calls


def test_she_goes_to_her_desk_and_is_back_when_somebody_comes(
    at_night: tuple[NightSchool, Manners, Stage],
    desktop: ScriptedDesktop,
    monkeypatch: pytest.MonkeyPatch,
    run: Run[Any],
    settle: Settle,
) -> None:
    (one, manners, stage), calls = at_night, scripted(monkeypatch, "stopped")
    one.look()
    run(settle(lambda: stage.pet.motion.activity == "desk"))
    assert one.learning and manners.studying and not manners.asleep
    desktop.idle = 2.0
    one._heeding.timeout.emit()
    run(settle(lambda: not one.learning))
    assert calls[0].is_set() and not manners.studying
    assert stage.pet.motion.activity == ""
    night = run(school.read_night(stage.companion.house))
    assert (night.outcome, night.run, night.untold) == ("stopped", "run-1", False)


def test_she_tells_of_it_once_when_somebody_is_there_again(
    at_night: tuple[NightSchool, Manners, Stage],
    desktop: ScriptedDesktop,
    monkeypatch: pytest.MonkeyPatch,
    run: Run[Any],
    settle: Settle,
) -> None:
    (one, _, stage), calls = at_night, scripted(monkeypatch, "learnt")
    house = stage.companion.house
    one.look()
    run(settle(lambda: calls and not one.learning))
    one.look()
    run(asyncio.sleep(0.1))
    assert "night school" not in stage.bubble.said, "nobody is there to hear it"
    desktop.idle = 1.0
    one.look()
    run(settle(lambda: "night school" in stage.bubble.said))
    assert not run(school.read_night(house)).untold


@pytest.mark.parametrize("otherwise", [{"power": False}, {"idle": 10.0}, {"idle": None}])
def test_she_stays_where_she_is_needed_or_the_power_is_not_there(
    at_night: tuple[NightSchool, Manners, Stage],
    desktop: ScriptedDesktop,
    monkeypatch: pytest.MonkeyPatch,
    run: Run[Any],
    otherwise: dict[str, Any],
) -> None:
    (one, _, _), calls = at_night, scripted(monkeypatch, "stopped")
    for name, value in otherwise.items():
        setattr(desktop, name, value)
    one.look()
    run(asyncio.sleep(0.2))
    assert calls == [] and not one.learning
