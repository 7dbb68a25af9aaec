"""The page itself: its sections, what is handed to it, and where what is let go over it goes."""

from pathlib import Path
from typing import Any

import pytest

from tests.character.test_tavern import TAVERN, picture
from tests.ui.conftest import Run
from tests.ui.her.conftest import Open, Remember, settled, strike
from zishu_app.character.tavern import card_in
from zishu_app.character.tavern_files import Beside, write_tavern
from zishu_app.core.paths import RESOURCES
from zishu_app.ui.tabs.her.page import SECTIONS
from zishu_app.ui.workbench import Workbench


def test_sections_are_turned_and_remembered(opened: Open, run: Run[Any], bench: Workbench) -> None:
    page = opened("memories")
    page.setFocus()
    strike("Ctrl+PgDown")
    assert page.section == "history"
    strike("Ctrl+PgUp")
    strike("Ctrl+PgUp")
    assert page.section == "brain"
    assert bench.remembered.get("her.section", "") == "brain"
    run(settled(page))


@pytest.mark.parametrize("section", list(SECTIONS))
def test_a_section_is_opened_by_its_name(opened: Open, run: Run[Any], section: str) -> None:
    page = opened("memories")
    page.receive(section)  # as her menu asks for it
    run(settled(page))
    assert page.section == section
    assert page.tabs.value == section


def test_what_is_not_known_is_no_reason_to_fall(opened: Open, run: Run[Any]) -> None:
    page = opened("memories")
    page.receive("nothing of the kind")
    page.receive(object())
    page.receive([])
    run(settled(page))
    assert page.section == "memories"


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("card.png", "card"), ("plain.png", "looks"), ("card.json", "card"), ("x.charx", "card"),
        ("pack.zip", "looks"), ("hat.svg", "looks"), ("folder", "looks"),
    ],
)  # fmt: skip
def test_what_is_let_go_over_her_goes_where_it_belongs(
    opened: Open, run: Run[Any], tmp_path: Path, name: str, section: str
) -> None:
    path = tmp_path / name
    card = card_in(TAVERN, path)
    if name == "card.png":
        write_tavern(card, path, "png", Beside(picture()))
    elif name in ("card.json", "x.charx"):
        write_tavern(card, path, "json" if name.endswith("json") else "charx")
    elif name == "folder":
        path.mkdir()
    elif name == "hat.svg":
        path.write_bytes((RESOURCES / "accessories" / "flower.svg").read_bytes())
    else:
        path.write_bytes(picture())
    page = opened("history")
    page.receive([path])
    run(settled(page))
    assert page.section == section


def test_of_several_files_the_one_that_counts_is_taken(opened: Open, run: Run[Any], bench: Workbench) -> None:
    page = opened("memories")
    worn = RESOURCES / "accessories"
    page.receive([worn / "turtle.svg", worn / "turtle.toml"])
    run(settled(page))
    assert page.section == "looks"
    assert (bench.house.home.accessories / "turtle" / "turtle.toml").is_file()


def test_a_file_of_memories_is_known_where_memories_are(
    opened: Open, run: Run[Any], remember: Remember, tmp_path: Path
) -> None:
    remember("Likes tea")
    page = opened("memories")
    (tmp_path / "m.json").write_text('{"format": 1, "memories": []}', "utf-8")
    page.take([tmp_path / "m.json"])
    run(settled(page))
    assert page.section == "memories"
