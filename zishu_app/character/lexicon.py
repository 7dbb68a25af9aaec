"""Feelings read from words, where a model gives no tag: a small list of signs in Chinese and English. Pure.

Signs near a negation count for nothing ("not happy" is no joy), and so do those in code, in quotation marks, and of
somebody else ("he is happy"). Precision matters more than recall: a face that does not change is better than one that
laughs at bad news. Both are printed by tests/bench/bench_feelings.py.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from zishu_app.character.tags import Felt
from zishu_app.core.paths import RESOURCES

#: characters (Chinese) and words (English) before a sign in which a negation takes it away
REACH, WORDS = 4, 2
#: characters before a sign that are looked at
BEFORE = 40
#: what a sign weighs that lies in the last sentence: that is the feeling she ends with
LAST = 1.5
#: a sign counts so often; what all signs of a feeling must weigh
OFTEN, ENOUGH = 3, 1.0
#: characters of a text that are read, from its end
MOST = 1_500

_CODE = re.compile(r"```.*?(?:```|$)|`[^`\n]*`", re.DOTALL)
_QUOTED = re.compile(r"“[^”]{0,20}”|「[^」]{0,20}」|‘[^’]{0,20}’|(?<!\w)\"[^\"\n]{0,40}\"")
_CLAUSE = re.compile(r"[，。！？,.!?;；：…\n]")
_SENTENCE = "。！？!?.\n"


@dataclass(frozen=True, slots=True)
class _Signs:
    """All of it, ready to be looked for."""

    by_feeling: dict[str, tuple[tuple[re.Pattern[str], float], ...]]
    negations: re.Pattern[str]
    others: re.Pattern[str]


@cache
def _signs() -> _Signs:
    table = tomllib.loads((RESOURCES / "feelings" / "signs.toml").read_text("utf-8"))
    negations, others = (_any(table.pop(name)["words"]) for name in ("negations", "others"))
    by_feeling = {
        emotion: tuple((_any(words), float(weight)) for weight, words in kinds.items())
        for emotion, kinds in table.items()
    }
    return _Signs(by_feeling, negations, others)


def prepare() -> None:
    """Read the signs, which takes some milliseconds the first time: for a thread."""
    _signs()


def feeling(text: str) -> Felt:
    """The strongest feeling the words show; calm where they show none."""
    text = _QUOTED.sub(" ", _CODE.sub(" ", text))[-MOST:]
    ended = text.rstrip().rstrip(_SENTENCE + "~～…")
    last = max(ended.rfind(mark) for mark in _SENTENCE)
    scores = {
        emotion: sum(
            weight * (LAST if found.start() > last else 1.0)
            for pattern, weight in kinds
            for found in list(pattern.finditer(text))[:OFTEN]
            if not _void(text, found.start())
        )
        for emotion, kinds in _signs().by_feeling.items()
    }
    best = max(scores, key=lambda one: scores[one])
    if scores[best] < ENOUGH:
        return Felt("calm", 0.3)
    return Felt(best, min(0.4 + scores[best] * 0.2, 1.0))


def negated(text: str, at: int) -> bool:
    """Whether a negation stands right before a place in a text."""
    clause = _CLAUSE.split(text[max(at - BEFORE, 0) : at])[-1]
    near = clause[-REACH:] if re.search(r"[\u4e00-\u9fff]", clause) else " ".join(clause.split()[-WORDS:])
    return _signs().negations.search(near) is not None


def _void(text: str, at: int) -> bool:
    """Whether a sign says nothing of her: negated, or of somebody else."""
    clause = _CLAUSE.split(text[max(at - BEFORE, 0) : at])[-1]
    return negated(text, at) or _signs().others.search(clause) is not None


def _any(words: list[str]) -> re.Pattern[str]:
    """Any of these; the longer ones first."""
    return re.compile("|".join(map(_pattern, sorted(words, key=len, reverse=True))), re.IGNORECASE)


def _pattern(word: str) -> str:
    """Latin words whole, expressions as they are, everything else anywhere."""
    if len(word) > 2 and word[0] == word[-1] == "/":
        return word[1:-1]
    escaped = re.escape(word).replace(r"\ ", r"\s+")
    left = r"(?<![A-Za-z])" if word.isascii() and word[0].isalpha() and word != "n't" else ""
    right = r"(?![A-Za-z])" if word.isascii() and word[-1].isalpha() else ""
    return f"{left}{escaped}{right}"
