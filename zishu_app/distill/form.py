"""The form of a distilled part and of the final summary: read from what models write, written as the seeds do.

Models get message numbers to cite, as in `- a statement [3,5]`. In the files the text is shown without
them; the numbers go to the metadata.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zishu_app.core.texts import Language
from zishu_app.ledger.forms import json_in

Kind = Literal["part", "final"]

#: section keys in the order of the form, as the JSON answers name them
SECTIONS: Mapping[Kind, tuple[str, ...]] = {
    "part": ("core_questions", "key_insights", "important_conclusions"),
    "final": ("main_issues", "core_conclusions"),
}
HEADINGS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "topic": "对话主题",
        "core_questions": "核心问题",
        "key_insights": "关键观点",
        "important_conclusions": "重要结论",
        "overall_topic": "整体对话主题",
        "main_issues": "主要讨论的问题",
        "core_conclusions": "核心观点和结论",
    },
    "en": {
        "topic": "Conversation Topic",
        "core_questions": "Core Questions",
        "key_insights": "Key Insights",
        "important_conclusions": "Important Conclusions",
        "overall_topic": "Overall Conversation Topic",
        "main_issues": "Main Issues Discussed",
        "core_conclusions": "Core Insights and Conclusions",
    },
}
COLON: Mapping[Language, str] = {"zh": "：", "en": ":"}
NOTHING: Mapping[Language, str] = {"zh": "（无）", "en": "(none)"}

#: no talk has more
MOST_MESSAGES = 1_000_000
#: `[3,5]`, `[3-5]` at the end of a line; in round brackets only short numbers, for (1990) is a year
_NUMBERS = r"#?\d{1,%d}(?:\s*[,，、\-–~]\s*#?\d{1,%d})*"
_CITED = re.compile(
    rf"\s*(?:[\[【]\s*({_NUMBERS % (6, 6)})\s*[\]】]|[(（]\s*({_NUMBERS % (3, 3)})\s*[)）])\s*[.。]?\s*$"
)
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,3}[.、)）](?!\d))\s*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a form and the numbers of the messages it rests on."""

    text: str
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A statement and where it stands, as the metadata have it. `section`: as in SECTIONS."""

    section: str
    text: str
    #: 0-based numbers
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A distilled part, or the final summary."""

    kind: Kind
    topic: str
    sections: tuple[tuple[Statement, ...], ...]

    def lines(self) -> tuple[Line, ...]:
        """All statements in their order."""
        named = zip(SECTIONS[self.kind], self.sections, strict=True)
        return tuple(Line(name, one.text, one.messages) for name, section in named for one in section)

    def as_dict(self) -> dict[str, Any]:
        """The form the ledger and the metadata keep."""
        named = zip(SECTIONS[self.kind], self.sections, strict=True)
        return {"topic": self.topic} | {
            name: [{"text": line.text, "messages": list(line.messages)} for line in lines]
            for name, lines in named
        }


def form_from_dict(kind: Kind, value: Any) -> Form | None:
    """A form from its dict, or from a model's JSON; None when it is not one."""
    if (
        not isinstance(value, Mapping)
        or not isinstance(value.get("topic"), str)
        or not value["topic"].strip()
    ):
        return None
    sections = tuple(_lines(value.get(name)) for name in SECTIONS[kind])
    return Form(kind, value["topic"].strip(), sections) if any(sections) else None


def read_form(kind: Kind, reply: str, language: Language) -> Form | None:
    """A form from a model's reply, in text or JSON; None when it does not keep the form."""
    if (value := json_in(reply)) is not None:
        return form_from_dict(kind, value)
    headings = _headings(kind, language)
    topic, sections, current = "", {name: list[Statement]() for name in SECTIONS[kind]}, ""
    for line in reply.splitlines():
        name, rest = _heading(line, headings)
        if name == "topic":
            topic, current = rest, "topic"
        elif name:
            current = name
            sections[name] += [_statement(rest)]
        elif line.strip() and current == "topic" and not topic:
            topic = line.strip()
        elif line.strip() and current in sections and _BULLET.match(line):
            sections[current].append(_statement(_BULLET.sub("", line)))
    kept = tuple(_unique(sections[name]) for name in SECTIONS[kind])
    return Form(kind, _statement(topic).text, kept) if topic and any(kept) else None


