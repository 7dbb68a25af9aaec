"""Whether a brain she has learnt may be hers without an explicit word: its last exam held against that of its base."""

from zishu_app.brains.learnt import Learnt
from zishu_app.house import House
from zishu_app.training.change import Gate, compare
from zishu_app.training.marks import list_reports


def gate_of(house: House, brain: Learnt) -> Gate | None:
    """None where it was never examined beside its base. Takes a moment: for a thread."""
    reports = list_reports(house.home.exam_reports)
    after = next((one for one in reports if one.brain in (brain.spec, brain.run or brain.spec)), None)
    if after is None:
        return None
    asked = {(item.id, item.mark) for item in after.items}
    before = next(
        (
            one
            for one in reports
            if one.brain == brain.base
            and one.base_sha256 == after.base_sha256
            and asked <= {(item.id, item.mark) for item in one.items}
        ),
        None,
    )
    return compare(before, after).gate if before is not None else None
