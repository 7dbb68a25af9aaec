"""Why does she say that? Asked of the brain that said it: which of what it was trained on is nearest."""

import asyncio
import logging
import re
from collections.abc import Sequence

from zishu_app.brains.learnt import PREFIX, Learnt, open_learnt
from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.texts import t
from zishu_app.dataset.store import find_keys
from zishu_app.house import House
from zishu_app.memory.hashing import HashingEmbedder
from zishu_app.studio.her_brain import HerBrain
from zishu_app.training.material import Row, read_written
from zishu_app.training.runs import MATERIAL
from zishu_app.training.why import Reason, by_meaning, nearest

log = logging.getLogger("zishu.studio")

#: of a sample; a file of others may call its rows as it likes
_KEY = re.compile(r"(?:[0-9a-f]{2})+")


async def why(house: House, brain: Learnt, reply: str, most: int = 5) -> list[Reason]:
    """The learnt answers nearest to a reply, the nearest first; none where nothing is near.

    Raises DataError where the material of its training is not here.
    """
    rows = await asyncio.to_thread(_material, house, brain)
    found = await asyncio.to_thread(nearest, rows, reply)
    cosines = await _cosines(house, reply, [one.said for one in found]) if found else None
    return (by_meaning(found, cosines) if cosines else found)[:most]


async def learnt_by(house: House, name: str) -> Learnt:
    """The brain an answer was given with, by the name that is noted beside it. Raises DataError where it is none that
    has learnt here, or is gone.
    """
    if not name:
        raise DataError(
            t("没有记下这句是用哪个大脑说的。", "Nobody noted which brain this was said with."),
        )
    if not name.startswith(PREFIX):
        raise DataError(
            t(
                f"她说这句时用的是 {name}，它在这里什么也没学过：这是它本来就会的。",
                f"She said this with {name}, which has learnt nothing here: it came with that.",
            ),
            t(
                "训练过的大脑才说得出从哪里学来。",
                "Only a brain she has learnt can tell where it has something from.",
            ),
        )
    try:
        return await asyncio.to_thread(open_learnt, house.home.brains, name)
    except DataError as error:
        raise DataError(
            t(f"她说这句时用的大脑 {name} 已经不在了。", f"The brain she said this with, {name}, is gone."),
            error.hint,
        ) from error


async def samples_of(house: House, reasons: Sequence[Reason]) -> dict[str, int]:
    """The samples they were learnt from, as far as those are still here: key -> number."""
    keys = [one.key for one in reasons if _KEY.fullmatch(one.key)]

    def find() -> dict[str, int]:
        with house.samples.reading() as connection:
            return find_keys(connection, keys)

    return await asyncio.to_thread(find) if keys else {}


async def her_learnt(house: House, brain: HerBrain) -> Learnt:
    """The brain she speaks with now. Raises DataError where it is none that she has learnt, BrainMissing."""
    name = await brain.speaks()
    if not name.startswith(PREFIX):
        raise DataError(
            t(
                f"她现在用的 {name} 不是学成的大脑。",
                f"She speaks with {name}, which is no brain she has learnt.",
            ),
            t("`zishu brains list` 看有哪些。", "`zishu brains list` shows those."),
        )
    return await asyncio.to_thread(open_learnt, house.home.brains, name)


def _material(house: House, brain: Learnt) -> list[Row]:
    """Of its training, and of those it went on from: she has it from there as well."""
    rows: list[Row] = []
    seen: set[str] = set()
    while brain.run and brain.run not in seen:
        seen.add(brain.run)
        folder = house.home.trainings / brain.run / MATERIAL
        if folder.is_dir():
            rows += read_written(folder)[0]
        if not brain.parent:
            break
        try:
            brain = open_learnt(house.home.brains, brain.parent)
        except DataError:  # it was removed
            break
    if not rows:
        raise DataError(
            t(
                f"“{brain.name}”的训练材料不在这里。",
                f'What "{brain.name}" was trained on is not here.',
            ),
            t("朋友给的大脑没有带材料。", "A brain of a friend comes without it."),
        )
    return rows


async def _cosines(house: House, reply: str, said: Sequence[str]) -> list[float] | None:
    """How near the meanings are; None where nothing here compares meanings, or may be given such texts."""
    try:
        embedder = (await house.mind(house.settings.companion.character)).embedder
        if isinstance(embedder, HashingEmbedder):
            return None
        (asked,) = await embedder.embed([reply])
        return [sum(a * b for a, b in zip(asked, one, strict=True)) for one in await embedder.embed(said)]
    except ZishuError as error:
        log.info("answers are compared by their words only: %s", type(error).__name__)
        return None
