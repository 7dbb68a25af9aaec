"""The rules for mistakes in English. Each offers every place it could strike; `make` chooses among them.

Fingers slip on common words only (`[common]` in english.toml): a word that is not there may be a name or a term, and
a message is not clearer for a name spelt wrong. Chinese inside an English text is never touched.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from zishu_app.dialogue.mistakes.change import Change
from zishu_app.dialogue.mistakes.letters import (
    doubled_letters,
    missing_letters,
    neighbour_keys,
    swapped_letters,
)
from zishu_app.dialogue.mistakes.tables import table, words_of

_TOKEN = re.compile(r"(?<![\w'’])[A-Za-z]+(?:['’][A-Za-z]+)*(?![\w'’])", re.ASCII)
_SENTENCE_START = re.compile(r"(?:^|[.!?]|\n)[\s\"(]*$")
_END = re.compile(r"(?<=[A-Za-z])[.!?](?=\s*$)", re.MULTILINE)
#: shorter words are typed in one go
_SHORTEST = 4
_SINGULAR = frozenset(
    ("he", "she", "it", "everyone", "everybody", "someone", "everything", "this", "that", "who")
)
_PLURAL = {"are": "is", "were": "was", "have": "has"}
#: these stand in nearly every message and would crowd out the rest; a slip in them is no commoner than elsewhere
_EVERYWHERE = frozenset(
    ("of", "off", "from", "form", "the", "and", "that", "this", "have", "with", "what", "like", "want")
)


@dataclass(frozen=True, slots=True)
class Token:
    """An English word where it stands. `word`: in lower case, with a straight apostrophe; `first`: of a sentence."""

    start: int
    text: str
    word: str
    first: bool

    @property
    def end(self) -> int:
        """Where the word ends (exclusive)."""
        return self.start + len(self.text)

    def replaced(self, word: str, weight: float = 1.0) -> Change:
        """The change to `word`, with a capital where there was one."""
        cased = word[:1].upper() + word[1:] if self.text[0].isupper() else word
        return Change(self.start, self.end, cased, weight)


@dataclass(frozen=True, slots=True)
class Reading:
    """An English text and the words in it."""

    text: str
    tokens: tuple[Token, ...]

    def pairs(self) -> Iterator[tuple[Token, Token]]:
        """Words that stand side by side with one space between them."""
        for one, other in pairwise(self.tokens):
            if self.text[one.end : other.start] == " ":
                yield one, other


def read(text: str) -> Reading:
    """Find the words of `text`."""
    tokens = (
        Token(
            match.start(),
            match.group(),
            match.group().lower().replace("’", "'"),
            _SENTENCE_START.search(text, max(0, match.start() - 8), match.start()) is not None,
        )
        for match in _TOKEN.finditer(text)
    )
    return Reading(text, tuple(tokens))


def _slipping(
    spellings: Callable[[str], Sequence[tuple[str, float]]],
) -> Callable[[Reading], Iterator[Change]]:
    """The rule by which a finger slips on a common word; `spellings` lists how a word comes out."""

    def rule(reading: Reading) -> Iterator[Change]:
        common = words_of("english", "common")
        for token in reading.tokens:
            if len(token.word) >= _SHORTEST and token.word in common:
                for wrong, weight in spellings(token.word):
                    yield token.replaced(wrong, weight)

    return rule


def misspelling(reading: Reading) -> Iterator[Change]:
    """A word that many people spell wrong, or two words written as one."""
    misspelt = table("english")["misspelt"]
    for token in reading.tokens:
        for wrong in misspelt.get(token.word, ()):
            yield token.replaced(wrong, 0.3 if token.word in _EVERYWHERE else 1.0)
    for one, other in reading.pairs():
        for wrong in misspelt.get(f"{one.word} {other.word}", ()):
            yield Change(one.start, other.end, one.replaced(wrong).new)


def confused_word(reading: Reading) -> Iterator[Change]:
    """A word for another that sounds or looks like it: their/there, your/you're, then/than, lose/loose."""
    confused = table("english")["confused"]
    followed = {one.start: other.word for one, other in reading.pairs()}
    for token in reading.tokens:
        if token.word in ("used", "supposed") and followed.get(token.start) != "to":
            continue
        for wrong in confused.get(token.word, ()):
            yield token.replaced(wrong, 0.3 if token.word in _EVERYWHERE else 1.0)


