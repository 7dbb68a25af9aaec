"""What the two sides of the reader show: a talk with its marks, and a result as a list of entries."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.ui.tabs.distill.distillate import Distillate, Part
from zishu_app.ui.tabs.distill.words import section_word
from zishu_app.ui.told import numbers_word, turn_mark
from zishu_app.ui.widgets.statements import Entry
from zishu_app.ui.widgets.talk_view import Said, Slip


def said_of(messages: Sequence[Message], about: Mapping[str, Any] | None = None) -> list[Said]:
    """The talk as it is shown. `about`: the metadata of a dialogue made here, for its mistakes and shifts."""
    slips: dict[int, list[Slip]] = {}
    shifts: dict[int, str] = {}
    for one in _listed(about, "mistakes"):
        slip = Slip(int(one["start"]), int(one["end"]), str(one["original"]))
        slips.setdefault(int(one["message"]), []).append(slip)
    for one in _listed(about, "shifts"):
        reason, to, ends = str(one.get("reason", "")), str(one.get("to", "")), one.get("kind") == "farewell"
        shifts[int(one["message"])] = turn_mark(reason, to, farewell=ends)
    shown: list[Said] = []
    for number, message in enumerate(messages):
        if number in shifts:
            shown.append(Said(-1, "mark", shifts[number]))
        within = [
            slip for slip in slips.get(number, ()) if 0 <= slip.start <= slip.end <= len(message.content)
        ]
        ordered = tuple(sorted(within, key=lambda slip: slip.start))
        shown.append(Said(number, message.role, message.content, ordered))
    return shown


def by_chunk(one: Distillate) -> list[Entry]:
    """All chunks, one below the other; those that are still to come at the end."""
    shown: list[Entry] = []
    for part in one.parts:
        shown.append(Entry("head", _chunk_name(part), _chunk_note(part), part.read))
        shown += _part(part)
    if (waiting := one.chunks - len(one.parts)) > 0:
        shown.append(Entry("note", t(f"还有 {waiting} 块在蒸馏……", f"{waiting} more being distilled …")))
    return shown


def summary(one: Distillate) -> list[Entry]:
    """The final summary."""
    if one.final is None:
        return [
            Entry(
                "note", t("所有块完成后，这里会有总结。", "When all chunks are done, the summary comes here.")
            )
        ]
    return _part(one.final)


def _part(part: Part) -> list[Entry]:
    if not part.in_form:
        kept = t("模型没有按格式回答，原样保留：", "The model did not keep the form; its reply as it was:")
        return [Entry("note", kept), Entry("raw", part.text, "", part.read)]
    shown = [Entry("topic", part.topic, "", part.read)] if part.topic else []
    for name, lines in groupby(part.lines, key=lambda line: line.section):
        shown.append(Entry("section", section_word(name)))
        shown += [Entry("line", line.text, numbers_word(line.messages), line.messages) for line in lines]
    return shown


def _chunk_name(part: Part) -> str:
    return t(f"第 {part.index + 1} 块", f"Chunk {part.index + 1}")


def _chunk_note(part: Part) -> str:
    parts = []
    if part.read:
        numbers = numbers_word(part.read)
        parts.append(t(f"消息 {numbers}", f"messages {numbers}"))
    if part.tokens:
        parts.append(f"{part.tokens:,} tokens")
    return " · ".join(parts)


def _listed(about: Mapping[str, Any] | None, name: str) -> list[Mapping[str, Any]]:
    """A list of the metadata; what a foreign file has there under the same name is left alone."""
    found = (about or {}).get(name)
    wanted = {"mistakes": ("message", "start", "end", "original"), "shifts": ("message",)}[name]
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict) and all(key in one for key in wanted)]
