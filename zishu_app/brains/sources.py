"""Where a model file can be had: the order of the sources, their addresses, and the names people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from zishu_app.brains.cards import Card, HubSource, Source, UrlSource, WheelSource
from zishu_app.brains.events import Prefer


@dataclass(frozen=True, slots=True)
class Expected:
    """What the card says of the file; None: it does not say."""

    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """One address of the file."""

    name: str
    address: str
    #: its `x-linked-etag` (or a 64-digit `etag`) is the sha256 of the file, as Git LFS has it
    announces: bool


def expected_of(card: Card) -> Expected:
    """What a finished file of this card must be."""
    return Expected(card.size, card.sha256)


def in_order(sources: Sequence[Source], prefer: Prefer) -> list[Source]:
    """The card's order, with the side that is not preferred put last."""
    last = ("hub",) if prefer == "mirror" else ("mirror", "modelscope")
    return sorted(sources, key=lambda source: source.kind in last)


def name_of(source: Source, hosts: Mapping[str, str]) -> str:
    """How a source is called in front of people."""
    if isinstance(source, WheelSource):
        return f"pip {source.package}=={source.version}"
    return urlsplit(address_of(source, hosts)).netloc


def place_of(source: HubSource | UrlSource, hosts: Mapping[str, str]) -> Place:
    """The source as an address to ask."""
    return Place(name_of(source, hosts), address_of(source, hosts), announces=source.kind != "url")


def address_of(source: HubSource | UrlSource, hosts: Mapping[str, str]) -> str:
    """The `resolve` address of a file in a repository; modelscope.cn keeps models under /models."""
    if isinstance(source, UrlSource):
        return source.address
    folder = "/models" if source.kind == "modelscope" else ""
    path = quote(f"{source.repo}/resolve/{source.revision}/{source.path}")
    return f"{hosts[source.kind].rstrip('/')}{folder}/{path}"
