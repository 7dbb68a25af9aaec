"""What she is weak in, out of her last exam, the data set and the talks with her."""

import asyncio
from datetime import datetime

from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import list_learnt
from zishu_app.dataset.find import accepted_since, count
from zishu_app.dataset.wanted import Filter
from zishu_app.house import House
from zishu_app.studio.corrections import DISLIKED
from zishu_app.training.marks import list_reports
from zishu_app.training.weak import Weakness, of_answers, of_exam, together


async def weaknesses(house: House) -> list[Weakness]:
    """The worst first; none where nothing is known of her."""
    return await asyncio.to_thread(_look, house)


def _look(house: House) -> list[Weakness]:
    spec = read_hers(house.home.her_brains).current(house.settings.companion.brain)
    reports = list_reports(house.home.exam_reports)
    hers = next((one for one in reports if one.brain == spec), None)
    learnt = list_learnt(house.home.brains)
    since = int(datetime.fromisoformat(learnt[0].created).timestamp()) if learnt else 0
    with house.samples.reading() as connection:
        corrected = accepted_since(connection, since, "correction")
        disliked = count(connection, Filter(tags=(DISLIKED,), verdicts=("pending",))).n
    return together([of_answers(corrected, disliked), of_exam(hers) if hers else []])
