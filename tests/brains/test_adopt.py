from pathlib import Path

import pytest

from tests.core.gguf_files import write_gguf
from zishu_app.brains import adopt
from zishu_app.brains.adopt import copy_in
from zishu_app.brains.events import Finished, Received
from zishu_app.core.errors import DataError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_gguf(tmp_path / "mine.gguf", {"general.architecture": "llama"}, {"a": (64, 64)})


def whole(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_it_is_copied_with_progress(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopt, "BLOCK", 4096)
    folder = tmp_path / "models"
    events = [event async for event in copy_in(source, folder)]
    assert events[-1] == Finished(folder / "mine.gguf")
    done = [event.done for event in events if isinstance(event, Received)]
    assert done == sorted(done) and len(done) > 2
    assert whole(folder) == {"mine.gguf": source.read_bytes()}  # noqa: ASYNC240 - a test may read a file


async def test_leaving_in_the_middle_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopt, "BLOCK", 4096)
    folder = tmp_path / "models"
    events = copy_in(source, folder)
    await anext(events)
    assert list(folder.iterdir()) != []
    await events.aclose()
    assert list(folder.iterdir()) == []


async def test_what_is_no_model_does_not_come_in(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"no model at all")
    with pytest.raises(DataError):
        [event async for event in copy_in(tmp_path / "x.gguf", tmp_path / "models")]
    assert not (tmp_path / "models").exists()


async def test_a_name_that_is_taken_is_left_alone(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "mine.gguf").write_bytes(b"the other one")
    with pytest.raises(DataError, match="already"):
        [event async for event in copy_in(source, folder)]
    assert (folder / "mine.gguf").read_bytes() == b"the other one"
