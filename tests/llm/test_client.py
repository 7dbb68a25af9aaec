import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.llm.asking import answer
from tests.llm.conftest import chosen
from tests.llm.raw_server import CLOSE, RawServer, Reply, http
from tests.teacher import Teacher
from zishu_app.core.errors import ModelUnreachable, SettingsError
from zishu_app.llm.client import open_client
from zishu_app.llm.http_call import Line
from zishu_app.llm.openai_compatible import OpenAICompatible
from zishu_app.llm.pace import Pace
from zishu_app.llm.retry import RetryPolicy


@asynccontextmanager
async def model_at(base_url: str) -> AsyncIterator[OpenAICompatible]:
    async with open_client() as client:
        yield OpenAICompatible(
            chosen(base_url), Line(client, Pace(4), RetryPolicy(max_retries=0, timeout_s=3))
        )


# the transport hands the proxy's credentials over in a way aiohttp wants to drop in its version 4
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'proxy_auth' parameter is deprecated:DeprecationWarning")
async def test_calls_go_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:pw@127.0.0.1:{port}")
        async with model_at("https://api.example.invalid/v1") as model:
            with pytest.raises(ModelUnreachable) as caught:
                await answer(model)
    assert seen[0].startswith(b"CONNECT api.example.invalid:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in seen[0]
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_never_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str, host: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Teacher() as teacher, model_at(f"http://{host}:{teacher.port}/v1") as model:
        assert (await answer(model)).text


async def test_socks_proxy_is_named_instead_of_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    async with model_at("https://api.example.invalid/v1") as model:
        with pytest.raises(ModelUnreachable, match="SOCKS") as caught:
            await answer(model)
    assert "HTTPS_PROXY" in caught.value.hint and not caught.value.retryable


async def test_http_proxy_beside_a_socks_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Reply([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"], then=CLOSE)
    async with RawServer([reply]) as proxy:
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with open_client() as client:
            response = await client.post("http://api.example.invalid/v1", json={})
    assert response.text == "ok"


async def test_socks_proxy_does_not_concern_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    async with Teacher() as teacher, model_at(teacher.base_url) as model:
        assert (await answer(model)).text


def test_proxy_address_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:9")
    with pytest.raises(SettingsError, match="proxy") as caught:
        open_client()
    assert "HTTPS_PROXY" in caught.value.hint


async def test_certificates_of_the_environment_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(SettingsError, match="certificate") as caught:
        open_client()
    assert "SSL_CERT_FILE" in caught.value.hint


async def test_256_calls_run_at_once() -> None:
    async with Teacher(latency=0.3) as teacher, open_client() as client:
        model = OpenAICompatible(chosen(teacher.base_url), Line(client, Pace(256)))
        await asyncio.gather(*(answer(model) for _ in range(256)))
        assert teacher.most_running == 256


async def test_answers_are_not_followed_elsewhere() -> None:
    """A redirect would carry the key to another place."""
    async with (
        RawServer([http(307, "", "Location: http://127.0.0.1:9/v1")]) as server,
        open_client() as client,
    ):
        response = await client.post(server.base_url, json={})
    assert response.status_code == 307 and not isinstance(client, httpx.Client)


@pytest.mark.parametrize("spared", ["api.example.invalid", ".example.invalid", "*"])
async def test_no_proxy_is_kept_to(monkeypatch: pytest.MonkeyPatch, spared: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", spared)
    async with open_client() as client:
        straight = await client.transport._route("https", "api.example.invalid")
        other = await client.transport._route("https", "api.other.invalid")
    assert straight is client.transport._direct
    assert (other is None) == (spared != "*")
