"""What a person corrected, as a pair: the answer that is wanted, and the one it took the place of."""

from collections.abc import Mapping, Sequence
from typing import Any

from zishu_app.dataset.sample import Sample


def preference_of(sample: Sample) -> dict[str, Any] | None:
    """`prompt`, `chosen` and `rejected` as lists of messages; None where a sample tells of no rejected answer.

    `provenance["rejected"]` is the answer itself, or the messages that end with it.
    """
    rejected = _answer(sample.provenance.get("rejected"))
    plain = [{"role": one.role, "content": one.content} for one in sample.messages]
    if not rejected or not plain or plain[-1]["role"] != "assistant" or plain[-1]["content"] == rejected:
        return None
    return {
        "prompt": plain[:-1],
        "chosen": plain[-1:],
        "rejected": [{"role": "assistant", "content": rejected}],
        "key": sample.key,
    }


def _answer(rejected: object) -> str:
    """The text of what was rejected; empty where there is none."""
    if isinstance(rejected, Sequence) and not isinstance(rejected, str):
        last = rejected[-1] if rejected else None
        rejected = last.get("content") if isinstance(last, Mapping) else None
    return rejected if isinstance(rejected, str) else ""
