"""Repetition that nobody means: a model that turns in a circle.

Three forms: a piece of text again and again without a break, one sentence that makes up half of an answer, and the same
long answer twice in a talk. Refrains of poems, lists, tables, code, laughter and rulers repeat as well, and are meant.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from zishu_app.dataset.checking.findings import Finding, asked_before, spoken_by_assistant, width, words_only
from zishu_app.dataset.sample import SampleMessage

#: characters between two probes, their length, and how far a piece may be from its repetition
STEP, PROBE, FAR = 12, 10, 1_200
#: width of an answer that is long enough to be told again by mistake only
LONG_ANSWER = 160

_ASKED_FOR = re.compile(
    r"重复|复述|再说一|再讲一|[0-9一二三四五六七八九十百千两几]+遍|连续|一直(?:说|写|喊)|念|唱|歌词|绕口令|经文|咒"
    r"|\brepeat|\bagain\b|\btimes\b|\blyrics\b|\bsong\b|\bchant|\bmantra",
    re.I,
)


def repeats(messages: Sequence[SampleMessage]) -> Iterator[Finding]:
    """Where the assistant turns in a circle, unless it was asked to repeat something."""
    before: set[str] = set()
    for at, text in spoken_by_assistant(messages):
        asked = _ASKED_FOR.search(asked_before(messages, at))
        words = words_only(text)
        if not asked:
            if (place := _loop(words) or _sentence(words)) and _is_plain(text, words, place):
                yield Finding("repeats", at, *place)
            same = " ".join(words.split())
            if same in before and width(same) >= LONG_ANSWER:
                yield Finding("repeats", at, 0, len(text), "same_answer")
            before.add(same)


def _is_plain(text: str, words: str, place: tuple[int, int, str]) -> bool:
    """Nothing was taken out there: rows of a page's table repeat."""
    start, end, _ = place
    return text[start:end] == words[start:end]


def _loop(text: str) -> tuple[int, int, str] | None:
    """A piece of text that is repeated without a break.

    Probes are looked for a little further on, which takes a fraction of counting all n-grams and finds every loop that
    holds two probes.
    """
    at = 0
    while at + PROBE < len(text):
        again = text.find(text[at : at + PROBE], at + 1, at + FAR)
        if again > 0 and text[at : at + PROBE].strip():
            size = again - at
            start, end = _extent(text, at, size)
            if _is_loop(text[start : start + size], (end - start) / size):
                return start, end, "loop"
            if end - start >= 2 * size:
                at = max(at, end - size - STEP)
        at += STEP
    return None


def _extent(text: str, at: int, size: int) -> tuple[int, int]:
    """How far to both sides each character is the one `size` before it."""
    end = at + size
    while end < len(text) and text[end] == text[end - size]:
        end += 1
    start = at
    while start and text[start - 1] == text[start - 1 + size]:
        start -= 1
    return start, end


def _is_loop(unit: str, times: float) -> bool:
    """Whether that often is too often: the longer the piece, the sooner."""
    if not re.search(r"[^\W\d_]", unit):
        return False  # rulers, dots, numbers
    letters = set(re.findall(r"[^\W\d_]", unit.casefold()))
    total = width(unit) * times
    if len(letters) <= 2:
        return total >= 120  # laughter, and words drawn out
    if width(unit) < 24:
        return times >= 6 and total >= 90
    if width(unit) < 60:
        return times >= 4
    return times >= (3 if width(unit) < 300 else 2)


_NUMBERING = re.compile(
    r"^\s*(?:[-*•·>#]+|\(?\d{1,3}[.、)）:：]|[①-⑳]|第.{1,3}[条点步]|[一二三四五六七八九十]+、)?\s*"
)
_BREAK = re.compile(r"[。！？!?\n]|\.(?=\s|$)")


def _sentence(text: str) -> tuple[int, int, str] | None:
    """One sentence, five times or more, that makes up half of what is said; poems are let be."""
    breaks = _BREAK.split(text)
    if len(breaks) < 5:
        return None
    pieces = [_NUMBERING.sub("", piece).strip() for piece in breaks]
    pieces = [piece for piece in pieces if width(piece) >= 20]
    piece, times = Counter(pieces).most_common(1)[0] if pieces else ("", 0)
    if times < 5 or width(piece) * times * 2 < sum(map(width, pieces)) or _is_verse(text):
        return None
    return text.index(piece), text.rindex(piece) + len(piece), "sentence"


def _is_verse(text: str) -> bool:
    """Many short lines that are no list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    short = sum(width(line) <= 60 and not _NUMBERING.match(line)[0].strip() for line in lines)  # type: ignore[index]
    return len(lines) >= 4 and short * 5 >= len(lines) * 4
