"""How much memory a training takes, at its worst moment."""

import threading

import psutil
import torch

MB = 1024 * 1024
#: seconds between two looks at a process's memory
OFTEN = 0.05


class Memory:
    """Of the graphics card where there is one, which knows its worst moment itself; else of this process, looked at
    again and again.
    """

    def __init__(self, device: torch.device) -> None:
        self._card = device.type == "cuda"
        self._process = psutil.Process()
        self._worst = 0.0
        self._over = threading.Event()
        if self._card:
            torch.cuda.reset_peak_memory_stats()
        else:
            threading.Thread(target=self._look, name="memory", daemon=True).start()

    def worst_mb(self) -> float:
        """Until now."""
        if self._card:
            return float(torch.cuda.max_memory_allocated()) / MB
        return max(self._worst, self._now())

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(OFTEN):
            self._worst = max(self._worst, self._now())

    def _now(self) -> float:
        return float(self._process.memory_info().rss) / MB
