"""What she is weak in, out of her last exam, the data set and the talks with her."""

import asyncio
from datetime import datetime

from zishu_app.brains.hers import read_hers
from zishu_app.brains.learnt import list_learnt
from zishu_app.dataset.find import accepted_since
from zishu_app.house import House
from zishu_app.ledger.chats import count_disliked
from zishu_app.studio.her_talks import run_of
from zishu_app.training.marks import list_reports
from zishu_app.training.weak import Weakness, of_answers, of_exam, together


async def weaknesses(house: House) -> list[Weakness]:
    """The worst first; none where nothing is known of her."""
    character = house.settings.companion.character
    run = await house.store.ask(lambda file: run_of(file, character))
    return await asyncio.to_thread(_look, house, run)


def _look(house: House, run: str) -> list[Weakness]:
    spec = read_hers(house.home.her_brains).current(house.settings.companion.brain)
    reports = list_reports(house.home.exam_reports)
    hers = next((one for one in reports if one.brain == spec), None)
    brains = list_learnt(house.home.brains)
    speaks = next((one.languages for one in brains if one.spec == spec), ())
    learnt = [one for one in brains if one.run]  # a friend's was not taught here
    since = int(datetime.fromisoformat(learnt[0].created).timestamp()) if learnt else 0
    with house.samples.reading() as connection:
        corrected = accepted_since(connection, since, "correction")
    bad = count_disliked(house.store, run) if run else 0
    return together([of_answers(corrected, bad), of_exam(hers, speaks) if hers else []])
