"""The program's own source as the rules of the house see it."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "zishu_app"
PACKAGING = ROOT / "packaging"

T = TypeVar("T", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef

CJK = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
LETTERS = re.compile("[A-Za-z]{2}")


def modules() -> list[Path]:
    """Every module of the program and of its set-up."""
    return sorted([*PROGRAM.rglob("*.py"), *PACKAGING.rglob("*.py")])


@functools.cache
def tree(path: Path) -> ast.Module:
    """A parsed module; do not change it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """`zishu_app/core/log.py`, with slashes on every system."""
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path, *kinds: type[T]) -> Iterator[T]:
    """All nodes of these kinds in a module."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def rooms() -> set[str]:
    """The words of the features: every folder of the program, and every folder in those."""
    folders = [path for path in PROGRAM.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    return {path.name for path in folders}
