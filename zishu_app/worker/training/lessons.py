"""The samples of a training as tokens."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.worker.training import faults, mask
from zishu_app.worker.training.template import Template
from zishu_app.worker.training.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sample. Beyond the end of the last turn that is learnt it holds nothing."""

    ids: Sequence[int]
    learnt: bytes
    #: where turns that are learnt end
    ends: tuple[int, ...]

    def within(self, longest: int) -> tuple[Sequence[int], bytes] | None:
        """Ids and marks up to the last turn that ends within so many tokens. None: not even the first does."""
        fitting = [end for end in self.ends if end <= longest]
        return (self.ids[: fitting[-1]], self.learnt[: fitting[-1]]) if fitting else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes lessons of rows, as the base reads them."""

    template: Template
    tokenizer: Tokenizer
    longest: int

    def read(self, path: Path, check: Callable[[], None]) -> list[Lesson]:
        """The lessons of a file of rows. Raises DataError: with every reason why nothing may be trained like this."""
        seen, kept = [], []
        for row in _rows(path):
            check()
            seen.append(mask.encode(row["messages"], self.template, self.tokenizer, self.longest))
            kept.append(row.get("kept") is True)
        if wrong := [one for one in faults.together(one.faults for one in seen) if one.stops]:
            raise DataError("\n".join(one.message for one in wrong), "\n".join(one.hint for one in wrong))
        return [
            Lesson(one.ids[: one.used], _marks(one, kept=stays), tuple(turn.stop for turn in one.turns))
            for one, stays in zip(seen, kept, strict=True)
            if one.used
        ]


def _marks(one: mask.Encoded, *, kept: bool) -> bytes:
    """How each token is learnt, see worker/training/losses."""
    learnt = one.learnt[: one.used]
    return learnt.replace(b"\1", b"\2") if kept else learnt


def _rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise DataError(
            t(f"训练材料 {path.name} 读不了：{error}", f"The material {path.name} cannot be read: {error}"),
            t("重新准备这次训练的材料。", "Prepare the material of this training again."),
        ) from error
