"""The body of an answer, read within bounds: of silence (the transport sees to it) and of time as a whole."""

import asyncio
import contextlib

import httpx

from zishu_app.core.clock import Clock
from zishu_app.core.errors import ModelError
from zishu_app.llm.outages import TRANSPORT_ERRORS, no_answer, too_slow
from zishu_app.llm.refusals import Where

#: seconds for the end of the body after [DONE], so that the connection can be used again
DRAIN_S = 0.25


class Body:
    """The body of an answer as it comes, unpacked only if it is packed. Close it on every path."""

    def __init__(self, response: httpx.Response, where: Where, clock: Clock, most_s: float) -> None:
        packed = any(name.lower() == b"content-encoding" for name, _ in response.headers.raw)
        self._response = response
        self._chunks = response.aiter_bytes() if packed else aiter(response.stream)  # type: ignore[arg-type]
        self._where, self._clock = where, clock
        #: seconds that may yet be waited for bytes; the time the reader takes does not count
        self._left = most_s

    async def next(self) -> bytes:
        """The next bytes; none at the end."""
        since = self._clock.monotonic()
        try:
            chunk = await anext(self._chunks, b"")
        except TRANSPORT_ERRORS as error:
            raise no_answer(error, self._where, begun=True) from error
        self._left -= self._clock.monotonic() - since
        if self._left < 0:
            raise too_slow(self._where)
        return chunk

    async def drain(self) -> None:
        """Read on to the end for a moment, so that the connection can serve the next call."""
        with contextlib.suppress(TimeoutError, ModelError):
            async with asyncio.timeout(DRAIN_S):
                while await self.next():
                    continue

    async def close(self) -> None:
        """Give the connection back, or close it if the body has not ended."""
        with contextlib.suppress(*TRANSPORT_ERRORS):
            await self._response.aclose()
