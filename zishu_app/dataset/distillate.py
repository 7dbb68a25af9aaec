"""A distilled talk out of its file: its parts, its summary, and the talk itself put together again from the parts.

Every message is in some chunk, so a result tells its whole source: nothing else need be there any more. Results of
other programs in the seeds' form, which number no messages, are read too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language, t
from zishu_app.dataset.talks import Place, conversation_of, guess_language


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk and what it came down to, or the final summary."""

    index: int | Literal["final"]
    #: what was read, its first `overlap` pieces only as background; nothing for the final summary
    pieces: tuple[Message, ...]
    overlap: int
    #: places of the pieces in the talk, from 0
    numbers: tuple[int, ...]
    content: str
    #: False where the model's reply was kept as it was
    in_form: bool
    #: section, text and messages of each line
    statements: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Distillate:
    """A distilled talk."""

    name: str
    scenario: str
    language: Language
    #: fingerprint of the talk, see talks.conversation_of
    conversation: str
    messages: tuple[Message, ...]
    parts: tuple[Part, ...]
    final: Part
    #: what the file says of its making; empty for other programs' files
    about: Mapping[str, Any]


def is_distillate(record: object) -> bool:
    """Whether a record is a distilled talk and no talk."""
    return isinstance(record, Mapping) and isinstance(record.get("distilled_chunks"), list)


def read_distillate(record: object, place: Place) -> Distillate:
    """The distilled talk in a record. Raises DataError with place and reason."""
    if not is_distillate(record) or not isinstance(record, Mapping) or not record["distilled_chunks"]:
        raise _broken(place)
    about = record.get("metadata")
    about = about if isinstance(about, Mapping) else {}
    try:
        parts = _parts(record["distilled_chunks"], _listed(about.get("chunks")))
        messages = _joined(parts)
        final = _final(str(record["final_summary"]), about)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(place) from error
    name, scenario = _name(about, place.path)
    language: Language = "zh" if about.get("language") == "zh" else "en"
    if about.get("language") not in ("zh", "en"):
        language = guess_language(part.content for part in parts)
    conversation = str(about.get("conversation") or conversation_of(messages))
    return Distillate(name, scenario, language, conversation, messages, parts, final, about)


def _broken(place: Place) -> DataError:
    return place.error(t("不是完整的蒸馏结果", "it is not a whole distillation result"))


def _parts(chunks: Sequence[Mapping[str, Any]], about: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    before: list[Message] = []
    for place, chunk in enumerate(chunks):
        told = about[place] if place < len(about) else {}
        pieces = tuple(Message(one["role"], str(one["content"])) for one in chunk["original_messages"])
        overlap = int(told["overlap"]) if "overlap" in told else _repeated(before, pieces)
        first = len(before) - overlap
        numbers = tuple(told.get("messages") or range(first, first + len(pieces)))
        before += pieces[overlap:]
        parts.append(
            Part(
                int(chunk.get("chunk_index", place)),
                pieces,
                overlap,
                numbers,
                str(chunk["distilled_content"]),
                bool(told.get("in_form", True)),
                tuple(_listed(told.get("statements"))),
            )
        )
    return tuple(parts)


def _repeated(before: Sequence[Message], pieces: Sequence[Message]) -> int:
    """How many leading pieces repeat the end of what came before: as many as do."""
    for overlap in range(min(len(before), len(pieces) - 1), 0, -1):
        if list(before[-overlap:]) == list(pieces[:overlap]):
            return overlap
    return 0


def _joined(parts: Sequence[Part]) -> tuple[Message, ...]:
    """The talk again: overlaps once, the parts of a message that was cut as one."""
    found: dict[int, Message] = {}
    for part in parts:
        for piece, number in list(zip(part.pieces, part.numbers, strict=True))[part.overlap :]:
            begun = found.get(number, Message(piece.role, ""))
            found[number] = Message(piece.role, begun.content + piece.content)
    return tuple(found[number] for number in sorted(found))


def _final(content: str, about: Mapping[str, Any]) -> Part:
    told = about.get("final")
    told = told if isinstance(told, Mapping) else {}
    return Part(
        "final", (), 0, (), content, bool(told.get("in_form", True)), tuple(_listed(told.get("statements")))
    )


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


#: our dialogues' files are `<scenario>_<time>.json`
_STAMP = re.compile(r"_\d{8}_\d{6}(?:_\d+)?$")


def _name(about: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """What the talk is called, and its scenario. Results of the first versions tell only their source's file."""
    if about.get("name"):
        return str(about["name"]), str(about.get("scenario", ""))
    stem = Path(str(about.get("source") or path.stem.removeprefix("distilled_"))).stem
    name = _STAMP.sub("", stem)
    return name, name if name != stem else ""
