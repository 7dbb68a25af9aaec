"""English: who one is, where one lives and comes from, what one does. Pure.

Precision before recall: a memory that is wrong is worse than one that is missing. A clause must have one of these forms from
its first to its last character; what else is said in it makes it another clause.
"""

import re

from zishu_app.memory.noticing.english.forms import ADVERB, AM, NAME
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.third import third_person
from zishu_app.memory.noticing.words import any_of

_JOBS = any_of("en", "jobs")


_SIGNS = any_of("en", "signs")


_PEOPLES = any_of("en", "peoples")


_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"


_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:(?:{_MONTH}) (?:the )?{_NTH}|(?:the )?{_NTH}(?: of)? (?:{_MONTH})|\d{{1,2}}[./-]\d{{1,2}})"


_NO_NAME = re.compile(
    r"(?:not|so|very|too|back|here|there|fine|good|ok|okay|sorry|sure|tired|happy|sad|home|late|ready|done|just"
    r"|from|at|in|on|glad|"
    rf"afraid|scared|new|busy|bored|lost|sick|hungry|{_PEOPLES}|{_SIGNS}|vegan|vegetarian|later|crazy|maybe|if|when"
    rf"|you|me|it|that|tomorrow|"
    r"tonight|again|names|anything|whatever|a|an|the|your|my)\b",
    re.IGNORECASE,
)


def _name(found: Found) -> str:
    return "" if _NO_NAME.match(found["x"]) else f"The user's name is {found['x']}"


def _called(found: Found) -> str:
    return "" if _NO_NAME.match(found["x"]) else f"The user wants to be called {found['x']}"


def _habit(found: Found) -> str:
    odd = re.search(
        r"\b(?:you|your|it|that|this)\b|^(?:am|was|have to|had|need|want|wonder|see)\b",
        found["x"],
        re.IGNORECASE,
    )
    return "" if odd else third_person(f"I {found['x']}", "en")


