"""A data set of its own, and what comes of taking files in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zishu_app.dataset.find import Filter, ids_of
from zishu_app.dataset.intake import BadFile, BadRow, IntakeEvent, TakenIn, take_in
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import Samples, get_many

NOW = 1_800_000_000


@dataclass
class Came:
    """What was told while files were taken in."""

    events: list[IntakeEvent] = field(default_factory=list)

    @property
    def end(self) -> TakenIn:
        last = self.events[-1]
        assert isinstance(last, TakenIn)
        assert sum(isinstance(event, TakenIn) for event in self.events) == 1
        return last

    @property
    def bad(self) -> list[BadRow]:
        return [event for event in self.events if isinstance(event, BadRow)]

    @property
    def bad_files(self) -> list[BadFile]:
        return [event for event in self.events if isinstance(event, BadFile)]

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Added, known, bad."""
        return self.end.added, self.end.known, self.end.bad


async def taken(samples: Samples, *paths: Path) -> Came:
    return Came([event async for event in take_in(samples, paths, NOW)])


def all_of(samples: Samples, wanted: Filter | None = None) -> list[Sample]:
    """Every sample, in the order they came."""
    with samples.reading() as connection:
        return get_many(connection, ids_of(connection, wanted or Filter()))


def talks_of(samples: Samples) -> list[list[str]]:
    """What is said in each sample."""
    return [[one.content for one in sample.messages] for sample in all_of(samples)]


def write(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path
