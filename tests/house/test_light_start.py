"""Help is instant, and neither the window nor the command line ever holds a model."""

import json
import subprocess
import sys

import pytest

from tests.house.source import PROGRAM, ROOT

#: what nobody waits for who only wants to read the help
SLOW = [
    "torch", "chromadb", "xllamacpp", "llama_cpp", "PySide6", "jieba", "pypinyin", "pydantic", "httpx",
    "httpx_aiohttp", "aiohttp", "rich", "tiktoken", "keyring", "sqlite3", "psutil", "charset_normalizer",
]  # fmt: skip
#: what lives in the worker, and in the window
ELSEWHERE = [
    "torch",
    "transformers",
    "peft",
    "bitsandbytes",
    "chromadb",
    "xllamacpp",
    "llama_cpp",
    "PySide6",
    "qasync",
]
#: what the window may hold of those
OF_THE_WINDOW = ["PySide6", "qasync"]
#: what the window asks for later, when it is used: each costs time at the start and memory all day
NOT_AT_THE_START = ["tiktoken", "httpx", "httpx_aiohttp", "aiohttp", "rich"]
#: what comes behind her, when she has been painted
BEHIND_HER = [
    "qasync",
    "keyring",
    "sqlite3",
    "psutil",
    "zishu_app.house",
    "zishu_app.ui.window",
    "zishu_app.ui.theme.look",
]
#: what only whoever makes Chinese mistakes pays for
LATE = ["jieba", "pypinyin", "pkg_resources"]

HELP = "import zishu_app.cli.main; from zishu_app.cli.arguments import build_parser; build_parser().format_help()"


def loaded_after(code: str) -> set[str]:
    """The modules a fresh Python has after `code`."""
    report = f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", report],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout.splitlines()[-1]))


def every_module() -> list[str]:
    paths = [path.relative_to(PROGRAM.parent).with_suffix("") for path in sorted(PROGRAM.rglob("*.py"))]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def dotted() -> list[str]:
    """Every module of the program but the worker's and the window's."""
    return [name for name in every_module() if not name.startswith(("zishu_app.worker", "zishu_app.ui"))]


def test_the_command_line_is_there_before_anything_slow_is_loaded() -> None:
    loaded = loaded_after(HELP)
    assert "zishu_app.cli.arguments" in loaded
    assert sorted(loaded & set(SLOW)) == []


@pytest.mark.parametrize(
    "name", ["numpy", "zishu_app.house", "zishu_app.core.settings", "zishu_app.ledger.store"]
)
def test_help_loads_no_more_of_the_program_than_it_needs(name: str) -> None:
    assert name not in loaded_after(HELP)


def test_the_whole_program_holds_no_model_and_no_window() -> None:
    loaded = loaded_after("import " + ", ".join(dotted()))
    assert {"zishu_app.house", "zishu_app.jobs.client", "zishu_app.llm.local"} <= loaded
    assert sorted(loaded & {*ELSEWHERE, *LATE}) == []
    assert [name for name in loaded if name.startswith("zishu_app.worker")] == []


def test_she_is_seen_before_anything_is_loaded_that_she_is_not_painted_with() -> None:
    loaded = loaded_after("import zishu_app.ui.main, zishu_app.ui.first")
    assert "PySide6.QtWidgets" in loaded
    assert sorted(loaded & {*ELSEWHERE, *LATE, *NOT_AT_THE_START, *BEHIND_HER} - {"PySide6"}) == []


def test_she_is_there_without_the_studio() -> None:
    loaded = loaded_after("import zishu_app.ui.program, zishu_app.ui.pet.stage, zishu_app.studio.companion")
    assert "zishu_app.ui.pet.her" in loaded
    unwanted = {*ELSEWHERE, *LATE, *NOT_AT_THE_START, "zishu_app.ui.window"} - {*OF_THE_WINDOW}
    assert sorted(loaded & unwanted) == []
    assert [name for name in loaded if name.startswith("zishu_app.ui.tabs")] == []


def test_the_window_opens_with_nothing_that_is_needed_later() -> None:
    loaded = loaded_after("import zishu_app.ui.main, zishu_app.ui.program, zishu_app.ui.window")
    unwanted = {*ELSEWHERE, *LATE, *NOT_AT_THE_START} - {*OF_THE_WINDOW}
    assert sorted(loaded & unwanted) == []


def test_no_part_of_the_window_holds_a_model() -> None:
    parts = [name for name in every_module() if name.startswith("zishu_app.ui")]
    loaded = loaded_after("import " + ", ".join(parts))
    assert sorted(loaded & ({*ELSEWHERE} - {*OF_THE_WINDOW})) == []
    assert [name for name in loaded if name.startswith("zishu_app.worker")] == []
