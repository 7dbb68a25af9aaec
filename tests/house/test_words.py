"""One word for a feature on every floor, and no word that says nothing."""

import ast
import re
from pathlib import Path

from tests.house.source import PROGRAM, ROOT, modules, name_of, nodes, rooms

FORBIDDEN = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "service",
    "handler",
    "base",
    "impl",
}

#: file and why its word is right
MAY_BE_CALLED_SO = {
    "zishu_app/llm/base.py": "the opening to every model; whoever adds a model begins there",
    "zishu_app/desktop/base.py": "the opening to every desktop; its scripted twin follows it",
    "zishu_app/jobs/base.py": "the opening to every worker; its scripted twin follows it",
}

#: modules of cli/ that are no feature, and what they are
NOT_FEATURES = {
    "main": "the door",
    "arguments": "all flags of all commands",
    "flags": "what the flags of all commands have in common",
    "session": "what every command does first and last",
    "ask": "the question before the start, of generate and distill",
    "closing": "how a run is closed, of generate and distill",
    "live": "the live view",
    "view": "the plain view",
    "start": "no command at all",
    "tour": "the first thing a newcomer runs; shows two features",
    "doctor": "looks at all rooms",
    "generate": "named by its verb: the command the seeds prescribe; the room is dialogue",
    "bases": "the part of models that is about models to be trained (brains/bases)",
    "models": "endpoints (llm) and model files (brains) together, as the user thinks of them",
    "keys": "core/keys",
    "train": "the command the seeds and the README prescribe; the room is training",
    "runs": "trainings that were, by the name every studio gives them",
    "exam": "of the room training, a command of its own: what was learnt, and what was lost",
    "setup": "what comes and goes beside the program: the training pack (brains/pack)",
}

#: folders of tests/ that mirror no room
OTHER_TESTS = {
    "house": "the rules of the house",
    "flows": "whole journeys through many rooms",
    "bench": "measurements, not collected",
    "packaging": "the folder beside the program",
}


def words(name: str) -> set[str]:
    """`base_model` -> base, model; `JobManager` -> job, manager."""
    return {word.lower() for word in re.findall("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def test_no_file_and_no_class_has_a_word_that_says_nothing() -> None:
    folders = [path for path in PROGRAM.rglob("*") if path.is_dir()]
    paths = [*modules(), *folders]
    found = {name_of(path): bad for path in paths if (bad := words(path.stem) & FORBIDDEN)}
    classes = {
        f"{name_of(path)}:{one.name}": bad
        for path in modules()
        for one in nodes(path, ast.ClassDef)
        if (bad := words(one.name) & FORBIDDEN)
    }
    assert {name: bad for name, bad in (found | classes).items() if name not in MAY_BE_CALLED_SO} == {}
    assert MAY_BE_CALLED_SO.keys() <= found.keys(), "an exception is no longer needed"


def test_words_are_found_in_names() -> None:
    assert words("base_model") == {"base", "model"}
    assert words("JobManager") == {"job", "manager"}
    assert words("HTTPHandler") == {"http", "handler"}
    assert words("database") == {"database"}


def test_every_command_is_called_as_its_room() -> None:
    commands = {path.stem for path in (PROGRAM / "cli").glob("*.py") if path.stem != "__init__"}
    assert commands - rooms() - NOT_FEATURES.keys() == set()
    assert NOT_FEATURES.keys() - commands == set(), "no longer there"
    assert NOT_FEATURES.keys() & rooms() == set(), "a feature now"


def test_tests_are_called_as_their_room() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if has_tests(path)}
    assert folders - rooms() - OTHER_TESTS.keys() == set()


def has_tests(folder: Path) -> bool:
    return folder.is_dir() and any(folder.rglob("*.py"))
