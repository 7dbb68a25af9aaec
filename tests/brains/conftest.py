import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import httpx
import pytest
from httpx_aiohttp import HttpxAiohttpClient

from tests.brains.hub import FILE, ScriptedHub
from zishu_app.brains.download import download
from zishu_app.brains.events import DownloadOptions, Progress
from zishu_app.core.clock import ScriptedClock


@pytest.fixture
async def hub(tmp_path) -> AsyncIterator[ScriptedHub]:
    async with ScriptedHub() as running:
        running.part = tmp_path / f"{FILE}.part"
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with HttpxAiohttpClient(trust_env=False, verify=False, timeout=None) as one:
        yield one


@pytest.fixture
def options(hub: ScriptedHub):
    """Options for the scripted hub; waits between attempts pass at once."""

    def make(**changes) -> DownloadOptions:
        values = {"hosts": hub.hosts, "tick": 0.0, "clock": ScriptedClock(), "free_space": lambda _: 10**12}
        return DownloadOptions(**(values | changes))

    return make


@pytest.fixture
def fetched(client, options, tmp_path):
    """Run a download to its end: all its events."""

    async def run(card, **changes) -> list[Progress]:
        return await everything(download(client, card, tmp_path, options(**changes)))

    return run


def of(kind, events):
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def left_in(folder: Path) -> list[str]:
    """Files in a folder, less the locks."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


async def everything(events: AsyncGenerator[Progress]) -> list[Progress]:
    return [event async for event in events]


@pytest.fixture(autouse=True)
def no_real_pip_settings(monkeypatch):
    """pip reads only what a test sets."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
