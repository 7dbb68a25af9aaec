"""English: one's body, what one can and has, how one lives and works. Pure."""

import re

from zishu_app.memory.noticing.english.forms import ADVERB, AM, HAVE, NAME
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import AROUND, spoken
from zishu_app.memory.noticing.third import third_person
from zishu_app.memory.noticing.words import any_of

_JOBS = any_of("en", "jobs")


_PLAYED = any_of("en", "played")


_SHOPS = any_of("en", "shops")


_PARTS = (
    r"(?:left |right |lower |upper )?(?:arm|leg|knees?|ankle|wrist|hip|back|shoulder|foot|hand|nose|collarbone|elbow"
    r"|heart|eyes?|spine|tonsils|appendix|finger|toe)"
)


#: of whom one only tells what they are called: which one it was is not known the next day
_OTHERS = (
    r"boss|manager|supervisor|landlord|landlady|roommate|flatmate|housemate|teacher|therapist|doctor|neighbou?r"
    r"|colleague|coach|mentor"
    r"|best mate|childhood friend|business partner"
)


#: a language or a town is written with a capital
_CAPITAL = r"(?-i:[A-Z][\w'-]+)"


_COUNT = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a dozen)"


_LONG = r"(?:for|since|over) (?:the (?:last|past) )?(?:about |almost |nearly |over |more than )?[\w' ]{2,25}"


_HAD = any_of("en", "animals")


_KIN = "|".join(word.replace(" ", "[ -]") for word in spoken(AROUND, latin=True))


def _told(found: Found) -> str:
    """The whole clause, of the user."""
    return third_person(f"I {found['x']}", "en")


def _is(found: Found) -> str:
    return third_person(f"I am {found['x']}", "en")


def _my(found: Found) -> str:
    return third_person(f"my {found['x']}", "en")


def _can(found: Found) -> str:
    return f"can:{found['x'].lower()}"


#: ends of words that are no nouns
_PLAIN = re.compile("shy|ed|y|ful|ent|orn|ish|ous|agnostic", re.IGNORECASE)


def _a(word: str) -> str:
    """The article of what one is, where it takes one."""
    if re.search(rf"(?:{_PLAIN.pattern})$", word) and not re.search("freak|bloomer", word):
        return ""
    return "an " if word[0] in "aeiou" else "a "


