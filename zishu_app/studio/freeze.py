"""What the card of a frozen version is told of the judges: reviewing knows it, and the data set does not know reviewing."""

import sqlite3

from zishu_app.core.texts import t
from zishu_app.dataset.card import Agreed
from zishu_app.review.agreement import ALL, PANEL, agreements


def agreed(connection: sqlite3.Connection) -> list[Agreed]:
    """How far each judge agrees with the person over all criteria, and all of them together where there are several.

    Reads all common marks: for a thread.
    """
    over_all = [one for one in agreements(connection) if one.criterion == ALL and one.kappa is not None]
    alone = len({one.who for one in over_all} - {PANEL}) < 2
    return [
        Agreed(t("全部评审", "all judges") if one.who == PANEL else one.who, one.common, one.kappa or 0.0)
        for one in over_all
        if not (alone and one.who == PANEL)
    ]
