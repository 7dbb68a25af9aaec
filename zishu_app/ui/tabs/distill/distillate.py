"""A distilled talk to be read: its source messages, and statements with the numbers of the messages they rest on.

Read from a result's file, whoever wrote it, or put together from the parts of a talk that is being distilled now.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language, t
from zishu_app.dataset.talks import guess_language
from zishu_app.distill.events import PartDone
from zishu_app.distill.form import Kind, Line, read_form

PREFIX = "distilled_"


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one chunk, or (`index` -1) the final summary."""

    index: int
    topic: str
    lines: tuple[Line, ...]
    #: as it stands in the file
    text: str
    #: numbers of the messages that were read; empty where nobody knows
    read: tuple[int, ...] = ()
    #: how many of them repeat the chunk before
    overlap: int = 0
    tokens: int = 0

    @property
    def in_form(self) -> bool:
        """Whether the model kept the form; else its reply is kept as it was."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class Distillate:
    """A whole result."""

    name: str
    language: Language
    messages: tuple[Message, ...]
    parts: tuple[Part, ...]
    final: Part | None
    #: chunks in all; more than `parts` while it is being made
    chunks: int
    #: of the file it was made from, and which talk of it
    source: str = ""
    number: int = 1
    model: str = ""
    path: Path | None = None


def read_distillate(path: Path) -> Distillate:
    """The result in a file. Raises DataError where it is none; blocks."""
    try:
        product = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _unread(path, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _unread(path, t("不是有效的 JSON", "it is not valid JSON")) from error
    if not isinstance(product, dict) or not isinstance(product.get("distilled_chunks"), list):
        raise _unread(path, t("不是蒸馏结果", "it is not a result of distilling"))
    try:
        return from_product(product, path.stem.removeprefix(PREFIX), path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unread(path, t("蒸馏结果的内容不完整", "parts of the result are missing")) from error


def from_product(product: Mapping[str, Any], name: str, path: Path | None = None) -> Distillate:
    """The result a file holds; one without our `metadata` shows what the text form tells."""
    about = product.get("metadata") or {}
    chunks = product["distilled_chunks"]
    told = about.get("chunks") or _told_of(chunks)
    messages = _source(chunks, told)
    language: Language = about.get("language") or guess_language(message.content for message in messages)
    parts = tuple(_part(chunk, one, language) for chunk, one in zip(chunks, told, strict=False))
    summary = str(product.get("final_summary") or "")
    final = (about.get("final") or {}).get("statements")
    return Distillate(
        name=name,
        language=language,
        messages=messages,
        parts=parts,
        final=_read(Part(-1, "", _lines(final), summary), "final", language) if summary else None,
        chunks=len(parts),
        source=str(about.get("source", "")),
        number=int(about.get("number", 1)),
        model=str(about.get("model", "")),
        path=path,
    )


def live_part(event: PartDone, language: Language) -> Part:
    """A chunk that is done while the others are not."""
    return _read(Part(event.index, "", event.statements, event.text), "part", language)


def _part(chunk: Mapping[str, Any], told: Mapping[str, Any], language: Language) -> Part:
    part = Part(
        index=int(told["chunk_index"]),
        topic="",
        lines=_lines(told.get("statements")),
        text=str(chunk["distilled_content"]),
        read=tuple(int(number) for number in told["messages"]),
        overlap=int(told.get("overlap", 0)),
        tokens=int(told.get("tokens", 0)),
    )
    return _read(part, "part", language)


def _read(part: Part, kind: Kind, language: Language) -> Part:
    """With its topic, which only the text tells; and with the text's statements where none are known."""
    form = read_form(kind, part.text, language)
    return replace(part, topic=form.topic, lines=part.lines or form.lines()) if form else part


def _lines(statements: Any) -> tuple[Line, ...]:
    """Statements as the metadata have them."""
    return tuple(Line(one["section"], one["text"], tuple(one["messages"])) for one in statements or ())


def _source(chunks: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The talk, out of chunks that overlap: each message once, the parts of a cut one joined."""
    found: dict[int, dict[int, Message]] = {}
    for chunk, about in zip(chunks, told, strict=False):
        cut = {(one["message"], one["part"]) for one in about.get("cut", ())}
        of_cut = sorted(cut)
        for number, message in zip(about["messages"], chunk["original_messages"], strict=True):
            here = next((part for one, part in of_cut if one == number), 0)
            of_cut = [one for one in of_cut if one != (number, here)]
            found.setdefault(number, {})[here] = Message(message["role"], str(message["content"]))
    return tuple(_joined(found.get(number, {})) for number in range(max(found, default=-1) + 1))


def _joined(parts: Mapping[int, Message]) -> Message:
    ordered = [parts[part] for part in sorted(parts)]
    role = ordered[0].role if ordered else "system"
    return Message(role, "".join(message.content for message in ordered))


def _told_of(chunks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What our metadata would say of a result without it: the overlap is the longest that fits."""
    found: list[dict[str, Any]] = []
    before: list[Any] = []
    start = 0
    for index, chunk in enumerate(chunks):
        here = list(chunk["original_messages"])
        sizes = range(min(len(before), len(here)), 0, -1)
        overlap = next((size for size in sizes if before[-size:] == here[:size]), 0)
        first = start - overlap
        numbers = list(range(first, first + len(here)))
        found.append({"chunk_index": index, "messages": numbers, "overlap": overlap})
        start, before = first + len(here), here
    return found


def _unread(path: Path, why: str) -> DataError:
    return DataError(
        t(f"{path.name} 打不开：{why}。", f"{path.name} cannot be opened: {why}."),
        t("请选一个 distilled_*.json 文件。", "Choose a file named distilled_*.json."),
    )
