"""The labelled dialogues, and how the radar is judged on them. See README.md in this folder."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.messages import Message
from zishu_app.dialogue.stall import read

HERE = Path(__file__).parent
HALVES = ("calibration", "held_out")
#: messages after the label within which a stall must be seen: four rounds
ALLOWED = 8


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One labelled dialogue."""

    name: str
    half: str
    language: str
    #: "healthy", or the way it stalls
    way: str
    #: index of the first stalled message; None: it never stalls
    stalled_from: int | None
    messages: tuple[Message, ...]

    @property
    def sound(self) -> int:
        """How many messages are healthy."""
        return len(self.messages) if self.stalled_from is None else self.stalled_from


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the radar made of one dialogue."""

    dialogue: Dialogue
    #: index of the first message after which it cried wolf
    false_alarm: int | None
    #: messages from the label to the first right alarm; None: missed, or nothing to see
    delay: int | None


def load() -> list[Dialogue]:
    """All labelled dialogues: the natural ones, then the built ones."""
    texts = [(HERE / f"{name}.jsonl").read_text("utf-8") for name in ("healthy", "built")]
    lines = [line for text in texts for line in text.split("\n") if line]
    return [_dialogue(json.loads(line)) for line in lines]


def judge(dialogue: Dialogue, step: int = 1) -> Judgement:
    """Read after every `step`-th message: 1 is the hardest test, 2 is what the program does."""
    end = len(dialogue.messages) if dialogue.stalled_from is None else dialogue.stalled_from + ALLOWED
    alarms = [
        count
        for count in range(step, min(end, len(dialogue.messages)) + 1, step)
        if read(dialogue.messages[:count]).stalled
    ]
    wrong = next((count - 1 for count in alarms if count <= dialogue.sound), None)
    right = next((count - 1 for count in alarms if count > dialogue.sound), None)
    return Judgement(dialogue, wrong, None if right is None else right - dialogue.sound)


def figures(judged: Iterable[Judgement]) -> dict[str, float]:
    """Precision, recall and F1; a dialogue with any false alarm counts against precision, stalled or not."""
    judged = list(judged)
    stalled = [one for one in judged if one.dialogue.stalled_from is not None]
    hits = sum(one.delay is not None for one in stalled)
    wrong = sum(one.false_alarm is not None for one in judged)
    precision, recall = hits / max(1, hits + wrong), hits / max(1, len(stalled))
    return {
        "stalled": len(stalled),
        "healthy": len(judged) - len(stalled),
        "false_alarms": wrong,
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
    }


def alternate(turns: Iterable[str]) -> tuple[Message, ...]:
    """Texts as messages: the user speaks first, then by turns."""
    return tuple(Message("assistant" if i % 2 else "user", text) for i, text in enumerate(turns))


def _dialogue(row: dict[str, object]) -> Dialogue:
    start = row.get("stalled_from")
    return Dialogue(
        name=str(row["id"]),
        half=str(row["half"]),
        language=str(row["language"]),
        way=str(row.get("way", "healthy")),
        stalled_from=start if isinstance(start, int) else None,
        messages=alternate(row["turns"]),  # type: ignore[arg-type]
    )
