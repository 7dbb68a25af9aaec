"""Her looks on the page: feelings to click through, things to wear and to make, characters to install and to choose."""

import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.ui.conftest import Heard, Run, Settle
from tests.ui.her.conftest import Open, press, settled
from zishu_app.character.cast import TEMPLATE, cast_of, wearable
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.pack import read_accessory
from zishu_app.core.paths import RESOURCES
from zishu_app.studio.companion_state import StateFile
from zishu_app.studio.condition import condition_of
from zishu_app.ui.tabs.her.looks import Looks
from zishu_app.ui.tabs.her.page import HerPage
from zishu_app.ui.workbench import Workbench

FLOWER = RESOURCES / "accessories" / "flower.svg"


@pytest.fixture
def page(opened: Open) -> HerPage:
    return opened("looks")


def section(page: HerPage) -> Looks:
    found = page.sections["looks"]
    assert isinstance(found, Looks)
    return found


def worn(bench: Workbench) -> str:
    settings = bench.house.settings.companion
    state = StateFile(bench.house.home.companion)
    return condition_of(state, settings.character, settings.accessory, bench.house.clock).worn.accessory


def chosen(page: HerPage) -> list[str]:
    return [name for name, card in section(page).wears.cards.items() if card.isChecked()]


def test_all_feelings_can_be_clicked_through(page: HerPage, run: Run[Any], settle: Settle) -> None:
    emotions = section(page).emotions
    run(settle(lambda: not emotions._beat.isActive()))  # the faces come one by one
    assert list(emotions.chips) == list(EMOTIONS)
    for emotion, chip in emotions.chips.items():
        chip.click()
        assert section(page).stage.emotion == emotion
        assert not chip.icon().isNull()


def test_she_is_alive_while_she_is_seen_and_rests_otherwise(page: HerPage, run: Run[Any]) -> None:
    stage = section(page).stage
    assert stage._beat.isActive()
    page.open("card")
    assert not stage._beat.isActive()
    page.open("looks")
    assert stage._beat.isActive()


