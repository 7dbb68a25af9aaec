"""Put a typing mistake or two into a clean message, and take them out again.

The mistakes come after the text was generated and are made by rule, so that their rate is known, and every one
is written down with what stood there: the clean text is never lost, and the pairs are material of their own.
"""

import gc
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from zishu_app.core.chance import dice
from zishu_app.core.texts import Language
from zishu_app.dialogue.mistakes import chinese, english
from zishu_app.dialogue.mistakes.change import Change
from zishu_app.dialogue.mistakes.guard import Span, meaning, merged, touches, untouchable
from zishu_app.dialogue.mistakes.sentence import read_sentence
from zishu_app.dialogue.mistakes.tables import words_of

#: a message this long may have a second mistake (Chinese characters; English letters)
_LONG: Mapping[Language, int] = {"zh": 40, "en": 140}
#: two mistakes closer than this would be one muddle
_APART: Mapping[Language, int] = {"zh": 4, "en": 12}
#: how many chosen places may be found unfit before the message is left as it is
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: [start, end) in the text with mistakes, what stood there in the clean text, and which rule."""

    start: int
    end: int
    original: str
    kind: str


@dataclass(frozen=True, slots=True)
class Marred:
    """A text with its mistakes, in order; none where the text offered no fitting place."""

    text: str
    mistakes: tuple[Mistake, ...]


#: sentences on which every rule is tried once
_TRIAL: dict[Language, str] = {
    "zh": "我想问一下，这个方法在实际生活中到底应该怎么用？",
    "en": "I would like to know how this works in practice, because it really doesn't.",
}


def prepare(language: Language) -> None:
    """Read all tables the mistakes of a language need (about a second): call it off the event loop.

    They stay for the life of the process. The garbage collector is told so: else each of its full rounds walks
    through hundreds of thousands of words, which holds everybody up for more than a tenth of a second.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        make_mistakes(_TRIAL[language], language=language, seed=0)
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def make_mistakes(text: str, *, language: Language, seed: int, protected: Sequence[str] = ()) -> Marred:
    """One mistake in `text`, at times two or three in a long one; the same for the same `seed`.

    `protected`: names and terms that must stay as they are. `language` is that of the user who types: only its
    script is touched.
    """
    chance = dice(seed, "mistakes", zlib.crc32(text.encode("utf-8", "surrogatepass")))
    offers = _offers(text, language)
    kept = untouchable(text, protected)
    chosen: list[tuple[str, Change]] = []
    for _ in range(_how_many(text, language, chance)):
        picked = _pick(text, offers, kept, chance)
        if picked is None:
            break
        chosen.append(picked)
        change = picked[1]
        kept = merged([*kept, (change.start - _APART[language], change.end + _APART[language])])
    return _apply(text, sorted(chosen, key=lambda one: one[1].start))


def restore(text: str, mistakes: Iterable[Mistake]) -> str:
    """The clean text, exactly as it was before `mistakes` were made."""
    for mistake in sorted(mistakes, key=lambda one: one.start, reverse=True):
        text = text[: mistake.start] + mistake.original + text[mistake.end :]
    return text


def _offers(text: str, language: Language) -> dict[str, tuple[float, list[Change]]]:
    """Every kind that finds a place: how often it is met, and its places."""
    if language == "zh":
        sentence = read_sentence(text)
        found = {kind: (weight, list(rule(sentence))) for kind, (weight, rule) in chinese.RULES.items()}
    else:
        reading = english.read(text)
        found = {kind: (weight, list(rule(reading))) for kind, (weight, rule) in english.RULES.items()}
    return {kind: (weight, changes) for kind, (weight, changes) in found.items() if changes}


def _how_many(text: str, language: Language, chance: Random) -> int:
    """How many mistakes to try: one, in a long message at times two, in a very long one at times three."""
    drawn = chance.random()
    size = len(text) / _LONG[language]
    if size > 2 and drawn < 0.1:
        return 3
    return 2 if size > 1 and drawn < 0.3 else 1


def _pick(
    text: str, offers: Mapping[str, tuple[float, list[Change]]], kept: Sequence[Span], chance: Random
) -> tuple[str, Change] | None:
    """Draw a kind, then one of its places, until one is fit. A kind counts as much as its best place is believable."""
    free = {
        kind: (weight, [change for change in changes if not touches(change.start, change.end, kept)])
        for kind, (weight, changes) in offers.items()
    }
    said = meaning(text)
    for _ in range(_TRIES):
        kinds = [kind for kind, (_, changes) in free.items() if changes]
        if not kinds:
            return None
        believable = [
            free[kind][0] * min(1.0, max(change.weight for change in free[kind][1])) for kind in kinds
        ]
        kind = chance.choices(kinds, believable)[0]
        changes = free[kind][1]
        change = chance.choices(changes, [change.weight for change in changes])[0]
        if _fits(text, change, said):
            return kind, change
        changes.remove(change)
    return None


def _fits(text: str, change: Change, said: list[str]) -> bool:
    """Whether the change really changes something, says nothing rude, and leaves numbers and negations alone."""
    old = text[change.start : change.end]
    rude_marks, rude_words = words_of("chinese", "never"), words_of("english", "never")
    is_rude = rude_marks.intersection(set(change.new) - set(old)) or rude_words.intersection(
        change.new.lower().split()
    )
    if change.new == old or is_rude:
        return False
    return meaning(text[: change.start] + change.new + text[change.end :]) == said


def _apply(text: str, chosen: Iterable[tuple[str, Change]]) -> Marred:
    """The text with the chosen changes, which are in order, and where they are now."""
    pieces: list[str] = []
    mistakes: list[Mistake] = []
    done = grown = 0
    for kind, change in chosen:
        pieces += [text[done : change.start], change.new]
        start = change.start + grown
        mistakes.append(Mistake(start, start + len(change.new), text[change.start : change.end], kind))
        grown += len(change.new) - (change.end - change.start)
        done = change.end
    return Marred("".join(pieces) + text[done:], tuple(mistakes))
