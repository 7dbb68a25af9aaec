"""Frozen versions are found, read, and held against their hashes."""

import json
import random
from pathlib import Path

import pytest

from tests.conftest import Told
from tests.dataset.ice import NOW, draft, freeze_in_one, twins
from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.dataset import frozen
from zishu_app.dataset.frozen import (
    Fault,
    Frozen,
    list_broken,
    list_frozen,
    mark_of,
    open_frozen,
    read_rows,
    require_whole,
    verify,
)

FILES = ["README.md", "eval.jsonl", "left_out.jsonl", "manifest.json", "preferences.jsonl", "train.jsonl"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """A version with a file of every kind."""
    drafts = [draft(n) for n in range(30)]
    fixes = [draft(n, kind="correction", provenance={"rejected": "不好"}) for n in range(30, 40)]
    # what is kept of the first thirty is there a second time, as a talk of its own
    _, twin = twins(tmp_path_factory.mktemp("twin"), " ")
    return freeze_in_one(tmp_path_factory.mktemp("whole"), [*drafts, *fixes, twin])


@pytest.fixture
def version(whole: Frozen, tmp_path: Path) -> Frozen:
    """A copy of it that may be spoilt."""
    folder = tmp_path / "datasets" / "v1"
    folder.mkdir(parents=True)
    for path in whole.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return open_frozen(folder.parent, "v1")


def test_as_it_was_frozen_it_is_whole(whole: Frozen) -> None:
    assert sorted([*whole.files, "manifest.json"]) == FILES
    assert verify(whole) == []
    require_whole(whole)
    for name, mark in whole.files.items():
        assert mark == mark_of(whole.folder / name)
        assert mark.bytes == (whole.folder / name).stat().st_size


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_found_wherever_it_is(name: str, version: Frozen) -> None:
    path, chance = version.folder / name, random.Random(name)
    content = path.read_bytes()
    for at in {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(40))}:
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert verify(version) == [Fault(name, "changed")], f"byte {at}"
    path.write_bytes(content)
    assert verify(version) == []


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_and_a_cut_one_are_found(name: str, version: Frozen, told: Told) -> None:
    path = version.folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert verify(version) == [Fault(name, "changed")]
    path.write_bytes(content + b"\n")
    assert verify(version) == [Fault(name, "changed")]
    path.unlink()
    assert verify(version) == [Fault(name, "missing")]
    text = told(DataError, lambda: require_whole(version))
    assert f"{name} is missing" in text and "restore" in text


def test_a_file_that_was_added_is_told_and_does_no_harm(version: Frozen) -> None:
    (version.folder / "notes.txt").write_text("mine")
    assert verify(version) == [Fault("notes.txt", "added")]
    require_whole(version)


def test_faults_are_told_in_both_languages() -> None:
    faults = [Fault("a", "missing"), Fault("b", "changed"), Fault("c", "added")]
    assert [frozen.told(one) for one in faults] == ["a is missing", "b was changed", "c was added later"]
    set_language("zh")
    assert [frozen.told(one) for one in faults] == ["a 不见了", "b 被改动过", "c 是后来添加的"]


def test_versions_are_listed_the_newest_first(tmp_path: Path) -> None:
    assert list_frozen(tmp_path / "datasets") == []
    for number, name in enumerate(["b", "c", "a"]):
        freeze_in_one(tmp_path, [draft(number)], name, now=NOW.replace(minute=number))
    assert [one.name for one in list_frozen(tmp_path / "datasets")] == ["a", "c", "b"]


def test_a_folder_that_was_renamed_is_a_version_of_that_name(version: Frozen) -> None:
    version.folder.rename(version.folder.with_name("v9"))
    (found,) = list_frozen(version.folder.parent)
    assert found.name == "v9" and open_frozen(version.folder.parent, "v9") == found
    assert verify(found) == []


def test_an_unknown_name_is_told_with_those_there_are(version: Frozen, tmp_path: Path, told: Told) -> None:
    text = told(DataError, lambda: open_frozen(version.folder.parent, "v2"))
    assert '"v2"' in text and "There are: v1." in text
    assert "freeze NAME" in told(DataError, lambda: open_frozen(tmp_path / "nowhere", "v2"))


@pytest.mark.parametrize("name", ["..", "../v1", "v1/../v1", ""])
def test_a_name_leads_nowhere_else(name: str, version: Frozen, told: Told) -> None:
    told(DataError, lambda: open_frozen(version.folder.parent, name))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": 1}'])
def test_a_manifest_that_cannot_be_read_is_told(text: str, version: Frozen, told: Told) -> None:
    (version.folder / "manifest.json").write_text(text)
    said = told(DataError, lambda: open_frozen(version.folder.parent, "v1"))
    assert "manifest.json cannot be read: " in said and "restore" in said
    assert list_frozen(version.folder.parent) == []
    assert [(name, str(error)) for name, error in list_broken(version.folder.parent)] == [("v1", said)]


def test_a_manifest_that_is_not_there_is_told(version: Frozen, told: Told) -> None:
    (version.folder / "manifest.json").unlink()
    (version.folder.parent / "notes").mkdir()
    (version.folder.parent / "notes" / "mine.txt").write_text("no version, and nothing is missing in it")
    assert list_frozen(version.folder.parent) == []
    ((name, error),) = list_broken(version.folder.parent)
    assert name == "v1" and "manifest.json is missing" in error.message and "restore" in error.hint
    assert str(error) == told(DataError, lambda: open_frozen(version.folder.parent, "v1"))


@pytest.mark.parametrize("part", ["about", "counts", "files", "seed"])
def test_a_manifest_without_what_is_shown_of_it_is_told(part: str, version: Frozen) -> None:
    path = version.folder / "manifest.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    spoilt = {"about": {}, "counts": {"train": {}, "eval": {}}, "files": {"train.jsonl": {}}, "seed": 0}
    lacking = {"split": {"eval_share": 0.1}} if part == "seed" else {part: spoilt[part]}
    path.write_text(json.dumps(value | lacking), encoding="utf-8")
    assert [name for name, _ in list_broken(version.folder.parent)] == ["v1"]
    assert list_frozen(version.folder.parent) == []


def test_a_version_of_a_newer_program_is_told(version: Frozen, told: Told) -> None:
    path = version.folder / "manifest.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(value | {"format": 2, "counts": "of another kind"}), encoding="utf-8")
    assert "newer version" in told(DataError, lambda: open_frozen(version.folder.parent, "v1"))


def test_a_broken_line_is_told_with_its_number(version: Frozen, told: Told) -> None:
    path = version.folder / "train.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], "{\n", *lines[2:]]), encoding="utf-8")
    assert "line 2" in told(DataError, lambda: list(read_rows(version, "train")))
