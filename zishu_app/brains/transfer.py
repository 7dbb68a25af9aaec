"""One attempt at one address: ask for the file, or for the rest of it, and put it behind the part."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import httpx

from zishu_app.brains.events import Against, DownloadOptions, Planned, Received, SourceFailed
from zishu_app.brains.part import Origin, Part, disk_full, disk_trouble
from zishu_app.brains.sources import Expected, Place
from zishu_app.core.clock import Clock
from zishu_app.core.texts import t

#: bytes gathered before they are written and hashed
CHUNK = 1 << 20
#: bytes that stay free on the disk: a full disk breaks more than a download
RESERVE = 32 << 20
#: what a broken connection may raise; the aiohttp transport lets a few of its own through
BROKEN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, TimeoutError)
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_CONTENT_RANGE = re.compile(r"^bytes (\d+)-\d+/(\d+|\*)$")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response that carries the file, or its rest from `start` on."""

    response: httpx.Response
    origin: Origin
    start: int


class Meter:
    """Bytes per second over the last five seconds, and whether it is time to tell."""

    def __init__(self, clock: Clock, tick: float, done: int) -> None:
        self._clock, self._tick = clock, tick
        self._told = clock.monotonic()
        self._seen: deque[tuple[float, int]] = deque([(self._told, done)])

    def due(self) -> bool:
        """Have `tick` seconds passed since the last reading?"""
        return self._clock.monotonic() - self._told >= self._tick

    def read(self, done: int, total: int | None) -> Received:
        """The reading to tell now."""
        now = self._told = self._clock.monotonic()
        self._seen.append((now, done))
        while now - self._seen[0][0] > 5 and len(self._seen) > 2:
            self._seen.popleft()
        since, before = self._seen[0]
        speed = (done - before) / (now - since) if now > since else 0.0
        return Received(done, total, max(0.0, speed))


async def fetch(
    client: httpx.AsyncClient, place: Place, part: Part, expected: Expected, options: DownloadOptions
) -> AsyncGenerator[Planned | Received]:
    """Bring `part` to its end from `place`. One `Planned`, then `Received`, the last of them with all bytes.

    Raises SourceFailed when another source may do better, DownloadError when the disk refuses.
    """
    left = await asyncio.to_thread(_usable, part, expected)
    if left and left[0].size == left[1] and left[0].sha256 is not None:
        # whole, but the last program died before it could look: nothing to ask for
        await _open_part(part, left[0], left[1])
        yield Planned(left[1], place.name, left[1], against(left[0], expected))
        return
    answer = await _ask(client, place, left, expected, options)
    try:
        await _refuse_full_disk(part, answer.origin, options)
        await _open_part(part, answer.origin, answer.start)
        total = answer.origin.size
        yield Planned(total, place.name, part.done, against(answer.origin, expected))
        async with aclosing(_receive(answer.response, part, total, options)) as readings:
            async for received in readings:
                yield received
    finally:
        await answer.response.aclose()


def against(origin: Origin, expected: Expected) -> Against:
    """What the finished file will be compared with."""
    if expected.sha256 is not None:
        return "card"
    if origin.sha256 is not None:
        return "hub"
    return "size" if origin.size is not None else "nothing"


def _usable(part: Part, expected: Expected) -> tuple[Origin, int] | None:
    """What an earlier attempt left, unless the card means another file by now."""
    left = part.left_behind()
    if left and expected.size not in (None, left[0].size):
        return None
    return left if left and expected.sha256 in (None, left[0].sha256) else None


async def _ask(
    client: httpx.AsyncClient,
    place: Place,
    left: tuple[Origin, int] | None,
    expected: Expected,
    options: DownloadOptions,
) -> _Answer:
    """The rest of what was `left`, if the source still has the same bytes and can send a part; else all."""
    start = left[1] if left else 0
    response = await _send(client, place, start, options)
    try:
        if response.status_code == 206 and left:
            origin = _origin(place, response, expected)
            if _range_start(response) == start and origin.same_bytes(left[0]):
                return _Answer(response, origin, start)
        if response.status_code in (206, 416) and start:
            await response.aclose()
            response = await _send(client, place, 0, options)
        _refuse(response)
        origin = _origin(place, response, expected)
        _refuse_other_file(origin, expected)
    except BaseException:
        await response.aclose()
        raise
    return _Answer(response, origin, 0)


