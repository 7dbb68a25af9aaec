"""A real process is killed in the middle of a download, and the next one goes on."""

import asyncio
import json
import subprocess
import sys

from blockbuster import blockbuster_ctx

from tests.brains.conftest import everything
from tests.brains.hub import DATA, FILE, a_card
from zishu_app.brains.download import download
from zishu_app.brains.events import Finished, Planned, Waiting
from zishu_app.core.clock import SystemClock

CHILD = """
import asyncio, json, sys
from pathlib import Path
from httpx_aiohttp import HttpxAiohttpClient
from zishu_app.brains.cards import Card
from zishu_app.brains.download import download
from zishu_app.brains.events import DownloadOptions

async def main():
    said = json.loads(sys.argv[1])
    options = DownloadOptions(hosts=said["hosts"], tick=0.0)
    async with HttpxAiohttpClient(trust_env=False, verify=False) as client:
        card = Card.model_validate(said["card"])
        async for event in download(client, card, Path(said["folder"]), options):
            print(event, flush=True)

asyncio.run(main())
"""


async def test_after_kill_9_it_goes_on_where_it_was(hub, client, options, tmp_path):
    card = a_card("hub")
    said = json.dumps({"card": card.model_dump(mode="json"), "folder": str(tmp_path), "hosts": hub.hosts})
    hub.hub.pause_after = 200_000
    child = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-c", CHILD, said], stdout=subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(hub.stored(200_000), 30)
        # the other program holds the file; nobody fetches it twice
        second = download(client, card, tmp_path, options(clock=SystemClock(), poll=0.01))
        assert await anext(second) == Waiting(tmp_path / FILE, 200_000)
    finally:
        child.kill()
        await asyncio.to_thread(child.wait)
    hub.hub.pause_after = None
    events = [event async for event in second]
    assert [event.done for event in events if isinstance(event, Planned)] == [200_000]
    assert hub.hub.ranges_asked() == [None, "bytes=200000-"]
    assert events[-1] == Finished(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == DATA


async def test_the_loop_is_never_blocked(hub, client, options, tmp_path):
    hub.hub.cuts = [100_000]
    with blockbuster_ctx("zishu_app"):
        events = await everything(download(client, a_card("hub"), tmp_path, options()))
    assert events[-1] == Finished(tmp_path / FILE)
