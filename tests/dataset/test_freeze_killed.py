"""Killed while it is written, a version is whole or not there, and the next one clears up."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.dataset.ice import draft, filled, frozen
from tests.house.source import ROOT
from zishu_app.dataset.frozen import list_frozen, verify

#: freezes one version after the other, and tells of every step
CHILD = """
import asyncio, itertools, sys
from datetime import datetime
from pathlib import Path
from zishu_app.dataset.freeze import Froze, Options, freeze
from zishu_app.dataset.store import open_samples

async def main():
    folder = Path(sys.argv[1])
    samples = open_samples(folder / "samples.sqlite")
    for number in itertools.count(1):
        options = Options(datetime(2026, 1, 12), eval_share=0.3)
        async for event in freeze(samples, folder / "datasets", f"v{number}", options, asyncio.Event()):
            print("froze" if isinstance(event, Froze) else event.step, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("step", "delay"), [("read", 0.0), ("compare", 0.0), ("write", 0.0), ("froze", 0.03)]
)
def test_after_kill_9_there_is_no_half_version(step: str, delay: float, tmp_path: Path) -> None:
    samples = filled(tmp_path / "samples.sqlite", [draft(n) for n in range(300)])
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == step:
                break
        time.sleep(delay)
        child.kill()
        child.wait()
    folder = tmp_path / "datasets"
    for version in list_frozen(folder):
        assert verify(version) == []
    named = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert named == {version.name for version in list_frozen(folder)}
    after = frozen(samples, folder, "after", eval_share=0.3)
    samples.close()
    assert {path.name for path in folder.iterdir()} == named | {"after"}, "nothing is left of it"
    assert {version.content for version in list_frozen(folder)} == {after.content}
