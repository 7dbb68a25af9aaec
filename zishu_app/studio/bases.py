"""Bases she can learn on: the built-in one, made of its GGUF the first time, those that were fetched, any folder."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.cards import BUILTIN, BUILTIN_ID
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.jobs.base import result_of
from zishu_app.jobs.specs import ConvertSpec


@dataclass(frozen=True, slots=True)
class Base:
    """One of them."""

    id: str
    folder: Path
    #: what it is asked for by as it is, and its GGUF; "" and None: it has none, so she speaks with it through torch
    spec: str
    gguf: Path | None
    #: empty: not known
    languages: tuple[str, ...] = ()


async def base_of(house: House, name: str) -> Base:
    """By its id, "builtin", or a folder; empty: the built-in one. Raises DataError."""
    if name in ("", BUILTIN, BUILTIN_ID):
        return await _builtin(house)
    return await asyncio.to_thread(_own, house.home.bases, name)


def _own(bases: Path, name: str) -> Base:
    places = (bases / name, Path(name).expanduser())
    folder = next((one for one in places if (one / "config.json").is_file()), None)
    if folder is None:
        raise DataError(
            t(f"没有底座“{name}”。", f'There is no base "{name}".'),
            t(
                "用 `zishu models list` 看有哪些，或给一个模型文件夹。",
                "`zishu models list` shows them; or give a model's folder.",
            ),
        )
    return Base(folder.name, folder.absolute(), "", None)


async def _builtin(house: House) -> Base:
    folder = house.home.bases / BUILTIN_ID
    chosen = await asyncio.to_thread(house.choose, BUILTIN)
    gguf = await asyncio.to_thread(house.model_file, chosen)
    if not (folder / "config.json").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        await result_of(await house.lane("long").submit(ConvertSpec(str(gguf), str(folder))))
    return Base(BUILTIN_ID, folder, BUILTIN, gguf, chosen.languages)
