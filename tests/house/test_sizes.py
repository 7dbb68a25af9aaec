"""Short enough to be read at one go. An exception needs a reason."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PROGRAM, Function, modules, name_of, nodes

#: lines of a function without its docstring, lines of a file, methods of a class, arguments
FUNCTION, FILE, CLASS, ARGUMENTS = 40, 400, 15, 5

#: "file" or "file:name", and the reason
EXCEPTIONS: dict[str, str] = {
    "zishu_app/core/paths.py:Home": "each method is the name of one place, and nothing else",
    "zishu_app/house.py:House": "the one place that wires: a method an object, most of them three lines",
    "zishu_app/ui/pet/window.py:PetWindow": "a method for each event Qt hands over, most of them one line",
    "zishu_app/cli/models.py:_show": "one case an event, each a line or two; the formatter draws them out",
    "zishu_app/ledger/overview.py:list_talks": "a list: which part of all, and how much of it at once",
    "zishu_app/distill/chunks.py:by_turns": "the two ways to cut are called alike, and this one has a limit more",
}


def functions(path: Path) -> list[Function]:
    return list(nodes(path, ast.FunctionDef, ast.AsyncFunctionDef))


def lines_of(function: Function) -> int:
    """Lines from `def` to the end, less the docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def methods_of(one: ast.ClassDef) -> int:
    """Methods, public and private, less those the language asks for (`__init__` ...)."""
    methods = [node for node in one.body if isinstance(node, Function)]
    return sum(not re.fullmatch("__.*__", method.name) for method in methods)


def arguments_of(function: Function, *, method: bool) -> int:
    """As ruff counts (PLR0913): no `self` or `cls`, no *args and **kwargs, none that begins with an underscore."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    counted = named[1:] if method and not static else named
    return sum(not argument.arg.startswith("_") for argument in counted)


def too_big(path: Path) -> dict[str, str]:
    """What breaks a rule in a file, and by how much."""
    name, found = name_of(path), {}
    length = len(path.read_text(encoding="utf-8").splitlines())
    if length > FILE:
        found[name] = f"{length} lines (most: {FILE})"
    for one in nodes(path, ast.ClassDef):
        if (count := methods_of(one)) > CLASS:
            found[f"{name}:{one.name}"] = f"{count} methods (most: {CLASS})"
    methods = {id(node) for one in nodes(path, ast.ClassDef) for node in one.body}
    for function in functions(path):
        if (count := lines_of(function)) > FUNCTION:
            found[f"{name}:{function.name}"] = f"{count} lines (most: {FUNCTION})"
        elif (count := arguments_of(function, method=id(function) in methods)) > ARGUMENTS:
            found[f"{name}:{function.name}"] = f"{count} arguments (most: {ARGUMENTS})"
    return found


def test_everything_is_short_enough() -> None:
    found = {where: what for path in modules() for where, what in too_big(path).items()}
    assert {where: what for where, what in found.items() if where not in EXCEPTIONS} == {}
    assert [where for where in EXCEPTIONS if where not in found] == [], (
        "these exceptions are no longer needed"
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f():\n" + "    x = 1\n" * 40, "f: 41 lines (most: 40)"),
        ('def f():\n    """' + "long\n" * 60 + '    """\n' + "    x = 1\n" * 39, None),
        ("x = 1\n" * 401, "401 lines (most: 400)"),
        (
            "class A:\n" + "".join(f"    def _m{n}(self): ...\n" for n in range(16)),
            "A: 16 methods (most: 15)",
        ),
        (
            "class A:\n    def __init__(self): ...\n"
            + "".join(f"    def m{n}(self): ...\n" for n in range(15)),
            None,
        ),
        ("def f(a, b, c, *, d, e, f): ...\n", "f: 6 arguments (most: 5)"),
        ("class A:\n    def f(self, a, b, c, d, e, *f, _g=1, **h): ...\n", None),
        ("async def f(a, b, c, d, e, f): ...\n", "f: 6 arguments (most: 5)"),
    ],
)
def test_the_measure_itself(
    source: str, said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.house.source.ROOT", tmp_path)
    (tmp_path / "x.py").write_text(source)
    found = [
        f"{where.removeprefix('x.py').lstrip(':')}: {what}"
        for where, what in too_big(tmp_path / "x.py").items()
    ]
    assert [one.lstrip(": ") for one in found] == ([said] if said else [])


def test_packages_are_empty() -> None:
    """What lies in `__init__` is loaded by everybody who wants anything of the package."""
    filled = [name_of(path) for path in PROGRAM.rglob("__init__.py") if path.stat().st_size]
    assert filled == ["zishu_app/__init__.py"]  # the version
