"""What is done when memory does not suffice: less at once, then less kept, then less read, then the truth.

Less at once comes first, as it changes nothing in what is learnt: the parts of a micro step add up to the same gradient.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import counted, t

#: a shorter cut than this teaches nothing
SHORTEST = 64
_FURTHER = {"none": "selective", "selective": "all"}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a step is fitted into memory."""

    #: a micro step is done in so many parts
    parts: int
    checkpointing: str
    #: tokens of the longest sample
    longest: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this is what torch, on any device, or Python says when memory is gone."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "not enough memory" in said or "out of memory" in said or "can't allocate memory" in said
    )


def step_down(fit: Fit, most_samples: int, lengths: Sequence[int]) -> tuple[Fit, str]:
    """The next smaller fit, and what is told of it. `most_samples`: of a part of a micro step now.

    Raises DataError where there is none.
    """
    if most_samples > 1:
        return replace(fit, parts=fit.parts * 2), t(
            f"内存不够：每次只算一半，分 {fit.parts * 2} 次累积。学到的不变，只是慢一些。",
            f"Out of memory: half as much at once, in {fit.parts * 2} parts that add up. What is learnt stays "
            "the same, it only takes longer.",
        )
    if further := _FURTHER.get(fit.checkpointing):
        some = further == "selective"
        zh, en = ("每隔一层", "every second layer") if some else ("所有层", "all layers")
        return replace(fit, checkpointing=further), t(
            f"内存不够：{zh}的中间结果改为用时重算。学到的不变，只是慢一些。",
            f"Out of memory: what {en} had in between is made again when needed. What is learnt stays the same, it "
            "only takes longer.",
        )
    shorter = min(fit.longest, max(lengths)) // 2
    if shorter < SHORTEST:
        raise _nothing_left(fit)
    lost = sum(one > shorter for one in lengths)
    return replace(fit, longest=shorter), t(
        f"内存不够：样本最长只取 {shorter} 个 token，{lost} 个样本会失去后面的内容。",
        f"Out of memory: samples are cut at {shorter} tokens; {counted(lost, 'sample')} "
        f"{'loses' if lost == 1 else 'lose'} text.",
    )


def parts_of(samples: Sequence[int], parts: int) -> list[Sequence[int]]:
    """The samples of a micro step in so many parts, or in as many as there are samples."""
    size = -(-len(samples) // min(parts, len(samples)))
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def _nothing_left(fit: Fit) -> DataError:
    return DataError(
        t(
            f"内存不够：一次只算一个 {fit.longest} token 的样本也放不下。",
            f"Out of memory: not even one sample of {fit.longest} tokens at a time fits.",
        ),
        t(
            "选更小的基础模型或 nf4，或关掉别的程序。",
            "Choose a smaller base or nf4, or close other programs.",
        ),
    )
