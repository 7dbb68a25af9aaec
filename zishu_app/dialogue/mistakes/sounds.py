"""How Chinese syllables are written in pinyin without tones, and which of them people mix up.

Input methods take pinyin without tones, so two words with the same letters stand side by side in the same
list of candidates. Speakers of many regions also mix n/l, zh/z, ch/c, sh/s, f/h, an/ang, en/eng and in/ing.
"""

from functools import cache

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm")
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_MIXED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
#: f and h are only mixed up before u; the h side is written with the u, the f side without
_MIXED_WHOLE = {"hu": "fu", "hua": "fa", "huan": "fan", "huang": "fang", "hui": "fei", "hun": "fen"}


def plain(syllable: str) -> str:
    """A syllable as it is typed: without tone marks, ü as v."""
    return syllable.translate(_TONES)


@cache
def split(syllable: str) -> tuple[str, str]:
    """A typed syllable as (initial, final); the initial is empty in `an` or `er`."""
    initial = next((start for start in _INITIALS if syllable.startswith(start)), "")
    return initial, syllable[len(initial) :]


@cache
def blurred(syllable: str) -> str:
    """One form for all syllables that are mixed up with this one, e.g. `lan` for nan, lan, nang and lang."""
    initial, final = split(_MIXED_WHOLE.get(syllable, syllable))
    if final.endswith(("ang", "eng", "ing")):
        final = final[:-1]
    return _MIXED_INITIALS.get(initial, initial) + final


def slips(one: str, other: str) -> int:
    """How many confusions lie between two syllables of the same blurred form (0: they are the same)."""
    whole = _MIXED_WHOLE.get(one, one), _MIXED_WHOLE.get(other, other)
    crossed = (one in _MIXED_WHOLE) != (other in _MIXED_WHOLE)
    first, second = split(whole[0]), split(whole[1])
    return crossed + (first[0] != second[0]) + (first[1] != second[1])
