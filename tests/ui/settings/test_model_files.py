"""Model files: what is here, what can be had, and a file of one's own."""

from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

from tests.core.gguf_files import write_gguf
from zishu_app.core.settings_file import own_values
from zishu_app.ui.tabs.settings.model_files import ModelFiles
from zishu_app.ui.tabs.settings.models import Models
from zishu_app.ui.widgets.toast import Toast


@pytest.fixture
def page(app: Any) -> Any:
    made = QWidget()
    made.resize(900, 700)
    made.show()
    yield made
    shiboken6.delete(made)


@pytest.fixture
def files(bench: Any, page: QWidget, run: Any, settle: Any) -> ModelFiles:
    bench.house.home.models.mkdir()
    write_gguf(bench.house.home.models / "own.gguf", {"general.architecture": "llama"})
    made = ModelFiles(bench, Toast(page))
    made.setParent(page)
    made.show()
    run(settle(lambda: made.rows))
    return made


def keys(files: ModelFiles) -> list[str]:
    rows = files.list.rows
    return [Path(rows.at(number).key).name for number in range(rows.rowCount())]


def test_files_that_are_here_and_those_to_be_had(files: ModelFiles) -> None:
    assert "own.gguf" in keys(files)
    assert "qwen3-0.6b" in files.rows


def test_one_is_made_the_teacher_and_back(files: ModelFiles, bench: Any, run: Any, settle: Any) -> None:
    path = str(bench.house.home.models / "own.gguf")
    files.list.choose(path)
    files._renew_buttons()
    files.use.click()
    run(settle(lambda: bench.house.settings.teacher.model == path))
    assert own_values(bench.house.home) == {"teacher.model": path}
    run(settle(lambda: not files.use.isEnabled()))
    files._toast._button.click()
    run(settle(lambda: own_values(bench.house.home) == {}))


def test_a_file_is_copied_in(files: ModelFiles, bench: Any, tmp_path: Path, run: Any, settle: Any) -> None:
    source = write_gguf(tmp_path / "new.gguf", {"general.architecture": "llama"}, {"a": (64, 64)})
    files.adding.offer(source)
    assert "new.gguf" in files.adding._asked.text() and not files.adding.isHidden()
    files.adding.copy.click()
    run(settle(lambda: "new.gguf" in keys(files)))
    assert files.adding.isHidden()
    assert (bench.house.home.models / "new.gguf").read_bytes() == source.read_bytes()


def test_what_is_no_model_is_told_in_its_place(
    files: ModelFiles, tmp_path: Path, run: Any, settle: Any, heard: Any
) -> None:
    (tmp_path / "no.gguf").write_bytes(b"no model")
    files.adding.offer(tmp_path / "no.gguf")
    files.adding.copy.click()
    run(settle(lambda: files.adding._said.property("kind") == "fault"))
    assert files.adding._said.text() and files.adding.copy.isEnabled()
    assert heard.told == []


def test_a_file_is_used_where_it_lies(
    files: ModelFiles, bench: Any, tmp_path: Path, run: Any, settle: Any
) -> None:
    source = write_gguf(tmp_path / "there.gguf", {"general.architecture": "llama"})
    files.adding.offer(source)
    files.adding.in_place.click()
    run(settle(lambda: bench.house.settings.teacher.model == str(source)))
    assert not (bench.house.home.models / "there.gguf").exists()


def test_the_view_that_was_open_is_remembered(bench: Any, page: QWidget) -> None:
    first = Models(bench, QWidget, Toast(page))
    first.show_view("files")
    again = Models(bench, QWidget, Toast(page))
    assert again.tabs.value == "files"
    for one in (first, again):
        shiboken6.delete(one)
