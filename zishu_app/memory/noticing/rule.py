"""What a rule of noticing is: a form of a clause, and what is remembered of it. Pure."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from zishu_app.core.terms import folded
from zishu_app.memory.store import Kind, Noted

#: how sure a rule is of what it found
SURE = 0.9

Found = Mapping[str, str]
#: a text with {names} of the pattern's groups, or what makes one of them; "": nothing after all
Say = str | Callable[[Found], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole clause has this form. `slot` and `value`: what it answers and how, see noticing/slots."""

    #: compiled when it is first tried: all of them together take a tenth of a second
    pattern: str
    text: Say
    kind: Kind = "fact"
    importance: float = 0.5
    slot: Say = ""
    value: Say = ""


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Capitals are as small letters."""
    return re.compile(pattern, re.IGNORECASE)


def first_of(rules: Iterable[Rule], clause: str) -> Noted | None:
    """What the first rule that fits makes of a clause."""
    for rule in rules:
        match = compiled(rule.pattern).fullmatch(clause)
        if match is None:
            continue
        found = {name: (value or "").strip() for name, value in match.groupdict().items()}
        text = _said(rule.text, found)
        if text:
            slot = _said(rule.slot, found)
            value = folded(_said(rule.value, found)) if slot else ""
            return Noted(text, rule.kind, rule.importance, SURE, slot, value)
    return None


def _said(say: Say, found: Found) -> str:
    return say.format_map(found) if isinstance(say, str) else say(found)
