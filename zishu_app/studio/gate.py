"""Whether a brain she has learnt may be hers without an explicit word: its last exam held against that of its base.

Takes a moment: for a thread.
"""

from collections.abc import Collection

from zishu_app.brains.learnt import Learnt
from zishu_app.house import House
from zishu_app.training.change import Comparison, Gate, compare
from zishu_app.training.marks import list_reports


def gate_of(house: House, brain: Learnt) -> Gate | None:
    """None where it was never examined beside its base."""
    comparison = last_comparison(house, (brain.spec, brain.run or brain.spec), brain.base)
    return comparison.gate if comparison is not None else None


def last_comparison(house: House, names: Collection[str], base: str) -> Comparison | None:
    """The newest exam of one of these names held against the newest of its base in which all of the same was asked."""
    reports = list_reports(house.home.exam_reports)
    after = next((one for one in reports if one.brain in names), None)
    if after is None:
        return None
    asked = {(item.id, item.mark) for item in after.items}
    before = next(
        (
            one
            for one in reports
            if one.brain == base
            and one.base_sha256 == after.base_sha256
            and asked <= {(item.id, item.mark) for item in one.items}
        ),
        None,
    )
    return compare(before, after) if before is not None else None
