"""Several graphics cards: each takes its share of the parts of a step, and the gradients are added up.

What learns is small beside what is read, so its gradients are all that has to be exchanged, once a step; no wrapper
stands around the model, and one card is the case in which there is nothing to add.
"""

import os
from collections.abc import Sequence
from typing import Any

import torch


class Cards:
    """This process among those of one training, as accelerate has started them; by itself, where it has not."""

    def __init__(self) -> None:
        self.number, self.count = 0, 1
        self._together: Any = None
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            from accelerate import Accelerator

            self._together = Accelerator()
            self.number, self.count = self._together.process_index, self._together.num_processes

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and tells."""
        return self.number == 0

    def device(self) -> torch.device | None:
        """The card of this process; None: it may choose."""
        return self._together.device if self._together else None

    def own(self, parts: Sequence[Any]) -> Sequence[Any]:
        """This process's share."""
        return parts[self.number :: self.count]

    def add_up(self, parameters: Sequence[torch.nn.Parameter], loss: float) -> float:
        """Make every gradient the sum of all processes'; the same of the loss, which is handed back."""
        if not self._together:
            return loss
        for one in parameters:
            mine = one.grad if one.grad is not None else torch.zeros_like(one)
            one.grad = self._together.reduce(mine, "sum")
        return float(self._together.reduce(torch.tensor(loss, device=self._together.device), "sum"))
