"""What is to be distilled: files with the talks found in them, and what is wrong with the others.

Knows no Qt. A file is read once, off the loop; its messages are not kept but counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

from zishu_app.core.errors import DataError
from zishu_app.core.texts import Language, t
from zishu_app.core.tokens import Counter
from zishu_app.dataset.importers import read_talks_partly
from zishu_app.dataset.talks import Talk
from zishu_app.distill.batch import find_sources

State = Literal["waiting", "good", "partly", "bad"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One talk of a file."""

    number: int
    name: str
    messages: int
    tokens: int
    language: Language


@dataclass(frozen=True, slots=True)
class Source:
    """One file."""

    key: int
    path: Path
    state: State = "waiting"
    talks: tuple[Measured, ...] = ()
    #: records of it that are no talks
    bad: int = 0
    reason: str = ""
    hint: str = ""

    @property
    def messages(self) -> int:
        """Of all its talks."""
        return sum(talk.messages for talk in self.talks)

    @property
    def tokens(self) -> int:
        """Of all its talks."""
        return sum(talk.tokens for talk in self.talks)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Each once."""
        return tuple(dict.fromkeys(talk.language for talk in self.talks))


class Sources:
    """The list. What is taken away can be put back in its place."""

    def __init__(self) -> None:
        self.all: list[Source] = []
        self._keys = count(1)

    def add(self, paths: Iterable[Path]) -> list[Source]:
        """Files that are not there yet; those that are new, to be read."""
        known = {one.path for one in self.all}
        fresh = [path for path in dict.fromkeys(paths) if path not in known]
        added = [Source(next(self._keys), path) for path in fresh]
        self.all += added
        return added

    def put(self, source: Source) -> bool:
        """A file was read; whether it is still wanted."""
        for place, one in enumerate(self.all):
            if one.key == source.key:
                self.all[place] = source
                return True
        return False

    def remove(self, keys: Iterable[int]) -> list[tuple[int, Source]]:
        """Take some away; what `restore` needs to put them back."""
        gone = set(keys)
        taken = [(place, one) for place, one in enumerate(self.all) if one.key in gone]
        self.all = [one for one in self.all if one.key not in gone]
        return taken

    def restore(self, taken: Sequence[tuple[int, Source]]) -> None:
        """Put back what was taken away."""
        for place, one in taken:
            if one.path not in {other.path for other in self.all}:
                self.all.insert(min(place, len(self.all)), one)

    def find(self, key: int) -> Source | None:
        """By its key."""
        return next((one for one in self.all if one.key == key), None)

    @property
    def waiting(self) -> list[Source]:
        """Those that are not read yet."""
        return [one for one in self.all if one.state == "waiting"]

    @property
    def talks(self) -> list[Measured]:
        """All talks of all files."""
        return [talk for one in self.all for talk in one.talks]


def files_of(paths: Sequence[Path]) -> tuple[list[Path], list[DataError]]:
    """Files, and those in folders; what is wrong with folders that have none. Blocks."""
    found: list[Path] = []
    wrong: list[DataError] = []
    for path in paths:
        if not path.is_dir():
            found.append(path.absolute())
            continue
        try:
            found += [one.absolute() for one in find_sources(path, batch=True)]
        except DataError as error:
            wrong.append(error)
    return found, wrong


def measured(source: Source, counter: Counter) -> Source:
    """The file read and its talks counted. Blocks."""
    try:
        talks, bad = read_talks_partly(source.path)
    except DataError as error:
        return replace(source, state="bad", reason=bare(error.message, source.path), hint=error.hint)
    found = tuple(_measured(talk, counter) for talk in talks)
    if not bad:
        return replace(source, state="good", talks=found)
    first = bad[0].error
    return replace(
        source,
        state="partly" if found else "bad",
        talks=found,
        bad=len(bad),
        reason=bare(first.message, source.path),
        hint=first.hint,
    )


def talk_of_file(path: Path, number: int) -> Talk | None:
    """One talk of a file, by its number; None where it is not there any more. Blocks."""
    try:
        talks, _ = read_talks_partly(path)
    except DataError:
        return None
    return next((talk for talk in talks if talk.number == number), None)


def bare(message: str, path: Path) -> str:
    """A reason without the path before it: the row says the name already."""
    for colon in ("：", ": "):
        start = f"{path}{colon}"
        if message.startswith(start):
            return message[len(start) :]
    return message.replace(str(path), path.name)


def reason_of(source: Source) -> str:
    """What is wrong with a file, in a line."""
    if source.state == "partly":
        return t(f"{source.bad} 条读不了：{source.reason}", f"{source.bad} cannot be read: {source.reason}")
    return source.reason


def _measured(talk: Talk, counter: Counter) -> Measured:
    tokens = sum(counter.count_many([message.content for message in talk.messages]))
    return Measured(talk.number, talk.name, len(talk.messages), tokens, talk.language)
