"""Base URLs: one spelling for each, and which of them lie on this computer."""

import ipaddress
from urllib.parse import urlsplit

CHAT_PATH = "/chat/completions"
EMBED_PATH = "/embeddings"


def normal_url(text: str) -> str:
    """One spelling for what users paste: a scheme, no trailing slash, no `/chat/completions` at the end."""
    url = text.strip().rstrip("/")
    if url.endswith(CHAT_PATH):
        url = url.removesuffix(CHAT_PATH)
    if "://" not in text:
        url = ("http://" if is_loopback(f"http://{url}") else "https://") + url
    return url


def is_url(text: str) -> bool:
    """Whether this can be a base URL."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Whether the address is on this computer."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown_url(url: str) -> str:
    """The address as it may be shown: without a user name, a password or a query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
