"""A day with her: she greets, talks, is asked to remind, is put right, goes; and comes back as she was."""

import json
import subprocess
import sys
from typing import Any

from tests.flows.conftest import ROOT, Zishu

#: said by the platform without a screen, whatever is done
USUAL = "This plugin does not support"


def played(zishu: Zishu, what: str) -> dict[str, Any]:
    """How things stand after a start of their own."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "flows" / "her.py"), str(zishu.home), what],
        env=zishu.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith(USUAL)] == []
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_she_comes_back_as_she_went(zishu: Zishu) -> None:
    before = played(zishu, "day")
    kinds = [kind for kind, _ in before["said"]]
    assert kinds == ["assistant", "user", "assistant", "user", "assistant"]  # she greeted first
    assert before["said"][0][1].startswith("Hello, I'm Zishu.")
    assert before["said"][1][1] == "I live in Hangzhou."
    assert any("Hangzhou" in text for text in before["remembers"])
    assert before["reminders"] == ["drink tea"]
    assert before["corrections"] == ["pending"]

    after = played(zishu, "again")
    assert after["bubble"] == ""  # they have met today
    assert after["across"] == before["across"] == 0.25
    assert after["wears"] == before["wears"] == "turtle"
    assert after["feels"] == before["feels"]
    for what in ("said", "remembers", "reminders", "corrections"):
        assert after[what] == before[what], what
