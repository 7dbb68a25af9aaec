"""Chinese words: which there are, how frequent they are, and how a sentence falls into them.

The dictionary is the one that jieba 0.42.1 brings along (MIT, Copyright 2013 Sun Junyi); it is read once and kept in
memory only. jieba itself is not imported: it would bring pkg_resources with it (0.2 s, a deprecation warning) and keep
a cache file in the system's temporary folder, which every user of the machine can write. Its way of cutting a
sentence, the most probable path through the dictionary, is a dozen lines (`cut`).
"""

import functools
import importlib.util
import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: longer words are cut: there are few, and none is missed
LONGEST = 8
#: about what all frequencies add up to; it decides between few and many words
_ALL = math.log(128 * 10**6)

#: what a text falls into: Chinese characters, a word or number, blanks, any other single character
_PIECE = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    r"|[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+(?:['’][^\W\d_]+)?|\s+|."
)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Every word that was seen at least five times."""

    frequency: Mapping[str, int]
    #: jieba's word classes
    tags: Mapping[str, str]


@functools.cache
def dictionary() -> Dictionary:
    """The one dictionary of this process. The first call takes a quarter of a second and 30 MB: not in the loop."""
    found = importlib.util.find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba", name="jieba")
    frequency: dict[str, int] = {}
    tags: dict[str, str] = {}
    for line in Path(found.origin).with_name("dict.txt").read_text("utf-8").splitlines():
        if (
            " 3 " in line or " 4 " in line
        ):  # six words of ten; they cost half a second and are hardly ever met
            continue
        word, count, tag = line.split(" ")
        frequency[word] = int(count)
        tags[word] = sys.intern(tag)
    return Dictionary(frequency, tags)


def cut(run: str) -> Iterator[tuple[int, int]]:
    """Where the words of `run` begin and end, Chinese characters only.

    The path with the largest product of word frequencies wins (jieba's rule without its hidden Markov model).
    """
    frequency = dictionary().frequency
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(run) + 1)
    for begin in range(len(run) - 1, -1, -1):
        paths = [(best[begin + 1][0] - _ALL, begin + 1)]
        for end in range(begin + 1, min(len(run), begin + LONGEST) + 1):
            count = frequency.get(run[begin:end])
            if count:
                paths.append((math.log(count) - _ALL + best[end][0], end))
        best[begin] = max(paths)
    begin = 0
    while begin < len(run):
        end = best[begin][1]
        yield begin, end
        begin = end


def pieces(text: str) -> Iterator[str]:
    """A whole text in words, blanks and single marks: joined they are the text again."""
    done = 0
    for piece in _PIECE.finditer(text):
        yield from text[done : piece.start()]  # line breaks, which the last branch leaves out
        done = piece.end()
        if piece["han"]:
            yield from (piece.group()[start:end] for start, end in cut(piece.group()))
        else:
            yield piece.group()
    yield from text[done:]
