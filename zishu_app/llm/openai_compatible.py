"""A model behind an OpenAI-compatible endpoint: its calls, their retries and their pace."""

import contextlib
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from zishu_app.core import chance
from zishu_app.core.errors import KeyMissing, ModelError, RateLimited
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback, shown_url
from zishu_app.llm.answer import Collector, Piece, add_usage
from zishu_app.llm.base import Delta, Options, Retrying
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.http_call import HttpCall, Line, drain
from zishu_app.llm.refusals import Where
from zishu_app.llm.request import apply, build_body
from zishu_app.llm.retry import delay, may_retry, wait_asked
from zishu_app.llm.wire import WireReader


class OpenAICompatible:
    """Implements `ChatModel`. Built by the house from what the catalog chose; `line` is shared by an endpoint."""

    def __init__(self, chosen: Chosen, line: Line, secret: str | None = None) -> None:
        self.name = chosen.name
        self.limits = chosen.limits
        self._chosen = chosen
        self._line = line
        self._dice = chance.dice(0, "retry", self.name)
        self._where = Where(
            endpoint=chosen.endpoint,
            model=chosen.model,
            base_url=shown_url(chosen.base_url),
            secret=secret,
            local=is_loopback(chosen.base_url),
        )
        self._call = HttpCall(line, chosen.base_url, self._where)

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        """See `ChatModel.stream`."""
        self._check_key()
        line, attempt, wasted = self._line, 0, None
        while True:
            collector = Collector()
            body = self._body(messages, options)
            error: ModelError | None = None
            try:
                async with line.pace.turn(), contextlib.aclosing(self._attempt(body, collector)) as pieces:
                    async for piece in pieces:
                        yield piece
            except ModelError as failed:
                error = failed
            self._tell_pace(error)
            if error is None:
                yield collector.answered(name=self._chosen.model, retries=attempt, wasted=wasted)
                return
            wasted = add_usage(wasted, collector.usage)
            if not may_retry(line.policy, attempt, error):
                raise error
            pause = delay(line.policy, attempt, error, self._dice)
            attempt += 1
            yield Retrying(attempt, pause, error.message)
            await line.clock.sleep(pause)

    async def _attempt(self, body: dict[str, Any], collector: Collector) -> AsyncGenerator[Piece, None]:
        """The pieces of one try. Raises ModelError unless the answer is whole."""
        response = await self._call.send(body)
        try:
            reader = WireReader(self._where)
            async with contextlib.aclosing(self._call.received(response)) as received:
                async for chunk in received:
                    for value in reader.feed(chunk):
                        collector.gather(value)
                    for piece in collector.pieces():
                        yield piece
                    if reader.done:
                        await drain(received)
                        break
        finally:
            await response.aclose()
        for value in reader.finish():
            collector.gather(value)
        for piece in collector.finish():
            yield piece
        collector.done = reader.done
        if error := collector.verdict():
            raise error

    def _tell_pace(self, error: ModelError | None) -> None:
        if error is None:
            self._line.pace.succeeded()
        elif isinstance(error, RateLimited):
            self._line.pace.limited(wait_asked(error))

    def _body(self, messages: Sequence[Message], options: Options) -> dict[str, Any]:
        most = self._chosen.max_output or options.max_tokens
        fitting = dataclasses.replace(
            options,
            max_tokens=min(options.max_tokens, most),
            schema=options.schema if self.limits.schema else None,
        )
        body = build_body(self._chosen.model, messages, fitting, self._chosen.quirks)
        return apply(self._call.learnt, body)

    def _check_key(self) -> None:
        secret, name = self._where.secret, self._where.endpoint
        if self._chosen.needs_key and not secret:
            raise KeyMissing(
                t(f"没有找到 {name} 的 API 密钥。", f"No API key was found for {name}."),
                t(
                    f"用 `zishu keys set {name}` 存入，或设置环境变量 {self._variables()}。",
                    f"Store it with `zishu keys set {name}`, or set the environment variable {self._variables()}.",
                ),
            )
        if secret and not (secret.isascii() and secret.isprintable()):
            raise KeyMissing(
                t(f"{name} 的 API 密钥含有非法字符。", f"The API key of {name} holds characters no key has."),
                t(f"用 `zishu keys set {name}` 重新存入。", f"Store it again with `zishu keys set {name}`."),
            )

    def _variables(self) -> str:
        return " / ".join(self._chosen.key_env)
