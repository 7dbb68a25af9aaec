"""Folders that were removed and can be brought back: they lie beside their kind under another name until they are dropped."""

import shutil
from pathlib import Path

_MARK = ".removed-"


def put_aside(folder: Path) -> Path:
    """Out of the way, to be brought back by `bring_back` or dropped by `drop`; where it lies then."""
    aside = folder.with_name(f"{_MARK}{folder.name}")
    folder.rename(aside)
    return aside


def bring_back(aside: Path) -> Path:
    """It was not meant; where it lies again."""
    folder = aside.with_name(name_of(aside))
    aside.rename(folder)
    return folder


def drop(aside: Path) -> None:
    """It goes for good."""
    shutil.rmtree(aside, ignore_errors=True)


def drop_all(place: Path) -> None:
    """Everything that was put aside in a place goes for good."""
    for one in all_aside(place):
        drop(one)


def all_aside(place: Path, beginning: str = "") -> list[Path]:
    """What was put aside in a place, of names that begin so, in the order of the names."""
    return sorted(one for one in place.glob(f"{_MARK}*") if name_of(one).startswith(beginning))


def name_of(aside: Path) -> str:
    """Its name before."""
    return aside.name.removeprefix(_MARK)


def is_free(place: Path, name: str) -> bool:
    """Whether nothing is called so, neither there nor put aside."""
    return not (place / name).exists() and not (place / f"{_MARK}{name}").exists()
