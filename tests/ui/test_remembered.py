"""What the window remembers between two starts; a damaged file is forgotten, not complained about."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from zishu_app.ui.remembered import Remembered


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "window.json"


def kept(path: Path, **values: object) -> None:
    """Written, as when the window closes."""
    made = Remembered(path)
    for name, value in values.items():
        made.put(name, value)
    made.write()


def test_what_is_put_there_is_there_at_the_next_start(path: Path) -> None:
    kept(path, page="distill", form={"count": 3, "name": "紫舒"})
    again = Remembered(path)
    assert again.get("page", "") == "distill"
    assert again.get("form", {}) == {"count": 3, "name": "紫舒"}
    assert again.get("nothing") is None
    assert again.get("nothing", 7) == 7


def test_nothing_is_written_before_it_is_time(path: Path) -> None:
    Remembered(path).put("page", "make")
    assert not path.exists()


@pytest.mark.parametrize(
    "found", [b"", b"{", b'{"page": "make"', b"[1, 2]", b'"text"', b"null", b"\xff\xfe\x00", b"\x00" * 64]
)
def test_a_damaged_file_is_forgotten_and_written_anew(path: Path, found: bytes) -> None:
    path.write_bytes(found)
    made = Remembered(path)
    assert made.get("page", "welcome") == "welcome"
    made.put("page", "make")
    made.write()
    assert json.loads(path.read_text(encoding="utf-8")) == {"page": "make"}


def test_a_folder_in_the_place_of_the_file_keeps_no_window_shut(path: Path) -> None:
    path.mkdir()
    assert Remembered(path).get("page", "welcome") == "welcome"


@pytest.mark.parametrize(("found", "otherwise"), [("wide", []), ([1], {}), (3, ""), ({"a": 1}, "")])
def test_a_value_of_another_kind_is_none(path: Path, found: object, otherwise: object) -> None:
    kept(path, it=found)
    assert Remembered(path).get("it", otherwise) == otherwise


def splitter(app: QApplication) -> QSplitter:
    made = QSplitter()
    for _ in range(2):
        made.addWidget(QWidget())
    made.resize(1000, 100)
    made.show()
    return made


def test_a_splitter_comes_back_as_it_was_left(app: QApplication, path: Path) -> None:
    first, made = Remembered(path), splitter(app)
    first.keep_splitter("make.page", made, [250, 750])
    assert made.sizes()[0] == pytest.approx(250, abs=8)
    made.moveSplitter(400, 1)
    first.write()
    again, other = Remembered(path), splitter(app)
    again.keep_splitter("make.page", other, [250, 750])
    assert other.sizes() == made.sizes()
    assert other.sizes()[0] == pytest.approx(400, abs=8)


@pytest.mark.parametrize("known", [[1], [1, 2, 3], ["a", "b"], [0, 0], "wide", None, {"0": 1}])
def test_sizes_that_cannot_be_are_the_usual_ones(app: QApplication, path: Path, known: object) -> None:
    kept(path, split=known)
    made = splitter(app)
    Remembered(path).keep_splitter("split", made, [250, 750])
    assert made.sizes()[0] == pytest.approx(250, abs=8)


def test_the_window_comes_back_to_its_place(app: QApplication, path: Path) -> None:
    window, again = QWidget(), QWidget()
    window.setGeometry(QRect(40, 60, 640, 480))
    window.show()
    made = Remembered(path)
    assert not made.restore_place(again), "the first time there is none"
    made.keep_place(window)
    made.write()
    assert Remembered(path).restore_place(again)
    assert again.geometry() == window.geometry()
    window.hide()


def test_a_window_that_was_as_large_as_the_screen_is_so_again(app: QApplication, path: Path) -> None:
    window, again = QWidget(), QWidget()
    window.showMaximized()
    made = Remembered(path)
    made.keep_place(window)
    made.restore_place(again)
    assert again.windowState() & Qt.WindowState.WindowMaximized
    window.hide()


@pytest.mark.parametrize("place", ["", "nonsense", "AAAA", "!!", 5, "紫舒", ["a"]])
def test_a_place_that_is_none_is_forgotten(app: QApplication, path: Path, place: object) -> None:
    kept(path, place=place)
    assert not Remembered(path).restore_place(QWidget())
