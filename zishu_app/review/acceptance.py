"""Accepting by the judge alone: only a calibrated one may, and what it accepts is one act that can be undone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from zishu_app.core.clock import Clock
from zishu_app.core.errors import UsageError
from zishu_app.core.streams import closing
from zishu_app.core.texts import t
from zishu_app.dataset import acts
from zishu_app.dataset.acts import Part
from zishu_app.dataset.find import Filter
from zishu_app.dataset.scores import ACCEPT_FROM, BY_JUDGE
from zishu_app.dataset.store import Samples
from zishu_app.review.agreement import Calibration, may_accept


async def calibration_of(samples: Samples, judges: Sequence[str]) -> Calibration:
    """Whether these judges together may accept by themselves."""
    return await asyncio.to_thread(_calibration, samples, judges)


async def accept_by_judge(
    samples: Samples,
    judges: Sequence[str],
    clock: Clock,
    wanted: Filter = Filter(),  # noqa: B008 - a frozen value
    threshold: float = ACCEPT_FROM,
) -> AsyncIterator[Part]:
    """Accept what these judges (`endpoint/model`) gave `threshold` or more, in parts, as one act.

    Only what is still open is touched, of what `wanted` finds, and only where nobody else's marks are in the score.
    Raises UsageError, with the reason, where they are not calibrated.
    """
    found = await calibration_of(samples, judges)
    if not (judges and found.calibrated):
        raise UsageError(
            t(
                f"评审还不能自己通过样本：{found.reason}",
                f"The judge may not accept by itself yet: {found.reason}",
            ),
            t("再亲自评一些它评过的样本。", "Rate more of the samples it has judged yourself."),
        )
    open_ones = replace(wanted, verdicts=("pending",), score=(threshold, 5.0), judged_by=tuple(judges))
    by = (BY_JUDGE + ", ".join(judges), int(clock.now().timestamp()))
    change = acts.verdict(0, "accepted", "", by)
    async with closing(acts.bulk(samples, "accept", open_ones, change, by)) as parts:
        async for part in parts:
            yield part


def _calibration(samples: Samples, judges: Sequence[str]) -> Calibration:
    with samples.reading() as connection:
        return may_accept(connection, judges)
