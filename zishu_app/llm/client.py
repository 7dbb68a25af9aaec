"""The one HTTP client of a process.

aiohttp under httpx: with 256 calls at once plain httpx needs twenty times as long. HTTP/1.1 only, which is
what that transport speaks. Opening it takes some 50 ms (certificates), so it is done once and early.
"""

import asyncio
import ssl
import urllib.request
from collections.abc import Mapping

import httpx
from httpx_aiohttp import AiohttpTransport

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.llm.addresses import is_loopback

#: connections at once; aiohttp would stop at 100
MOST_CONNECTIONS = 1024
#: seconds an idle connection is kept; below the 60-75 s after which many servers close theirs
KEEPALIVE = 30.0


class SocksRefused(httpx.ProxyError):
    """The only proxy set is a SOCKS proxy, which the transport cannot speak to: it would hang."""


class Router(httpx.AsyncBaseTransport):
    """Sends each request straight or through the proxy that is set for it; loopback addresses always straight."""

    def __init__(self, proxies: Mapping[str, str], context: ssl.SSLContext) -> None:
        limits = httpx.Limits(
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_CONNECTIONS,
            keepalive_expiry=KEEPALIVE,
        )
        self._direct = AiohttpTransport(verify=context, limits=limits)
        #: by scheme ("all": the rest); None: a SOCKS proxy
        self._proxies = {
            scheme: None
            if proxies[scheme].startswith("socks")
            else AiohttpTransport(verify=context, limits=limits, proxy=_proxy(proxies[scheme]))
            for scheme in ("http", "https", "all")
            if proxies.get(scheme)
        }
        self._routes: dict[tuple[str, str], httpx.AsyncBaseTransport | None] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        url = request.url
        key = (url.scheme, url.host)
        if key not in self._routes:
            self._routes[key] = await self._route(*key)
        transport = self._routes[key]
        if transport is None:
            raise SocksRefused("SOCKS", request=request)
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._direct.aclose()
        for transport in self._proxies.values():
            if transport is not None:
                await transport.aclose()

    async def _route(self, scheme: str, host: str) -> httpx.AsyncBaseTransport | None:
        found = scheme if scheme in self._proxies else "all"
        if found not in self._proxies or is_loopback(f"{scheme}://{f'[{host}]' if ':' in host else host}"):
            return self._direct
        # NO_PROXY, or the exceptions in the system's settings; Windows may look names up for that
        if await asyncio.to_thread(urllib.request.proxy_bypass, host):
            return self._direct
        return self._proxies[found]


class Client(httpx.AsyncClient):
    """httpx's client that shows its transport.

    Model calls use the transport alone: they need no cookies, redirects or sign-in dances, which cost a
    quarter of the time of a call and could carry a key to another place.
    """

    def __init__(self, transport: Router) -> None:
        super().__init__(transport=transport, timeout=None, trust_env=False)
        self.transport = transport


def open_client() -> Client:
    """A client for every endpoint; close it with `aclose`.

    Proxies come from the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY) or the system's settings,
    as users behind one need. Raises SettingsError on a proxy or a certificate file that makes no sense.
    """
    return Client(Router(urllib.request.getproxies(), _certificates()))


def _proxy(address: str) -> httpx.Proxy:
    try:
        return httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL) as error:
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
