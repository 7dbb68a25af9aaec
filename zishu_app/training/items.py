"""What an exam asks: sets of items, the shipped ones and the user's own beside them.

An item has either a right answer and wrong ones, of which the model should find the right one the most likely, or a rule
that what it answers must keep. Neither needs another model as a judge, and both give the same marks every time.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.terms import folded
from zishu_app.core.texts import Language, language, t

#: "guard": what must not get worse when she learns; "persona": what should get better
Kind = Literal["guard", "persona"]
KINDS: tuple[Kind, ...] = ("guard", "persona")
SHIPPED = RESOURCES / "exams"
#: wrong answers of an item
MOST_WRONG = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """What an answer must keep; parts that are empty ask for nothing. See training/rules."""

    #: one of these must stand in it
    contains_any: tuple[str, ...] = ()
    #: none of these may
    contains_none: tuple[str, ...] = ()
    #: it must begin with one of these
    starts_with: tuple[str, ...] = ()
    #: must be found somewhere in it
    regex: str = ""
    #: words of Latin letters, and Chinese characters, at most; 0: any number
    max_words: int = 0
    #: "zh", "en", or "" for any
    language: str = ""

    def parts(self) -> dict[str, Any]:
        """The parts that ask for something, by their names."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an exam."""

    id: str
    #: what it is about, in a word
    ability: str
    prompt: str
    right: str = ""
    wrong: tuple[str, ...] = ()
    #: instead of `right` and `wrong`
    rule: Rule | None = None
    #: asked after her persona
    system: bool = False

    @property
    def chance(self) -> float:
        """How often somebody who knows nothing is right."""
        return 0.0 if self.rule else 1 / (1 + len(self.wrong))

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a file, without what is empty."""
        found: dict[str, Any] = {"id": self.id, "ability": self.ability, "prompt": self.prompt}
        if self.rule:
            found["rule"] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.rule.parts().items()
            }
        else:
            found |= {"right": self.right, "wrong": list(self.wrong)}
        return found | ({"system": True} if self.system else {})


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Items of one kind in one language: a file."""

    name: str
    language: Language
    kind: Kind
    items: tuple[Item, ...]
    #: what it is for, by language
    note: Mapping[str, str] = field(default_factory=dict)
    #: where it stands; None: nowhere yet
    path: Path | None = None

    @property
    def slug(self) -> str:
        """Its short name: that of its file."""
        return self.path.name.removesuffix(".toml") if self.path else ""

    @property
    def own(self) -> bool:
        """Whether it is one of the user's own, and may be changed."""
        return self.path is None or self.path.parent != SHIPPED

    def told(self) -> str:
        """What it is for, in the language spoken now, or in the other."""
        return self.note.get(language(), "") or next(iter(self.note.values()), "")


def choose(sets: Sequence[ItemSet], names: Iterable[str]) -> list[ItemSet]:
    """The sets called so, by name, short name, kind, or language, in their order and each once; no name: all of them.

    Raises DataError for a name that fits none, with those that are like it.
    """
    wanted = [folded(name.strip()) for name in names]
    words = {
        one.path: {folded(word) for word in (one.name, one.slug, one.kind, one.language)} for one in sets
    }
    known = sorted({one.slug for one in sets})
    for name in wanted:
        if not any(name in found for found in words.values()):
            raise DataError(
                t(f"没有叫“{name}”的题集。", f"No item set is called '{name}'."), _near(name, known)
            )
    return [one for one in sets if not wanted or words[one.path] & set(wanted)]


def _near(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return t(f"是不是：{'、'.join(close)}？", f"Did you mean: {', '.join(close)}?")
    return t(f"可用的题集：{'、'.join(known)}。", f"There are: {', '.join(known)}.")


def twice(sets: Iterable[ItemSet]) -> list[str]:
    """The ids that stand more than once in these sets: their marks could not be told apart."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for item in (item for one in sets for item in one.items):
        if item.id in seen:
            found[item.id] = None
        seen.add(item.id)
    return list(found)
