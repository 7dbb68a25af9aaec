"""What distilling will take, before it starts."""

import math

from zishu_app.distill.distil import Way
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forecast import Estimate
from zishu_app.llm.base import Usage

#: tokens of an answer: low and high; and of the request around a chunk
ANSWER = (150, 700)
REQUEST = 350


def estimate(talk_tokens: int, way: Way, speaker: Speaker, end: int) -> Estimate:
    """One talk of `talk_tokens`; `end`: 0 low, 1 high. `way` is already fitted to the model."""
    step = max(way.max_tokens - way.overlap_tokens, 1)
    chunks = max(math.ceil((talk_tokens - way.overlap_tokens) / step), 1)
    answer = min(ANSWER[end], way.max_output_tokens)
    part = Usage(min(talk_tokens, way.max_tokens) + REQUEST, answer)
    final = Usage(min(chunks * answer, way.max_tokens) + REQUEST, answer)
    merges = math.ceil(chunks * answer / way.max_tokens) if chunks * answer > way.max_tokens else 0
    amount = Amount(0, 0)
    for usage in [part] * chunks + [final] * (1 + merges):
        amount += speaker.amount(usage)
    return Estimate(chunks + 1 + merges, amount)