def _a(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeiou" else "a"


def _is(found: Found) -> str:
    """A noun takes its article, the rest of the list is no noun."""
    noun = found["x"].endswith(("child", "owl", "bird", "vert", "theist"))
    return f"The user is {_a(found['x']) + ' ' if noun else ''}{found['x']}"


def _job(found: Found) -> str:
    return f"The user is {_a(found['x'])} {found['x']} {found['at']}".strip()


RULES: tuple[Rule, ...] = (
    # who
    Rule(
        rf"(?:my|the) (?:full |first )?name(?:'s| is) {NAME}",
        text=_name,
        importance=0.9,
        slot="name",
        value="{x}",
    ),
    Rule(rf"{AM} called {NAME}", text=_name, importance=0.9, slot="name", value="{x}"),
    Rule(
        rf"(?:hi|hello|hey|good (?:morning|evening|afternoon)),? (?:{AM}"
        rf"|this is) (?-i:(?P<x>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?))",
        text=_name,
        importance=0.9,
        slot="name",
        value="{x}",
    ),
    Rule(
        rf"(?:please |you can |you may |just )*call me {NAME}(?: from now on|,? please)?",
        text=_called,
        kind="preference",
        importance=0.9,
        slot="called",
        value="{x}",
    ),
    Rule(
        rf"(?:everybody|everyone|people|my friends|friends|they all|they) calls? me {NAME}",
        text=lambda found: _called(found) and f"Everybody calls the user {found['x']}",
        kind="preference",
        importance=0.8,
        slot="called",
        value="{x}",
    ),
    Rule(
        rf"{AM} (?P<x>\d{{1,2}})(?: years? old| y\.?o\.?)?",
        text="The user is {x} years old",
        importance=0.6,
        slot="age",
        value="{x}",
    ),
    Rule(
        r"i (?:just |recently )?turned (?P<x>\d{1,2})(?: .{1,20})?",
        text="The user is {x} years old",
        importance=0.6,
        slot="age",
        value="{x}",
    ),
    Rule(
        r"i was born in (?P<x>(?:19|20)\d\d)",
        text="The user was born in {x}",
        importance=0.6,
        slot="born",
        value="{x}",
    ),
    Rule(
        rf"my birthday(?:'s| is)(?: on)? (?P<x>{_DATE})",
        text="The user's birthday is {x}",
        importance=0.8,
        slot="birthday",
        value="{x}",
    ),
    Rule(
        rf"i was born on (?P<x>{_DATE})(?:,? (?:19|20)\d\d)?",
        text="The user's birthday is {x}",
        importance=0.8,
        slot="birthday",
        value="{x}",
    ),
    Rule(rf"{AM} an? (?P<x>{_SIGNS})", text="The user is a {x}", slot="star sign", value="{x}"),
    Rule(
        rf"{AM} (?:an? )?(?P<x>(?:left|right)-handed|vegan|vegetarian|only child|night owl|early bird|introvert"
        rf"|extrovert"
        rf"|atheist|colou?r-?blind|"
        rf"single|married|divorced|{_PEOPLES})",
        text=_is,
        importance=0.6,
        slot=lambda found: "diet" if found["x"].lower().startswith("veg") else "",
        value="{x}",
    ),
    # where from, where to
    Rule(
        rf"{AM} (?:originally )?from (?P<x>(?!now|here|there|work)\S.{{1,40}})",
        text="The user is from {x}",
        importance=0.6,
        slot="hometown",
        value="{x}",
    ),
    Rule(
        r"i (?:originally )?come from (?P<x>.{2,50})",
        text="The user comes from {x}",
        importance=0.6,
        slot="hometown",
        value="{x}",
    ),
    Rule(
        r"i (?:grew up|was (?:raised|brought up)) (?P<x>(?:in|on|near) .{2,50})",
        text="The user grew up {x}",
        importance=0.6,
    ),
    Rule(r"i was born in (?P<x>[A-Za-z].{2,40})", text="The user was born in {x}", importance=0.6),
    Rule(
        rf"i {ADVERB}live (?P<p>in|at|near|on|by) (?P<x>(?!the moment).{{2,50}})",
        text="The user lives {p} {x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        r"i(?:'ve| have)? ?(?:just |recently |finally )?moved to (?P<x>.{2,40}?)(?: (?:last|this|a) \w+(?: ago)?"
        r"| recently| (?:\d+|two|three|four|five|six|ten|a few|several|a couple of) (?:years|months|weeks"
        r"|days) ago| in (?:19|20)\d\d)?",
        text="The user lives in {x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        r"i (?:don't|do not|no longer) live (?P<p>in|at|near) (?P<x>.{2,40}?)(?: any ?more| any longer)?",
        text="The user no longer lives {p} {x}",
        importance=0.7,
        slot="home",
        value="not:{x}",
    ),
    Rule(
        r"i used to (?P<x>(?:live|work|study|play|have|be|own|smoke|sing|dance|teach|paint) .{2,50})",
        text="The user used to {x}",
    ),
    # what one does
    Rule(
        rf"{AM} (?:working as )?an? (?P<x>(?:[\w-]+ ){{0,3}}?(?:{_JOBS}))(?P<at> (?:at|for|in) .{{2,40}})?",
        text=_job,
        importance=0.7,
        slot="job",
        value="{x}",
    ),
    Rule(
        rf"i {ADVERB}work as (?P<x>.{{2,60}})",
        text="The user works as {x}",
        importance=0.7,
        slot="job",
        value="{x}",
    ),
    Rule(
        rf"i {ADVERB}work (?P<p>at|for) (?P<x>(?!home|night|the moment).{{2,50}})",
        text="The user works {p} {x}",
        importance=0.7,
        slot="work",
        value="{x}",
    ),
    Rule(
        r"i (?:don't|do not|no longer) work (?P<p>at|for|in|as) (?P<x>.{2,40}?)(?: any ?more| any longer)?",
        text="The user no longer works {p} {x}",
        importance=0.7,
        slot="work",
        value="not:{x}",
    ),
    Rule(
        rf"(?:i {ADVERB}study|{AM} studying) (?P<x>(?!for\b|hard|now|right|too).{{2,50}})",
        text="The user studies {x}",
        importance=0.6,
        slot="major",
        value="{x}",
    ),
    Rule(rf"{AM} learning (?P<x>(?!from|that|how you|a lot)\w.{{2,40}})", text="The user is learning {x}"),
    Rule(
        r"i (?P<x>\w.{2,40}) for a living",
        text=lambda found: third_person(f"I {found['x']} for a living", "en"),
        importance=0.7,
        slot="job",
        value="{x}",
    ),
    Rule(
        r"i(?:'ve| have)? ?(?:been living|lived) (?P<p>in|at|near) (?P<x>.{2,30}?)(?P<y> (?:for|since) .{2,20})",
        text="The user lives {p} {x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        rf"i {ADVERB}(?:share a (?:flat|room|house|apartment)|live|live together) with (?P<x>(?!you|that"
        rf"|it)\w.{{2,30}})",
        text=lambda found: (
            f"The user lives with {third_person(found['x'], 'en').replace('The user', 'the user')}"
        ),
        importance=0.6,
        slot="lives with",
        value="{x}",
    ),
    Rule(
        r"i (?P<x>(?:usually|always|often|normally|mostly|generally|rarely|seldom|hardly ever|tend to"
        r"|don't usually|never (?=eat|drink|wear|watch|cook|drive|take|use|smoke|go|sleep|have|skip|read)"
        r"|only (?=eat|drink|wear|use|listen|read|watch|sleep)) ?\w.{4,60}|\w{2,12} .{0,30}every (?:day|morning"
        r"|evening"
        r"|night|week|weekend|month|year|"
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)day).{0,20}|\w{2,12} .{0,30}on (?:weekdays|weekends"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:s| (?:morning|afternoon|evening|night)s)))(?: instead)?",
        text=_habit,
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"(?:every (?:day|morning|evening|night|week|weekend|month|year|summer|winter|(?:mon|tues|wednes|thurs"
        r"|fri|satur|sun)day)|on (?:weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur"
        r"|sun)days)),? i (?P<x>\w.{3,50})",
        text=_habit,
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"i (?:still |also |only |usually )*(?P<x>\w{2,12} .{0,30}(?:once|twice|(?:two|three|four|five"
        r"|\d+) times) (?:a|per|every|each) (?:day|night|week|month|year)|(?:drink|eat|smoke|run|walk|sleep|read"
        r"|work|swim|cycle) .{2,30} (?:a|per|each) (?:day|night|week|month))",
        text=_habit,
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"i (?:still |always |never )?(?P<x>(?:go to bed|get up|wake up|go to sleep|start work|finish work"
        r"|have (?:dinner|breakfast|lunch)|eat (?:dinner|breakfast|lunch)) (?:at|around|about|before|after|by"
        r"|early|late|very early|very late).{0,25}|skip (?:breakfast|lunch|dinner).{0,25}"
        r"|take (?:my (?:coffee|tea) .{3,20}|sugar in .{3,20}|the (?:bus|train|tube|metro|subway) to .{3,20}"
        r"|vitamins.{0,20})|(?:cycle|walk|bike|commute|drive) to (?:work|school|uni|college)(?: .{2,25})?"
        r"|meditate.{0,25})",
        text=_habit,
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"i (?:still )?(?:can't|cannot|can not|don't know how to) (?P<x>swim|drive|cook|ride a bike|whistle|dance"
        r"|sing|read music|ski|skate)",
        text="The user cannot {x}",
        slot="can:{x}",
        value="no",
    ),
    Rule(
        rf"{AM} (?P<x>(?:deaf|blind)(?: (?:in|on) .{{2,20}})?|hard of hearing|pregnant|dyslexic|diabetic|asthmatic)",
        text="The user is {x}",
        importance=0.8,
    ),
    Rule(
        rf"{AM} (?P<x>(?:an? )?(?:foodie|bookworm|gamer|cat person|dog person|homebody|workaholic|perfectionist"
        rf"|morning person))",
        text="The user is {x}",
    ),
    Rule(
        rf"{AM} (?P<x>getting (?:married|divorced|engaged)|moving (?:house|out|in with .{{2,20}}|to .{{2,20}})"
        rf"|expecting"
        rf"(?: (?:a baby|a boy|a girl|a child|twins))?|retiring|"
        r"having a baby)",
        text="The user is {x}",
        kind="event",
        importance=0.8,
    ),
)
