"""What dialogues are about: the ten shipped scenarios of each language, and the user's own beside them."""

import dataclasses
import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import Language, t
from zishu_app.dialogue.scenario_file import KEYS, SUFFIXES, Problem, Source, check, language_of, read_source

#: the order in which the shipped scenarios are listed
SHIPPED_ORDER = (
    "machine_learning",
    "python_basics",
    "science",
    "daily_problems",
    "technical_concepts",
    "learning_methods",
    "tool_tips",
    "error_debugging",
    "code_optimization",
    "project_development",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where a dialogue starts: the user's first message, the assistant's role, and where the talk may go."""

    name: str
    description: str
    user_prompt: str
    ai_role: str
    #: from easy to deep: shards of what the user is after
    user_followups: tuple[str, ...]
    language: Language
    #: short name for the command line: the file's name without its ending
    slug: str

    def as_dict(self) -> dict[str, Any]:
        """The five keys, in their order, that dialogue files carry."""
        return {key: getattr(self, key) for key in KEYS[:-1]} | {"user_followups": list(self.user_followups)}


@dataclass(frozen=True, slots=True)
class BadScenario:
    """A mistake in a scenario file; the file is left out, the others work. `line` counts from 1."""

    path: Path
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    scenario: Scenario
    path: Path
    name_line: int | None


def load_scenarios(
    language: Language, shipped: Path, own: Path | None
) -> tuple[list[Scenario], list[BadScenario]]:
    """All scenarios of a language, and what is wrong with the files that are not among them.

    `shipped` holds zh/ and en/. `own` may hold files directly (language from their key `language`, else
    guessed) or in zh/ and en/, and need not exist. An own scenario with a shipped name takes its place and
    its slug; the others follow by name. Raises DataError when the shipped folder is missing or
    a folder cannot be opened.
    """
    folder = shipped / language
    if not folder.is_dir():
        raise DataError(
            t(f"找不到自带的场景目录 {folder}。", f"The shipped scenarios are missing: {folder}."),
            t("请重新安装程序。", "Install the program again."),
        )
    bad: list[BadScenario] = []
    base = _load_all(_files(folder), language, bad)
    base.sort(key=lambda item: (_rank(item.scenario.slug), folded(item.scenario.name)))
    mine = _load_own(language, own, bad)
    return _merge([item.scenario for item in base], [item.scenario for item in mine]), bad


def own_files(language: Language, own: Path | None) -> dict[str, Path]:
    """Name -> file of the user's own scenarios, those that `load_scenarios` brings. Raises DataError as it does."""
    return {item.scenario.name: item.path for item in _load_own(language, own, [])}


def _load_own(language: Language, own: Path | None, bad: list[BadScenario]) -> list[_Loaded]:
    if own is None:
        return []
    mine = _load_all(_files(own), None, bad, asked=language)
    mine += _load_all(_files(own / language), language, bad)
    return _first_of_each_name(mine, bad)


def choose(scenarios: Sequence[Scenario], names: Sequence[str]) -> list[Scenario]:
    """The scenarios called so, by name or slug, upper and lower case alike, in the order asked for, each once.

    Raises DataError that names every unknown one; its hint offers the closest names.
    """
    by_word = {folded(item.slug): item for item in reversed(scenarios)}
    by_word |= {folded(item.name): item for item in reversed(scenarios)}
    unknown = [name for name in names if folded(name) not in by_word]
    if unknown:
        raise DataError(
            t(f"没有这个场景：{'、'.join(unknown)}。", f"No such scenario: {', '.join(unknown)}."),
            _suggest(unknown, by_word, scenarios),
        )
    return list(dict.fromkeys(by_word[folded(name)] for name in names))


def _suggest(unknown: Sequence[str], by_word: dict[str, Scenario], scenarios: Sequence[Scenario]) -> str:
    close: dict[str, None] = {}
    for name in unknown:
        for word in difflib.get_close_matches(folded(name), by_word, n=3, cutoff=0.5):
            close[by_word[word].name] = None
    if close:
        return t(f"是不是：{'、'.join(close)}？", f"Did you mean: {', '.join(close)}?")
    known = [f"{item.name} ({item.slug})" for item in scenarios]
    return t(f"可用的场景：{'、'.join(known)}。", f"There are: {', '.join(known)}.")


def folded(word: str) -> str:
    """Names are the same when they look the same, also on systems that decompose accents."""
    return unicodedata.normalize("NFC", word).strip().casefold()


def _rank(slug: str) -> int:
    return SHIPPED_ORDER.index(slug) if slug in SHIPPED_ORDER else len(SHIPPED_ORDER)


def _files(folder: Path) -> list[Path]:
    """Scenario files of a folder by name; hidden ones are left by editors and file managers."""
    if not folder.is_dir():
        return []
    try:
        inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise DataError(
            t(
                f"场景目录 {folder} 打不开：{error.strerror}。",
                f"Cannot open the folder {folder}: {error.strerror}.",
            ),
            t("检查它的权限。", "Check its permissions."),
        ) from error
    found = [path for path in inside if path.suffix.lower() in SUFFIXES and not path.is_dir()]
    return sorted(found, key=lambda path: (path.name.casefold(), path.name))


def _load_all(
    paths: Iterable[Path], stated: Language | None, bad: list[BadScenario], *, asked: Language | None = None
) -> list[_Loaded]:
    """Load files; `stated`: the language their folder stands for; `asked`: leave out other languages."""
    loaded = []
    for path in paths:
        found = _load(path, stated, asked)
        if isinstance(found, _Loaded):
            loaded.append(found)
        else:
            bad.extend(BadScenario(path, problem.line, problem.reason) for problem in found)
    return loaded


def _load(path: Path, stated: Language | None, asked: Language | None) -> _Loaded | list[Problem]:
    source = read_source(path)
    if isinstance(source, Problem):
        return [source]
    told = language_of(source.values)
    if asked and told and told != asked:
        return []
    problems = check(source)
    if stated and told and "language" in source.values and told != stated:
        said = t(
            f"放在 {stated}/ 里，却写着 language = {told}。",
            f"It lies in {stated}/ but says language = {told}.",
        )
        problems.append(Problem(source.line_of("language"), said))
    if problems:
        return problems
    return _Loaded(_build(source, stated or told or "en", path.stem), path, source.line_of("name"))


def _build(source: Source, language: Language, slug: str) -> Scenario:
    values = source.values
    return Scenario(
        name=values["name"],
        description=values["description"].strip(),
        user_prompt=values["user_prompt"].strip(),
        ai_role=values["ai_role"].strip(),
        user_followups=tuple(line.strip() for line in values["user_followups"]),
        language=language,
        slug=slug,
    )


def _first_of_each_name(loaded: Iterable[_Loaded], bad: list[BadScenario]) -> list[_Loaded]:
    """Two own files of one name: the first counts, the other is reported."""
    kept: dict[str, _Loaded] = {}
    for item in loaded:
        first = kept.setdefault(folded(item.scenario.name), item)
        if first is not item:
            name = item.scenario.name
            said = t(f"名称“{name}”已被 {first.path} 使用。", f"The name '{name}' is taken by {first.path}.")
            bad.append(BadScenario(item.path, item.name_line, said))
    return list(kept.values())


def _merge(base: Sequence[Scenario], own: Sequence[Scenario]) -> list[Scenario]:
    mine = {folded(item.name): item for item in own}
    merged = []
    for item in base:
        replacement = mine.pop(folded(item.name), None)
        merged.append(dataclasses.replace(replacement, slug=item.slug) if replacement else item)
    taken = {folded(item.slug) for item in merged}
    for item in sorted(mine.values(), key=lambda item: (folded(item.name), item.name)):
        slug = _free(item.slug, taken)
        taken.add(folded(slug))
        merged.append(dataclasses.replace(item, slug=slug))
    return merged


def _free(slug: str, taken: set[str]) -> str:
    """A copy of a shipped file that was given another name keeps working: its slug gets a number."""
    numbered = (f"{slug}_{number}" for number in range(2, len(taken) + 3))
    return slug if folded(slug) not in taken else next(word for word in numbered if folded(word) not in taken)
