"""A distilled talk to be read: its source messages, and statements with the numbers of the messages they rest on.

Read from a result's file, whoever wrote it, or put together from the parts of a talk that is being distilled now.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language, t
from zishu_app.dataset.talks import guess_language
from zishu_app.distill.form import SECTIONS, Form, Kind, read_form

PREFIX = "distilled_"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement. `section` as in distill.form.SECTIONS; `messages`: 0-based numbers."""

    section: str
    text: str
    messages: tuple[int, ...] = ()


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
        final=_read(-1, "final", summary, language, final) if summary else None,
        chunks=len(parts),
        source=str(about.get("source", "")),
        number=int(about.get("number", 1)),
        model=str(about.get("model", "")),
        path=path,
    )


def live_part(index: int, text: str, language: Language, raw: Sequence[str] = ()) -> Part:
    """A chunk that is done while the others are not. `raw`: replies of the model that the ledger holds for it; in
    them stand the numbers of the messages, which the text does not show.
    """
    form = read_form("part", text, language)
    if form is None:
        return Part(index, "", (), text)
    numbers: dict[str, tuple[int, ...]] = {}
    for reply in raw:
        if found := read_form("part", reply, language):
            numbers |= {line.text: line.messages for lines in found.sections for line in lines}
    lines = tuple(Line(one.section, one.text, numbers.get(one.text, ())) for one in _lines("part", form))
    return Part(index, form.topic, lines, text)


def _part(chunk: Mapping[str, Any], told: Mapping[str, Any], language: Language) -> Part:
    index, text = int(told["chunk_index"]), str(chunk["distilled_content"])
    read = tuple(int(number) for number in told["messages"])
    found = _read(index, "part", text, language, told.get("statements"))
    overlap, tokens = int(told.get("overlap", 0)), int(told.get("tokens", 0))
    return Part(index, found.topic, found.lines, text, read, overlap, tokens)


def _read(index: int, kind: Kind, text: str, language: Language, statements: Any) -> Part:
    """Statements as the metadata has them, with their numbers; else as the text tells them."""
    form = read_form(kind, text, language)
    topic = form.topic if form else ""
    if statements:
        lines = tuple(Line(one["section"], one["text"], tuple(one["messages"])) for one in statements)
        return Part(index, topic, lines, text)
    return Part(index, topic, tuple(_lines(kind, form)) if form else (), text)


def _lines(kind: Kind, form: Form) -> list[Line]:
    named = zip(SECTIONS[kind], form.sections, strict=True)
    return [Line(name, line.text, line.messages) for name, lines in named for line in lines]


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
