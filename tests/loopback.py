"""Only this machine can be reached: what tests/conftest.py puts in place of the doors to the network.

A name under `.invalid` can never exist (RFC 6761), so it fails as it would fail everywhere: tests of "the
address is wrong" use it.
"""

import ipaddress
import socket
from typing import Any

import pytest

OPEN_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "", None}


class NetworkAsked(AssertionError):
    """Not an OSError, so that no code takes it for an ordinary outage."""


def only_loopback(monkeypatch: pytest.MonkeyPatch, tried: list[str]) -> None:
    """Close the doors; `tried` collects what was asked for, also where the error was swallowed."""

    def refuse(what: str) -> NetworkAsked:
        tried.append(what)
        return NetworkAsked(f"tests reach nothing but this machine; asked for {what}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _guarded_socket(name, refuse))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, _guarded_names(name, refuse))


def _guarded_socket(name: str, refuse: Any) -> Any:
    real = getattr(socket.socket, name)

    def door(self: socket.socket, *given: Any) -> Any:
        address = given[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            raise refuse(f"{address[0]}:{address[1]}")
        return real(self, *given)

    return door


def _guarded_names(name: str, refuse: Any) -> Any:
    real = getattr(socket, name)

    def door(host: Any, *given: Any, **named: Any) -> Any:
        text = host.decode() if isinstance(host, bytes) else host
        if text in OPEN_NAMES or _is_address(text):
            return real(host, *given, **named)
        if text.rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise refuse(f"the address of {text}")

    return door


def is_here(host: str) -> bool:
    """Whether an address of a socket lies on this machine."""
    if host in OPEN_NAMES:
        return True
    return _is_address(host) and ipaddress.ip_address(host.split("%")[0]).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True
