"""The limits a user asks for, checked against the models that will be paid."""

from collections.abc import Sequence

from zishu_app.core.errors import PriceUnknown, UsageError
from zishu_app.core.texts import t
from zishu_app.ledger.budget import Caps
from zishu_app.ledger.calls import Speaker

#: above this, a limit is none (and infinity cannot be counted)
MOST_MONEY = 1e9


def caps_for(tokens: int | None, money: float | None, speakers: Sequence[Speaker]) -> Caps:
    """`money` is in the currency the models are priced in.

    Raises PriceUnknown, naming the models, where money cannot be counted, and UsageError for limits that
    make no sense.
    """
    if (tokens is not None and tokens <= 0) or (money is not None and not 0 < money < MOST_MONEY):
        raise UsageError(t("上限必须是大于 0 的数。", "A limit must be a number above 0."))
    if money is None:
        return Caps(tokens)
    unknown = sorted({speaker.model.name for speaker in speakers if speaker.price is None})
    if unknown:
        names = ", ".join(unknown)
        raise PriceUnknown(
            t(
                f"不知道这些模型的价格，无法限制费用：{names}。",
                f"Money cannot be limited: no price is known for {names}.",
            ),
            t(
                "在数据目录的 models.toml 里写明价格与来源，或改用 --max-total-tokens。",
                "Put the price and its source into models.toml in the home folder, or use --max-total-tokens.",
            ),
        )
    currencies = {speaker.price.currency for speaker in speakers if speaker.price and speaker.price.currency}
    if len(currencies) > 1:
        raise UsageError(
            t(
                f"两个模型的币种不同：{'、'.join(sorted(currencies))}。",
                f"The models are priced in {' and '.join(sorted(currencies))}.",
            ),
            t("改用 --max-total-tokens。", "Use --max-total-tokens instead."),
        )
    return Caps(tokens, round(money * 1_000_000), next(iter(currencies), ""))