def write_form(form: Form, language: Language, *, cite: bool = False) -> str:
    """The seeds' text form; `cite` adds the message numbers, for models that read it."""
    names, colon = HEADINGS[language], COLON[language]
    topic = names["overall_topic" if form.kind == "final" else "topic"]
    blocks = [f"{topic}{colon}{'' if colon == '：' else ' '}{form.topic}"]
    for name, lines in zip(SECTIONS[form.kind], form.sections, strict=True):
        numbered = name == "main_issues"
        shown = [_shown(line, cite) for line in lines] or [NOTHING[language]]
        bullets = [f"{index}. {text}" if numbered else f"- {text}" for index, text in enumerate(shown, 1)]
        blocks.append("\n".join([names[name] + colon, *bullets]))
    return "\n\n".join(blocks)


def schema(kind: Kind, max_tokens: int, last: int, density: float) -> dict[str, Any]:
    """JSON schema of a form whose longest answer fits about `max_tokens`; messages go from 0 to `last`.

    `density`: tokens a character of the talk takes. A model that does not know the script needs several, and
    would run out of room within a line.
    """
    longest = int(min(max(60 / density, 40), 160))
    most = int(min(max(max_tokens / ((30 + longest * density) * len(SECTIONS[kind])), 2), 12))
    number = {"type": "integer", "minimum": 0, "maximum": last}
    statement = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": longest},
            "messages": {"type": "array", "items": number, "minItems": 1, "maxItems": 4},
        },
        "required": ["text", "messages"],
        "additionalProperties": False,
    }
    lines = {"type": "array", "items": statement, "minItems": 1, "maxItems": most}
    return {
        "type": "object",
        "properties": {"topic": {"type": "string", "maxLength": min(longest, 120)}}
        | dict.fromkeys(SECTIONS[kind], lines),
        "required": ["topic", *SECTIONS[kind]],
        "additionalProperties": False,
    }


def _headings(kind: Kind, language: Language) -> dict[str, str]:
    """Heading text -> name; both languages are understood, the talk's own first."""
    topic = "overall_topic" if kind == "final" else "topic"
    found: dict[str, str] = {}
    for names in (HEADINGS[language], *HEADINGS.values()):
        for key in ("topic", topic):
            found.setdefault(names[key].lower(), "topic")
        for key in SECTIONS[kind]:
            found.setdefault(names[key].lower(), key)
    return found


def _heading(line: str, headings: Mapping[str, str]) -> tuple[str, str]:
    """Name and the rest of the line, if the line is a heading; marks of Markdown are allowed around it."""
    bare = line.strip().lstrip("#").replace("**", "").strip()
    at = min((place for mark in COLON.values() if (place := bare.find(mark)) >= 0), default=len(bare))
    head, colon, rest = bare[:at], bare[at : at + 1], bare[at + 1 :]
    name = headings.get(head.strip().lower(), "")
    if not name or (not colon and rest):
        return "", ""
    return name, rest.strip()


def _statement(text: str) -> Statement:
    """Text and cited numbers of one line; ranges such as 3-5 are spelled out."""
    text = text.strip().replace("**", "")
    numbers: list[int] = []
    while found := _CITED.search(text):
        numbers = _numbers(found[1] or found[2]) + numbers
        text = text[: found.start()].rstrip()
    return Statement(text, tuple(sorted(set(numbers))))


def _numbers(cited: str) -> list[int]:
    found: list[int] = []
    for piece in re.split(r"[,，、]", cited):
        ends = [int(number) for number in re.findall(r"\d+", piece)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= 100:
            found.extend(range(ends[0], ends[1] + 1))
        else:
            found.extend(ends)
    return found


def _shown(line: Statement, cite: bool) -> str:
    return f"{line.text} [{','.join(map(str, line.messages))}]" if cite and line.messages else line.text


def _lines(value: Any) -> tuple[Statement, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    found = []
    for line in value:
        if isinstance(line, str):
            found.append(_statement(line))
        elif isinstance(line, Mapping) and isinstance(line.get("text"), str):
            bare = _statement(line["text"])
            found.append(
                Statement(bare.text, tuple(sorted({*_whole_numbers(line.get("messages")), *bare.messages})))
            )
    return _unique(found)


def _unique(lines: Sequence[Statement]) -> tuple[Statement, ...]:
    """Without empty lines; what is said twice in the same words is one line with all its numbers."""
    found: dict[str, Statement] = {}
    for line in lines:
        if line.text and line.text not in NOTHING.values():  # our own word for none, which models copy
            known = found.get(line.text, line)
            found[line.text] = Statement(line.text, tuple(sorted({*known.messages, *line.messages})))
    return tuple(found.values())


def _whole_numbers(value: Any) -> set[int]:
    """Message numbers from a model's JSON, whatever it put there."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return {n for n in listed if isinstance(n, int) and not isinstance(n, bool) and 0 <= n < MOST_MESSAGES}
