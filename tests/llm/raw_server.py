"""A loopback server that answers each request with hand-written bytes."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

#: what a reply does when it has said everything: close the socket, keep it, or reset it
CLOSE, HANG, RESET = "close", "hang", "reset"


@dataclass
class Reply:
    """Bytes to send, in portions with a pause before each, and what happens then."""

    portions: list[bytes]
    pause: float = 0.0
    then: str = CLOSE


@dataclass
class RawServer:
    """An async context manager; reply number n answers request number n, the last one all later ones."""

    replies: list[Reply]
    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    #: connections the other side closed before we did
    dropped: int = 0
    open: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> "RawServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.open += 1
        try:
            await self._answer(reader, writer)
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        self.headers.append(headers)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.bodies.append(json.loads(body))
        reply = self.replies[min(len(self.bodies), len(self.replies)) - 1]
        for portion in reply.portions:
            await asyncio.sleep(reply.pause)
            writer.write(portion)
            await writer.drain()
        if reply.then == HANG:
            with contextlib.suppress(ConnectionError):
                await reader.read()
            self.dropped += 1
        elif reply.then == RESET:
            writer.transport.abort()


def http(status: int, body: bytes | str, *headers: str, kind: str = "application/json") -> Reply:
    """A whole response with its length."""
    body = body.encode() if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return Reply(["\r\n".join([*lines, "", ""]).encode() + body])


def stream(
    *events: str | bytes, pause: float = 0.0, then: str = CLOSE, kind: str = "text/event-stream"
) -> Reply:
    """An event stream that ends with the connection; strings become `data:` lines."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
    portions = [event if isinstance(event, bytes) else f"data: {event}\n\n".encode() for event in events]
    return Reply([head, *portions], pause, then)


def chunk(content: str | None = None, *, finish: str | None = None, **delta: Any) -> str:
    """One chunk of a stream."""
    if content is not None:
        delta["content"] = content
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps(
        {"object": "chat.completion.chunk", "model": "m-1", "choices": [choice]}, ensure_ascii=False
    )


def error_body(message: str, code: str = "", kind: str = "") -> str:
    """The body of an error in OpenAI's form."""
    return json.dumps({"error": {"message": message, "code": code, "type": kind}}, ensure_ascii=False)


def usage_chunk(prompt: int, completion: int, **more: Any) -> str:
    """The chunk with the token counts."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, **more}
    return json.dumps({"choices": [], "usage": usage})


GOOD = stream(chunk("你好"), chunk("，世界"), chunk(finish="stop"), usage_chunk(7, 3), "[DONE]")
