"""What distilling will take, before it starts."""

import math

from zishu_app.distill.distil import Way
from zishu_app.ledger.budget import Amount
from zishu_app.ledger.calls import Speaker
from zishu_app.ledger.forecast import Estimate
from zishu_app.llm.base import Usage

#: tokens of an answer, and of the request around a chunk: low and high
ANSWER = (150, 700)
REQUEST = (150, 450)
#: how much of a chunk is new and full: at most all of it; less where whole messages leave gaps
FILLED = (1.0, 0.7)
#: frames around short messages
FRAMED = (1.0, 1.3)


def estimate(talk_tokens: int, way: Way, speaker: Speaker, end: int) -> Estimate:
    """One talk of `talk_tokens`; `end`: 0 low, 1 high. `way` is already fitted to the model."""
    tokens = int(talk_tokens * FRAMED[end])
    step = max(int(way.max_tokens * FILLED[end]) - end * way.overlap_tokens, 1)
    chunks = max(math.ceil(tokens / step), 1)
    answer = min(ANSWER[end], way.max_output_tokens)
    part = Usage(min(max(tokens // chunks, end * tokens), way.max_tokens) + REQUEST[end], answer)
    final = Usage(min(chunks * answer, way.max_tokens) + REQUEST[end], answer)
    merges = math.ceil(chunks * answer / way.max_tokens) if chunks * answer > way.max_tokens else 0
    amount = Amount(0, 0)
    for usage in [part] * chunks + [final] * (1 + merges):
        amount += speaker.amount(usage)
    return Estimate(chunks + 1 + merges, amount)
