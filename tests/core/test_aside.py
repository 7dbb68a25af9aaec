"""Folders put aside: brought back as they were, dropped one by one or all, and their names not taken meanwhile."""

from pathlib import Path

from zishu_app.core.aside import all_aside, bring_back, drop, drop_all, is_free, name_of, put_aside


def folder(place: Path, name: str) -> Path:
    (place / name).mkdir()
    (place / name / "kept.txt").write_text(name)
    return place / name


def test_what_was_put_aside_comes_back_as_it_was(tmp_path: Path) -> None:
    aside = put_aside(folder(tmp_path, "run-1"))
    assert not (tmp_path / "run-1").exists() and name_of(aside) == "run-1"
    assert not is_free(tmp_path, "run-1") and is_free(tmp_path, "run-2")
    assert bring_back(aside) == tmp_path / "run-1"
    assert (tmp_path / "run-1" / "kept.txt").read_text() == "run-1"


def test_dropping_one_leaves_the_others_to_be_brought_back(tmp_path: Path) -> None:
    first, second = (put_aside(folder(tmp_path, name)) for name in ("run-1", "run-2"))
    drop(first)
    assert all_aside(tmp_path) == [second] and is_free(tmp_path, "run-1")
    assert all_aside(tmp_path, "run-1") == []
    drop_all(tmp_path)
    assert list(tmp_path.iterdir()) == []
