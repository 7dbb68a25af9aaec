"""A teacher on loopback: an OpenAI-compatible endpoint whose good answers are a pure function of the request.

For tests (`async with Teacher() as teacher: teacher.base_url`) and as a program of its own:

    python tests/teacher.py --port 0 --latency 0.05 --faults 0.1 --seed 7 --tokens 40

It prints its base URL. Faults are decided by the number of the call, so a retry may succeed. `/stats` tells how
many calls came and how often each identical request was answered well.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from aiohttp import web

if __name__ == "__main__":
    # run as a program, the folder above is not where modules are looked for
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.teacher_talk import count_tokens, digest, good_answer, pieces_of

FAULTS = ("429", "500", "503", "cut", "empty", "length", "error", "garbage", "slow")


@dataclass
class Teacher:
    """The endpoint; an async context manager. Times are in seconds, `faults` is a probability."""

    latency: float = 0.0
    token_latency: float = 0.0
    faults: float = 0.0
    kinds: tuple[str, ...] = FAULTS
    seed: int = 7
    tokens: int = 40
    retry_after: float = 0.05
    slow: float = 0.5
    #: tokens of prompt and answer together; 0: no limit
    context: int = 0
    #: the only key that is let in; "": anyone
    key: str = ""
    port: int = 0
    calls: int = 0
    running: int = 0
    most_running: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    #: the requests as they came, newest last
    requests: list[dict[str, Any]] = field(default_factory=list)
    keep_requests: bool = True
    _runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """What goes before /chat/completions."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> "Teacher":
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._chat),
                web.get("/v1/models", self._models),
                web.get("/stats", self._stats),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def stats(self) -> dict[str, Any]:
        """What `/stats` serves."""
        return {
            "calls": self.calls,
            "good": self.answered.total(),
            "faults": dict(self.failed),
            "most_running": self.most_running,
            "most_repeated": max(self.answered.values(), default=0),
            "answered": dict(self.answered),
        }

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response(self.stats())

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "teacher-1", "object": "model"}]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        fault = self._fault(self.calls)
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            asked = json.loads(await request.read())
            if self.keep_requests:
                self.requests.append(asked)
            if self.latency:
                await asyncio.sleep(self.latency)
            prompt = sum(count_tokens(message["content"]) for message in asked["messages"])
            if refused := self._refused(request, asked, prompt):
                return refused
            return await self._answer(request, asked, prompt, fault)
        finally:
            self.running -= 1

    def _fault(self, call: int) -> str:
        if not self.faults:
            return ""
        dice = random.Random(f"{self.seed}/{call}")
        return dice.choice(self.kinds) if dice.random() < self.faults else ""

    def _refused(self, request: web.Request, asked: dict[str, Any], prompt: int) -> web.Response | None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided", "invalid_api_key")
        if self.context and prompt + _max_tokens(asked) > self.context:
            text = (
                f"This model's maximum context length is {self.context} tokens. Your messages have {prompt}."
            )
            return _error(400, text, "context_length_exceeded")
        return None

    async def _answer(
        self, request: web.Request, asked: dict[str, Any], prompt: int, fault: str
    ) -> web.StreamResponse:
        if fault:
            self.failed[fault] += 1
        if fault in ("429", "500", "503"):
            headers = {"Retry-After": str(self.retry_after)} if fault == "429" else {}
            return _error(int(fault), f"Injected {fault}", "injected", headers)
        if fault == "slow":
            await asyncio.sleep(self.slow)
        name = digest(asked["messages"], asked.get("seed"), asked.get("model", ""))
        pieces, reason = self._pieces(asked, name, fault)
        if fault in ("", "slow") and reason == "stop":
            self.answered[name] += 1
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": len(pieces),
            "total_tokens": prompt + len(pieces),
        }
        if not asked.get("stream"):
            message = {"role": "assistant", "content": "".join(pieces)}
            choice = {"index": 0, "message": message, "finish_reason": reason}
            whole = {
                "object": "chat.completion",
                "model": asked.get("model"),
                "choices": [choice],
                "usage": usage,
            }
            return web.json_response(whole)
        return await self._stream(request, self._lines(asked, pieces, reason, usage), fault)

    def _pieces(self, asked: dict[str, Any], name: str, fault: str) -> tuple[list[str], str]:
        if fault == "empty":
            return [], "stop"
        pieces = pieces_of(good_answer(asked, min(self.tokens, _max_tokens(asked)), name))
        if fault == "length":
            return pieces[: len(pieces) // 2], "length"
        # a sentence may run a little over; only a limit far below it cuts
        most = max(_max_tokens(asked), 2 * self.tokens)
        return (pieces, "stop") if len(pieces) <= most else (pieces[:most], "length")

    def _lines(
        self, asked: dict[str, Any], pieces: list[str], reason: str, usage: dict[str, int]
    ) -> list[str]:
        head = json.dumps(
            {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": asked.get("model")}
        )[:-1]
        start = f'data: {head}, "choices": [{{"index": 0, "delta": '
        end = ', "finish_reason": null}]}\n\n'
        lines = [f'{start}{{"role": "assistant", "content": ""}}{end}']
        lines += [f'{start}{{"content": {encode_basestring(piece)}}}{end}' for piece in pieces]
        lines.append(f'{start}{{}}, "finish_reason": "{reason}"}}]}}\n\n')
        if (asked.get("stream_options") or {}).get("include_usage"):
            lines.append(f'data: {head}, "choices": [], "usage": {json.dumps(usage)}}}\n\n')
        return [*lines, "data: [DONE]\n\n"]

    async def _stream(self, request: web.Request, lines: list[str], fault: str) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        if fault in ("cut", "error", "garbage"):
            lines = lines[: len(lines) // 2]
        if fault == "error":
            lines.append('data: {"error": {"message": "Injected error", "type": "server_error"}}\n\n')
        if fault == "garbage":
            lines.append("data: {this is not JSON}\n\n")
        if fault != "cut" and not self.token_latency:
            return web.Response(body="".join(lines).encode(), headers=headers)
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for line in lines:
            await asyncio.sleep(self.token_latency)
            await response.write(line.encode())
        if fault == "cut" and request.transport is not None:
            # half a stream: the socket closes without the end of the body
            request.transport.close()
        else:
            await response.write_eof()
        return response


def _max_tokens(asked: dict[str, Any]) -> int:
    return int(asked.get("max_tokens") or asked.get("max_completion_tokens") or 4096)


def _error(status: int, message: str, code: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": {"message": message, "type": code, "code": code}}
    return web.json_response(body, status=status, headers=headers)


def _teacher_asked_for() -> Teacher:
    parser = argparse.ArgumentParser(description="A teacher on loopback, for tests and benchmarks.")
    for name, kind, default in (
        ("port", int, 0), ("latency", float, 0.0), ("token-latency", float, 0.0), ("faults", float, 0.0),
        ("seed", int, 7), ("tokens", int, 40), ("retry-after", float, 0.05), ("slow", float, 0.5),
        ("context", int, 0), ("key", str, ""),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--kinds", default=",".join(FAULTS), help="kinds of faults, separated by commas")
    values = vars(parser.parse_args())
    values["kinds"] = tuple(values["kinds"].split(","))
    return Teacher(**values, keep_requests=False)


async def _serve(teacher: Teacher) -> None:
    async with teacher:
        print(teacher.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_teacher_asked_for()))
