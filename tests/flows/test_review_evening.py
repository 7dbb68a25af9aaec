"""The human half, from strangers' talks to a file that others read: all of it in one window, reviewed with the keyboard."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import ROOT, Endpoint, Zishu

#: how many talks of people are taken
TALKS = 8

Told = dict[str, dict[str, Any]]
#: samples with all that is known of them, by number
Samples = dict[int, dict[str, Any]]


def natural_talks(path: Path) -> None:
    """Talks about films between two people (KdConv), as the messages of one file."""
    lines = (ROOT / "tests" / "dialogue" / "stall" / "healthy.jsonl").read_text("utf-8").splitlines()
    found = [one for one in map(json.loads, lines) if one["source"] == "KdConv"][:TALKS]
    with path.open("w", encoding="utf-8") as file:
        for one in found:
            messages = [
                {"role": "assistant" if place % 2 else "user", "content": said}
                for place, said in enumerate(one["turns"])
            ]
            file.write(json.dumps({"name": one["topic"], "messages": messages}, ensure_ascii=False) + "\n")


@pytest.fixture
def evening(zishu: Zishu, endpoint: Callable[..., Endpoint]) -> Told:
    """What the window told of each step, by step; see tests/flows/evening.py."""
    talks = zishu.folder / "talks.jsonl"
    natural_talks(talks)
    zishu.home.mkdir()
    command = [sys.executable, str(ROOT / "tests" / "flows" / "evening.py"), str(zishu.home), str(talks)]
    done = subprocess.run(
        [*command, str(zishu.folder), endpoint().base_url],
        cwd=zishu.folder,
        env=zishu.environment | {"QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["form"] if one["step"] == "exported" else one["step"]: one for one in told}


def lines(zishu: Zishu, *arguments: str) -> list[dict[str, Any]]:
    done = zishu.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def samples(zishu: Zishu) -> Samples:
    numbers = [str(one["id"]) for one in lines(zishu, "dataset", "list", "--limit", "0")]
    return {one["id"]: one for one in lines(zishu, "dataset", "show", *numbers)}


def said(sample: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    """Who said what, and whether it is learnt from."""
    return tuple(
        (one["role"], one["content"], one.get("loss", one["role"] == "assistant"))
        for one in sample["messages"]
    )


def test_an_evening_from_the_talks_to_the_file(evening: Told, zishu: Zishu) -> None:
    assert evening["over"]["failures"] == []
    there = samples(zishu)
    _what_came_in_is_there(evening, zishu, there)
    _what_was_decided_holds(evening, zishu, there)
    _what_was_changed_is_so(evening, zishu, there)
    _what_went_out_is_what_was_accepted(evening, zishu, there)


def _what_came_in_is_there(evening: Told, zishu: Zishu, there: Samples) -> None:
    """Imported on one page, distilled on another, in the queue of a third without a further step."""
    assert evening["empty"]["whole"] == 0
    assert evening["imported"]["shown"] == evening["filtered"]["shown"] == TALKS
    products = [json.loads(path.read_text("utf-8")) for path in (zishu.folder / "distilled").glob("*.json")]
    short = sum(product["total_chunks"] + 1 for product in products)
    assert len(products) == TALKS
    assert evening["distilled"]["found"] == TALKS + short
    kinds = Counter(one["kind"] for one in there.values())
    assert kinds == {"imported": TALKS + 1, "distilled": short}, "one was split"
    calls = [
        call for one in there.values() if one["kind"] == "distilled" for call in one["provenance"]["calls"]
    ]
    assert calls
    assert all(call["model"] == "custom/loopback" and call["tokens"] > 0 for call in calls)


def _what_was_decided_holds(evening: Told, zishu: Zishu, there: Samples) -> None:
    """Thirty, whatever was undone and done again in between; and no more, for the rest was taken back."""
    assert evening["reviewed"]["done"] == 30
    assert evening["undone"]["verdicts"] == ["pending", "pending"]
    for number, verdict, reason in evening["reviewed"]["decided"]:
        assert (there[number]["verdict"], there[number]["reason"]) == (verdict, reason)
    reasons = {one["reason"] for one in there.values() if one["verdict"] == "rejected"}
    assert reasons == {"wrong", "too long"}
    left = [one for one in there.values() if one["verdict"] == "pending"]
    bulk = evening["bulk"]
    assert bulk["asked"] == f"Reject all {len(left)} samples that the filter finds?"
    assert bulk["changed"] == bulk["back"] == len(left) == len(there) - 30
    (figures,) = lines(zishu, "dataset", "stats")
    assert figures["verdicts"]["accepted"] + figures["verdicts"]["rejected"] == 30
    assert figures["flagged"] == sum(one["flagged"] for one in there.values()) >= 3
    assert figures["tags"] == {"evening": sum("evening" in one["tags"] for one in there.values())}
    assert {one["stars"] and round(one["stars"], 2) for one in there.values()} == {None, 4.33}


def _what_was_changed_is_so(evening: Told, zishu: Zishu, there: Samples) -> None:
    """By keyboard, in place, and with the first state kept."""
    done = evening["worked"]
    assert [learnt for _, _, learnt in said(there[done["unlearnt"]])][:4] == [False, False, False, True]
    assert len(there[done["split"]]["messages"]) == 4
    came = {len(one["turns"]) for one in _natural(zishu)}
    rest = there[max(one["id"] for one in there.values() if one["kind"] == "imported")]
    assert len(rest["messages"]) + 4 in came, "both halves are what there was"
    assert len(there[done["dropped"]]["messages"]) + 2 in came
    edited = there[done["edited"]]
    assert edited["messages"][1]["content"].endswith("!")
    assert edited["version"] == 1


def _natural(zishu: Zishu) -> list[dict[str, Any]]:
    rows = (zishu.folder / "talks.jsonl").read_text("utf-8").splitlines()
    return [{"turns": json.loads(row)["messages"]} for row in rows]


def _what_went_out_is_what_was_accepted(evening: Told, zishu: Zishu, there: Samples) -> None:
    """The version is whole, and both files bring the same samples into another home, once."""
    accepted = {number: one for number, one in there.items() if one["verdict"] == "accepted"}
    (version,) = lines(zishu, "dataset", "versions", "--verify")
    assert (version["samples"], version["faults"]) == (len(accepted), [])
    for form in ("openai", "parquet"):
        assert evening[form]["told"].startswith(f"{len(accepted)} samples written")
    other = Zishu(zishu.folder / "other")
    other.folder.mkdir()
    for name, new in (("out.jsonl", len(accepted)), ("out.parquet", 0)):
        ended = lines(other, "dataset", "import", str(zishu.folder / name))[-1]
        assert (ended["added"], ended["bad"]) == (new, 0)
    assert Counter(map(said, samples(other).values())) == Counter(map(said, accepted.values()))
