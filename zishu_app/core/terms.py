"""What a text is found by: words of Latin letters and digits, and every two neighbouring Chinese characters.

SQLite's own tokenizers see a Chinese sentence as one word, or need three characters. Two neighbouring characters are
enough for every search, and a longer search is a phrase of such pairs: the characters must stand next to each other.
"""

import re
import unicodedata
from collections.abc import Iterator

#: Chinese characters and Japanese letters, which are written without spaces
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"(?P<cjk>[{_CJK}]+)|[^\W_{_CJK}]+")
#: what a person typed: "quoted phrases", or pieces between spaces
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')


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
    # one or two letters begin too many words, and are words of their own: AI, go
    begins = len(found[-1]) > 2 or not found[-1].isascii()
    if _ends_with_pair(folded(asked)):
        found.pop()  # the last character alone stands in no text that goes on
        begins = False
    return f'"{" ".join(found)}"' + (" *" if begins else "")


def _ends_with_pair(text: str) -> bool:
    """Whether the last term is the second character of the one before it."""
    *_, last = _PIECE.finditer(text)
    return bool(last["cjk"]) and len(last.group()) > 1
