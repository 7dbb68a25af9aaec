"""One HTTP call to an OpenAI-compatible endpoint: the request out, the body back, errors made readable."""

import asyncio
import base64
import logging
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

import httpx

from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import ModelError, ModelRefused, OutOfCredit
from zishu_app.llm.addresses import CHAT_PATH
from zishu_app.llm.body import Body
from zishu_app.llm.client import Client
from zishu_app.llm.outages import TRANSPORT_ERRORS, no_answer
from zishu_app.llm.pace import Pace
from zishu_app.llm.refusals import Said, Where, read_said, refusal
from zishu_app.llm.request import Learnt, apply, encode_body, objection
from zishu_app.llm.retry import RetryPolicy, retry_after, should_retry

log = logging.getLogger("zishu.llm")
#: bytes of an error page that are read, and seconds that may take
MOST_ERROR_BYTES = 64 * 1024
ERROR_BODY_S = 15.0
#: bytes of a request that go out without waiting for the server to read
SURELY_SENT = 32 * 1024


@dataclass(slots=True)
class Line:
    """What all calls to one endpoint share."""

    client: Client
    pace: Pace
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Clock = field(default_factory=SystemClock)
    #: by model: what the endpoint turned out not to take
    learnt: dict[str, Learnt] = field(default_factory=dict)


class HttpCall:
    """How one model's requests go out and come back."""

    def __init__(self, line: Line, base_url: str, where: Where, path: str = CHAT_PATH) -> None:
        self.learnt = line.learnt.setdefault(where.model, Learnt())
        self._transport, self._policy, self._clock = line.client.transport, line.policy, line.clock
        self._where = where
        url = httpx.URL(base_url + path)
        self._headers = httpx.Headers(_headers(where.secret, url.userinfo))
        # the transport would set a second Authorization header from it
        self._url = url.copy_with(userinfo=b"")
        self._extensions = {
            "timeout": {
                "connect": self._policy.connect_s,
                "read": self._policy.timeout_s,
                "write": self._policy.timeout_s,
                # in aiohttp: name look-up, connecting and waiting for a free connection together
                "pool": 2 * self._policy.connect_s,
            }
        }

    async def send(self, body: dict[str, Any]) -> Body:
        """The answer to a request that the endpoint takes."""
        trial = Learnt()
        while True:
            tried = apply(trial, body)
            response = await self._post(encode_body(tried))
            if response.is_success:
                self.learnt.adopt(trial)
                return Body(response, self._where, self._clock, self._policy.total_s)
            said = await self._read_error(response)
            error = self._refusal(response, said)
            change = None
            if response.status_code in (400, 422) and type(error) is ModelRefused:
                change = objection(said.message, said.param, tried)
            if change is None or (change.max_tokens_field and trial.max_tokens_field):
                raise error
            trial.adopt(change)
            log.info("%s: going on without %s", self._where.endpoint, change)

    async def _post(self, content: bytes) -> httpx.Response:
        # handing over a stream spares the second look at what kind of content this is
        stream = httpx.ByteStream(content)
        request = httpx.Request(
            "POST", self._url, headers=self._headers, stream=stream, extensions=self._extensions
        )
        request.read()
        try:
            if len(content) <= SURELY_SENT:
                return await self._transport.handle_async_request(request)
            # the transport has no bound of its own for a server that does not read what we write
            async with asyncio.timeout(self._policy.timeout_s + 3 * self._policy.connect_s):
                return await self._transport.handle_async_request(request)
        except TRANSPORT_ERRORS as error:
            raise no_answer(error, self._where, begun=False) from error

    async def _read_error(self, response: httpx.Response) -> Said:
        body = bytearray()
        try:
            async with asyncio.timeout(ERROR_BODY_S):
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MOST_ERROR_BYTES:
                        break
        except TRANSPORT_ERRORS:
            log.info("%s: the error page broke off", self._where.endpoint)
        finally:
            await response.aclose()
        return read_said(bytes(body))

    def _refusal(self, response: httpx.Response, said: Said) -> ModelError:
        error = refusal(response.status_code, said, self._where)
        error.retry_after = retry_after(response.headers, self._clock.now().timestamp())
        decided = should_retry(response.headers)
        if decided is not None and not isinstance(error, OutOfCredit):
            error.retryable = decided
        return error


def _headers(secret: str | None, userinfo: bytes) -> dict[str, str]:
    headers = {
        "content-type": "application/json",
        "accept": "text/event-stream, application/json",
        # a packed stream is held back by some gateways until a block is full
        "accept-encoding": "identity",
        "user-agent": "zishu",
    }
    if secret and secret.isascii() and secret.isprintable():
        headers["authorization"] = f"Bearer {secret}"
    elif userinfo:
        headers["authorization"] = (
            f"Basic {base64.b64encode(urllib.parse.unquote_to_bytes(userinfo)).decode()}"
        )
    return headers
