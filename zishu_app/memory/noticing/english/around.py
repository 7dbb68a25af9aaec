"""English: whom and what one has around oneself. Pure."""

import re

from zishu_app.memory.noticing.english.forms import HAVE, NAME
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import AROUND, OWN, around, name_of, own, spoken
from zishu_app.memory.noticing.words import any_of

_KIN = "|".join(word.replace(" ", "[ -]") for word in spoken(AROUND, latin=True))


_THINGS = "|".join(spoken(OWN, latin=True))


_PETS = any_of("en", "animals")


_PEOPLES = any_of("en", "peoples")


_NUMBER = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"


_HAD = (
    rf"{_PETS}|kid|child|children|son|daughter|brother|sister|sibling|twin|grandchildren|girlfriend|boyfriend"
    rf"|husband|wife|"
    r"driving licence|driver's license"
)


def _kin(found: Found) -> str:
    odd = re.match(
        r"(?:started \w+ing|had to|got (?:up|in|out|home|here)|(?:is|was|are|were) (?:not|just|so|very|right"
        r"|wrong|here|there|already|definitely|still|probably|also|back|angry|mad|upset|fine|ok|okay|\w+ing))\b",
        found["rest"],
        re.IGNORECASE,
    )
    return "" if odd else f"The user's {found['who'].lower()} {found['rest']}"


def _kin_slot(found: Found) -> str:
    rest = found["rest"].lower()
    if named := re.match(r"is (?:called|named) (.+)", rest):
        return name_of(found["who"], named[1])
    for begin, slot in (("lives", "home"), ("works", "work")):
        if rest.startswith(begin):
            return f"{around(found['who'])}.{slot}"
    return ""


def _own(found: Found) -> str:
    odd = re.match(
        r"(?:not|broken|dead|that|to|so|very|too|gone|empty|hot|cold|slow|fine|here|there|lost|what|how)\b",
        found["x"],
        re.IGNORECASE,
    )
    return "" if odd else f"The user's {found['what']} is {found['x']}"


RULES: tuple[Rule, ...] = (
    # whom and what one has
    Rule(
        rf"{HAVE} (?P<n>{_NUMBER}) (?P<m>(?:[\w-]+ )?)(?P<what>{_PETS})"
        rf"(?: named| called| whose name is|, (?:his|her|its) name is|, (?:he|she|it) is called) {NAME}",
        text=lambda found: " ".join(
            f"The user has {found['n']} {found['m']} {found['what']} called {found['x']}".split()
        ),
        importance=0.7,
        slot=lambda found: name_of(found["what"], found["x"]),
        value="{x}",
    ),
    Rule(
        rf"{HAVE} (?P<n>{_NUMBER}) (?P<what>(?:[\w-]+ )?(?:{_HAD})s?)",
        text="The user has {n} {what}",
        importance=0.7,
    ),
    Rule(
        rf"my (?P<who>{_KIN})'s name is {NAME}",
        text="The user's {who} is called {x}",
        importance=0.7,
        slot=lambda found: name_of(found["who"], found["x"]),
        value="{x}",
    ),
    Rule(
        rf"my (?P<who>{_KIN}) (?P<rest>(?:just |has |recently )?(?:passed away|died|got married|is pregnant"
        rf"|is in hospital"
        rf"|is getting married|had a baby|was born|"
        r"retired)(?: .{2,30})?)",
        text="The user's {who} {rest}",
        kind="event",
        importance=0.8,
    ),
    Rule(
        rf"my (?P<who>{_KIN})(?P<rest>'s (?:retired|a .{{3,40}}|an .{{3,40}}|from .{{3,40}}|allergic to .{{3,30}}"
        rf"|pregnant|vegan|vegetarian|diabetic|deaf|blind|divorced|single|adopted|in the (?:army|navy)|\d{{1,3}}"
        rf"|(?:{_NUMBER}) years? (?:older|younger)(?: than me)?|(?:older|younger|taller) than me|{_PEOPLES}))",
        text=lambda found: f"The user's {found['who']} is {found['rest'][3:]}",
        importance=0.7,
    ),
    Rule(
        rf"(?:my|our) (?P<who>(?:{_KIN})s?|children) (?P<rest>(?:just |recently |finally |also |still "
        rf"|once )?(?:started|got|had|is|was|are|were|lives?|works?|has|likes?|loves?|hates?|studies|goes|plays?"
        rf"|teach(?:es)?"
        rf"|comes?|runs?|owns?|speaks?|can't|doesn't (?:eat|drink|like|speak|drive)|starts?|turned|turns|grew"
        rf"|used to|moved|collects?|drives?|collects|bakes)\b.{{2,60}})",
        text=_kin,
        importance=0.7,
        slot=_kin_slot,
        value=lambda found: re.sub(
            r"^(?:is called|is named|lives? (?:in|at)|works? (?:as|at|for)) ", "", found["rest"].lower()
        ),
    ),
    Rule(
        rf"my (?P<what>{_THINGS})(?:'s| is) (?P<x>.{{1,60}})",
        text=_own,
        importance=0.6,
        slot=lambda found: own(found["what"]),
        value="{x}",
    ),
)
