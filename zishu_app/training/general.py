"""General talks, which are mixed in so that she does not lose what her base could do: accepted samples that are not about
her, and where there are too few, questions of everyday life answered by the base itself.

Answers in the base's own words pull least at what it knows. They are kept beside the base, and asked for once.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.files import write_text
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language
from zishu_app.training.material import ABOUT_HER, Row

FILE = "own_answers.jsonl"

_END = re.compile(r"[。！？!?]|\.(?=\s|$)")

#: what the base says to a question
Ask = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Answering:
    """So many questions of so many are answered."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The ending: all that the base has ever said, as rows."""

    rows: tuple[Row, ...]


def wanted_general(train: Sequence[Row], share: float) -> int:
    """How many general rows are missing for `share` of the whole."""
    about_her = sum(row.get("kind") in ABOUT_HER for row in train)
    general = len(train) - about_her
    if not about_her:  # nothing here is about her: all of it is what was chosen to be learnt
        about_her, general = len(train), 0
    return max(round(about_her * share / (1 - share)) - general, 0) if share < 1 else 0


def ended(text: str) -> str:
    """An answer that was cut off, up to the end of its last whole sentence; "" where it has none."""
    found = [mark.end() for mark in _END.finditer(text)]
    return text[: found[-1]].strip() if found else ""


def questions(language: Language) -> list[str]:
    """Of everyday life; none of them stands in an exam."""
    text = (RESOURCES / "training" / f"general.{language}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_own(folder: Path) -> list[Row]:
    """What the base in `folder` has said so far."""
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (FileNotFoundError, ValueError):
        return []


async def answer_own(
    folder: Path, languages: Iterable[Language], most: int, ask: Ask
) -> AsyncIterator[Answering | Answered]:
    """Let the base answer until there are `most` rows, or no question is left; each answer is kept at once."""
    rows = await asyncio.to_thread(read_own, folder)
    known = {row["messages"][0]["content"] for row in rows}
    every = await asyncio.to_thread(lambda: [(one, each) for each in languages for one in questions(each)])
    left = [one for one in every if one[0] not in known][: max(most - len(rows), 0)]
    for number, (question, language) in enumerate(left):
        yield Answering(number, len(left))
        answer = (await ask(question)).strip()
        if answer:
            rows.append(_row(question, answer, language))
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            await asyncio.to_thread(write_text, folder / FILE, text)
    yield Answered(tuple(rows))


def _row(question: str, answer: str, language: Language) -> Row:
    return {
        "messages": [
            {"role": "user", "content": question, "loss": False},
            {"role": "assistant", "content": answer, "loss": True},
        ],
        "kind": "general",
        "language": language,
    }
