"""What of a memory may stand elsewhere, and the sentences that give it away. Pure.

Her own words about it are other words, so a sentence goes when it holds something that tells by itself (a name, a number, an
address, whatever is no common word), or all that the memory consists of. It is better to lose a sentence too many than
to keep one that tells.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from zishu_app.core.terms import folded

#: answers that tell by themselves, whatever word they are
TELLING = frozenset(
    [
        "name",
        "called",
        "surname",
        "nickname",
        "english name",
        "middle name",
        "home",
        "hometown",
        "address",
        "work",
    ]
    + ["company", "school", "phone", "email", "wechat", "plate", "birthday", "born"]
)
_SENTENCE = re.compile(r".+?(?:[。！？!?\n；;…]+|\.(?=\s)|$)\s*", re.DOTALL)
#: what every memory may say, and what only joins the rest of it
_FRAME = re.compile(
    r"用户的?|大家都叫|希望被叫作|的名字是|名字|的生日是|养了[一两三四五六七八九十]?[只条个匹]?|和(?=.*一起住)|一起住"
    r"|不再|答应会?|\d{4}年|\d{1,2}月\d{1,2}日|（周.）|最?(?:不?喜欢|讨厌|热爱|爱)|住在|来自|老家在?|出生在|长大|过敏|有|是|叫|怕|在|对|不|吃|喝|的|了"
    r"|\bthe user(?:'s)?\b|\b(?:is|was|has|had|name|called|lives?|likes?|loves?|hates?|enjoys?|does|not|no|longer|wants?|to|be|from"
    r"|works?|at|in|on|for|as|an?|the|of|and|years?|old|with|their|they|them|cannot|promised|used|favou?rite|birthday|born)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\b|\b20\d\d\b",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:[-'.@][^\W_]+)*"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
#: characters of words next to each other that are taken for one name
LONGEST_NAME = 8
#: characters from which a text is looked for word for word
LEAST_WHOLE = 6
_TASTE = re.compile(
    r"喜欢|爱|讨厌|受不了|不吃|不喝|怕|戒|like|love|hate|enjoy|prefer|fan of|stand|afraid|eat|drink",
    re.IGNORECASE,
)
#: characters that say nothing by themselves
_LITTLE = frozenset(
    "要去会能很也都就再又得着过给把被让从到和跟与或上下里中内外前后时个只次天年月日号点今明昨每这那哪谁我你他她它们吗呢吧啊呀哦嗯还最太真好大小多少"
)
#: the words a run of Chinese characters consists of; what is no word comes character by character
Cut = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """A text to be forgotten, with what it answers."""

    text: str
    slot: str = ""
    value: str = ""
    #: 'fact', 'preference' ...
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Traces:
    """What gives a memory away."""

    #: tells by itself
    telling: tuple[str, ...] = ()
    #: what tells only together, one memory each; and whether only in a sentence about tastes
    together: tuple[tuple[tuple[str, ...], bool], ...] = ()
    #: whole texts
    whole: tuple[str, ...] = field(default=(), repr=False)

    def hold(self, text: str, *, near: bool = False) -> bool:
        """Whether a text gives it away. `near`: it answers what is forgotten, so that any part of it does."""
        said = folded(text)
        if any(one in said for one in (*self.telling, *self.whole)):
            return True
        for pieces, taste in self.together:
            found = [piece for piece in pieces if piece in said]
            if near and found:
                return True
            if len(found) == len(pieces) and (not taste or _TASTE.search(said)):
                return True
        return False

    def in_any(self, text: str) -> bool:
        """Whether the whole of a text, or a sentence of it, gives it away."""
        return any(one in folded(text) for one in self.whole) or any(map(self.hold, _SENTENCE.findall(text)))

    def without(self, text: str, mark: str, *, near: bool = False) -> str:
        """The text without the sentences that give it away: `mark` stands in their place, once for neighbours."""
        kept: list[str] = []
        for sentence in _SENTENCE.findall(text):
            if not self.hold(sentence, near=near):
                kept.append(sentence)
            elif not kept or kept[-1] != mark:
                kept.append(mark)
        return "".join(kept)


def traces(said: Iterable[Said], whole: Sequence[str], cut: Cut) -> Traces:
    """What gives these texts away. `whole`: what was said when they were learnt, to be found word for word."""
    telling: dict[str, None] = {}
    together: dict[tuple[tuple[str, ...], bool], None] = {}
    texts = [folded(one) for one in whole if len(one) >= LEAST_WHOLE]
    for one in said:
        texts.append(folded(one.text))
        pieces = pieces_of(one.text, cut)
        telling |= dict.fromkeys(piece for piece, tells in pieces.items() if tells)
        if (
            one.value
            and one.slot.rpartition(".")[2].partition(":")[0] in TELLING
            and not one.value.startswith("not:")
        ):
            telling[folded(one.value)] = None
        parts = [name for name in pieces if not any(part in name for part in pieces if part != name)]
        if parts:
            together[tuple(parts), len(parts) == 1 and one.kind == "preference"] = None
    return Traces(tuple(telling), tuple(together), tuple(dict.fromkeys(texts)))


def pieces_of(text: str, cut: Cut) -> dict[str, bool]:
    """What is left of a memory without the words that every memory has; and whether it tells by itself."""
    pieces: dict[str, bool] = {}
    for piece in _PIECE.findall(_FRAME.sub(" ", text)):
        if piece[0].isascii() or not _is_han(piece):
            pieces[folded(piece)] = _tells(piece, first=text.startswith(piece))
        else:
            pieces |= _han_pieces(piece, cut)
    return pieces


def _han_pieces(run: str, cut: Cut) -> dict[str, bool]:
    """Words of the dictionary, and what stands between them: two characters that are no word are a name."""
    pieces: dict[str, bool] = {}
    unknown = ""
    for word in (*cut(run), ""):
        if len(word) == 1 and word not in _LITTLE:
            unknown += word
            continue
        if unknown:
            pieces[unknown] = len(unknown) > 1
            unknown = ""
        if len(word) > 1:
            pieces[word] = False
    if len(pieces) > 1 and len(run) <= LONGEST_NAME:
        pieces[run] = True  # words next to each other: a place, a name made of words
    return pieces


def _tells(piece: str, *, first: bool) -> bool:
    """A Latin piece: a name, or a number of some length."""
    digits = sum(one.isdigit() for one in piece)
    named = piece[0].isupper() and not first and len(piece) > 2
    return digits >= 3 or (digits > 0 and len(piece) >= 4) or named or "@" in piece


def _is_han(piece: str) -> bool:
    return _HAN.match(piece) is not None
