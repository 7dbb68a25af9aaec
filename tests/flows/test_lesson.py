"""She learns, with real training of the built-in model: corrections, a frozen version, a training that is killed and gone on
with, a new brain, and the way back. With few steps: what is learnt in them is not looked at here, see bench_lesson.
"""

import json
import os
import signal
import time
import tomllib
from typing import Any

import psutil
import pytest

from tests.flows.conftest import ROOT, Zishu

FEW = (
    "--set",
    "general=0",
    "--set",
    "longest=96",
    "--set",
    "batch=1",
    "--set",
    "save_every=2",
    "--set",
    "evaluate_every=0",
)


def last(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


def corrected(zishu: Zishu, number: int) -> None:
    """So many corrections, accepted."""
    lesson = ROOT / "tests" / "bench" / "lesson" / "corrections.en.toml"
    pairs = tomllib.loads(lesson.read_text(encoding="utf-8"))["corrections"][:number]
    talks = [
        {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]}
        for asked, answer in pairs
    ]
    (zishu.folder / "lesson.jsonl").write_text("\n".join(map(json.dumps, talks)), encoding="utf-8")
    numbers = [str(one) for one in range(1, number + 1)]
    for words in (("import", "lesson.jsonl"), ("accept", *numbers), ("freeze", "lesson")):
        done = zishu.run("dataset", *words)
        assert done.returncode == 0, done.stderr


def killed_within(zishu: Zishu) -> None:
    """A training begins, and after its first checkpoint its process is killed as by a power cut."""
    process = zishu.start("train", "lesson", *FEW, "--set", "max_steps=4", "--no-measure")
    checkpoints = zishu.home / "trainings"
    until = time.monotonic() + 240
    while not list(checkpoints.glob("*/checkpoints/step-*2")):
        assert time.monotonic() < until and process.poll() is None, process.communicate()
        time.sleep(0.05)
    lane = json.loads((zishu.home / "worker" / "long.json").read_text(encoding="utf-8"))["pid"]
    os.kill(lane, getattr(signal, "SIGKILL", signal.SIGTERM))
    psutil.wait_procs([psutil.Process(lane)] if psutil.pid_exists(lane) else [], timeout=20)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "zishu runs resume" in told and "Traceback" not in told


@pytest.mark.timeout(400)
def test_a_lesson_that_is_killed_and_gone_on_with_becomes_a_brain(zishu: Zishu) -> None:
    corrected(zishu, 12)
    killed_within(zishu)
    (lost,) = (json.loads(line) for line in zishu.run("runs", "list", "--json").stdout.splitlines())
    assert lost["state"] == "lost"

    done = zishu.run("runs", "resume", "last", "--json", timeout=240)
    assert done.returncode == 0, done.stderr
    ended = last(done.stdout)
    assert (ended["event"], ended["steps"], ended["run"]) == ("trained", 4, lost["run"])
    steps = [one["step"] for one in last(zishu.run("runs", "show", "last", "--json").stdout)["curve"]]
    assert [one for one in steps if one] == [1, 2, 3, 4], "nothing is counted twice, nothing is left out"

    assert zishu.run("brains", "use", ended["brain"]).returncode == 0
    said = zishu.run("chat", "--lang", "en", "--json", "Who are you?")
    assert said.returncode == 0, said.stderr
    assert ended["brain"] in said.stdout
    assert zishu.run("brains", "rollback").returncode == 0
    assert "SmolLM2" in zishu.run("brains", "list").stdout.splitlines()[0]


def test_what_cannot_be_trained_is_told_before_anything_is_loaded(zishu: Zishu) -> None:
    done = zishu.run("train", "no-such-version")
    assert (done.returncode, "no-such-version" in done.stderr) == (1, True)
    done = zishu.run("train", "x.jsonl", "--set", "rnak=3")
    assert (done.returncode, "is rank meant?" in done.stderr) == (2, True)
    assert zishu.run("train").returncode == 2
    assert not (zishu.home / "trainings").exists()