def test_she_puts_things_on(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    told: list[str] = []
    bench.news.wears.connect(told.append)
    assert chosen(page) == ["ribbon"]  # as the settings have it
    section(page).wears.cards["turtle"].click()
    run(settled(page))
    assert chosen(page) == ["turtle"]
    assert worn(bench) == "turtle"
    assert told == ["turtle"]  # whoever plays her hears of it
    figure = section(page).stage.figure
    assert figure is not None
    assert figure.worn is not None
    section(page).wears.cards["none"].click()
    run(settled(page))
    assert figure.worn is None
    assert worn(bench) == "none"


# --- making something to wear -------------------------------------------------------------------------------------


def test_something_to_wear_is_made_with_the_mouse(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    looks = section(page)
    page.take([FLOWER])  # a picture let go over the page
    run(settled(page))
    editor, stage = looks.making.editor, looks.stage
    assert looks.making.on
    assert editor.draft is not None
    assert stage.figure is not None
    assert stage.figure.worn == (editor.draft.accessory, FLOWER)  # seen at once
    before, scale = editor.draft.accessory.at, stage.figure.scale
    middle = stage.rect().center()
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(stage, middle + QPoint(24, -12))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=middle + QPoint(24, -12))
    manifest = stage.figure.manifest
    unit = manifest.anchors["head"].width / 200
    at = editor.draft.accessory.at
    moved = QPointF(before[0] - at[0], before[1] - at[1]) * unit * scale
    assert moved.x() == pytest.approx(24, abs=0.5)  # it goes along with the mouse
    assert moved.y() == pytest.approx(-12, abs=0.5)
    editor.scale.setValue(150)
    editor.anchor.setCurrentIndex(editor.anchor.findData("chest"))
    editor.anchor.activated.emit(editor.anchor.currentIndex())
    editor.behind.click()
    editor.zh.setText("太阳花")
    editor.en.setText("Sun flower")
    editor.save.click()
    run(settled(page))
    folder = bench.house.home.accessories / "sun_flower"
    accessory, picture = read_accessory(folder / "sun_flower.toml")
    assert (accessory.name.zh, accessory.size, accessory.anchor, accessory.behind) == (
        "太阳花",
        1.5,
        "chest",
        True,
    )
    assert accessory.at == at
    assert picture.read_bytes() == FLOWER.read_bytes()
    assert not looks.making.on
    assert chosen(page) == ["sun_flower"]
    assert worn(bench) == "sun_flower"
    page.toast._take_back()
    run(settled(page))
    assert "sun_flower" not in wearable(bench.house.home)[0]


def test_keys_and_wheel_do_the_same(page: HerPage, run: Run[Any]) -> None:
    looks = section(page)
    looks.take(FLOWER)
    run(settled(page))
    editor = looks.making.editor
    assert editor.draft is not None
    before = editor.draft.accessory
    looks.stage.setFocus()
    run(press(page, "Left", "Up", "+"))
    after = editor.draft.accessory
    assert after.at[0] > before.at[0]
    assert after.at[1] > before.at[1]
    assert after.size > before.size
    looks.making.leave()
    run(settled(page))
    run(press(page, "Left"))
    assert editor.draft.accessory == after  # nothing is being made any more


def test_a_png_keeps_its_own_shape(page: HerPage, run: Run[Any], tmp_path: Path) -> None:
    image = QImage(60, 30, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(tmp_path / "band.png"))
    section(page).take(tmp_path / "band.png")
    run(settled(page))
    draft = section(page).making.editor.draft
    assert draft is not None
    assert draft.accessory.canvas == (60, 30)
    assert draft.accessory.name.en == "band"


def test_a_picture_that_may_not_be_used_is_told_in_place(
    page: HerPage, run: Run[Any], tmp_path: Path
) -> None:
    (tmp_path / "bad.svg").write_text("<svg><script/></svg>", "utf-8")
    section(page).take(tmp_path / "bad.svg")
    run(settled(page))
    editor = section(page).making.editor
    assert "script" in editor._fault.text()
    assert editor._fault.isVisible()
    assert not editor.save.isEnabled()


def test_ones_own_is_changed_and_taken_away(page: HerPage, run: Run[Any], bench: Workbench) -> None:
    looks = section(page)
    looks.take(FLOWER)
    run(settled(page))
    looks.making.editor.en.setText("Rose")
    looks.making.editor.save.click()
    run(settled(page))
    looks._change("rose")
    run(settled(page))
    looks.making.editor.scale.setValue(80)
    looks.making.editor.save.click()
    run(settled(page))
    found, _ = wearable(bench.house.home)
    assert found["rose"][0].size == 0.8
    assert "rose_2" not in found
    assert looks.wears.cards["rose"]._more.isVisible()  # it is one's own
    assert not hasattr(looks.wears.cards["turtle"], "_more")
    looks._remove_wear("rose")
    run(settled(page))
    assert "rose" not in looks.wears.cards
    page.toast._take_back()
    run(settled(page))
    assert "rose" in looks.wears.cards


# --- characters ---------------------------------------------------------------------------------------------------


@pytest.fixture
def mochi(tmp_path: Path) -> Path:
    path = tmp_path / "mochi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in TEMPLATE.rglob("*"):
            archive.write(one, one.relative_to(TEMPLATE))
    return path


def test_a_character_is_installed_chosen_and_taken_back(
    page: HerPage, run: Run[Any], bench: Workbench, mochi: Path
) -> None:
    looks = section(page)
    changed: list[bool] = []
    bench.news.her_changed.connect(lambda: changed.append(True))
    page.take([mochi])
    run(settled(page))
    assert "Installed: Mochi" in page.toast._said.text()
    assert changed
    looks.characters.cards["mochi"].click()
    run(settled(page))
    assert bench.house.settings.companion.character == "mochi"
    assert looks.stage.figure is not None
    assert looks.stage.figure.manifest.id == "mochi"
    assert looks.characters.cards["mochi"].isChecked()
    page.toast._take_back()
    run(settled(page))
    assert bench.house.settings.companion.character == "zishu"


def test_a_replacement_is_taken_back(
    page: HerPage, run: Run[Any], bench: Workbench, mochi: Path, tmp_path: Path
) -> None:
    page.take([mochi])
    run(settled(page))
    folder = tmp_path / "other"
    shutil.copytree(TEMPLATE, folder)
    manifest = (folder / "character.toml").read_text("utf-8").replace('en = "Mochi"', 'en = "Other"')
    (folder / "character.toml").write_text(manifest, "utf-8")
    page.take([folder])
    run(settled(page))
    assert "what was there before is kept" in page.toast._said.text()
    assert cast_of(bench.house.home).packs["mochi"].manifest.name.en == "Other"
    page.toast._take_back()
    run(settled(page))
    assert cast_of(bench.house.home).packs["mochi"].manifest.name.en == "Mochi"


def test_who_is_taken_away_while_she_is_here_makes_room(
    page: HerPage, run: Run[Any], bench: Workbench, mochi: Path
) -> None:
    page.take([mochi])
    run(settled(page))
    section(page)._wishes().be("mochi")
    run(settled(page))
    section(page)._wishes().remove("mochi")
    run(settled(page))
    assert bench.house.settings.companion.character == "zishu"
    assert "mochi" not in section(page).characters.cards


def test_a_spoilt_pack_is_told(page: HerPage, run: Run[Any], heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    page.take([tmp_path / "x.zip"])
    run(settled(page))
    assert heard.told[-1].tone == "bad"
    assert "x.zip" in heard.told[-1].message


def test_faults_of_what_lies_there_are_told(bench: Workbench, opened: Open) -> None:
    folder = bench.house.home.characters / "broken"
    folder.mkdir(parents=True)
    (folder / "character.toml").write_text("[[", "utf-8")
    page = opened("looks")
    assert "character.toml is not right" in section(page)._wrong.text()


def test_drawing_her_does_not_hold_up_the_window(page: HerPage) -> None:
    stage = section(page).stage
    stage.grab()
    began = time.perf_counter()
    for _ in range(10):
        stage.grab()
    assert (time.perf_counter() - began) / 10 < 0.1
