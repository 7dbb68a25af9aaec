"""What a distillation will take, from talks that were measured already: nothing is read and counted again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.core.texts import Language, counted, duration, t
from zishu_app.distill import estimate as distill_estimate
from zishu_app.distill.distil import Way, fitted
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.caps import caps_for
from zishu_app.ledger.forecast import Estimate, spread
from zishu_app.studio.distill import speaker_of
from zishu_app.studio.runs import at_once
from zishu_app.ui.tabs.distill.sources import Measured
from zishu_app.ui.tabs.distill.wishes import Wishes, settings_of
from zishu_app.ui.tabs.distill.words import money_range, span


@dataclass(frozen=True)
class Forecast:
    """The estimate, and what the chunks are cut with."""

    low: Estimate
    high: Estimate
    speaker: Speaker
    #: the ways as they fit the model, by the language of the talk
    ways: dict[Language, Way]

    def told(self) -> list[tuple[str, str]]:
        """Name and figure."""
        calls, tokens = (self.low.calls, self.high.calls), (self.low.amount.tokens, self.high.amount.tokens)
        price = self.speaker.price
        return [
            (t("调用", "Calls"), span(*calls)),
            ("Tokens", span(*tokens)),
            (t("费用", "Money"), money_range(self.low, self.high, price.currency if price else "")),
            (t("用时", "Time"), f"{duration(self.low.seconds)}–{duration(self.high.seconds)}"),
        ]


async def forecast(house: House, wishes: Wishes, talks: Sequence[Measured]) -> Forecast:
    """Raises what makes a start impossible: SettingsError, KeyMissing, DataError, PriceUnknown."""
    settings = await asyncio.to_thread(settings_of, house, wishes)
    speaker = await speaker_of(house, settings)
    caps_for(wishes.budget_tokens or None, wishes.budget_money or None, [speaker])

    def reckon() -> Forecast:
        ways: dict[Language, Way] = {
            "zh": fitted(wishes.way, speaker, wishes.language or "zh"),
            "en": fitted(wishes.way, speaker, wishes.language or "en"),
        }
        low, high = (
            sum(
                (distill_estimate.estimate(talk.tokens, ways[talk.language], speaker, end) for talk in talks),
                Estimate(),
            )
            for end in (0, 1)
        )
        low, high = spread((low, high), min(at_once(house, settings), max(len(talks), 1)), 2 if talks else 0)
        return Forecast(low, high, speaker, ways)

    return await asyncio.to_thread(reckon)


def fitted_note(wishes: Wishes, ways: dict[Language, Way]) -> str:
    """Where the model's context is too small for the chunks that were asked for."""
    smallest = min((way.max_tokens for way in ways.values()), default=wishes.max_tokens)
    if smallest >= wishes.max_tokens:
        return ""
    return t(
        f"这个模型的上下文只放得下 {smallest:,} tokens 的块。",
        f"This model's context takes chunks of {counted(smallest, 'token')} only.",
    )
