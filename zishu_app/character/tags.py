"""Feelings in a stream of text: `[happy]` is taken out and told, everything else goes on as it came.

Models write tags in many ways and break them in more: in brackets of every kind, in Chinese, with a word before or a
number behind, cut between two pieces, or never closed. What is no feeling ([1], a link, code) is text. What is told
hangs on the text alone and never on how it was cut into pieces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: the bracket that closes each bracket that opens
_CLOSES = {"[": "]", "【": "】", "<": ">", "［": "］", "〔": "〕"}
#: characters of the longest tag, of a beginning that is dropped where the reply breaks off, and of a fence of code
LONGEST, BROKEN, FENCE = 32, 3, 3

#: what feelings are called, beside their own names
NAMES: dict[str, str] = {
    "calm": "calm", "neutral": "calm", "平静": "calm", "普通": "calm", "温柔": "calm", "平和": "calm", "认真": "calm",
    "happy": "happy", "joy": "happy", "glad": "happy", "smile": "happy", "excited": "happy", "love": "happy",
    "开心": "happy", "高兴": "happy", "微笑": "happy", "喜悦": "happy", "兴奋": "happy", "愉快": "happy", "快乐": "happy",
    "laughing": "laughing", "laugh": "laughing", "amused": "laughing", "大笑": "laughing", "笑": "laughing",
    "偷笑": "laughing", "捧腹": "laughing",
    "shy": "shy", "embarrassed": "shy", "blush": "shy", "害羞": "shy", "脸红": "shy", "羞涩": "shy", "不好意思": "shy",
    "surprised": "surprised", "surprise": "surprised", "shocked": "surprised", "惊讶": "surprised", "吃惊": "surprised",
    "震惊": "surprised", "惊喜": "surprised",
    "sad": "sad", "sadness": "sad", "crying": "sad", "worried": "sad", "难过": "sad", "伤心": "sad", "悲伤": "sad",
    "委屈": "sad", "担心": "sad", "失落": "sad", "心疼": "sad",
    "angry": "angry", "anger": "angry", "annoyed": "angry", "pout": "angry", "生气": "angry", "愤怒": "angry",
    "傲娇": "angry", "不满": "angry", "恼火": "angry",
    "thinking": "thinking", "curious": "thinking", "confused": "thinking", "思考": "thinking", "疑惑": "thinking",
    "好奇": "thinking", "困惑": "thinking", "沉思": "thinking",
    "proud": "proud", "confident": "proud", "得意": "proud", "骄傲": "proud", "自豪": "proud", "自信": "proud",
    "sleepy": "sleepy", "tired": "sleepy", "困": "sleepy", "困倦": "sleepy", "疲惫": "sleepy", "犯困": "sleepy",
}  # fmt: skip

_WORDS = "mood|emotion|expression|feeling|face|心情|情绪|表情|神态"
#: before the word, the word before the feeling (whole, and as far as it has come), and what may stand behind it
_FORE = re.compile(r"^[\s/]+")
_LEAD = re.compile(rf"^(?:{_WORDS})[\s:：=]+", re.IGNORECASE)
_LEADING = re.compile(
    "|".join(rf"{re.escape(word[:size])}" for word in _WORDS.split("|") for size in range(1, len(word)))
    + rf"|(?:{_WORDS})[\s:：=]*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,，:：=.%\d]*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_LONGEST_FIRST = sorted(NAMES, key=len, reverse=True)
_BEGINNINGS = frozenset(name[:size] for name in NAMES for size in range(len(name) + 1))


@dataclass(frozen=True, slots=True)
class Spoken:
    """Text to be shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Felt:
    """A feeling, and how strong it is, from 0 to 1."""

    emotion: str
    strength: float = 1.0


