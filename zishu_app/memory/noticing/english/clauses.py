"""English: a sentence in clauses, each with the one it speaks of: "my sister's a vet and lives in York" says two things. Pure."""

import re
from collections.abc import Iterator

from zishu_app.memory.noticing.slots import AROUND, spoken

_KIN = "|".join(word.replace(" ", "[ -]") for word in spoken(AROUND, latin=True))


#: words of what is said beside a clause, and of the clause
LEAST_BESIDE = 3

_FILLER = re.compile(
    r"^(?:(?:well|oh|btw|by the way|so|and|but|also|anyway|fyi|just so you know|you know(?: what)?|yes|yeah|yep|no"
    r"|nope|ok|okay|honestly|to be honest"
    r"|listen|look|because|since|hmm+|um+|ah|plus)\b[, :]*)+",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[, ]+(?:btw|by the way|you know|haha|lol|though|too|as well|actually|now)$", re.IGNORECASE
)
_PARTS = re.compile(
    r"(?:(?<!hi)(?<!hey)(?<!hello)(?<!morning)(?<!evening),\s*(?:and |but |so )?|\s+(?:and|but|so)\s+)(?=(?:I|I'm"
    r"|I've|I'll|my|you can)\b)",
    re.IGNORECASE,
)


#: where a clause goes on about the one it began with
_GOES_ON = re.compile(
    r" (?:and|but) (?:also |still |now |currently )?(?=(?:live|work|study|teach|love|like|hate|enjoy|prefer|play"
    r"|speak|come|run|own|collect|drive|have|am|was|can't|don't|used to|grew up|moved|lives|works|studies"
    r"|teaches|loves|likes|hates|plays|speaks|comes|runs|owns|has|is|can)\b)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    rf"(?P<who>i|my (?:[\w-]+ )?(?:{_KIN})|my {_KIN})(?P<is>'m|'s|'ve| am| is| are)?\b", re.IGNORECASE
)
#: "I'm 35, single": what stands between commas is what one is
_WHAT_ONE_IS = re.compile(r"(?:\d{1,2}|[\w-]+|an? [\w -]{3,30})", re.IGNORECASE)
#: "I'm 28 and still single", "I'm a nurse and a mother"
_TWO_OF_ONE = re.compile(
    r"(?P<first>(?:i'm|i am) (?:\d{1,2}|an? [\w-]+(?: [\w-]+)?)),? and (?:still |also "
    r"|currently )?(?P<second>[\w-]+|an? [\w -]{3,25})",
    re.IGNORECASE,
)
#: "I'm Nora, I ...": a name, where more of oneself follows
_NAMED = re.compile(r"(?:[Ii]'m|[Ii] am) (?P<x>[A-Z][a-z]{1,14})")
_MORE = re.compile(r"(?:I|[Mm]y)\b")


def clauses(sentence: str) -> Iterator[str]:
    """One after the other."""
    sentence = _FILLER.sub("", sentence.strip(".!;… \n"))
    parts = [_FILLER.sub("", part.strip(" ,.")) for part in _PARTS.split(sentence)]
    if len(parts) > 1 and (name := _NAMED.fullmatch(parts[0])) and _MORE.match(parts[1]):
        parts[0] = f"hi, I'm {name['x']}"
    for part in parts:
        for clause in _gone_on(_AFTER.sub("", part)):
            yield _AFTER.sub("", _first_part(clause))


def _gone_on(part: str) -> Iterator[str]:
    """A part, with what goes on in it about the same one as clauses of their own."""
    begins = _BEGINS.match(part)
    if begins is None:
        yield part
        return
    first, *more = _GOES_ON.split(part)
    what, *rest = first.split(", ")
    if len(first.split()) < LEAST_BESIDE or (rest and more):
        yield part
        return
    if joined := _TWO_OF_ONE.fullmatch(part):
        yield joined["first"]
        yield f"I'm {joined['second']}"
        return
    if begins["is"] and begins["who"].lower() == "i" and rest and all(map(_WHAT_ONE_IS.fullmatch, rest)):
        yield what
        yield from (f"I'm {one}" for one in rest)
    else:
        yield first
    yield from (f"{begins['who']} {one}" for one in more)


def _first_part(clause: str) -> str:
    """A clause without what is only said beside it: "I live in Leeds, up on the hill"."""
    first, comma, rest = clause.partition(", ")
    listed = re.search(r"\b(?:and|or)\b", rest) is not None
    names = re.match(r"(?:his|her|its) name|(?:he|she|it)(?:'s| is) called", rest, re.IGNORECASE) is not None
    beside = comma and len(rest.split()) >= LEAST_BESIDE and not listed and not names
    return first if beside and len(first.split()) >= LEAST_BESIDE else clause