async def _send(
    client: httpx.AsyncClient, place: Place, start: int, options: DownloadOptions
) -> httpx.Response:
    """The response's head, redirects followed. No credentials of the client go along, wherever it leads."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    timeout = httpx.Timeout(options.reach, read=options.stall)
    try:
        request = client.build_request("GET", place.address, headers=headers, timeout=timeout)
        for name in ("authorization", "cookie"):
            request.headers.pop(name, None)
        async with asyncio.timeout(options.reach):
            return await client.send(request, stream=True, follow_redirects=True, auth=None)
    except BROKEN as error:
        raise SourceFailed(
            "unreachable", t(f"连接不上（{type(error).__name__}）", f"not reachable ({type(error).__name__})")
        ) from error


def _refuse(response: httpx.Response) -> None:
    """Raise for everything that is not the whole file."""
    code = response.status_code
    if code in (404, 410):
        raise SourceFailed("missing", t(f"那里没有这个文件（{code}）", f"the file is not there ({code})"))
    if code in (401, 403, 407, 451):
        raise SourceFailed("refused", t(f"拒绝提供（{code}）", f"it refuses ({code})"))
    if code != 200:
        raise SourceFailed("unreachable", t(f"服务器出错（{code}）", f"the server has trouble ({code})"))
    if response.headers.get("content-type", "").startswith("text/html"):
        # a captive portal or a blocking page answers 200 to everything
        raise SourceFailed("wrong", t("返回的是网页，不是文件", "it sent a web page, not the file"))


def _origin(place: Place, response: httpx.Response, expected: Expected) -> Origin:
    """What the source says of its file; the card's word on size and hash fills in what it does not say."""
    announced, etag = _announced(place, response)
    size = _size(response)
    return Origin(
        place.address,
        etag,
        size if size is not None else expected.size,
        announced or expected.sha256,
    )


def _announced(place: Place, response: httpx.Response) -> tuple[str | None, str]:
    """The hash that the hub itself announces, and the etag that must stay the same.

    A redirect carries `x-linked-etag`; only the asked host is believed, not the network that delivers.
    """
    host = urlsplit(place.address).netloc
    own = [one for one in (*response.history, response) if one.url.netloc.decode() == host]
    linked = next((one.headers["x-linked-etag"] for one in own if "x-linked-etag" in one.headers), "")
    etag = _bare(linked or response.headers.get("etag", ""))
    believed = _bare(linked or (own[-1].headers.get("etag", "") if own else ""))
    return (believed if place.announces and _SHA256.match(believed) else None), etag


def _bare(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')


def _size(response: httpx.Response) -> int | None:
    """Bytes of the whole file, also where only its rest is sent."""
    if response.status_code == 206:
        found = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
        return int(found[2]) if found and found[2] != "*" else None
    length = response.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


def _range_start(response: httpx.Response) -> int | None:
    found = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
    return int(found[1]) if found else None


def _refuse_other_file(origin: Origin, expected: Expected) -> None:
    """Before gigabytes are fetched: is this the file the card means?"""
    if expected.size is not None and origin.size != expected.size:
        raise SourceFailed(
            "wrong",
            t(
                f"大小是 {origin.size} 字节，应为 {expected.size}",
                f"it has {origin.size} bytes rather than {expected.size}",
            ),
        )
    if expected.sha256 is not None and origin.sha256 != expected.sha256:
        raise SourceFailed(
            "wrong", t("那里是另一个版本（哈希不同）", "it has another version (its hash differs)")
        )


async def _refuse_full_disk(part: Part, origin: Origin, options: DownloadOptions) -> None:
    """Before anything is written: is there room for what is still to come?"""
    folder = part.target.parent
    try:
        # the old part is either continued or thrown away, so its bytes count as there already
        kept = await asyncio.to_thread(part.bytes_on_disk)
        free = await asyncio.to_thread(options.free_space, folder)
    except OSError as error:
        raise disk_trouble(error, folder) from error
    missing = (origin.size or 0) - kept + RESERVE - free
    if missing > 0:
        raise disk_full(folder, missing)


async def _open_part(part: Part, origin: Origin, start: int) -> None:
    try:
        if start:
            await asyncio.to_thread(part.resume, origin)
        else:
            await asyncio.to_thread(part.begin, origin)
    except OSError as error:
        raise disk_trouble(error, part.target.parent) from error


async def _receive(
    response: httpx.Response, part: Part, total: int | None, options: DownloadOptions
) -> AsyncGenerator[Received]:
    """The body, behind the part. What arrived before a cut is kept."""
    meter = Meter(options.clock, options.tick, part.done)
    buffer = bytearray()
    cut: BaseException | None = None
    try:
        async for piece in response.aiter_raw():
            buffer += piece
            if len(buffer) >= CHUNK or meter.due():
                await _store(part, buffer, total, options)
                yield meter.read(part.done, total)
    except BROKEN as error:
        cut = error
    await _store(part, buffer, total, options)
    if cut or (total is not None and part.done < total):
        name = type(cut).__name__ if cut else "EOF"
        raise SourceFailed("cut", t(f"连接中断（{name}）", f"the connection was cut ({name})")) from cut
    yield meter.read(part.done, total)


async def _store(part: Part, buffer: bytearray, total: int | None, options: DownloadOptions) -> None:
    """Write and hash in a thread, and empty the buffer."""
    if total is not None and part.done + len(buffer) > total:
        await asyncio.to_thread(part.remove)
        raise SourceFailed("wrong", t("发来的比文件本身还多", "it sent more than the file has"))
    data = bytes(buffer)
    buffer.clear()
    folder = part.target.parent
    try:
        if data:
            await asyncio.to_thread(part.append, data)
        free = await asyncio.to_thread(options.free_space, folder)
    except OSError as error:
        raise disk_trouble(error, folder) from error
    if free < RESERVE // 2:
        raise disk_full(folder)
