"""The judge's form: for each criterion words quoted, a reason, and a mark from 1 to 5; read from whatever a model wrote.

Evidence comes first, in the form as in the JSON: a mark that is written down before its reasons is a guess, and the
reasons are then found for it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from zishu_app.dataset.scores import Mark
from zishu_app.ledger.forms import json_in
from zishu_app.review.rubric import Criterion

#: tokens of an answer: for each criterion, and for all of it
EACH, WHOLE = 150, 200
#: most characters of evidence that are kept
LONGEST = 1000

_LABELS = {
    "evidence": ("evidence", "quote", "依据", "证据", "引用", "原文", "原话"),
    "reason": ("reason", "reasoning", "comment", "理由", "原因", "说明"),
    "score": ("score", "mark", "rating", "分数", "评分", "得分", "打分"),
}
_LABEL = {word: label for label, words in _LABELS.items() for word in words}
_MARK = re.compile(r"([1-5])(?:\.(\d+))?\s*(?:(?:/|out of|of)\s*5|分)?[.。]?", re.IGNORECASE)
_ORNAMENT = re.compile(r"^\s*(?:#+\s*|[-*•·]\s+|\d{1,2}[.、)）]\s*)*")


def answer_tokens(criteria: Sequence[Criterion]) -> int:
    """Room for the answer."""
    return WHOLE + EACH * len(criteria)


def schema(criteria: Sequence[Criterion], density: float) -> dict[str, Any]:
    """JSON schema of the marks. `density`: tokens a character of the material takes; texts must fit the room."""
    longest = int(min(max(EACH * 0.35 / density, 24), 160))
    words = {"type": "string", "minLength": 1, "maxLength": longest}
    mark = {
        "type": "object",
        "properties": {"evidence": words, "reason": words, "score": {"enum": [1, 2, 3, 4, 5]}},
        "required": ["evidence", "reason", "score"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {one.name: mark for one in criteria},
        "required": [one.name for one in criteria],
        "additionalProperties": False,
    }


def read_marks(reply: str, criteria: Sequence[Criterion]) -> tuple[Mark, ...] | None:
    """A mark with evidence for each criterion, in JSON or in lines; None where one is missing."""
    names = _names(criteria)
    value = json_in(reply)
    if value is None:
        value = json_in(reply[reply.find("{") : reply.rfind("}") + 1])
    told = _from_json(value, names) if isinstance(value, Mapping) else _from_lines(reply, names)
    found = {name: mark for name, fields in told.items() if (mark := _mark(name, fields))}
    return tuple(found[one.name] for one in criteria) if len(found) == len(criteria) else None


def _names(criteria: Sequence[Criterion]) -> dict[str, str]:
    """How a criterion may be called -> its name."""
    return {
        word.replace("_", " ").casefold(): one.name
        for one in criteria
        for word in (*one.titles.values(), one.name)
    }


def _from_json(value: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found = {}
    for key, fields in value.items():
        name = names.get(str(key).replace("_", " ").strip().casefold())
        if name and isinstance(fields, Mapping):
            found[name] = {label: fields[label] for label in _LABELS if label in fields}
    return found


def _from_lines(reply: str, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Headings with labelled lines under them; a line without a label goes on with the one before."""
    found: dict[str, dict[str, Any]] = {}
    current: dict[str, Any] = {}
    label = ""
    for line in reply.splitlines():
        head, rest = _split(line)
        if name := names.get(head.replace("_", " ").casefold()):
            current, label = found.setdefault(name, {}), ""
            if _MARK.fullmatch(rest):
                current["score"] = rest
        elif known := _LABEL.get(head.casefold()):
            label = known
            current[label] = rest
        elif label in ("evidence", "reason") and line.strip():
            current[label] = f"{current[label]} {line.strip()}".strip()
    return found


def _split(line: str) -> tuple[str, str]:
    """What stands before a line's colon and after it, without ornaments; all of it where there is none."""
    bare = _ORNAMENT.sub("", line.replace("**", "")).strip()
    head, _, rest = bare.replace("：", ":").partition(":")
    return head.strip().strip("*_ "), rest.strip().strip("*_ ")


def _mark(name: str, fields: Mapping[str, Any]) -> Mark | None:
    score = _score(fields.get("score"))
    evidence, reason = (" ".join(str(fields.get(label) or "").split()) for label in ("evidence", "reason"))
    if score is None or not evidence:
        return None
    return Mark(name, score, "\n".join(filter(None, (evidence, reason)))[:LONGEST])


def _score(value: Any) -> int | None:
    """1 to 5; between two marks the lower one counts."""
    if isinstance(value, bool):
        return None
    read = _MARK.fullmatch(unicodedata.normalize("NFKC", str(value)).strip(" *_"))
    if read is None or (read[1] == "5" and int(read[2] or 0)):
        return None
    return int(read[1])
