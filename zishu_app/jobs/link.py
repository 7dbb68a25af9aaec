"""One connection to a lane: the hello, then lines both ways."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import language
from zishu_app.jobs.protocol import MAX_LINE, SPEAKS, Address, decode, encode


class Link:
    """An open line. Made by `connect`."""

    def __init__(self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = address
        self.open = True
        #: the lane said that it leaves; empty while it did not
        self.bye = ""
        self._reader = reader
        self._writer = writer

    def say(self, value: Mapping[str, Any]) -> None:
        """Send one line; into the void once the other side has gone. Raises DataError when it is too long."""
        line = encode(value)
        if self.open and not self._writer.is_closing():
            self._writer.write(line)

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """What the lane says, until it or we close."""
        # ValueError: a line over MAX_LINE, which no lane of ours sends
        with contextlib.suppress(OSError, ValueError, DataError):
            while line := await self._reader.readline():
                yield decode(line)

    async def close(self) -> None:
        """Hang up."""
        self.open = False
        self._writer.close()
        with contextlib.suppress(OSError):
            # shielded: a cancelled waiter would cancel the line's own future, and everybody else who waits
            await asyncio.shield(self._writer.wait_closed())


async def connect(address: Address, patience: float) -> Link | None:
    """A line to the lane at `address`, or None: nobody there, or not the one we look for."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port, limit=MAX_LINE)
    except OSError:
        return None
    link = Link(address, reader, writer)
    try:
        link.say({"hello": SPEAKS, "token": address.token, "language": language()})
        async with asyncio.timeout(patience):
            welcome = decode(await reader.readline())
    except (OSError, ValueError, DataError):  # TimeoutError is an OSError
        await link.close()
        return None
    except asyncio.CancelledError:
        writer.close()
        raise
    if welcome.get("welcome") != SPEAKS:
        await link.close()
        return None
    return link
