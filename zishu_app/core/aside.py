"""Folders that were removed and can be brought back: they lie beside their kind under another name, which says since when,
until somebody drops them or the days are over for which they are kept.

The day stands in the name because a folder keeps no other that can be relied on: renaming does not touch the time of its
last change, and a copy of the home gives all folders new times.
"""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t

#: what was removed is kept for so long
KEPT = timedelta(days=7)

_MARK, _STAMP = ".removed-", "%Y%m%d-%H%M%S"
#: of homes before a day stood in the name, only the mark and the name
_NAMED = re.compile(rf"{re.escape(_MARK)}(?:(?P<at>\d{{8}}-\d{{6}})@)?(?P<name>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Aside:
    """A folder that was removed: where it lies, its name before, and when that was, in local time."""

    folder: Path
    name: str
    at: datetime


def put_aside(folder: Path, at: datetime) -> Path:
    """Out of the way, to be brought back by `bring_back` or dropped by `drop`; where it lies then."""
    return folder.rename(folder.with_name(f"{_MARK}{at:{_STAMP}}@{folder.name}"))


def bring_back(aside: Path) -> Path:
    """It was not meant; where it lies again. Raises DataError where another one has its name."""
    folder = aside.with_name(name_of(aside))
    if folder.exists():
        raise DataError(
            t(f"已经又有一个“{folder.name}”了。", f'There is another "{folder.name}" by now.'),
            t("先给那一个改名或移走。", "Rename or remove that one first."),
        )
    return aside.rename(folder)


def drop(aside: Path) -> None:
    """It goes for good."""
    shutil.rmtree(aside, ignore_errors=True)


def discard(folder: Path) -> None:
    """It goes for good at once, and is never seen half gone."""
    drop(folder.rename(folder.with_name(f"{_MARK}{folder.name}")))


def drop_old(place: Path, now: datetime) -> None:
    """What was put aside longer ago than it is kept goes for good. Where no day stands in the name, the days begin now."""
    for one in place.glob(f"{_MARK}*"):
        at = _parts(one)[0]
        if at is None:
            one.rename(one.with_name(f"{_MARK}{now:{_STAMP}}@{name_of(one)}"))
        elif now - at > KEPT:
            drop(one)


def all_aside(place: Path, beginning: str = "") -> list[Aside]:
    """What was put aside in a place, of names that begin so, what was put there last at the end."""
    found = []
    for one in place.glob(f"{_MARK}*"):
        at, name = _parts(one)
        if name.startswith(beginning):
            found.append(Aside(one, name, at or datetime.fromtimestamp(one.stat().st_mtime)))
    return sorted(found, key=lambda one: (one.at, one.name))


def name_of(aside: Path) -> str:
    """Its name before."""
    return _parts(aside)[1]


def is_free(place: Path, name: str) -> bool:
    """Whether nothing is called so, neither there nor put aside."""
    return not (place / name).exists() and all(one.name != name for one in all_aside(place, name))


def _parts(aside: Path) -> tuple[datetime | None, str]:
    """When it was put aside, where that is said, and its name before."""
    found = _NAMED.fullmatch(aside.name)
    if found is None:
        return None, aside.name
    at = found["at"]
    try:
        return (datetime.strptime(at, _STAMP) if at else None), found["name"]
    except ValueError:  # a day that no calendar has: part of a name somebody chose
        return None, f"{at}@{found['name']}"
