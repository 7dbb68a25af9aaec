"""A model behind an OpenAI-compatible endpoint: its calls, their retries and their pace."""

import dataclasses
from collections.abc import AsyncIterator, Sequence
from typing import Any

from zishu_app.core import chance
from zishu_app.core.errors import KeyMissing, ModelError, RateLimited
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback, shown_url
from zishu_app.llm.answer import Collector, Piece, add_usage
from zishu_app.llm.base import Delta, Options, Retrying
from zishu_app.llm.body import Body
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.http_call import HttpCall, Line
from zishu_app.llm.refusals import Where
from zishu_app.llm.request import apply, build_body
from zishu_app.llm.retry import delay, may_retry, wait_asked
from zishu_app.llm.wire import WireReader


class Attempt:
    """One try of a call. `start` it, ask for `next` until it has `ended`, and `close` it on every path.

    No async generator: with hundreds of calls at once each layer of them is felt.
    """

    def __init__(self, call: HttpCall, where: Where) -> None:
        self.heard = Collector()
        self.ended = False
        self._call = call
        self._reader = WireReader(where)
        self._body: Body | None = None
        #: the server has said everything
        self._over = False

    async def start(self, body: dict[str, Any]) -> None:
        """Send the request. Raises ModelError when it is refused."""
        self._body = await self._call.send(body)

    async def next(self) -> list[Piece]:
        """The pieces that came in, mostly one. Raises ModelError when the answer turns out not to be whole."""
        if self._over or self._body is None:
            return self._conclude()
        chunk = await self._body.next()
        for value in self._reader.feed(chunk):
            self.heard.gather(value)
        if self._reader.done:
            await self._body.drain()
        self._over = self._reader.done or not chunk
        return self.heard.pieces()

    async def close(self) -> None:
        """Give the connection back."""
        if self._body is not None:
            await self._body.close()

    def _conclude(self) -> list[Piece]:
        for value in self._reader.finish():
            self.heard.gather(value)
        pieces = self.heard.finish()
        self.heard.done = self._reader.done
        if error := self.heard.verdict():
            raise error
        self.ended = True
        return pieces


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
        line, retries, wasted = self._line, 0, None
        while True:
            attempt = Attempt(self._call, self._where)
            error: ModelError | None = None
            await line.pace.start()
            try:
                await attempt.start(self._body(messages, options))
                while not attempt.ended:
                    for piece in await attempt.next():
                        yield piece
            except ModelError as failed:
                error = failed
            finally:
                line.pace.end()
                await attempt.close()
            self._tell_pace(error)
            if error is None:
                yield attempt.heard.answered(name=self._chosen.model, retries=retries, wasted=wasted)
                return
            wasted = add_usage(wasted, attempt.heard.usage)
            if not may_retry(line.policy, retries, error):
                raise error
            pause = delay(line.policy, retries, error, self._dice)
            retries += 1
            yield Retrying(retries, pause, error.message)
            await line.clock.sleep(pause)

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
        secret, name, known = self._where.secret, self._where.endpoint, self._where.name
        if self._chosen.needs_key and not secret:
            raise KeyMissing(
                t(f"缺少 API 密钥：{known}。", f"No API key was found for {known}."),
                t(
                    f"用 `zishu keys set {name}` 存入，或设置环境变量 {self._variables()}。",
                    f"Store it with `zishu keys set {name}`, or set the environment variable {self._variables()}.",
                ),
            )
        if secret and not (secret.isascii() and secret.isprintable()):
            raise KeyMissing(
                t(
                    f"{known} 的 API 密钥含有非法字符。",
                    f"The API key of {known} holds characters no key has.",
                ),
                t(f"用 `zishu keys set {name}` 重新存入。", f"Store it again with `zishu keys set {name}`."),
            )

    def _variables(self) -> str:
        return " / ".join(self._chosen.key_env)
