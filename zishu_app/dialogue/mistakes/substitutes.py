"""One Chinese word or character for another: because it sounds the same, nearly the same, or looks the same."""

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from zishu_app.dialogue.mistakes.change import Change
from zishu_app.dialogue.mistakes.sentence import Sentence
from zishu_app.dialogue.mistakes.sounds import blurred, slips
from zishu_app.dialogue.mistakes.tables import table
from zishu_app.dialogue.mistakes.words import Word, lexicon

#: a word whose share of the right one's frequency is smaller is weird: for the same sound, and for one slip
_RARER = (0.1, 0.3)
#: how many candidates an input method shows before one has to turn the page
_SHOWN = 4
#: by hand against by rule: a pair of the table is this much more believable than the best that is looked up
_BY_HAND = 3.0


def homophone_word(sentence: Sentence) -> Iterator[Change]:
    """The whole word gives way to another word with the same pinyin."""
    known = lexicon()
    for word in _whole(sentence):
        for wrong in _confused().get(word.text, ()):
            if known.frequency.get(wrong):
                yield Change(word.start, word.end, wrong, _BY_HAND)
        for wrong, weight in _sounding(word.text, 0):
            yield Change(word.start, word.end, wrong, weight)


def near_pinyin(sentence: Sentence) -> Iterator[Change]:
    """The sound is off by one of n/l, zh/z, ch/c, sh/s, f/h, an/ang, en/eng, in/ing: in a word or in a character."""
    for word in _whole(sentence):
        for wrong, weight in _sounding(word.text, 1):
            yield Change(word.start, word.end, wrong, weight)
        for place, mark in enumerate(word.text):
            for wrong, weight in _marks_sounding(mark, 1):
                yield _one_mark(word, place, wrong, 0.15 * weight)


def homophone_character(sentence: Sentence) -> Iterator[Change]:
    """One character gives way to another that sounds the same."""
    known = lexicon()
    for word in sentence.words:
        if word.tag and len(word.text) == 1:
            for rank, wrong in enumerate(_singles().get(word.text, ())):
                yield Change(word.start, word.end, wrong, 0.7 / (1 + rank))
    for word in _whole(sentence):
        for wrong in _confused().get(word.text, ()):
            if not known.frequency.get(wrong):
                place = next(index for index, mark in enumerate(word.text) if mark != wrong[index])
                yield _one_mark(word, place, wrong[place], _BY_HAND)
        for place, mark in enumerate(word.text):
            for wrong, weight in _marks_sounding(mark, 0):
                yield _one_mark(word, place, wrong, 0.25 * weight)


def similar_shape(sentence: Sentence) -> Iterator[Change]:
    """One character gives way to another that looks the same."""
    written = lexicon().written
    for word in sentence.words:
        for place, mark in enumerate(word.text if word.tag else ""):
            for wrong in _shapes().get(mark, ()):
                weight = min(1.0, written.get(wrong, 0) / max(1, written.get(mark, 1)))
                yield _one_mark(
                    word, place, wrong, (0.2 + 0.8 * weight) * (1.0 if len(word.text) > 1 else 0.3)
                )


def _whole(sentence: Sentence) -> Iterator[Word]:
    """The known words of more than one character."""
    return (word for word in sentence.words if word.tag and len(word.text) > 1)


def _one_mark(word: Word, place: int, wrong: str, weight: float) -> Change:
    return Change(word.start + place, word.start + place + 1, wrong, weight)


@functools.lru_cache(maxsize=20_000)
def _sounding(word: str, off: int) -> Sequence[tuple[str, float]]:
    """Words that sound like `word`, `off` confusions away, with their weight: 0.7 word and 0.3 character frequency."""
    known = lexicon()
    reading = known.readings.get(word)
    if reading is None:
        return ()
    own = known.frequency[word]
    found = []
    for other in known.alike[tuple(map(blurred, reading))]:
        share = known.frequency[other] / own
        if share < _RARER[off]:
            break  # they come most frequent first
        if other != word and sum(map(slips, reading, known.readings[other])) == off:
            marks = [known.written[new] / known.written[old] for new, old in zip(other, word, strict=True)]
            found.append((other, 0.7 * min(1.0, share) + 0.3 * min(1.0, *marks)))
    return found[:_SHOWN]


@functools.lru_cache(maxsize=10_000)
def _marks_sounding(mark: str, off: int) -> Sequence[tuple[str, float]]:
    """Frequent characters with the sound of `mark`: all that carry the same tone, others at a fifth of the weight."""
    known = lexicon()
    reading = known.readings.get(mark)
    if reading is None:
        return ()
    alike = [
        other
        for other in known.alike[(blurred(reading[0]),)]
        if len(other) == 1 and other != mark and slips(reading[0], known.readings[other][0]) == off
    ]
    alike.sort(key=lambda other: -known.written[other])
    found = []
    for other in alike[:_SHOWN]:
        share = min(1.0, known.written[other] / known.written[mark])
        same_tone = off > 0 or known.tones[other] == known.tones[mark]
        if share >= 0.25:
            found.append((other, share * (1.0 if same_tone else 0.2)))
    return found


@functools.cache
def _confused() -> Mapping[str, Sequence[str]]:
    confused: Mapping[str, Sequence[str]] = table("chinese")["confused"]
    return confused


@functools.cache
def _singles() -> Mapping[str, Sequence[str]]:
    """Character -> those of its group, heaviest first."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for group in table("chinese")["single"]["groups"]:
        for mark in group:
            groups[mark] += [other for other in group if other != mark]
    return groups


@functools.cache
def _shapes() -> Mapping[str, Sequence[str]]:
    """Character -> those that look like it; a pair holds in both directions."""
    shapes: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in table("chinese")["shapes"]["pairs"].split():
        shapes[one].append(other)
        shapes[other].append(one)
    return shapes