RULES: tuple[Rule, ...] = (
    # body
    Rule(
        rf"{AM} (?:very |a bit |quite |severely |slightly |also )*(?P<x>(?:short|near|far|long)-? ?sighted"
        rf"|(?:lactose|gluten|histamine)[- ]intolerant|intolerant to .{{3,25}}|c(?:o)?eliac|hard of hearing"
        rf"|prone to .{{3,30}}|claustrophobic|tone[- ]deaf|ambidextrous|teetotal|sober|bald|a (?:light|heavy|bad"
        rf"|poor) sleeper|an? insomniac|an? (?:non-)?smoker|a recovering .{{3,30}}|overweight|underweight"
        rf"|on (?:the pill|insulin|blood thinners|antidepressants|medication.{{0,30}}|a(?:n? [\w-]+)? diet"
        rf"|(?:maternity|parental|paternity|sick) leave|a gap year))",
        text=_is,
        importance=0.7,
    ),
    Rule(
        rf"{AM} (?P<x>(?:about |almost |exactly |nearly |only |just )?(?:(?:\d|four|five|six|seven) ?(?:foot|feet"
        rf"|ft)(?: ?(?:\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine|ten|eleven))?"
        rf"|\d(?:[.,]\d+)? ?(?:m|met(?:re|er)s?)|[12]\d\d ?(?:cm|centimet(?:re|er)s)|\d'\d{{1,2}}\"?)(?: tall)?)",
        text=_is,
        importance=0.6,
    ),
    Rule(r"i (?P<x>weigh (?:about |around |almost )?\d.{1,15})", text=_told, importance=0.6),
    Rule(
        r"i (?:often |sometimes |always |usually |still )*(?P<x>(?:get|suffer from|am prone to) (?:terrible |bad "
        r"|really bad |frequent )?(?:migraines|headaches|panic attacks|anxiety(?: attacks)?|sea ?sick|car ?sick"
        r"|motion sick(?:ness)?"
        r"|travel ?sick|hay fever|nose ?bleeds|heartburn|back pain|stage fright|vertigo|eczema|cold easily"
        r"|sunburnt easily|cramps|hives)(?: .{2,40})?)",
        text=_told,
        importance=0.7,
    ),
    Rule(
        rf"i(?:'ve| have)? (?P<x>(?:just |recently |once )?(?:had (?:(?:[\w-]+ ){{0,3}}(?:surgery|operation"
        rf"|transplant|bypass|heart attack|stroke|miscarriage|c-section|cancer|chemo(?:therapy)?|pneumonia"
        rf"|chickenpox)(?: on my .{{2,20}})?"
        rf"|my (?:appendix|tonsils|wisdom teeth|gall ?bladder) (?:out|removed|taken out))|broke(?:n)? my {_PARTS}"
        rf"|tore my .{{3,20}}|was diagnosed with .{{3,40}}|been diagnosed with .{{3,40}}"
        rf"|survived .{{3,30}})(?: .{{2,40}})?)",
        text=_told,
        importance=0.7,
    ),
    Rule(
        r"i (?:have to |always |usually |only )?(?P<x>wear (?:reading |prescription )?(?:glasses|contacts"
        r"|contact lenses|hearing aids?|a hearing aid|braces|dentures|a wig|size .{1,15}"
        r"|an? .{1,10} shoe)(?: .{2,20})?)",
        text=_told,
        importance=0.6,
    ),
    Rule(
        r"(?P<x>(?!this|that|it|you|he|she|they|which|what|everything|something|nothing"
        r"|who)[A-Za-z][\w ]{2,25}?) (?P<y>(?:always |really |just )*(?:makes?|gives?) me (?:jittery|sick|sleepy"
        r"|bloated|anxious|nauseous|dizzy|drowsy|itch|sneeze"
        r"|break out|(?:a )?(?:headaches?|migraines?|stomach ?aches?|heartburn|hives|rash|nightmares)).*)",
        text=lambda found: (
            f"{found['x'][:1].upper()}{found['x'][1:]} {third_person(found['y'], 'en')}".replace(
                " me ", " the user "
            )
        ),
        importance=0.7,
    ),
    Rule(
        r"i(?:'ve| have) been (?P<x>having (?:trouble sleeping|headaches|nightmares|migraines|panic attacks"
        r"|back pain|stomach aches|chest pains?)(?: .{2,30})?)",
        text=lambda found: third_person(f"I have been {found['x']}", "en"),
        importance=0.6,
    ),
    Rule(
        r"i (?:have to |need to |still )?(?P<x>take (?:insulin|antidepressants|sleeping pills|blood thinners"
        r"|statins|thyroxine|medication|pills|blood pressure (?:pills|medication))(?: .{2,30})?)",
        text=_told,
        importance=0.8,
    ),
    # what one can
    Rule(
        rf"i {ADVERB}speak (?P<x>(?:(?:a (?:little|bit of)|some|fluent|basic|good|decent|broken|both|only"
        rf"|conversational|two|three|four) )?{_CAPITAL}(?:(?:,| and|, and) (?:a (?:little|bit of) "
        rf"|some )?{_CAPITAL})*(?: (?:fluently|at home|too|badly|well))?)",
        text="The user speaks {x}",
        importance=0.6,
    ),
    Rule(
        rf"(?P<x>{_CAPITAL}) (?P<v>is|isn't|is not) my (?P<y>first|native|second|third|mother) (?P<z>language|tongue)",
        text=lambda found: (
            f"{found['x']} is{'' if found['v'] == 'is' else ' not'} the user's {found['y']} {found['z']}"
        ),
        importance=0.6,
    ),
    Rule(
        rf"my (?P<x>(?:{_CAPITAL}|maths?|spelling|handwriting|memory|sense of direction|eyesight|skin|hair) (?:is"
        rf"|isn't) (?:still |really |pretty |very |quite |not |that |so |a bit |too )*(?:good|great|bad|poor"
        rf"|rusty|terrible|awful|fluent|basic|dry|oily|sensitive|curly|red))",
        text=_my,
    ),
    Rule(
        r"i (?:can |know how to )(?P<x>play (?:the )?\w[\w ]{2,20}|swim|drive|ski|skate|juggle|knit|sew|crochet"
        r"|code|whistle|cook|bake|sail|surf|dive|touch[- ]type|read music|do the splits|ride (?:a |horses).{0,15}"
        r"|speak .{3,30})",
        text="The user can {x}",
        slot=_can,
        value="yes",
    ),
    Rule(
        r"i (?:still |really |just )*(?:can't|cannot|can not|don't know how to|couldn't ever) (?P<x>swim|drive"
        r"|cook|ride a bike|whistle|dance|sing|read music|ski|skate|play the \w+|sleep (?:without|in) .{3,30}"
        r"|roll my rs?|smell .{0,10}|whistle)",
        text=lambda found: third_person(f"I cannot {found['x']}", "en"),
        slot=_can,
        value="no",
    ),
    Rule(
        r"i(?:'ve| have)? never (?:really )?(?P<x>(?:learn(?:ed|t)|been able) (?:how )?to .{3,30}|been (?:to|on"
        r"|in|abroad)(?! the| that| this| there| either).{0,30}|had (?:a (?:pet|job|girlfriend|boyfriend|dog|cat)"
        r"|siblings).{0,20}|finished (?:school|college|university|high school)"
        r"|seen (?:the sea|snow).{0,20}|flown.{0,20}|smoked.{0,20}|owned an? .{3,20})",
        text=lambda found: (
            f"The user never {found['x']}"
            if found["x"].lower().startswith("learn")
            else f"The user has never {found['x']}"
        ),
    ),
    # what one does and has
    Rule(
        rf"i {ADVERB}play (?P<x>(?:the |a bit of |a little |some )?(?:{_PLAYED})(?: (?:in|for|with|every|on|as|at"
        rf"|since) .{{2,40}})?|in an? .{{3,40}})",
        text="The user plays {x}",
        kind="preference",
    ),
    Rule(
        r"i (?:also |still |really |like to |love to )*(?P<v>collect|breed|brew|knit|crochet|sew|restore|paint"
        r"|draw|sculpt|blog about|write poetry|bake) (?P<x>(?!it|this|that|up|on|myself|the line|a line|blood"
        r"|attention|conclusions)\w.{2,40})",
        text=lambda found: third_person(f"I {found['v']} {found['x']}", "en"),
        kind="preference",
    ),
    Rule(
        rf"i(?:'ve| have) been (?P<x>(?:playing|learning|studying|living|working (?:as|at|for|in)|teaching|dating"
        rf"|collecting|running|practi[cs]ing|writing|training|riding|painting|singing|dancing|climbing|gardening"
        rf"|knitting"
        rf"|an? .{{3,30}}|vegan|vegetarian|single|married|together|sober|clean|retired|unemployed|self-employed"
        rf"|with my \w+|in .{{2,20}})\b.{{0,40}}? ?{_LONG})",
        text=lambda found: third_person(f"I have been {found['x']}", "en"),
        importance=0.6,
    ),
    Rule(
        r"i(?:'ve| have) been (?P<x>vegan|vegetarian|teetotal|sober|single|married) (?P<y>(?:since|for"
        r"|ever) .{2,30}|all my life)",
        text="The user has been {x} {y}",
        importance=0.6,
    ),
    Rule(
        rf"i {ADVERB}(?:drive|ride) (?P<x>an? (?!hard|bit|lot)\w.{{2,30}})",
        text=lambda found: f"The user drives {found['x']}",
    ),
    Rule(
        r"my (?P<x>(?:rent|salary|mortgage|commute|pension|pocket money|student loan|morning routine"
        r"|drive to work|bedtime|shoe size|car) (?:is|takes|costs) (?!due|late|not|killing|too|so|that|this|there"
        r"|here|broken|in)\w.{1,40})",
        text=_my,
    ),
    Rule(
        rf"{HAVE} (?P<x>{_COUNT} (?:[\w-]+ )?(?:{_HAD})s?(?:(?:,| and|, and) {_COUNT} (?:[\w-]+ )?(?:{_HAD})s?)+)",
        text="The user has {x}",
        importance=0.7,
    ),
    Rule(
        rf"we(?:'ve got|'ve| have got| have) (?P<x>{_COUNT} (?:[\w-]+ )?(?:{_HAD})s?(?: (?:called"
        rf"|named) [A-Z]\w+(?: and [A-Z]\w+)?)?)",
        text="The user has {x}",
        importance=0.7,
    ),
    Rule(
        rf"{HAVE} (?P<x>(?:{_COUNT} )?(?:[\w-]+ ){{0,2}}(?:tattoos?|piercings?|pacemaker|allerg(?:y"
        rf"|ies)(?: to .{{2,25}})?|sweet tooth|ph\.?d(?: in .{{2,30}})?|(?:bachelor'?s?"
        rf"|master'?s?)(?: degree)?(?: in .{{2,30}})?|degree(?: in .{{2,30}})?|black belt(?: in .{{2,20}})?"
        rf"|motorbike|boat|allotment|garden|caravan|siblings?|step(?:son|daughter|brother|sister)s?"
        rf"|half-?(?:brother|sister)s?|bad (?:back|knees?|heart|memory)|curly hair|red hair|(?:blue|green"
        rf"|brown) eyes))",
        text="The user has {x}",
        importance=0.6,
    ),
    Rule(
        r"i (?:don't|do not|haven't got|have no|don't even) ?(?:have |own )?(?:any |an? )?(?P<x>siblings"
        r"|brothers or sisters|brothers and sisters|children|kids|car|driving licen[cs]e|driver'?s licen[cs]e"
        r"|pets|(?:boy|girl)friend|job|tv|television|smartphone|family|partner|parents)(?: anymore| any more)?",
        text="The user does not have {x}",
        importance=0.6,
    ),
    # how one lives
    Rule(
        rf"(?:i|we) {ADVERB}live (?P<x>alone|by myself|on my own|off campus|on campus|abroad|in the countryside"
        rf"|off the grid|apart)",
        text=lambda found: third_person(f"I live {found['x']}", "en"),
        importance=0.6,
    ),
    Rule(
        rf"we {ADVERB}live (?P<p>in|at|near|on|by) (?P<x>(?!the moment|a (?:society|world)).{{2,50}})",
        text="The user lives {p} {x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        rf"{AM} (?:currently |now )?(?:based|living) (?P<p>in|near|on) (?P<x>.{{2,40}})",
        text="The user lives {p} {x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        r"(?:i|we)(?:'m|'re| am| are) (?P<x>moving (?:house|out|in with .{2,30}|back .{2,30}|to (?!the)\w.{2,40}))",
        text=_is,
        kind="event",
        importance=0.8,
    ),
    Rule(
        rf"{AM} (?P<x>(?:the )?(?:oldest|youngest|eldest|middle child|only child)(?: (?:of|in) .{{2,30}})?"
        rf"|an orphan|adopted|(?:a|an identical) twin|widowed|engaged|retired|unemployed|between jobs"
        rf"|self-employed|a single (?:mum|mom|mother|dad|father|parent)"
        rf"|a stay-at-home .{{3,12}}|bilingual|trilingual|gay|lesbian|bi|bisexual|trans|transgender|non-binary"
        rf"|asexual|catholic|muslim|jewish|buddhist|hindu|religious|not religious|christian|an? (?:catholic"
        rf"|muslim|buddhist|hindu|christian)"
        rf"|happily married|recently divorced|separated|a (?:father|mother|mum|mom|dad) of .{{2,20}}"
        rf"|a grandm?other|a grandfather|a grandparent)",
        text=_is,
        importance=0.6,
    ),
    Rule(
        rf"{AM} (?:a bit |a little |very |quite |really |rather |pretty |so |an? |kind of |sort of )*(?P<x>shy"
        rf"|introverted|extroverted|clumsy|forgetful|impatient|stubborn|disorganised|disorganized|ticklish"
        rf"|superstitious|agnostic|introvert|extrovert|perfectionist|procrastinator|workaholic|hypochondriac"
        rf"|chatterbox|loner|hoarder|daydreamer|control freak|neat freak|late bloomer|people pleaser)",
        text=lambda found: f"The user is {_a(found['x'])}{found['x']}",
    ),
    # what one works and learns
    Rule(
        rf"i {ADVERB}work (?P<x>(?:nights|night shifts?|shifts|part[- ]time|full[- ]time|from home|remotely"
        rf"|freelance|weekends|two jobs|three jobs)(?: (?:as|at|for|in) .{{2,40}})?)",
        text="The user works {x}",
        importance=0.7,
    ),
    Rule(
        rf"i {ADVERB}work (?P<p>in|on|with) (?P<x>(?!that|this|the moment|it|progress|you|him|her|them|me|a team"
        rf"|teams|peace|mysterious)\w.{{2,50}})",
        text="The user works {p} {x}",
        importance=0.7,
        slot="work",
        value="{x}",
    ),
    Rule(
        rf"i {ADVERB}(?:teach|coach) (?P<x>(?!you|him|her|them|me|us|it|this|that|myself)\w.{{3,40}})",
        text="The user teaches {x}",
        importance=0.7,
        slot="job",
        value="teacher",
    ),
    Rule(
        rf"i {ADVERB}(?P<v>run|own|manage|opened|have|started) (?P<x>(?:a|an|my own"
        rf"|our own) (?:[\w-]+ ){{0,3}}?(?:{_SHOPS})(?: (?:in|near|called|with|that|on) .{{2,40}})?)",
        text=lambda found: third_person(f"I {found['v']} {found['x']}", "en"),
        importance=0.7,
        slot="job",
        value="{x}",
    ),
    Rule(
        rf"{AM} (?P<x>(?:doing|in) (?:a|an|my|the) (?:[\w-]+ ){{0,3}}?(?:ph\.?d|master'?s?|bachelor'?s?|degree"
        rf"|a[- ]levels?|gcses?|internship|apprenticeship|residency|course|mba|first year|second year|third year"
        rf"|final year|last year)(?: (?:in|at|of|on) .{{2,40}})?"
        rf"|doing my (?:gcses|a[- ]levels)|in (?:high|middle|primary|secondary|law|med(?:ical)?|grad(?:uate)?"
        rf"|art) school(?: .{{2,30}})?|in (?:year|grade) \d{{1,2}}|in (?:the )?(?:\w+) grade|a (?:freshman"
        rf"|sophomore|junior|senior)(?: (?:in|at) .{{2,30}})?|at uni(?:versity)?(?: in .{{2,20}})?)",
        text=_is,
        importance=0.6,
    ),
    Rule(
        r"i (?P<x>(?:graduated|majored|have a degree|did my (?:degree|ph\.?d|master'?s?)) (?:in|from|at) .{2,40}"
        r"|went to (?:school|university|college|uni) (?:in|at|with) .{2,40}|dropped out of .{3,30}"
        r"|served in .{3,30}|was in the (?:army|navy|air force|military).{0,20})",
        text=_told,
        importance=0.6,
    ),
    # others of whom one tells only the name
    Rule(
        rf"my (?P<who>{_OTHERS})(?:'s name is| is called| is named|'s called) {NAME}",
        text="The user's {who} is called {x}",
    ),
    Rule(
        rf"my (?P<who>{_KIN}) (?P<name>{_CAPITAL}) (?P<rest>(?:is|was|lives?|works?|has|likes?|loves?|hates?"
        rf"|studies|goes|plays|teaches|turned|turns|starts?|just) .{{1,50}})",
        text=lambda found: (
            ""
            if re.match(r"(?:is|was) (?:here|there|\w+ing\b)", found["rest"])
            else f"The user's {found['who'].lower()} {found['name']} {found['rest']}"
        ),
        importance=0.7,
    ),
)
