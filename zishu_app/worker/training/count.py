"""Whole files of samples counted in tokens, before a training. In the quick lane: it needs no torch."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zishu_app.jobs.specs import CountSpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.faults import together
from zishu_app.worker.training.mask import Encoded, encode
from zishu_app.worker.training.template import Said
from zishu_app.worker.training.xray import voice_of

#: samples between two words about how far it is
OFTEN = 200


def run(spec: CountSpec, context: Context) -> dict[str, Any]:
    """See `CountSpec`. Raises DataError (the base)."""
    template, tokenizer = voice_of(Path(spec.base))
    files, found = [], []
    for file in spec.files:
        counted = _Counted()
        for number, messages in enumerate(_talks(Path(file))):
            if number % OFTEN == 0:
                context.check_cancelled()
                context.progress(number, 0)
            encoded = encode(messages, template, tokenizer, spec.longest)
            counted.add(encoded)
            found.append(encoded.faults)
        files.append(counted.told())
    said = together(found)
    # what is cut is counted already, and no fault as long as something is left
    faults = [fault for fault in said if fault.stops] or ([] if files[0]["learnt"] else said[:1])
    return {"files": files, "faults": [str(fault) for fault in faults]}


class _Counted:
    """The sums of one file."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys(
            ("samples", "tokens", "learnt", "longest", "cut_samples", "cut_messages"), 0
        )

    def add(self, one: Encoded) -> None:
        """One more sample."""
        sums, used = self._sums, one.used
        sums["samples"] += 1
        sums["tokens"] += used
        sums["learnt"] += one.trained
        sums["longest"] = max(sums["longest"], used)
        sums["cut_samples"] += one.lost > 0
        sums["cut_messages"] += one.lost

    def told(self) -> dict[str, int]:
        """By name."""
        return self._sums


def _talks(path: Path) -> Iterator[list[Said]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["messages"]
