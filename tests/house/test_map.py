"""The map in zishu_app/README.md shows the program as it is, one line a file."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PROGRAM

LINE = re.compile(r"^(?P<indent> *)(?P<name>[^\s/]+/?)(?:\s{2,}(?P<about>\S.*))?$")


def on_disk(folder: Path) -> dict[str, Path]:
    """Every file and folder that a reader may meet; an empty `__init__.py` says nothing."""
    found = {}
    for path in sorted(folder.rglob("*")):
        unseen = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        silent = path.name == "__init__.py" and path.stat().st_size == 0
        if not unseen and not silent:
            found[path.relative_to(folder).as_posix() + "/" * path.is_dir()] = path
    return found


def in_map(text: str) -> dict[str, str]:
    """The tree in the first block of a text: path and what is said about it. Folders end in a slash."""
    block = text.split("```")[1].partition("\n")[2]
    found: dict[str, str] = {}
    above: list[str] = []
    for line in block.splitlines()[1:]:  # the first is the program's own folder
        read = LINE.match(line)
        assert read, f"this line of the map cannot be read: {line!r}"
        depth = len(read["indent"]) // 2 - 1
        above = [*above[:depth], read["name"]]
        found["".join(above)] = read["about"] or ""
    return found


def suggestion(name: str, path: Path) -> str:
    """A line for the map, made of what the file says about itself."""
    indent = "  " * (name.rstrip("/").count("/") + 1)
    said = ""
    if path.suffix == ".py":
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        said = docstring.partition("\n")[0].rstrip(".")
    return f"{indent}{path.name + '/' * path.is_dir():<22}  {said}".rstrip()


def differences(folder: Path) -> list[str]:
    """What to write into the map, and what to take out of it."""
    disk, told = on_disk(folder), in_map((folder / "README.md").read_text(encoding="utf-8"))
    missing = [
        f"add under {Path(name).parent}/:\n{suggestion(name, disk[name])}"
        for name in disk
        if name not in told
    ]
    gone = [f"take out: {name}" for name in told if name not in disk]
    silent = [f"say what it is: {name}" for name, about in told.items() if len(about.split()) < 2]
    return missing + gone + silent


def test_the_map_is_the_disk() -> None:
    found = differences(PROGRAM)
    assert not found, "zishu_app/README.md is not up to date\n\n" + "\n".join(found)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small program with a right map."""
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").touch()
    (tmp_path / "core" / "log.py").write_text('"""What happened.\n\nMore."""\n')
    text = "# Map\n\n```text\nsmall/\n  README.md  this map\n  core/  the ground floor\n    log.py  what happened\n```\n"
    (tmp_path / "README.md").write_text(text)
    return tmp_path


def test_a_right_map_is_right(small: Path) -> None:
    assert differences(small) == []


def test_a_new_file_is_missed_and_its_line_suggested(small: Path) -> None:
    (small / "core" / "new.py").write_text('"""Something new.\n\nMore."""\n')
    assert differences(small) == ["add under core/:\n    new.py                  Something new"]


def test_a_file_that_went_is_noticed(small: Path) -> None:
    (small / "core" / "log.py").unlink()
    assert differences(small) == ["take out: core/log.py"]


def test_a_line_that_says_nothing_is_noticed(small: Path) -> None:
    text = (small / "README.md").read_text().replace("  what happened", "")
    (small / "README.md").write_text(text)
    assert differences(small) == ["say what it is: core/log.py"]