def missing_article(reading: Reading) -> Iterator[Change]:
    """a, an or the is left out inside a sentence."""
    for one, other in reading.pairs():
        if one.word in ("a", "an", "the") and not one.first and other.word != "lot":
            yield Change(one.start, other.start, "")


def wrong_article(reading: Reading) -> Iterator[Change]:
    """a before a vowel, an before a consonant."""
    for one, other in reading.pairs():
        if one.word == "an":
            yield one.replaced("a")
        elif one.word == "a" and other.word[0] not in "aeiouh":
            yield one.replaced("an", 0.3)


def agreement(reading: Reading) -> Iterator[Change]:
    """Verb and subject disagree: he go, there is many, they was."""
    plain = _plain_forms()
    for one, other in reading.pairs():
        if one.word in _SINGULAR and other.word in plain and other.word != "is":
            yield other.replaced(plain[other.word])
        elif one.word in ("we", "they", "you", "people") and other.word in _PLURAL:
            yield other.replaced(_PLURAL[other.word], 0.7)
        elif one.word == "does" and other.word in _SINGULAR:
            yield one.replaced("do", 0.5)
        elif one.word == "there" and other.word in ("is", "are"):
            yield other.replaced("are" if other.word == "is" else "is", 0.8)
        elif one.word in ("everyone", "everybody", "everything") and other.word == "is":
            yield other.replaced("are", 0.7)


def missing_apostrophe(reading: Reading) -> Iterator[Change]:
    """Im, thats, whats, my friends house."""
    for token in reading.tokens:
        if "'" in token.word:
            weight = 0.3 if token.word in ("i'll", "we'll", "he'll", "she'll", "i'd", "we'd") else 1.0
            yield token.replaced(token.word.replace("'", ""), weight)


def missing_capital(reading: Reading) -> Iterator[Change]:
    """A sentence begins with a small letter, or i stands for I."""
    common = words_of("english", "common")
    for token in reading.tokens:
        if token.word == "i" or token.word.startswith("i'"):
            if token.text[0] == "I":
                yield Change(token.start, token.end, "i" + token.text[1:], 0.8)
        elif token.first and token.text[0].isupper() and token.word.split("'")[0] in common:
            yield Change(token.start, token.end, token.text[0].lower() + token.text[1:])


def missing_end_punctuation(reading: Reading) -> Iterator[Change]:
    """The mark at the end of a line is not typed."""
    for match in _END.finditer(reading.text):
        yield Change(match.start(), match.end(), "", 0.6 if match.group() == "?" else 1.0)


Rule = Callable[[Reading], Iterator[Change]]

#: kind -> how often it is met among mistakes, and the rule that finds its places
RULES: Mapping[str, tuple[float, Rule]] = {
    "keyboard_neighbour": (9.0, _slipping(neighbour_keys)),
    "doubled_letter": (5.0, _slipping(doubled_letters)),
    "missing_letter": (10.0, _slipping(missing_letters)),
    "swapped_letters": (10.0, _slipping(swapped_letters)),
    "misspelling": (12.0, misspelling),
    "confused_word": (14.0, confused_word),
    "missing_article": (5.0, missing_article),
    "wrong_article": (3.0, wrong_article),
    "agreement": (5.0, agreement),
    "missing_apostrophe": (10.0, missing_apostrophe),
    "missing_capital": (9.0, missing_capital),
    "missing_end_punctuation": (8.0, missing_end_punctuation),
}


@functools.cache
def _plain_forms() -> Mapping[str, str]:
    """Third person -> plain form: works -> work, goes -> go."""
    regular = {f"{verb}s": verb for verb in words_of("english", "third_person_regular")}
    return regular | dict(table("english")["third_person"])
