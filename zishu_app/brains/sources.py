"""Where a model file can be had: the order of the sources, their addresses, and the names people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit

from zishu_app.brains.cards import HubSource, Source, UrlSource, WheelSource
from zishu_app.brains.events import Prefer
from zishu_app.core.texts import t

AnySource = TypeVar("AnySource", bound=Source)


class Fetchable(Protocol):
    """One file to be fetched: the card of a model file, or a file of a repository."""

    @property
    def name(self) -> str:
        """What people read."""

    @property
    def file(self) -> str:
        """The name it gets in its folder."""

    @property
    def size(self) -> int | None:
        """Bytes; None: not known."""

    @property
    def sha256(self) -> str | None:
        """Of the whole file; None: not known."""

    @property
    def sources(self) -> Sequence[Source]:
        """Where it can be had, the first one first."""

    @property
    def magic(self) -> bytes:
        """What it begins with: without a hash an error page must not pass for it."""

    def by_hand(self, folder: Path) -> str:
        """How to bring it into `folder` without this program."""


@dataclass(frozen=True, slots=True)
class RepoPart:
    """One file of a repository."""

    name: str
    file: str
    sources: tuple[HubSource, ...]
    size: int | None = None
    sha256: str | None = None
    magic: bytes = b""

    def by_hand(self, folder: Path) -> str:
        """See `Fetchable`."""
        repo = self.sources[0].repo
        return t(
            f"也可以用别的工具下载整个仓库 {repo}，放到 {folder.with_suffix('')}。",
            f"Or fetch the whole repository {repo} with another tool and put it into {folder.with_suffix('')}.",
        )


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


def expected_of(card: Fetchable) -> Expected:
    """What the finished file must be."""
    return Expected(card.size, card.sha256)


def in_order(sources: Sequence[AnySource], prefer: Prefer) -> list[AnySource]:
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
