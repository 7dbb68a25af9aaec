"""Dropout for processors. Torch draws a number for each value, which is a sixth of all work of a step; a byte is enough
to decide, and eight of them come with one draw.
"""

from typing import Any

import torch


class Dropout(torch.nn.Module):  # type: ignore[misc]  # torch is unknown to mypy
    """As torch's, with its share rounded to 256ths (and never to none)."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._left_out = max(round(share * 256), 1)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Leave out a share of the values, and make the others as much larger."""
        if not self.training:
            return values
        count, last = values.numel(), self._left_out - 1
        drawn = torch.empty(-(-count // 8), dtype=torch.int64).random_(-(2**63), None)
        # 0 or 1 in arithmetic of bytes: what comes of a comparison is slow to be made a number
        kept = drawn.view(torch.uint8).clamp_(last, last + 1).sub_(last)[:count].view(values.shape)
        factor: torch.Tensor = kept.to(values.dtype).mul_(256 / (255 - last))
        return values * factor


def replace_dropout(model: Any, share: float) -> None:
    """In every adapter of a model on a processor."""
    for one in model.modules():
        held: Any = getattr(one, "lora_dropout", None) or {}
        for name in list(held):
            if isinstance(held[name], torch.nn.Dropout):
                held[name] = Dropout(share)
