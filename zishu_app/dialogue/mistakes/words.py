"""Chinese words as mistakes need them: how frequent they are, which sound alike, which may be put in.

Words and frequencies come from the dictionary (core/words), readings from the tables of pypinyin 0.55 (MIT, Copyright
2016 mozillazg). Both are read once and kept in memory only. jieba's guesses at unknown words are not wanted here:
what is unknown gets no mistakes.
"""

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zishu_app.core import words
from zishu_app.dialogue.mistakes.sounds import blurred, plain
from zishu_app.dialogue.mistakes.tables import words_of

#: words rarer than this are never put in: a rare word in a wrong place is weird rather than a mistake
_MIN_FREQUENCY = 100
#: longer words are set phrases; whoever types one picks it whole
_LONGEST = 4
#: classes of names in jieba's dictionary: people, places, organisations, other proper names
_NAMES = ("nr", "ns", "nt", "nz")
#: the 3755 characters of daily use are the first level of GB 2312, lead bytes B0 to D7
_EVERYDAY = frozenset(
    "".join(
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """A Chinese word where it stands in a text. `tag`: jieba's word class, empty where it is a name or unknown."""

    start: int
    text: str
    tag: str

    @property
    def end(self) -> int:
        """Where the word ends (exclusive)."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything known about Chinese words; built once by `lexicon`."""

    frequency: Mapping[str, int]
    tags: Mapping[str, str]
    #: word -> its syllables as typed, without tones; only words that may be put in
    readings: Mapping[str, tuple[str, ...]]
    #: character -> its syllable with the tone
    tones: Mapping[str, str]
    #: blurred syllables -> the words that sound so, most frequent first
    alike: Mapping[tuple[str, ...], Sequence[str]]
    #: how often a character is written, in whatever word
    written: Mapping[str, int]


@functools.cache
def lexicon() -> Lexicon:
    """The one lexicon of this process. The first call takes about a second and 80 MB."""
    frequency, tags = _ordinary()
    tones, readings = _read_aloud(
        word
        for word, tag in tags.items()
        if tag and frequency[word] >= _MIN_FREQUENCY and len(word) <= _LONGEST
    )
    written: Counter[str] = Counter()
    for word in readings:
        for character in word:
            written[character] += frequency[word]
    return Lexicon(frequency, tags, readings, tones, _by_sound(readings, frequency), written)


def is_everyday(word: str) -> bool:
    """Whether every character is one of the 3755 of daily use."""
    return _EVERYDAY.issuperset(word)


def cut(run: str, start: int = 0) -> Iterator[Word]:
    """The words of `run`, Chinese characters only, that begins at `start` of a whole text."""
    tags = lexicon().tags
    for begin, end in words.cut(run):
        yield Word(start + begin, run[begin:end], tags.get(run[begin:end], ""))


def _ordinary() -> tuple[Mapping[str, int], dict[str, str]]:
    """Frequency and class of every word; the class of a name is empty."""
    known, ordinary = words.dictionary(), words_of("chinese", "plain")
    return known.frequency, {
        word: "" if tag.startswith(_NAMES) and word not in ordinary else tag
        for word, tag in known.tags.items()
    }


def _read_aloud(typed_words: Iterable[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """How the everyday characters sound, with tones, and how the everyday ones of `typed_words` are typed."""
    from pypinyin.phrases_dict import phrases_dict  # 40 MB and 0.2 s that only whoever makes mistakes pays
    from pypinyin.pinyin_dict import pinyin_dict

    tones = {mark: str(pinyin_dict[ord(mark)].split(",")[0]) for mark in _EVERYDAY}
    typed = {mark: plain(tone) for mark, tone in tones.items()}
    readings = {}
    for word in filter(is_everyday, typed_words):
        # a phrase knows which reading its characters have in it: yinhang, not yinxing, for a bank
        phrase = phrases_dict.get(word) if len(word) > 1 else None
        syllables = (plain(syllable[0]) for syllable in phrase) if phrase else (typed[mark] for mark in word)
        readings[word] = tuple(syllables)
    return tones, readings


def _by_sound(
    readings: Mapping[str, tuple[str, ...]], frequency: Mapping[str, int]
) -> dict[tuple[str, ...], list[str]]:
    """The words under their blurred syllables, most frequent first."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for word in sorted(readings, key=frequency.__getitem__, reverse=True):
        alike[tuple(map(blurred, readings[word]))].append(word)
    return dict(alike)
