"""A distilled talk as text to copy or to save: plain, or Markdown with the numbers of the messages."""

from collections.abc import Sequence

from zishu_app.core.texts import Language
from zishu_app.distill.form import COLON, HEADINGS, Line
from zishu_app.ui.tabs.distill.distillate import Distillate, Part
from zishu_app.ui.told import numbers_word

CHUNK = {"zh": "第 {} 块", "en": "Chunk {}"}
SUMMARY = {"zh": "最终总结", "en": "Final summary"}
CITED = {"zh": "（消息 {}）", "en": " (messages {})"}


def statement(line: Line) -> str:
    """One statement, to be copied."""
    return line.text


def section(lines: Sequence[Line], name: str, language: Language) -> str:
    """One section with its heading."""
    told = [f"- {line.text}" for line in lines if line.section == name]
    return "\n".join([HEADINGS[language][name] + COLON[language], *told])


def plain(one: Distillate) -> str:
    """The whole, as the seeds write it."""
    blocks = [f"{CHUNK[one.language].format(part.index + 1)}\n\n{part.text}" for part in one.parts]
    if one.final is not None:
        blocks.insert(0, f"{SUMMARY[one.language]}\n\n{one.final.text}")
    return "\n\n\n".join([one.name, *blocks]) + "\n"


def markdown(one: Distillate) -> str:
    """The whole, with headings, and with the messages each statement rests on."""
    blocks = [f"# {_bare(one.name)}"]
    if one.final is not None:
        blocks += [f"## {SUMMARY[one.language]}", *_part(one.final, one.language)]
    for part in one.parts:
        blocks += [f"## {CHUNK[one.language].format(part.index + 1)}", *_part(part, one.language)]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part, language: Language) -> list[str]:
    if not part.in_form:
        return [part.text]
    topic = HEADINGS[language]["overall_topic" if part.index < 0 else "topic"]
    blocks = [f"**{topic}{COLON[language]}** {_bare(part.topic)}"] if part.topic else []
    for name in dict.fromkeys(line.section for line in part.lines):
        told = [
            f"- {_bare(line.text)}{_cited(line, language)}" for line in part.lines if line.section == name
        ]
        blocks += [f"### {HEADINGS[language][name]}", "\n".join(told)]
    return blocks


def _cited(line: Line, language: Language) -> str:
    return CITED[language].format(numbers_word(line.messages)) if line.messages else ""


def _bare(text: str) -> str:
    """A line of its own: no line breaks, and nothing that Markdown would take for a tag."""
    return " ".join(text.split()).replace("<", "&lt;")
