"""Talks in files, and a page with a teacher on loopback behind it.

- `talks(count, folder)`: writes so many talks of ten messages, and returns the folder.
- `page`: the Distil page, shown, with the loopback teacher chosen and its results in `tmp_path / "out"`.
- `teacher`: the teacher behind it.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
import shiboken6

from tests.teacher import Teacher
from zishu_app.core.settings import load_settings
from zishu_app.ui.tabs.distill.page import DistillPage
from zishu_app.ui.workbench import Workbench

Talks = Callable[..., Path]


def said(topic: str, rounds: int = 5) -> list[dict[str, str]]:
    """A talk of `rounds` questions and answers."""
    messages = []
    for number in range(rounds):
        messages.append({"role": "user", "content": f"What is {topic} number {number} good for, and why?"})
        messages.append(
            {"role": "assistant", "content": f"{topic} number {number} keeps the rain away. " * 3}
        )
    return messages


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> Iterator[None]:
    """Buttons are pressed between two turns of the loop: what that starts must know which loop it is."""
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)


@pytest.fixture
def talks(tmp_path: Path) -> Talks:
    def write(count: int = 2, name: str = "talks") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for number in range(count):
            record = {"name": f"Roof {number}", "messages": said(f"Roof {number}")}
            (folder / f"roof_{number}.json").write_text(json.dumps(record), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def teacher(run: Any) -> Iterator[Teacher]:
    made = Teacher()
    run(made.__aenter__())
    yield made
    run(made.__aexit__())


@pytest.fixture
def page(bench: Workbench, teacher: Teacher, tmp_path: Path, run: Any) -> Iterator[DistillPage]:
    flags = {"teacher.model": "loopback", "teacher.base_url": teacher.base_url}
    bench.house.home.settings.write_text(
        f'[teacher]\nmodel = "loopback"\nbase_url = "{teacher.base_url}"\n', encoding="utf-8"
    )
    bench.house.settings = load_settings(bench.house.home, flags, environment={})
    bench.remembered.put(
        "distill.wishes", {"max_tokens": 100, "overlap_tokens": 30, "output": str(tmp_path / "out")}
    )
    made = DistillPage(bench)
    made.resize(1000, 700)
    made.show()
    yield made
    made.close()
    shiboken6.delete(made)  # at once, with its timers: what they start would find no loop
    run(bench.tasks.end())
