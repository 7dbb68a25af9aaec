"""A hub, its mirror and the network that delivers for them, on loopback, behaving as badly as told."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from zishu_app.brains.cards import Card

FILE = "tiny.gguf"
DATA = b"GGUF" + bytes(range(256)) * 1200  # 307,204 bytes
SHA = hashlib.sha256(DATA).hexdigest()


@dataclass
class Shelf:
    """How one of the hosts answers."""

    data: bytes = DATA
    etag: str = '"v1"'
    status: int = 200
    ranges: bool = True
    #: tell the hash as the hub does
    linked: bool = False
    #: send people to the other server
    redirect: bool = False
    #: no content-length
    chunked: bool = False
    content_type: str = "application/octet-stream"
    #: for each coming request: bytes after which the connection is cut
    cuts: list[int] = field(default_factory=list)
    #: cut every request after so many bytes
    always_cut: int | None = None
    #: send this many bytes, then wait for `go_on`
    pause_after: int | None = None
    #: never answer
    silent: bool = False
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[dict[str, str]] = field(default_factory=list)

    def ranges_asked(self) -> list[str | None]:
        return [headers.get("range") for headers in self.seen]


class ScriptedHub:
    """Two servers: the one with hub, mirror and ms, and `cdn`, to which they may send people."""

    def __init__(self) -> None:
        self.hub, self.mirror, self.ms, self.cdn = Shelf(), Shelf(), Shelf(), Shelf()
        self._runners: list[web.AppRunner] = []
        #: the growing file: a cut comes only when what was sent is in it
        self.part = Path()
        self.address = self.cdn_address = ""

    async def __aenter__(self) -> "ScriptedHub":
        self.address = await self._start()
        self.cdn_address = await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for shelf in (self.hub, self.mirror, self.ms, self.cdn):
            shelf.go_on.set()
        for runner in self._runners:
            await runner.cleanup()

    @property
    def hosts(self) -> dict[str, str]:
        return {
            "hub": f"{self.address}/hub",
            "mirror": f"{self.address}/mirror/",
            "modelscope": f"{self.address}/ms",
        }

    async def _start(self) -> str:
        app = web.Application()
        app.router.add_get("/{shelf}/{rest:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        shelf: Shelf = getattr(self, request.match_info["shelf"])
        shelf.seen.append({name.lower(): value for name, value in request.headers.items()})
        shelf.seen[-1]["path"] = request.path
        if shelf.silent:
            await shelf.go_on.wait()
        headers = {"ETag": shelf.etag} if shelf.etag else {}
        if shelf.linked:
            headers["X-Linked-Etag"] = f'"{hashlib.sha256(shelf.data).hexdigest()}"'
        if shelf.redirect:
            headers["Location"] = f"{self.cdn_address}/cdn/signed"
            return web.Response(status=302, headers=headers)
        if shelf.status != 200:
            return web.Response(status=shelf.status, text="no")
        return await self._send(shelf, request, headers)

    async def _send(self, shelf: Shelf, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        start = 0
        asked = request.headers.get("Range", "")
        if asked and shelf.ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            size = len(shelf.data)
            if start >= size:
                return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        body = shelf.data[start:]
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        response.content_type = shelf.content_type
        if not shelf.chunked:
            response.content_length = len(body)
        await response.prepare(request)
        cut = shelf.cuts.pop(0) if shelf.cuts else shelf.always_cut
        await self._body(shelf, response, body if cut is None else body[:cut])
        if cut is not None and cut < len(body):
            # the client would throw away what it received but has not read yet
            await self.stored(start + cut)
            assert request.transport is not None
            request.transport.close()
        return response

    async def stored(self, size: int) -> None:
        """Wait until the client has that much on its disk."""
        while not self.part.exists() or self.part.stat().st_size < size:  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.005)

    async def _body(self, shelf: Shelf, response: web.StreamResponse, body: bytes) -> None:
        first = len(body) if shelf.pause_after is None else shelf.pause_after
        await response.write(body[:first])
        if first < len(body):
            shelf.paused.set()
            await shelf.go_on.wait()
            await response.write(body[first:])


def a_card(*kinds: str, data: bytes | None = DATA, **changes: object) -> Card:
    """A card of `FILE` with sources of the given kinds; data None: neither size nor hash are known."""
    values: dict[str, object] = {
        "id": "tiny",
        "name": "Tiny",
        "file": FILE,
        "size": len(data) if data is not None else None,
        "sha256": hashlib.sha256(data).hexdigest() if data is not None else None,
        "licence": "MIT",
        "languages": ["zh"],
        "context": 512,
        "memory_mb": 1,
        "note": {"zh": "小", "en": "small"},
        "sources": [
            {"kind": kind, "repo": "who/what", "revision": "main", "path": FILE} for kind in kinds or ("hub",)
        ],
    }
    return Card.model_validate(values | changes)
