"""The scenarios of one language as the form shows them: shipped, the user's own, and files that are broken."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from zishu_app.core.texts import Language, t
from zishu_app.dialogue.scenarios import BadScenario, Scenario, folded, own_files
from zishu_app.house import House
from zishu_app.ui.widgets.checks import Check

#: the key of a row: a scenario's name, or a broken file
Key = str | Path


@dataclass(frozen=True)
class Shelf:
    """Everything there is in a language."""

    language: Language
    scenarios: list[Scenario] = field(default_factory=list)
    bad: list[BadScenario] = field(default_factory=list)
    #: name -> file of the user's own
    own: dict[str, Path] = field(default_factory=dict)

    @property
    def broken(self) -> "list[Broken]":
        """The files that are left out, each with all that is wrong in it."""
        paths = dict.fromkeys(one.path for one in self.bad)
        return [Broken(path, tuple(one for one in self.bad if one.path == path)) for path in paths]

    @property
    def names(self) -> list[str]:
        """Of all that can be chosen, in their order."""
        return [item.name for item in self.scenarios]

    def find(self, key: Key | None) -> "Scenario | Broken | None":
        """What stands behind a row."""
        if isinstance(key, Path):
            return next((one for one in self.broken if one.path == key), None)
        return next((item for item in self.scenarios if item.name == key), None)

    def file_of(self, name: str) -> Path | None:
        """The user's own file of that name."""
        return next((path for own, path in self.own.items() if folded(own) == folded(name)), None)


@dataclass(frozen=True)
class Broken:
    """A file that is left out."""

    path: Path
    faults: tuple[BadScenario, ...]

    @property
    def place(self) -> str:
        """`file.toml:12`, the line of the first fault."""
        line = next((one.line for one in self.faults if one.line), None)
        return f"{self.path.name}:{line}" if line else self.path.name

    @property
    def reasons(self) -> str:
        """One a line, each with the line of the file it is on."""
        at = [t(f"第 {one.line} 行：", f"line {one.line}: ") if one.line else "" for one in self.faults]
        return "\n".join(place + one.reason for place, one in zip(at, self.faults, strict=True))


def load_shelf(house: House, language: Language) -> Shelf:
    """Read all files of a language; for a thread. Raises DataError where a folder cannot be opened."""
    from zishu_app.studio.generate import scenarios_of

    scenarios, bad = scenarios_of(house, language)
    return Shelf(language, scenarios, bad, own_files(language, house.home.scenarios))


def rows_of(shelf: Shelf, chosen: Iterable[str], search: str) -> list[Check]:
    """What the list shows: those that fit the search, broken files last."""
    wanted, taken = search.casefold(), set(chosen)
    rows = [
        Check(
            item.name,
            item.name,
            item.description,
            mark=t("自己的", "own") if shelf.file_of(item.name) else "",
            checked=item.name in taken,
            hint=f"{item.description}\n\n{item.user_prompt}",
        )
        for item in shelf.scenarios
        if wanted in f"{item.name}\n{item.description}".casefold()
    ]
    broken = [
        Check(
            one.path,
            one.place,
            one.reasons.partition("\n")[0],
            mark=t("有问题", "broken"),
            broken=True,
            hint=f"{one.path}\n{one.reasons}",
        )
        for one in shelf.broken
        if wanted in one.path.name.casefold()
    ]
    return rows + broken
