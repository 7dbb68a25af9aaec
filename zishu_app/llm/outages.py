"""When there is no answer at all: from a transport's exception to an error the user can act upon."""

import ssl

import aiohttp
import httpx

from zishu_app.core.errors import AnswerBroken, ModelError, ModelUnreachable
from zishu_app.core.texts import t
from zishu_app.llm.client import SocksRefused
from zishu_app.llm.refusals import Where

#: what the transport raises: httpx's own errors, and aiohttp's where they come through as they are
TRANSPORT_ERRORS = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, TimeoutError, OSError)


def no_answer(error: BaseException, where: Where, *, begun: bool) -> ModelError:
    """The error for a failed connection; `begun`: the answer had already started."""
    causes = _causes(error)
    if isinstance(error, SocksRefused):
        return _socks()
    if any(
        isinstance(cause, ssl.SSLCertVerificationError | aiohttp.ClientConnectorCertificateError)
        for cause in causes
    ):
        return _certificate(where)
    if begun and not _timed_out(causes):
        return AnswerBroken(
            t(
                f"{where.name} 的连接在回答中途断开。",
                f"The connection to {where.name} broke in mid-answer.",
            )
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) and where.local:
        return _not_running(where)
    return ModelUnreachable(
        t(
            f"连不上 {where.name}（{_reason(causes)}）。",
            f"No answer from {where.name} ({_reason(causes)}).",
        ),
        t(
            f"检查网络、代理设置和地址 {where.base_url}。",
            f"Check the network, the proxy settings and the address {where.base_url}.",
        ),
    )


def too_slow(where: Where) -> ModelUnreachable:
    """A call that keeps sending something, but does not end."""
    name = where.name
    return ModelUnreachable(
        t(f"{name} 一直没有答完，已停止等待。", f"{name} did not finish its answer; waiting was given up.")
    )


def _not_running(where: Where) -> ModelUnreachable:
    return ModelUnreachable(
        t(f"{where.base_url} 没有程序在监听。", f"Nothing listens at {where.base_url}."),
        t(
            f"先启动本地模型服务（{where.name}），例如 `ollama serve`，或 LM Studio 的 Local Server。",
            f"Start the local model server ({where.name}) first, e.g. `ollama serve` or LM Studio's Local Server.",
        ),
    )


def _socks() -> ModelUnreachable:
    error = ModelUnreachable(
        t("设置的是 SOCKS 代理，无法使用。", "The proxy that is set is a SOCKS proxy, which cannot be used."),
        t(
            "改用 HTTP 代理，例如 HTTPS_PROXY=http://127.0.0.1:7890（多数代理软件的混合端口都支持）。",
            "Set an HTTP proxy, e.g. HTTPS_PROXY=http://127.0.0.1:7890 (most proxy programs speak both on one port).",
        ),
    )
    error.retryable = False
    return error


def _certificate(where: Where) -> ModelUnreachable:
    error = ModelUnreachable(
        t(f"{where.base_url} 的证书无法验证。", f"The certificate of {where.base_url} cannot be verified."),
        t(
            "检查系统时间；如在公司代理之后，用 SSL_CERT_FILE 指定其根证书。",
            "Check the clock; behind a company proxy, name its root certificate with SSL_CERT_FILE.",
        ),
    )
    error.retryable = False
    return error


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from; aiohttp keeps the system's error in `os_error`."""
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in found:
        found.append(step)
        inner = getattr(step, "os_error", None)
        step = inner if isinstance(inner, BaseException) else step.__cause__ or step.__context__
    return found


def _timed_out(causes: list[BaseException]) -> bool:
    return any(isinstance(cause, TimeoutError | aiohttp.ServerTimeoutError) for cause in causes)


def _reason(causes: list[BaseException]) -> str:
    """In a few words, without addresses: they may carry names and passwords."""
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return t("拒绝连接", "connection refused")
    if any(isinstance(cause, aiohttp.ClientConnectorDNSError) for cause in causes):
        return t("找不到主机", "host not found")
    if _timed_out(causes):
        return t("超时", "timed out")
    if any(isinstance(cause, httpx.ProxyError | aiohttp.ClientProxyConnectionError) for cause in causes):
        return t("代理连不上", "the proxy does not answer")
    return type(causes[-1]).__name__
