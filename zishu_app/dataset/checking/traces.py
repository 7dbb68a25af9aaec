"""One kind of private data: how it is written, and whether a text that looks like it is it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: places in a text: from, up to but not including
Places = Callable[[str], Iterator[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Trace:
    """What leads to a person, and where it stands in a text."""

    #: "mobile", "email" ...: see words
    what: str
    places: Places


def written_as(pattern: str, holds: Callable[[re.Match[str]], object], flags: int = 0) -> Places:
    """Where the pattern matches and more than its form speaks for it."""
    form = re.compile(pattern, flags)

    def places(text: str) -> Iterator[tuple[int, int]]:
        for found in form.finditer(text):
            if holds(found):
                yield found.span()

    return places


def before(found: re.Match[str], size: int = 16) -> str:
    """The characters before it."""
    return found.string[max(0, found.start() - size) : found.start()]


def after(found: re.Match[str], size: int = 16) -> str:
    """The characters after it."""
    return found.string[found.end() : found.end() + size]
