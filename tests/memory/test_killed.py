"""kill -9 while she remembers, and while she forgets: what was told as kept is there, what was to be forgotten goes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.memory.minds import mind_in
from zishu_app.memory.follow import followed
from zishu_app.memory.index import ScriptedIndex
from zishu_app.memory.look import Sought, search

#: remembers one thing after the other, and says so once it is told that it is kept
CHILD = """
import asyncio, itertools, sys
from pathlib import Path
from tests.memory.minds import mind_in, say

async def main():
    mind = mind_in(Path(sys.argv[1]))
    for number in itertools.count():
        for kept in await say(mind, f"我喜欢第{number}号曲子", f"我住在{number}号楼", turn=(1, number)):
            print(kept.number, kept.text, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2])
async def test_what_was_told_as_kept_is_there(delay: float, tmp_path: Path) -> None:
    told = heard(tmp_path, lines=12, delay=delay)
    mind = mind_in(tmp_path)
    with mind.memories.reading() as connection:
        there = {one.id: one for one in search(connection, "zishu", Sought(), most=10_000)}
        for number, text in told.items():
            assert there[number].text == text
        # each time only the last house holds, whatever was killed in between
        assert sum(one.slot == "home" and one.until is None for one in there.values()) <= 1
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        lost = connection.execute(
            "SELECT COUNT(*) FROM vectors v LEFT JOIN memories m ON m.id = v.id WHERE m.id IS NULL"
        )
        assert lost.fetchone()[0] == 0
    await followed(mind)
    assert isinstance(mind.index, ScriptedIndex) and set(mind.index.shelves["zishu"]) == set(there)
    mind.memories.close()


def heard(folder: Path, lines: int, delay: float) -> dict[int, str]:
    """What a child told as kept before it was killed."""
    told: dict[int, str] = {}
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdout is not None
        while len(told) < lines:
            number, text = child.stdout.readline().split(" ", 1)
            told[int(number)] = text.strip()
        time.sleep(delay)
        child.kill()
        for line in child.stdout:
            if line.endswith("\n"):
                number, text = line.split(" ", 1)
                told[int(number)] = text.strip()
    return told
