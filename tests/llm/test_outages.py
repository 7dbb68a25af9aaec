import asyncio
import ssl

import aiohttp
import httpx
import pytest

from tests.llm.asking import ASK, answer, refused
from tests.llm.conftest import Build
from tests.llm.raw_server import HANG, RawServer, Reply, chunk, stream
from zishu_app.core.clock import SystemClock
from zishu_app.core.errors import (
    ModelUnreachable,
)
from zishu_app.llm.base import Options, Text
from zishu_app.llm.outages import no_answer
from zishu_app.llm.refusals import Where
from zishu_app.llm.retry import RetryPolicy

KEY = aiohttp.client_reqrep.ConnectionKey("api.example.com", 443, True, True, None, None, None)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_refused_on_loopback_says_that_the_server_is_not_running(build: Build) -> None:
    with pytest.raises(ModelUnreachable) as caught:
        await answer(build(f"http://127.0.0.1:{free_port()}/v1"))
    assert "ollama serve" in caught.value.hint and "Nothing listens" in caught.value.message


def transport_error(cause: BaseException) -> httpx.ConnectTimeout:
    """As the transport raises it: the cause wrapped in one of httpx's errors, mostly a ConnectTimeout."""
    error = httpx.ConnectTimeout("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "words", "retryable"),
    [
        (
            aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")),
            "host not found",
            True,
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("self-signed")),
            "certificate",
            False,
        ),
        (
            aiohttp.ClientProxyConnectionError(KEY, OSError(113, "No route to host")),
            "proxy does not answer",
            True,
        ),
        (
            aiohttp.ClientProxyConnectionError(KEY, ConnectionRefusedError(111, "refused")),
            "connection refused",
            True,
        ),
        (aiohttp.ConnectionTimeoutError("x"), "timed out", True),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError", True),
    ],
)
def test_reasons_of_failed_connections(cause: BaseException, words: str, retryable: bool) -> None:
    where = Where("place", "m-1", "https://api.example.com/v1")
    error = no_answer(transport_error(cause), where, begun=False)
    assert words in str(error) and error.retryable == retryable


async def test_connection_closed_without_a_word(build: Build) -> None:
    assert type(await refused(build, Reply([]))) is ModelUnreachable


async def test_answer_that_is_no_http(build: Build) -> None:
    assert type(await refused(build, Reply([b"SSH-2.0-OpenSSH_9.6\r\n"]))) is ModelUnreachable


async def test_silence_before_the_answer_ends_in_a_timeout(build: Build) -> None:
    error = await refused(build, Reply([], then=HANG), policy=RetryPolicy(max_retries=0, timeout_s=0.05))
    assert type(error) is ModelUnreachable and "timed out" in error.message


async def test_silence_within_the_answer_ends_in_a_timeout(build: Build) -> None:
    policy = RetryPolicy(max_retries=0, timeout_s=0.05)
    error = await refused(build, stream(chunk("a"), then=HANG), policy=policy)
    assert type(error) is ModelUnreachable and "timed out" in error.message


async def test_bytes_now_and_then_are_no_silence(build: Build) -> None:
    events = [b": wait\n\n"] * 8 + [chunk("late"), chunk(finish="stop")]
    async with RawServer([stream(*events, pause=0.02)]) as server:
        model = build(server.base_url, policy=RetryPolicy(max_retries=0, timeout_s=0.08))
        assert (await answer(model)).text == "late"


async def test_keep_alives_do_not_keep_a_call_alive_for_ever(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "total_s", 0.1)
    reply = stream(*[b": wait\n\n"] * 500, pause=0.01)
    error = await refused(build, reply, clock=SystemClock())
    assert type(error) is ModelUnreachable and "did not finish" in error.message


async def test_slow_reader_does_not_use_up_the_time(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "total_s", 0.1)
    events = [chunk(str(n)) for n in range(4)]
    async with RawServer([stream(*events, chunk(finish="stop"), pause=0.005)]) as server:
        text = ""
        async for delta in build(server.base_url, clock=SystemClock()).stream(ASK, Options()):
            await asyncio.sleep(0.05)
            text += delta.text if isinstance(delta, Text) else ""
    assert text == "0123"
