"""What a check says of a sample: where, and what; and the words of a message without what is not words.

Whatever is taken out of a text here is replaced by as many spaces, so that places found in it are places in the message.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from zishu_app.dataset.sample import SampleMessage

Check = Literal["short", "long", "language", "repeats", "refusal", "private", "roles", "unfinished"]
CHECKS: tuple[Check, ...] = get_args(Check)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check has found; `words` puts it into words."""

    check: Check
    #: place of the message in the sample, from 0; None: it is said of the sample as a whole
    message: int | None
    #: characters of the message: from, up to but not including
    start: int
    end: int
    #: "mobile", "loop" ...: see words
    what: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too short or too long, in characters."""

    #: all that the assistant says, at least
    shortest: int = 8
    #: all that is said, at most
    longest: int = 60_000


#: fenced blocks, also one that is never closed
_FENCE = re.compile(
    r"^[ \t]*(?P<mark>`{3,12}|~{3,12})[^\n]*\n.*?(?:^[ \t]*(?P=mark)[`~]*[ \t]*$|\Z)", re.M | re.S
)
_INLINE = re.compile(r"(?P<mark>`{1,3})(?=[^`])[^`\n]+(?P=mark)")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'，。；）】」]+")
_FORMULA = re.compile(
    r"\$\$[^$]+\$\$|\$[^$\n]{1,200}\$|\\\[(?:(?!\\\[).){1,2000}?\\\]|\\\((?:(?!\\\().){1,400}?\\\)", re.S
)
_TABLE = re.compile(r"^[ \t]*\|.*$|^.*\|[ \t]*$|^[^\n]*\t[^\n]*\t[^\n]*$", re.M)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|&lt;/?[A-Za-z][^<>\n]{0,80}?&gt;")
#: without one of these marks in a text there is nothing to look for
_NO_WORDS = (
    (("http", "www."), _LINK),
    (("$", "\\[", "\\("), _FORMULA),
    (("|", "\t"), _TABLE),
    (("<", "&lt;"), _TAG),
)
#: thoughts; some models' templates open them in the prompt, so that only the end is in the text
_THOUGHT = re.compile(
    r"^[ \t]*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)|\A(?:(?!<think).)*?</think(?:ing)?>", re.M | re.S
)


def blank(text: str, *what: re.Pattern[str]) -> str:
    """The text with spaces for what matches; its lines stay lines."""
    for pattern in what:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def without_code(text: str) -> str:
    """A message without program text."""
    return blank(text, _FENCE, _INLINE) if "`" in text or "~~~" in text else text


def without_thoughts(text: str) -> str:
    """What is answered, without what was thought before."""
    return blank(text, _THOUGHT) if "think" in text and "<" in text else text


@functools.lru_cache(64)
def words_only(text: str) -> str:
    """What is said in words: no thoughts, code, formulas, tables, links or tags. Several checks ask for the same."""
    text = without_code(without_thoughts(text))
    looked_for = [pattern for marks, pattern in _NO_WORDS if any(mark in text for mark in marks)]
    return blank(text, *looked_for)


def spoken_by_assistant(messages: Sequence[SampleMessage]) -> Iterator[tuple[int, str]]:
    """The place and the text of each message of the assistant that is not empty."""
    for at, one in enumerate(messages):
        if one.role == "assistant" and one.content.strip():
            yield at, one.content


def asked_before(messages: Sequence[SampleMessage], at: int) -> str:
    """What the user said right before a message; empty where nobody asked."""
    return messages[at - 1].content if at and messages[at - 1].role == "user" else ""


_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")


def width(text: str) -> int:
    """How much is said: a Chinese character says as much as two Latin letters, at least."""
    return len(text) + len(_WIDE.findall(text))
