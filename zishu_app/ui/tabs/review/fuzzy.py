"""Which of some names are meant by a few letters typed in their order. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def likeness(asked: str, name: str) -> float | None:
    """How well `asked` fits a name; None where its letters do not come in this order."""
    wanted, text = asked.casefold().replace(" ", ""), name.casefold()
    if not wanted:
        return 0.0
    place = text.find(wanted)
    if place >= 0:
        return 100.0 - place - 0.1 * len(text) + (20 if not place else 0)
    found, at, before = 0.0, 0, -2
    for letter in wanted:
        at = text.find(letter, at)
        if at < 0:
            return None
        begins = at == 0 or not text[at - 1].isalnum()
        found += 6 if at == before + 1 else 4 if begins else 0
        found -= 0.2 * (at - before - 1) if before >= 0 else 0.1 * at
        before, at = at, at + 1
    return found - 0.1 * len(text)


def best(asked: str, things: Iterable[tuple[Thing, Sequence[str]]]) -> list[Thing]:
    """The things one of whose names is meant, the likeliest first; all of them in their order where nothing is asked."""
    known = list(things)
    if not asked.strip():
        return [thing for thing, _ in known]
    scored = [(_best(asked, names), number, thing) for number, (thing, names) in enumerate(known)]
    meant = [(-score, number, thing) for score, number, thing in scored if score is not None]
    return [thing for _, _, thing in sorted(meant, key=lambda one: one[:2])]


def _best(asked: str, names: Sequence[str]) -> float | None:
    return max((one for name in names if (one := likeness(asked, name)) is not None), default=None)
