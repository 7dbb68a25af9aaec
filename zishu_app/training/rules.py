"""Whether an answer keeps a rule. Pure: an exam's answers can be marked again when a rule was mended.

Capitals and full-width letters do not matter, except to a regular expression. A feeling in front ("[shy]") and thoughts
before the answer are not part of it.
"""

import re
from collections.abc import Callable

from zishu_app.core.terms import folded
from zishu_app.training.items import Rule

#: what stands before an answer and is not meant: thoughts, a feeling, quotation marks, signs of Markdown
_BEFORE = re.compile(r"\s*(?:<think>.*?(?:</think>|\Z))?\s*(?:\[\w{1,12}\](?=\s*\S))?\s*", re.DOTALL)
_MARKS = " \t\n\"'“”‘’「」『』*_#`>-"
#: a Chinese character, or a word of other letters and digits
_WORD = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff])|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:['’][^\W\d_]+)?"
)


def bare(answer: str) -> str:
    """An answer without what stands before it."""
    found = _BEFORE.match(answer)
    return answer[found.end() if found else 0 :].strip()


def words(answer: str) -> int:
    """Words of Latin letters and numbers, and Chinese characters."""
    return sum(1 for _ in _WORD.finditer(answer))


def spoken(answer: str) -> str:
    """ "zh" or "en", by which of them it holds more words; "" where there are none."""
    found = [one["han"] is not None for one in _WORD.finditer(answer) if not one.group().isdigit()]
    if not found:
        return ""
    return "zh" if sum(found) * 2 > len(found) else "en"


def broken(rule: Rule, answer: str) -> list[str]:
    """The parts of the rule that the answer does not keep, by name; empty: right. An empty answer keeps none."""
    said = bare(answer)
    parts = rule.parts()
    return [name for name in parts if not said or not _KEPT[name](parts[name], said)]


def _stands(wanted: str, said: str) -> bool:
    """Whether a text holds another: Latin words whole, so that "cat" is not in "cattle"."""
    text = folded(wanted).strip()
    before = r"(?<![a-z0-9])" if text[:1].isascii() and text[:1].isalnum() else ""
    after = r"(?![a-z0-9])" if text[-1:].isascii() and text[-1:].isalnum() else ""
    return re.search(f"{before}{re.escape(text)}{after}", folded(said)) is not None


_KEPT: dict[str, Callable[..., bool]] = {
    "contains_any": lambda wanted, said: any(_stands(one, said) for one in wanted),
    "contains_none": lambda unwanted, said: not any(_stands(one, said) for one in unwanted),
    "starts_with": lambda wanted, said: (
        folded(said)
        .lstrip(_MARKS)
        .startswith(tuple(folded(one).lstrip(_MARKS) or folded(one) for one in wanted))
    ),
    "regex": lambda pattern, said: re.search(pattern, said) is not None,
    "max_words": lambda most, said: words(said) <= most,
    "language": lambda wanted, said: spoken(said) == wanted,
}
