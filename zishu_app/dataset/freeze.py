"""A version of the data set is frozen: split, kept free of leaks, written with its card, and never changed again.

The rows lie in the order of their keys and the split hangs on what was said, so the same samples and the same seed
always come to the same content hash, whenever and in whatever order they came. Everything is written under a temporary
name and gets its own at the end: a kill leaves no half version.
"""

import asyncio
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder
from zishu_app.core.streams import aside, closing
from zishu_app.core.texts import t
from zishu_app.dataset.frozen import Frozen, list_frozen, open_frozen
from zishu_app.dataset.making import Freezing, Making, Options
from zishu_app.dataset.store import Samples

__all__ = ["FreezeEvent", "Freezing", "Froze", "Options", "Stopped", "check_name", "freeze"]

#: most characters of a version's name, which is the name of a folder
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Froze:
    """The ending: the version is there."""

    frozen: Frozen


@dataclass(frozen=True, slots=True)
class Stopped:
    """The other ending: it was stopped, and nothing is left of it."""


FreezeEvent = Freezing | Froze | Stopped


async def freeze(
    samples: Samples, folder: Path, name: str, options: Options, stop: asyncio.Event
) -> AsyncIterator[FreezeEvent]:
    """Freeze what a filter finds as `folder`/`name`. Ends with Froze, or with Stopped soon after `stop` is set.

    Raises DataError where the name cannot be used or is taken, where there is nothing to freeze, and where the disk
    does not take it.
    """
    async with closing(aside(_freeze(samples, folder, name, options))) as events:
        async for event in events:
            if stop.is_set() and not isinstance(event, Froze):
                yield Stopped()
                return
            yield event


def check_name(folder: Path, name: str) -> None:
    """Raises DataError where a version cannot be called so, or one is called so already."""
    forbidden = set('<>:"/\\|?*')
    odd = any(one in forbidden or not one.isprintable() for one in name)
    if not name or odd or len(name) > LONGEST_NAME or name[0] in ". " or name[-1] in ". ":
        raise DataError(
            t(f"“{name}”不能用作版本名。", f'A version cannot be called "{name}".'),
            t(
                f'最多 {LONGEST_NAME} 个字，不用 / \\ : * ? " < > |，也不以点或空格开头、结尾。',
                f'At most {LONGEST_NAME} characters, none of / \\ : * ? " < > |, and no dot or blank at either end.',
            ),
        )
    # some file systems see no difference between V1 and v1
    there = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    if name.casefold() in map(str.casefold, there):
        raise _taken(name)


def _taken(name: str) -> DataError:
    return DataError(
        t(
            f"已经有名为“{name}”的版本，冻结的版本不会改动。",
            f'There is a version "{name}" already, and frozen ones never change.',
        ),
        t("换一个名字。", "Choose another name."),
    )


def _freeze(samples: Samples, folder: Path, name: str, options: Options) -> Generator[FreezeEvent]:
    """Every step of it, for a thread."""
    check_name(folder, name)
    try:
        with samples.reading() as connection, new_folder(folder / name) as made:
            making = Making(connection, made, options)
            yield from making.read(earlier_of(folder, options.seed))
            yield from making.compare()
            yield from making.write()
            making.finish(name)
    except OSError as error:
        if isinstance(error, FileExistsError) and (folder / name).is_dir():
            raise _taken(name) from error  # meanwhile
        why = error.strerror or error
        raise DataError(
            t(f"版本写不进 {folder}：{why}。", f"The version cannot be written to {folder}: {why}."),
            t("检查磁盘空间和权限。", "Check the disk's free space and its permissions."),
        ) from error
    yield Froze(open_frozen(folder, name))


def earlier_of(folder: Path, seed: int) -> list[Frozen]:
    """Versions that were divided by the same seed, the newest first: what stood where in them stays there."""
    return [version for version in list_frozen(folder) if version.seed == seed]