class TagReader:
    """Reads one reply. What may become a tag is held back until that is known, some `LONGEST` characters at most."""

    def __init__(self) -> None:
        self._held = ""
        self._code = _Code()
        #: the last character shown; a tag came after it
        self._last, self._tagged = "", False

    def feed(self, piece: str) -> Iterator[Spoken | Felt]:
        """What can be told by now."""
        yield from self._read(piece, ended=False)

    def finish(self) -> Iterator[Spoken | Felt]:
        """The end of the reply: a tag that was never closed is dropped, anything else is text."""
        yield from self._read("", ended=True)

    def _read(self, piece: str, *, ended: bool) -> Iterator[Spoken | Felt]:
        held, self._held = self._held + piece, ""
        begin = at = 0
        while at < len(held):
            self._code.read(held[at])
            if held[at] not in _CLOSES or self._code.inside:
                at += 1
                continue
            found, length = _look(held, at, ended=ended)
            if length < 0:  # it may still become one
                self._held = held[at:]
                break
            if not length:
                at += 1
                continue
            yield from self._spoken(held[begin:at])
            if found is not None:
                self._tagged = True
                yield found
            begin = at = at + length
        yield from self._spoken(held[begin:at])

    def _spoken(self, text: str) -> Iterator[Spoken]:
        """White space that stood around a tag is not shown twice, and none before the first word."""
        if self._tagged and text:
            if not self._last:
                text = text.lstrip()
            elif text[0] == self._last == "\n" or (text[0] == " " and self._last.isspace()):
                text = text[1:]
            self._tagged = not self._last and not text
        if text:
            self._last = text[-1]
            yield Spoken(text)


class _Code:
    """Whether what is read is code, where brackets mean something else: between backticks, as Markdown has it."""

    def __init__(self) -> None:
        self._run = self._open = 0

    @property
    def inside(self) -> bool:
        return self._open > 0

    def read(self, char: str) -> None:
        """One character more."""
        if char == "`":
            self._run += 1
            return
        if self._run:
            closes = self._run >= FENCE if self._open >= FENCE else self._run == self._open
            self._open = self._run if not self._open else 0 if closes else self._open
            self._run = 0
        if char == "\n" and self._open < FENCE:
            self._open = 0  # a backtick alone in its line begins nothing


def whole(text: str) -> Iterator[Spoken | Felt]:
    """What a text says that is there to its end."""
    reader = TagReader()
    yield from reader.feed(text)
    yield from reader.finish()


def without_tags(text: str) -> str:
    """A whole text without its tags."""
    return "".join(one.text for one in whole(text) if isinstance(one, Spoken))


def read_tag(inner: str) -> Felt | None:
    """The feeling that the inside of a bracket names; None where it is something else."""
    if not _may_become(inner):
        return None
    word = _LEAD.sub("", _FORE.sub("", inner)).casefold()
    for name in _LONGEST_FIRST:
        if word.startswith(name) and _TAIL.fullmatch(word, len(name)):
            number = _NUMBER.search(word, len(name))
            return Felt(NAMES[name], _share(float(number[0])) if number else 1.0)
    return None


def _look(held: str, at: int, *, ended: bool) -> tuple[Felt | None, int]:
    """What begins at a bracket and how long it is; 0: text; -1: not known yet. Where the reply has ended, a broken tag
    is told by a length without a feeling.
    """
    opens, closes = held[at], _CLOSES[held[at]]
    width = 2 if held.startswith(opens * 2, at) else 1
    start = at + width
    end = held.find(closes * width, start, start + LONGEST + width)
    inner = held[start:end] if end >= 0 else held[start : start + LONGEST + 1]
    if end < 0 and not (held.endswith(closes) and width > 1):
        if not _may_become(inner):
            return None, 0
        return _broken(inner, len(held) - at) if ended else (None, -1)
    if end < 0:  # the second of two closing brackets may be on its way
        return (None, 0) if ended or read_tag(inner.removesuffix(closes)) is None else (None, -1)
    found = read_tag(inner)
    if found is None:
        return None, 0
    after = end + width
    if opens == "[" and width == 1:  # [happy](address) is a link
        if after == len(held) and not ended:
            return None, -1
        if held.startswith("(", after):
            return None, 0
    return found, after - at


def _broken(inner: str, length: int) -> tuple[Felt | None, int]:
    """A tag in the middle of which the reply ended."""
    if (found := read_tag(inner)) is not None:
        return found, length
    word = _FORE.sub("", inner)
    return None, length if len(word) >= BROKEN or (word and not word.isascii()) else 0


def _may_become(inner: str) -> bool:
    """Whether what is open so far can still be closed as a feeling; so can then all that it begins with."""
    if len(inner) > LONGEST or "\n" in inner:
        return False
    word = _FORE.sub("", inner)
    if _LEADING.fullmatch(word):
        return True
    word = _LEAD.sub("", word).casefold()
    return word in _BEGINNINGS or any(
        word.startswith(name) and _TAIL.fullmatch(word, len(name)) for name in NAMES
    )


def _share(number: float) -> float:
    """0.8, 8 of 10, or 80 percent."""
    return min(number / (1 if number <= 1 else 10 if number <= 10 else 100), 1.0)
