"""Repositories of bases on loopback, as hubs give them."""

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.events import DownloadOptions
from zishu_app.core.clock import ScriptedClock

BUILT = {
    "layers": 1,
    "hidden": 8,
    "heads": 2,
    "kv_heads": 2,
    "head": 4,
    "intermediate": 8,
    "vocabulary": 16,
    "tied": True,
}
SMALL = {
    "config.json": b'{"model_type": "llama"}',
    "tokenizer_config.json": b"{}",
    "tokenizer.json": b'{"model": {}}',
}
ONE, TWO = bytes(range(256)) * 2000, bytes(range(255, -1, -1)) * 1000
SHARDED = SMALL | {
    "model.safetensors.index.json": json.dumps(
        {
            "metadata": {"total_size": len(ONE) + len(TWO)},
            "weight_map": {
                "a": "model-1.safetensors",
                "b": "model-2.safetensors",
                "c": "model-1.safetensors",
            },
        }
    ).encode(),
    "model-1.safetensors": ONE,
    "model-2.safetensors": TWO,
}


@dataclass
class Repos:
    """Repositories on loopback, by the kind of their host."""

    files: dict[str, dict[str, bytes]]
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    #: status of a host that answers nothing else
    refusing: dict[str, int] = field(default_factory=dict)
    #: file whose first sending is cut after half of it
    cut: str = ""
    address: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        kind, path = request.match_info["kind"], request.match_info["path"]
        self.asked.append(f"{kind}:{path}")
        if kind in self.refusing:
            return web.Response(status=self.refusing[kind])
        data = self.files.get(kind, {}).get(path)
        if data is None:
            return web.Response(status=404)
        digest = hashlib.sha256(data).hexdigest()
        start = 0
        headers = {"ETag": f'"{digest}"', "Accept-Ranges": "bytes"}
        if asked := request.headers.get("Range"):
            self.ranges.append(f"{path} {asked}")
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        response.content_type = "application/octet-stream"
        response.content_length = len(data) - start
        await response.prepare(request)
        if self.cut == path:
            self.cut = ""
            await response.write(data[: len(data) // 2])
            request.transport.close()
            return response
        await response.write(data[start:])
        return response

    def options(self, **changes: Any) -> DownloadOptions:
        """To fetch from here only."""
        hosts = {kind: f"{self.address}/{kind}" for kind in ("hub", "modelscope")}
        hosts["mirror"] = self.address.replace("127.0.0.1", "localhost") + "/mirror"
        values = {"hosts": hosts, "tick": 0.0, "clock": ScriptedClock(), "free_space": lambda _: 10**12}
        return DownloadOptions(**(values | changes))


@contextlib.asynccontextmanager
async def open_repos() -> AsyncIterator[Repos]:
    """Two of them, with the same files."""
    told = Repos({"hub": dict(SHARDED), "mirror": dict(SHARDED)})
    app = web.Application()
    for prefix in ("/{kind}", "/{kind}/models"):
        app.router.add_get(prefix + "/{who}/{what}/resolve/{revision}/{path:.*}", told.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    told.address = f"http://{host}:{port}"
    try:
        yield told
    finally:
        await runner.cleanup()


def a_card(*kinds: str, **changes: object) -> LearnerCard:
    values = {
        "id": "tiny",
        "name": "Tiny",
        "family": "llama",
        "template": "chatml",
        "licence": "MIT",
        "languages": ["zh"],
        "parameters": 1000,
        "context": 512,
        "built": BUILT,
        "note": {"zh": "小", "en": "small"},
        "sources": [
            {"kind": kind, "repo": "who/what", "revision": "main"} for kind in kinds or ("hub", "mirror")
        ],
    }
    return LearnerCard.model_validate(values | changes)
