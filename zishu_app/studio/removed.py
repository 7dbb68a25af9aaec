"""What was removed and can be brought back still: trainings, and brains she has learnt, by the names people know them by."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from zishu_app.brains import learnt
from zishu_app.core.aside import KEPT, Aside, drop_old
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.training import runs


@dataclass(frozen=True, slots=True)
class Removed:
    """One of them. `title`: what people read; `made`: when it was begun, local time, ISO; `at`: when it was removed, `until`:
    when it goes for good.
    """

    id: str
    title: str
    made: str
    at: datetime
    until: datetime
    folder: Path

    def as_json(self) -> dict[str, Any]:
        """For programs that read along."""
        return {
            "id": self.id,
            "name": self.title,
            "removed": self.at.isoformat(),
            "until": self.until.isoformat(),
        }


async def removed_runs(house: House) -> list[Removed]:
    """Trainings, what was removed last first; what was removed too long ago goes before."""
    trainings, now = house.home.trainings, house.clock.now()

    def read() -> list[Removed]:
        drop_old(trainings, now)
        there = runs.list_removed(trainings)
        return [_told(aside, Path(run.dataset).name, run.created) for aside, run in there]

    return await asyncio.to_thread(read)


async def removed_brains(house: House) -> list[Removed]:
    """Brains she has learnt, what was removed last first; what was removed too long ago goes before."""
    brains, now = house.home.brains, house.clock.now()

    def read() -> list[Removed]:
        drop_old(brains, now)
        return [_told(aside, brain.name, brain.created) for aside, brain in learnt.list_removed(brains)]

    return await asyncio.to_thread(read)


def find_removed(there: Sequence[Removed], name: str) -> Removed:
    """By its id, its name, or the beginning of its id; "last": what was removed last. Raises DataError."""
    ways: list[Callable[[Removed], bool]] = [
        lambda one: name in ("last", one.id),
        lambda one: one.title == name,
        lambda one: one.id.startswith(name),
    ]
    found = next((meant for way in ways if (meant := [one for one in there if way(one)])), [])
    if found:
        return found[0]
    shown = "\n".join(f"  {one.id}  {one.title}" for one in there[:8])
    raise DataError(
        t(f"移走的里面没有“{name}”。", f'Nothing called "{name}" was removed.'),
        t(f"移走的有：\n{shown}", f"Removed were:\n{shown}")
        if there
        else t(
            f"没有移走的，或者已经过了 {KEPT.days} 天。",
            f"Nothing was, or more than {KEPT.days} days ago.",
        ),
    )


def _told(aside: Aside, title: str, made: str) -> Removed:
    return Removed(aside.name, title or aside.name, made, aside.at, aside.at + KEPT, aside.folder)
