"""What a text is found by: words of Latin letters and digits, and every two neighbouring Chinese characters.

SQLite's own tokenizers see a Chinese sentence as one word, or need three characters. Two neighbouring characters are
enough for every search, and a longer search is a phrase of such pairs: the characters must stand next to each other.
`places` tells where in a text it was found, for SQLite is not asked about it: an index without contents cannot tell.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice

#: Chinese characters and Japanese letters, which are written without spaces
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"(?P<cjk>[{_CJK}]+)|[^\W_{_CJK}]+")
#: what a person typed: "quoted phrases", or pieces between spaces
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
#: a letter or digit of a Latin word; and what stands between terms
_LATIN, _BETWEEN = rf"[^\W_{_CJK}]", rf"(?:[^\w{_CJK}]|_)"
#: signs that become one letter with the one before: accents, the marks of kana, parts of Korean syllables
_MELTS = "[\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1160-\u11ff]"
_UNIT = re.compile(f"(?s:.){_MELTS}*")
_MELTING = re.compile(_MELTS)


def folded(text: str) -> str:
    """Full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> str:
    """The terms of a text, in their order, between spaces."""
    return " ".join(_terms(folded(text)))


def _terms(text: str) -> Iterator[str]:
    for piece in _PIECE.finditer(text):
        word = piece.group()
        if piece["cjk"]:
            yield from map("".join, zip(word, word[1:], strict=False))
            yield word[-1]  # so that the last character is found too
        else:
            yield word


def query(asked: str) -> str:
    """The FTS5 query for what a person typed: every phrase must be there. Empty where nothing can be searched for."""
    phrases = (quoted or plain for quoted, plain in _PHRASE.findall(asked))
    return " AND ".join(filter(None, map(_phrase, phrases)))


def _phrase(asked: str) -> str:
    """The terms next to each other. The last may be the beginning of a word: it is still being typed."""
    found = list(_terms(folded(asked)))
    if not found:
        return ""
    begins = _begins(found[-1])
    if _ends_with_pair(folded(asked)):
        found.pop()  # the last character alone stands in no text that goes on
        begins = False
    return f'"{" ".join(found)}"' + (" *" if begins else "")


def _begins(term: str) -> bool:
    """Whether it may be the beginning of a word: one or two letters begin too many, and are words of their own: AI, go."""
    return len(term) > 2 or not term.isascii()


def _ends_with_pair(text: str) -> bool:
    """Whether the last term is the second character of the one before it."""
    *_, last = _PIECE.finditer(text)
    return bool(last["cjk"]) and len(last.group()) > 1


def places(text: str, asked: str, most: int | None = None) -> list[tuple[int, int]]:
    """Where in a text the phrases stand that a person typed, [start, end), in order and apart; the first `most`."""
    patterns = _patterns(asked)
    whole = folded(text) if patterns else ""
    if not any(one.search(whole) for one in patterns):
        return []
    # letter by letter, which takes longer and only where something is found: a letter may have become several
    units = _UNIT.findall(text) if _MELTING.search(text) else list(text)
    letters = list(map(_letter, units))
    read = "".join(letters)
    found = sorted(one.span() for each in patterns for one in islice(each.finditer(read), most))
    # in what was read, and in the text, where each unit begins
    starts, own = (list(accumulate(map(len, parts), initial=0)) for parts in (letters, units))
    told = [(own[bisect_right(starts, start) - 1], own[bisect_left(starts, end)]) for start, end in found]
    return list(islice(_apart(told), most))


_letter = lru_cache(16_384)(folded)


def _apart(found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places in the order of their beginnings; those that overlap become one."""
    start = end = -1
    for first, last in found:
        if first < end:
            end = max(end, last)
            continue
        if start >= 0:
            yield start, end
        start, end = first, last
    if start >= 0:
        yield start, end


@lru_cache(64)
def _patterns(asked: str) -> tuple[re.Pattern[str], ...]:
    """One for each phrase."""
    phrases = (quoted or plain for quoted, plain in _PHRASE.findall(asked))
    return tuple(re.compile(pattern) for one in phrases if (pattern := _pattern(folded(one))))


def _pattern(phrase: str) -> str:
    """What `_phrase` asks of SQLite, asked of the text itself."""
    pieces = list(_PIECE.finditer(phrase))
    pattern = ""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if before is not None:
            # where both are of one kind, something must stand between them: else they would be one
            pattern += _BETWEEN + ("+" if bool(before["cjk"]) == bool(piece["cjk"]) else "*")
        elif not piece["cjk"]:
            pattern += f"(?<!{_LATIN})"
        pattern += re.escape(piece.group())
    if pieces and not pieces[-1]["cjk"] and not _begins(pieces[-1].group()):
        pattern += f"(?!{_LATIN})"
    return pattern
