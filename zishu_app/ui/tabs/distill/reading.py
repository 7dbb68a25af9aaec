"""What the reader shows of one talk: fetched from its files, or put together while it is being distilled. Blocks.

Knows no Qt widgets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message
from zishu_app.core.texts import Language, t
from zishu_app.dataset.talks import Talk
from zishu_app.ui.tabs.distill.distillate import Distillate, live_part, read_distillate
from zishu_app.ui.tabs.distill.run_state import TalkLine
from zishu_app.ui.tabs.distill.sources import talk_of_file


@dataclass(frozen=True, slots=True)
class Reading:
    """One talk: its messages with what is known of them, and what became of it."""

    result: Distillate
    messages: tuple[Message, ...]
    about: Mapping[str, Any]


def reading_of_file(path: Path, near: tuple[Path, ...] = ()) -> Reading:
    """A result's file. `near`: where its source may be; beside it is looked too. Raises DataError."""
    result = read_distillate(path)
    for source in (*near, path.parent / result.source, path.parent.parent / result.source):
        if source.name == result.source and source.is_file():
            talk = talk_of_file(source, result.number)
            if talk is not None and _same(talk.messages, result.messages):
                return Reading(result, talk.messages, talk.metadata)
    return Reading(result, result.messages, {})


def reading_of_line(line: TalkLine, language: str | None, known: Reading | None) -> Reading:
    """A talk of a run, as far as it is. `known`: what was read of it before. Raises DataError."""
    if line.path is not None:
        found = reading_of_file(line.path, (line.source,))
        return replace(found, result=replace(found.result, name=line.name))
    talk = _talk(line, known)
    spoken: Language = "zh" if (language or talk.language) == "zh" else "en"
    parts = tuple(live_part(event, spoken) for _, event in sorted(line.parts.items()))
    result = Distillate(line.name, spoken, talk.messages, parts, None, line.chunks)
    return Reading(result, talk.messages, talk.metadata)


def _talk(line: TalkLine, known: Reading | None) -> Talk:
    if known is not None:
        result = known.result
        return Talk(
            line.name,
            known.messages,
            result.language,
            line.source,
            line.number,
            None,
            None,
            dict(known.about),
        )
    talk = talk_of_file(line.source, line.number)
    if talk is None:
        raise DataError(
            t(
                f"{line.source.name} 里的对话已读不到。",
                f"The talk in {line.source.name} cannot be read any more.",
            ),
            t("文件可能被移走或改动了。", "The file may have been moved or changed."),
        )
    return talk


def _same(one: tuple[Message, ...], other: tuple[Message, ...]) -> bool:
    return [message.content for message in one] == [message.content for message in other]
