"""Whole journeys with the real program in processes of its own, against the loopback teacher."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


class Endpoint:
    """The loopback teacher in a process of its own."""

    def __init__(self, **options: object) -> None:
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "teacher.py"), *flags], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()

    def stats(self) -> dict[str, Any]:
        """What it counted."""
        import urllib.request

        with urllib.request.urlopen(self.base_url.removesuffix("/v1") + "/stats") as answer:
            return json.loads(answer.read())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def endpoint() -> Iterator[Callable[..., Endpoint]]:
    """Open loopback teachers; all are closed afterwards."""
    opened: list[Endpoint] = []

    def open_one(**options: object) -> Endpoint:
        opened.append(Endpoint(**options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


class Zishu:
    """The program as a user starts it, in a folder and with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ZISHU") and "API_KEY" not in name
        } | {
            "LANG": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "zishu_app", *arguments, "--home", str(self.home)]

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it and go on."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, timeout: float = 100) -> "subprocess.CompletedProcess[str]":
        """Start it and wait."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture
def zishu(tmp_path: Path) -> Iterator[Zishu]:
    """The program in an empty folder; what works for it in the background goes with it."""
    one = Zishu(tmp_path)
    yield one
    for path in (one.home / "worker").glob("*.json"):
        lane = json.loads(path.read_text(encoding="utf-8"))["pid"]
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(lane).kill()


def products(folder: Path) -> list[dict[str, Any]]:
    """All files of a folder, without stamps and accounting, in their order by name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        product = json.loads(path.read_text(encoding="utf-8"))
        product.pop("created_at", None)
        product["metadata"].pop("accounting")
        for stamped in ("source", "number_in_file"):
            product["metadata"].pop(stamped, None)
        found.append(product)
    return found
