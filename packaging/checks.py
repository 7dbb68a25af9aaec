"""`start.py --test`: every check of the project in one run, the tests last."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import stamp

from zishu_app.core.texts import t


@dataclass(frozen=True, slots=True)
class Check:
    """A check and how it is run by the environment's Python."""

    name: str
    arguments: tuple[str, ...]


CHECKS = (
    Check("ruff check", ("-m", "ruff", "check", ".")),
    Check("ruff format", ("-m", "ruff", "format", "--check", ".")),
    Check("mypy", ("-m", "mypy")),
    Check("import-linter", ("-c", "from importlinter.cli import lint_imports_command as check; check()")),
)


def run_all(root: str, venv: str, for_pytest: Sequence[str]) -> int:
    """Run every check even when one fails, so that one run shows everything. Non-zero when any failed.

    pytest comes last and nothing is printed after it: who reads the output finds its summary in the last line.
    """
    python = stamp.python_in(venv)
    passed = [run_check(check, root, python) for check in CHECKS]
    count = f"{sum(passed)}/{len(passed)}"
    print(t(f"检查通过 {count}；下面是测试：", f"Checks passed: {count}. Now the tests:"), flush=True)
    tests = subprocess.run([python, "-m", "pytest", "-q", *for_pytest], cwd=root, check=False).returncode
    return tests or (0 if all(passed) else 1)


def run_check(check: Check, root: str, python: str) -> bool:
    """Run one check; its output is shown only when it failed."""
    begun = time.monotonic()
    ended = subprocess.run(
        [python, *check.arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    fine = ended.returncode == 0
    verdict = t("通过", "passed") if fine else t("未通过", "FAILED")
    print(f"{check.name}: {verdict}, {time.monotonic() - begun:.1f} s", flush=True)
    if not fine:
        print(ended.stdout.rstrip(), flush=True)
    return fine
