"""The rules for mistakes in Chinese. Each offers every place it could strike; `make` chooses among them.

The kinds follow what pycorrector and MaiBot's typo generator tell apart; words and weights are this project's own.
English inside a Chinese text is never touched: only Chinese characters and the punctuation between them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from zishu_app.dialogue.mistakes.change import Change
from zishu_app.dialogue.mistakes.guard import HAN
from zishu_app.dialogue.mistakes.sentence import Sentence
from zishu_app.dialogue.mistakes.substitutes import (
    homophone_character,
    homophone_word,
    near_pinyin,
    similar_shape,
)
from zishu_app.dialogue.mistakes.tables import table, words_of
from zishu_app.dialogue.mistakes.words import Word, lexicon

_ENDS = re.compile(rf"(?<=[{HAN}])([。！？!?])(?=\s*$)", re.MULTILINE)
_COMMA = re.compile(rf"(?<=[{HAN}])[，,][ ]?(?=[{HAN}])")
_PARTICLE_END = re.compile(rf"(?<=[{HAN}]{{3}})([吗呢吧啊呀了])(?=[，,。！？!?~～…\s]|$)")
#: a question that is already one: 吗 after it is too much
_ASKING = re.compile(rf"什么|怎么|哪[里儿个]|谁|为什么|多少|([{HAN}])[不没]\1|有没有|还是")
#: ... unless it asks whether there is anything, or whether one knows something
_ASKING_WHETHER = re.compile(r"有(?!没有)|知道|能|可以|会|要|想|记得|懂|觉得|认为|[吗呢吧啊呀嘛]")
_QUESTION = re.compile(rf"[{HAN}]{{4,60}}(?=[？?])")
#: whole words whose 的 is at times typed 得
_DE_WORDS = frozenset(("真的", "有的", "好的"))

#: word classes after which 得 and 地 are the particles: 跑得快, 慢慢地走
_BEFORE_DE = {"得": ("v", "a", "z"), "地": ("a", "d", "z", "i", "l")}


def swapped_characters(sentence: Sentence) -> Iterator[Change]:
    """Two neighbours in a word change places; a word of two only where that gives another word (蜜蜂, 蜂蜜)."""
    frequency = lexicon().frequency
    for word in sentence.words:
        text = word.text
        if not word.tag or len(text) < 2:
            continue
        if len(text) == 2:
            if text[0] != text[1] and frequency.get(text[::-1], 0) >= 0.1 * frequency[text]:
                yield Change(word.start, word.end, text[::-1], 0.5)
            continue
        for place, (one, other) in enumerate(pairwise(text)):
            if one != other:
                start = word.start + place
                yield Change(start, start + 2, other + one, 0.6 if place else 0.2)


def missing_character(sentence: Sentence) -> Iterator[Change]:
    """A small word, or the end of a longer one, is lost on the way; only inside a clause, where it shows."""
    small = words_of("chinese", "slips", "left_out")
    for before, word in sentence.pairs():
        follows = re.match(f"[{HAN}]", sentence.after(word.end))
        if not word.tag or not follows:
            continue
        if len(word.text) == 1:
            if before is not None and word.text in small:
                yield Change(word.start, word.end, "")
        elif _shows_when_short(word.text):
            yield Change(word.end - 1, word.end, "", 0.25 if len(word.text) == 2 else 0.4)


def doubled_character(sentence: Sentence) -> Iterator[Change]:
    """A character is typed or committed twice."""
    small = words_of("chinese", "slips", "twice")
    frequency = lexicon().frequency
    for word in sentence.words:
        last = word.text[-1]
        if not word.tag or word.text + last in frequency or sentence.after(word.end) == last:
            continue
        if word.text in small:
            yield Change(word.start, word.end, last * 2, 0.8)
        elif len(word.text) > 1 and word.text[-2] != last:
            yield Change(word.end - 1, word.end, last * 2, 0.4)


def de(sentence: Sentence) -> Iterator[Change]:
    """的, 得 and 地 sound the same. 的 is typed for the others far more often than the other way round."""
    for before, word in sentence.pairs():
        if word.text in _DE_WORDS:
            yield Change(word.end - 1, word.end, "得", 0.4)
        if before is None or not before.tag:
            continue
        if before.tag.startswith(_BEFORE_DE.get(word.text, ())):
            yield Change(word.start, word.end, "的")
        elif word.text == "的":
            yield from _wrong_de(sentence, before, word)


def wrong_particle(sentence: Sentence) -> Iterator[Change]:
    """A particle at the end of a clause gives way to one that sounds like it."""
    particles: Mapping[str, Sequence[str]] = table("chinese")["particles"]
    for match in _PARTICLE_END.finditer(sentence.text):
        for rank, wrong in enumerate(particles[match.group()]):
            yield Change(match.start(), match.end(), wrong, 1.0 / (1 + 2 * rank))


def missing_particle(sentence: Sentence) -> Iterator[Change]:
    """The particle at the end of a clause is left out."""
    for match in _PARTICLE_END.finditer(sentence.text):
        yield Change(match.start(), match.end(), "")


def extra_particle(sentence: Sentence) -> Iterator[Change]:
    """吗 after a question that is one already (你叫什么名字吗), 了 after 了 or 的."""
    for match in _QUESTION.finditer(sentence.text):
        if _ASKING.search(match.group()) and not _ASKING_WHETHER.search(match.group()):
            yield Change(match.end(), match.end(), "吗")
    for match in re.finditer(rf"(?<=[{HAN}]{{3}})[的了](?=[，。！!]|$)", sentence.text):
        yield Change(match.end(), match.end(), "了", 0.3)


def missing_end_punctuation(sentence: Sentence) -> Iterator[Change]:
    """The mark at the end of a line is not typed, as is usual in a chat."""
    for match in _ENDS.finditer(sentence.text):
        yield Change(match.start(), match.end(), "", 0.7 if match.group() in "？?" else 1.0)


def space_for_comma(sentence: Sentence) -> Iterator[Change]:
    """A space where a comma belongs: one key instead of changing the keyboard."""
    for match in _COMMA.finditer(sentence.text):
        yield Change(match.start(), match.end(), " ")


Rule = Callable[[Sentence], Iterator[Change]]

#: kind -> how often it is met among mistakes, and the rule that finds its places
RULES: Mapping[str, tuple[float, Rule]] = {
    "homophone_word": (20.0, homophone_word),
    "homophone_character": (18.0, homophone_character),
    "de": (12.0, de),
    "near_pinyin": (7.0, near_pinyin),
    "similar_shape": (4.0, similar_shape),
    "swapped_characters": (3.0, swapped_characters),
    "missing_character": (6.0, missing_character),
    "doubled_character": (4.0, doubled_character),
    "wrong_particle": (6.0, wrong_particle),
    "missing_particle": (2.0, missing_particle),
    "extra_particle": (3.0, extra_particle),
    "missing_end_punctuation": (6.0, missing_end_punctuation),
    "space_for_comma": (5.0, space_for_comma),
}


def _shows_when_short(word: str) -> bool:
    """Whether the word without its last character is seen to be wrong: 觉 for 觉得 is, 但 for 但是 is not."""
    frequency = lexicon().frequency
    return frequency[word] >= 3000 and frequency.get(word[:-1], 0) < frequency[word]


def _wrong_de(sentence: Sentence, before: Word, word: Word) -> Iterator[Change]:
    """得 or 地 for 的: after an adjective or adverb, or between a describing word and what it describes."""
    inside = re.match(f"[{HAN}]", sentence.after(word.end)) is not None
    if before.tag.startswith(("a", "z", "d")):
        yield Change(word.start, word.end, "得", 0.35)
        if inside:
            yield Change(word.start, word.end, "地", 0.2)
    elif inside:
        yield Change(word.start, word.end, "得", 0.15)
