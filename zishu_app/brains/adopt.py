"""A model file that lies elsewhere on this computer is copied into the models folder."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import BinaryIO

from zishu_app.brains.events import Finished, Received
from zishu_app.brains.part import disk_trouble
from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.texts import t

#: bytes copied between two looks at whether somebody wants to stop
BLOCK = 8 << 20


async def copy_in(
    source: Path, folder: Path, clock: Clock | None = None
) -> AsyncGenerator[Received | Finished]:
    """Copy `source` into `folder`. Ends with one `Finished`; leaving the iterator removes what was copied.

    Raises DataError when it is no model file or its name is taken, DownloadError when the disk is full.
    """
    target, clock = folder / source.name, clock or SystemClock()
    total = await asyncio.to_thread(_checked, source, target)
    part = target.with_name(target.name + ".copy")
    began = clock.monotonic()
    try:
        reader, writer = await asyncio.to_thread(_open, source, part)
        try:
            done = 0
            while copied := await asyncio.to_thread(_copy_block, reader, writer):
                done += copied
                yield Received(done, total, done / max(clock.monotonic() - began, 1e-3))
        finally:
            await asyncio.to_thread(_close, reader, writer)
        await asyncio.to_thread(part.replace, target)
    except OSError as error:
        raise disk_trouble(error, folder) from error
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    yield Finished(target)


def _checked(source: Path, target: Path) -> int:
    """Its size, if it is a model file that may come in."""
    read_gguf_header(source)
    size = source.stat().st_size
    if target.exists():
        raise DataError(
            t(f"{target.name} 已经在模型文件夹里了。", f"{target.name} is in the models folder already."),
            t("先给其中一个改名。", "Rename one of them first."),
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(target.parent).free
    if free < size:
        raise DataError(
            t(
                f"磁盘空间不够：需要 {size / 1e9:.1f} GB，只剩 {free / 1e9:.1f} GB。",
                f"Not enough room: {size / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free.",
            ),
            t("或者就用它现在的位置，不复制。", "Or use it where it lies, without copying."),
        )
    return size


def _open(source: Path, part: Path) -> tuple[BinaryIO, BinaryIO]:
    return source.open("rb"), part.open("wb")


def _copy_block(reader: BinaryIO, writer: BinaryIO) -> int:
    block = reader.read(BLOCK)
    writer.write(block)
    return len(block)


def _close(reader: BinaryIO, writer: BinaryIO) -> None:
    reader.close()
    writer.close()
