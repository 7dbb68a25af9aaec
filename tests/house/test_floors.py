"""Imports go down only: the contracts in pyproject.toml hold."""

import subprocess
import sys
import tomllib

from tests.house.source import ROOT

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"

#: what must be agreed upon; each was broken on purpose once, and was noticed
CONTRACTS = {"floors", "worker-alone", "worker-knows", "worker-shares", "heavy", "qt", "circles"}


def test_the_floors_hold() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_no_contract_was_dropped() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} >= CONTRACTS
    floors = next(contract for contract in contracts if contract["id"] == "floors")
    assert floors["exhaustive"] is True
    assert "exhaustive_ignores" not in floors
