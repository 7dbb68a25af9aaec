"""The first loop: dialogues are made, distilled, interrupted, continued."""

import contextlib
import json
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import Endpoint, Zishu, products

SMALL = (
    "--min-rounds",
    "6",
    "--max-rounds",
    "9",
    "--seed",
    "11",
    "--lang",
    "zh",
    "--yes",
    "--noise-rate",
    "0.3",
)


def loopback(endpoint: Endpoint) -> tuple[str, ...]:
    return ("--base-url", endpoint.base_url, "--model", "loopback")


def test_both_files_are_written_in_the_form_of_the_seeds(
    zishu: Zishu, endpoint: Callable[..., Endpoint]
) -> None:
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
        short = json.loads(
            (zishu.folder / "distilled" / f"distilled_{talk['scenario']['name']}.json").read_text()
        )
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


@pytest.mark.parametrize("command", ["generate", "distill"])
def test_ctrl_c_while_a_talk_is_distilled_stops_between_its_chunks(
    zishu: Zishu, endpoint: Callable[..., Endpoint], command: str
) -> None:
    teacher = endpoint(latency=0.1)
    flags = (*loopback(teacher), "--yes", "--json")
    asked = (
        ("generate", "-n", "1", *SMALL) if command == "generate" else ("distill", "-i", a_talk(zishu.folder))
    )
    process = zishu.start(*asked, "--max-tokens", "200", "--overlap-tokens", "10", *flags)
    assert process.stdout is not None
    done = next(event for line in process.stdout if (event := json.loads(line))["event"] == "part_done")
    assert {"section", "text", "messages"} == set(done["statements"][0])
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    told = [json.loads(line) for line in out.splitlines()]
    (left,) = [event for event in told if event["event"] == "left"]
    assert left["done"] < left["chunks"]
    assert told[-1]["left"] == 1 and told[-1]["failed"] == 0
    on = zishu.run(command, "--continue", *flags)
    assert on.returncode == 0, on.stderr
    assert len(products(zishu.folder / "distilled")) == 1
    assert teacher.stats()["most_repeated"] == 1


def a_talk(folder: Path) -> str:
    """A file to distil."""
    said = [
        {"role": "assistant" if n % 2 else "user", "content": f"{n} keeps the rain away. " * 4}
        for n in range(40)
    ]
    path = folder / "roofs.json"
    path.write_text(json.dumps({"messages": said}), encoding="utf-8")
    return str(path)


def test_ten_commands_share_one_home(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    teacher = endpoint(latency=0.01)
    rounds = (
        "--min-rounds",
        "2",
        "--max-rounds",
        "2",
        "--lang",
        "en",
        "--yes",
        "--seed",
        "1",
        "--scenario",
        "science",
    )
    running = [zishu.start("generate", "-n", "1", *rounds, *loopback(teacher)) for _ in range(10)]
    ended = [process.communicate(timeout=100) for process in running]
    assert [process.returncode for process in running] == [0] * 10, ended
    assert len(products(zishu.folder / "conversations")) == 10
    short = products(zishu.folder / "distilled")
    assert 1 <= len(short) <= 10
    assert ledger_says(zishu.home, "SELECT COUNT(*) FROM runs WHERE state = 'done'") == 10
    assert ledger_says(zishu.home, "SELECT COUNT(*) FROM calls WHERE state != 'answered'") == 0
    files = ledger_says(zishu.home, "SELECT COUNT(DISTINCT file) FROM talks")
    assert files == 10


def test_a_limit_in_tokens_is_never_passed(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    teacher = endpoint()
    run = ("generate", "-n", "4", *SMALL, *loopback(teacher), "--max-total-tokens", "20000")
    stopped = zishu.run(*run)
    assert stopped.returncode == 1
    assert "--continue" in stopped.stdout
    booked = ledger_says(zishu.home, "SELECT SUM(booked_tokens) FROM calls")
    assert 0 < booked <= 20000
    goes_on = zishu.run(
        "generate", "--continue", *loopback(teacher), "--max-total-tokens", "2000000", "--yes"
    )
    assert goes_on.returncode == 0, goes_on.stderr
    assert len(products(zishu.folder / "conversations")) == 4


def test_a_limit_in_money_needs_a_price(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> None:
    refused = zishu.run("generate", "-n", "1", *SMALL, *loopback(endpoint()), "--max-cost", "1")
    assert refused.returncode == 1
    assert "custom/loopback" in refused.stderr


def test_wrong_use_is_told_with_exit_code_2(zishu: Zishu) -> None:
    for arguments in (
        ("generate", "-n", "0"),
        ("generate", "--min-rounds", "9", "--max-rounds", "3"),
        ("generate", "--noise-rate", "2"),
        ("generate", "--model", "nonsense"),
        ("generate", "--continue"),
        ("distill",),
        ("distill", "-i", "x", "--overlap-tokens", "5000"),
    ):
        refused = zishu.run(*arguments)
        assert refused.returncode == 2, (arguments, refused.stderr)
        assert refused.stderr.strip()
        assert "Traceback" not in refused.stderr


def test_without_a_key_it_says_what_to_do(zishu: Zishu) -> None:
    refused = zishu.run("generate", "-n", "1")
    assert refused.returncode == 1
    assert "zishu keys set xiaomimimo" in refused.stderr
    assert "zishu tour" in refused.stderr


def test_the_tour_needs_no_key_and_no_network(zishu: Zishu) -> None:
    done = zishu.run("tour", "--lang", "en", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    (talk,) = (zishu.home / "tour" / "conversations").glob("*.json")
    (short,) = (zishu.home / "tour" / "distilled").glob("*.json")
    assert str(talk) in done.stdout
    assert str(short) in done.stdout
    told = json.loads(short.read_text())
    assert told["distilled_chunks"][0]["distilled_content"].startswith("Conversation Topic: ")
    assert told["final_summary"].startswith("Overall Conversation Topic: ")
    assert told["metadata"]["accounting"]["models"]["final"] == "builtin/SmolLM2-135M-Instruct"


def test_a_chinese_tour_names_the_ways(zishu: Zishu) -> None:
    refused = zishu.run("tour", "--lang", "zh")
    assert refused.returncode == 1
    for way in ("zishu keys set", "zishu models download qwen3-0.6b", ".gguf".upper()[1:]):
        assert way in refused.stderr


def test_modes_that_are_not_built_say_so(zishu: Zishu) -> None:
    for mode in ("api", "voice", "full"):
        refused = zishu.run("--mode", mode)
        assert refused.returncode == 2
        assert mode in refused.stderr
