"""The first loop: dialogues are made, distilled, interrupted, continued."""

import contextlib
import json
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from tests.flows.conftest import Endpoint, Zishu, products

SMALL = ("--min-rounds", "6", "--max-rounds", "9", "--seed", "11", "--lang", "zh", "--yes", "--noise-rate", "0.3")


def loopback(endpoint: Endpoint) -> tuple[str, ...]:
    return ("--base-url", endpoint.base_url, "--model", "loopback")


def test_both_files_are_written_in_the_form_of_the_seeds(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    done = zishu.run("generate", "-n", "2", *SMALL, *loopback(endpoint()))
    assert done.returncode == 0, done.stderr
    talks = sorted((zishu.folder / "conversations").glob("*.json"))
    assert len(talks) == 2
    for path in talks:
        talk = json.loads(path.read_text(encoding="utf-8"))
        assert list(talk) == ["scenario", "conversation", "total_rounds", "created_at", "metadata"]
        assert list(talk["scenario"]) == ["name", "description", "user_prompt", "ai_role", "user_followups"]
        assert talk["conversation"][0] == {"role": "user", "content": talk["scenario"]["user_prompt"]}
        assert talk["conversation"][-1]["role"] == "assistant"
        assert len(talk["conversation"]) == 2 * talk["total_rounds"]
        assert path.name.startswith(talk["scenario"]["name"] + "_")
        short = json.loads((zishu.folder / "distilled" / f"distilled_{talk['scenario']['name']}.json").read_text())
        assert list(short) == ["total_chunks", "distilled_chunks", "final_summary", "metadata"]
        assert list(short["distilled_chunks"][0]) == ["chunk_index", "original_messages", "distilled_content"]
        assert short["distilled_chunks"][0]["distilled_content"].startswith("对话主题：")
        assert short["final_summary"].startswith("整体对话主题：")


def test_faults_leave_no_half_answer(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    teacher = endpoint(faults=0.1, kinds="429,500,503,cut,empty", seed=3)
    (zishu.home).mkdir()
    (zishu.home / "settings.toml").write_text("[requests]\nretry_delay_s = 0.01\n")
    done = zishu.run("generate", "-n", "8", *SMALL, *loopback(teacher))
    assert done.returncode == 0, done.stderr + done.stdout
    with_faults = products(zishu.folder / "conversations")
    assert len(with_faults) == 8
    assert sum(teacher.stats()["faults"].values()) > 5
    calm = Zishu(zishu.folder / "calm")
    calm.folder.mkdir()
    assert calm.run("generate", "-n", "8", *SMALL, *loopback(endpoint())).returncode == 0
    assert products(calm.folder / "conversations") == with_faults


def test_killed_at_any_moment_it_goes_on(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    """The files equal those of an undisturbed run; at most one call a dialogue and kill is repeated."""
    teacher = endpoint(latency=0.02)
    dice, at_once = random.Random(5), 3
    flags = ("--concurrency", str(at_once), *loopback(teacher), "--yes", "--json")
    kill_after_events(zishu, ("generate", "-n", "3", *SMALL, *flags), dice)
    kills = 1
    while kills < 6 and kill_after_events(zishu, ("generate", "--continue", *flags), dice):
        kills += 1
    last = zishu.run("generate", "--continue", *flags)
    assert last.returncode == 0 or "no run to continue" in last.stderr, last.stderr
    repeated = sum(n - 1 for n in teacher.stats()["answered"].values())
    assert repeated <= kills * at_once
    lost = ledger_says(zishu.home, "SELECT COUNT(*) FROM calls WHERE state = 'lost'")
    assert repeated <= lost <= kills * at_once
    calm = Zishu(zishu.folder / "calm")
    calm.folder.mkdir()
    assert calm.run("generate", "-n", "3", *SMALL, *loopback(teacher)).returncode == 0
    for folder in ("conversations", "distilled"):
        assert products(calm.folder / folder) == products(zishu.folder / folder)
        assert not list((zishu.folder / folder).glob("*.tmp"))


def kill_after_events(zishu: Zishu, arguments: tuple[str, ...], dice: random.Random) -> bool:
    """Kill -9 a little after some event; False when the run was over before."""
    process = zishu.start(*arguments)
    assert process.stdout is not None
    for _ in range(dice.randint(3, 20)):
        if not process.stdout.readline():
            break
    time.sleep(dice.uniform(0, 0.05))
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def ledger_says(home: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
        return int(connection.execute(query).fetchone()[0])


def test_ctrl_c_stops_at_a_turn_boundary(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    teacher = endpoint(latency=0.05)
    process = zishu.start("generate", "-n", "2", *SMALL, *loopback(teacher))
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert "--continue" in out
    assert "Traceback" not in err
    done = zishu.run("generate", "--continue", *loopback(teacher), "--yes")
    assert done.returncode == 0, done.stderr
    assert len(products(zishu.folder / "conversations")) == 2
