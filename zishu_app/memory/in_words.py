"""Memories that share words with what was said, found without a model: rare words first.

Chinese by pairs of characters, Latin words by their stem. A word that very many memories have says nothing and costs time:
it is passed over.
"""

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.core.terms import terms

#: a word that as many memories have is passed over
COMMON = 160
#: words of a text that are looked for
MOST_WORDS = 40
#: what stands in every sentence
_STOP = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
    "from", "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "is", "it", "its", "me", "my",
    "no", "not", "of", "on", "or", "our", "she", "so", "that", "the", "their", "them", "they", "this", "to", "us",
    "user", "users", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will",
    "with", "would", "you", "your", "yours", "am", "im", "ive", "ill", "don", "doesn", "didn", "s", "t", "re", "ve",
    "ll", "d", "m", "remember", "know", "tell", "about", "ever", "still",
])  # fmt: skip
_STOP_CJK = frozenset([
    "用户", "户的", "我的", "你的", "什么", "怎么", "是不", "不是", "还记", "记得", "得我", "我是", "你是", "知道",
    "我有", "有什", "么时", "时候", "是什", "是谁",
])  # fmt: skip
_SUFFIXES = ("'s", "ing", "ies", "ied", "ed", "es", "s", "e", "y")


@dataclass(frozen=True, slots=True)
class Shared:
    """The words a memory shares, and how rare they are together."""

    words: tuple[str, ...]
    rarity: float


def sharing(connection: sqlite3.Connection, text: str, most: int) -> dict[int, Shared]:
    """Memories (of every character) that share words with a text: the `most` with the rarest, by number."""
    memories = int(connection.execute("SELECT IFNULL(MAX(id), 1) AS n FROM memories").fetchone()["n"])
    found: dict[int, list[str]] = {}
    rarities: dict[str, float] = {}
    for word in looked_for(text):
        numbers = _having(connection, word)
        if 0 < len(numbers) < COMMON:
            rarities[word] = math.log(1 + memories / len(numbers))
            for number in numbers:
                found.setdefault(number, []).append(word)
    shared = {
        number: Shared(tuple(words), sum(rarities[word] for word in words)) for number, words in found.items()
    }
    best = sorted(shared, key=lambda number: (-shared[number].rarity, -number))[:most]
    return {number: shared[number] for number in best}


def looked_for(text: str) -> list[str]:
    """The words of a text that say something, each once: pairs of Chinese characters, stems of Latin words."""
    found: dict[str, None] = {}
    for term in terms(text).split():
        if term[0].isascii():
            if term not in _STOP and (len(term) > 1 or term.isdigit()):
                found[_stem(term)] = None
        elif len(term) > 1 and term not in _STOP_CJK:
            found[term] = None
    return list(found)[:MOST_WORDS]


def _stem(word: str) -> str:
    """What a Latin word and its other forms begin with."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word.removesuffix(suffix)
    return word


def _having(connection: sqlite3.Connection, word: str) -> Sequence[int]:
    asked = f'"{word}" *' if word.isascii() and len(word) > 2 and not word.isdigit() else f'"{word}"'
    # in one row: to make a row of each number takes longer than to find it
    found = connection.execute(
        "SELECT json_group_array(rowid) AS numbers FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)",
        (asked, COMMON),
    ).fetchone()
    numbers: list[int] = json.loads(found["numbers"])
    return numbers
