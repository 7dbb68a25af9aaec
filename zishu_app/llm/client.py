"""The one HTTP client of a process.

aiohttp under httpx: with 256 calls at once plain httpx needs twenty times as long. HTTP/1.1 only, which is
what that transport speaks. Opening it takes some 50 ms (certificates), so it is done once and early.
"""

import ssl
import urllib.request
from collections.abc import Mapping

import httpx
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t

#: connections at once; aiohttp would stop at 100
MOST_CONNECTIONS = 1024
#: seconds an idle connection is kept; below the 60-75 s after which many servers close theirs
KEEPALIVE = 30.0
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class SocksRefused(httpx.ProxyError):
    """The only proxy set is a SOCKS proxy, which the transport cannot speak to."""


class _SocksTransport(httpx.AsyncBaseTransport):
    """Stands where a SOCKS proxy is set: aiohttp would speak HTTP to it and hang."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise SocksRefused("SOCKS", request=request)


def open_client(proxies: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client for every endpoint; close it with `aclose`.

    Proxies come from the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY) or the system's settings,
    as users behind one need; loopback addresses never go through one. `proxies` is what was found there
    and only serves to spot SOCKS. Raises SettingsError on a proxy or a certificate file that makes no sense.
    """
    context = _certificates()
    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=MOST_CONNECTIONS,
        keepalive_expiry=KEEPALIVE,
    )
    found = urllib.request.getproxies() if proxies is None else proxies
    mounts: dict[str, httpx.AsyncBaseTransport] = {
        f"{scheme}://": _SocksTransport()
        for scheme in ("http", "https", "all")
        if found.get(scheme, "").startswith("socks")
    }
    if found:
        direct = AiohttpTransport(verify=context, limits=limits)
        mounts |= {f"all://{host}": direct for host in LOOPBACK}
    try:
        return HttpxAiohttpClient(verify=context, limits=limits, mounts=mounts, timeout=None)
    except ValueError as error:
        raise SettingsError(
            t(f"代理地址无法使用：{error}。", f"The proxy address cannot be used: {error}."),
            t(
                "检查 HTTPS_PROXY / ALL_PROXY，例如 http://127.0.0.1:7890。",
                "Check HTTPS_PROXY / ALL_PROXY, e.g. http://127.0.0.1:7890.",
            ),
        ) from error


def _certificates() -> ssl.SSLContext:
    """Whom to trust: the certificates that come with certifi, or those SSL_CERT_FILE / SSL_CERT_DIR name."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise SettingsError(
            t(f"证书文件无法读取：{error}。", f"The certificate file cannot be read: {error}."),
            t(
                "检查环境变量 SSL_CERT_FILE / SSL_CERT_DIR。",
                "Check the variables SSL_CERT_FILE / SSL_CERT_DIR.",
            ),
        ) from error
