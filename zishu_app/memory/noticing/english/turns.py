"""English: what has changed in one's life, what one is about, and what one means to do. Pure."""

import re

from zishu_app.memory.noticing.english.forms import AM, MONTH
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import AROUND, spoken
from zishu_app.memory.noticing.third import third_person

_KIN = "|".join(word.replace(" ", "[ -]") for word in spoken(AROUND, latin=True))


_SOON = (
    rf"(?:(?:this|next|in|for|over|by|during) (?:the )?(?:{MONTH}|spring|summer|autumn|fall|winter|easter|christmas"
    rf"|new year|holidays?|week|weekend|year|month|20\d\d|end of the year|two years|a few months"
    rf"|my birthday)(?: 20\d\d)?)"
)


#: what happens to somebody and is over when it is told
_HAPPENED = (
    r"(?:quit|lost|left|resigned from|was fired from|got fired from|got laid off from) (?:my|the) (?:\w+ )?job"
    r"|(?:was|got|been) (?:fired|laid off|made redundant|promoted|dumped|engaged|married|divorced|hired|diagnosed"
    r"|accepted (?:to|by|into|at) .{2,30}|into (?-i:[A-Z]).{2,30})"
    r"|graduated|retired|broke up(?: with .{2,30}?)?|split up(?: with .{2,30}?)?|had a baby(?: .{2,10})?"
    r"|gave birth|moved (?:out|house|in with .{2,25}?|back .{2,25}?)|bought (?:a|an|my first"
    r"|our first) (?:new )?(?:house|flat|car|apartment|home|motorbike|boat)"
    r"|sold my .{3,20}?|passed my .{3,30}?|failed my .{3,30}?|became an? .{3,30}?|dropped out(?: of .{3,20}?)?"
    r"|finished (?:school|university|college|uni|my (?:degree|thesis|ph\.?d|master'?s?))|adopted an? .{3,20}?"
    r"|came out(?: to my .{3,15}?)?|got my .{0,20}?(?:licen[cs]e|degree|results|green card|visa)"
    r"|started (?:school|university|college|uni|therapy|a (?:new )?(?:blog|business|company|course)"
    r"|.{2,20}? lessons)|lost my (?:dad|mum|mom|father|mother|grandma|grandpa|grandmother|grandfather|dog|cat"
    r"|husband|wife|brother|sister|best friend|baby)"
    r"|(?:got|started|found|landed|took|have|'ve got) (?:a |my |an )(?:first |new )?(?:job|internship"
    r"|apprenticeship)(?: (?:at|as|in|with|for) .{2,40}?)?"
)


#: what goes on for weeks
_UNDER_WAY = (
    r"(?:training|saving(?: up)?|preparing|studying|revising|practi[cs]ing|applying) for (?!it|this|that"
    r"|the test tomorrow)\w.{2,40}|saving(?: up)? (?:money )?to .{3,40}|looking for (?:a|an|another) (?:new "
    r"|better )?(?:job|flat|apartment|house|place to live|roommate|flatmate)(?: .{2,30})?"
    r"|trying (?:to (?:lose (?:weight|\w+ (?:kilos|pounds|kg))|quit .{3,20}|get pregnant|conceive|give up .{3,20}"
    r"|save .{3,30}|cut (?:down|back) .{3,20}|eat (?:less|more|better|healthier).{0,20}|get (?:fit|in shape"
    r"|more sleep)|learn .{3,30})|for a baby)"
    r"|writing (?:my|a) (?:thesis|dissertation|master'?s thesis|memoir)(?: .{2,30})?|taking .{3,25} (?:lessons"
    r"|classes)|going through (?:a|my) (?:divorce|break-?up).{0,20}|planning (?:my|our) (?:wedding"
    r"|honeymoon).{0,20}|renovating .{3,30}|seeing (?:a therapist|someone|a psychologist).{0,20}"
    r"|dating .{3,30}|in (?:a )?(?:long[- ]distance )?relationship(?: .{2,30})?|expecting(?: (?:a baby|a boy"
    r"|a girl|a child|twins|our .{3,20}|in .{3,12}))?|recovering from .{3,30}|getting (?:a|my) .{0,12}(?:divorce"
    r"|tattoo|dog|puppy|cat|kitten|braces).{0,20}|learning (?:to|how to) .{3,30}"
)


def _told(found: Found) -> str:
    return third_person(f"I {found['x']}", "en")


def _is(found: Found) -> str:
    return third_person(f"I am {found['x']}", "en")


def _promised(found: Found) -> str:
    who = third_person(found["who"], "en").replace("The user", "the user")
    what = re.sub(
        r"^(?:that )?(?:we'd|i'd|we would|i would|i'll|we'll) ", "to ", found["x"], flags=re.IGNORECASE
    )
    what = third_person(what, "en")
    return f"The user promised {who} {what[:1].lower()}{what[1:]}"


RULES: tuple[Rule, ...] = (
    Rule(
        rf"i(?:'ve| have)? (?P<x>(?:just |recently |finally |only )*(?:{_HAPPENED})(?: (?:last|this|on|in|at|two"
        rf"|three|a|yesterday|recently|today|when|because|after|to|since|from|for|earlier|about"
        rf"|almost) ?.{{0,45}})?)",
        text=_told,
        kind="event",
        importance=0.8,
    ),
    Rule(
        rf"{AM} (?:currently |still |also |now |really |slowly )*(?P<x>{_UNDER_WAY})",
        text=_is,
        kind="event",
        importance=0.6,
    ),
    Rule(
        rf"(?:i|we)(?:'m|'re| am| are) (?P<x>(?:going|flying|travel?ling|heading|driving|going on holiday"
        rf"|going back) to (?-i:[A-Z])[\w' ,]{{2,30}}? {_SOON}(?: .{{2,30}})?)",
        text=_is,
        kind="event",
        importance=0.6,
    ),
    Rule(
        rf"i (?:will )?(?P<x>(?:start|begin|finish|graduate|retire|move|fly|leave)\b.{{0,40}}? {_SOON})",
        text=_told,
        kind="event",
        importance=0.6,
    ),
    Rule(
        rf"i(?:'m| am)? ?(?:really |still |also )*(?P<x>(?:want|plan|intend|hope|aim|need|planning|hoping"
        rf"|going) to .{{3,50}}? {_SOON}(?: .{{2,20}})?)",
        text=lambda found: third_person(
            f"I {'am ' if re.match('planning|hoping|going', found['x']) else ''}{found['x']}", "en"
        ),
        kind="event",
        importance=0.6,
    ),
    Rule(
        r"i(?:'ve)? (?:really |still |also |always |just )*(?P<x>(?:want|wanted|hope|plan) to (?:become"
        r"|be) an? (?!part|little|bit|good|big|better)\w.{2,30}|(?:dream|am dreaming) of .{4,40})",
        text=_told,
        kind="preference",
        importance=0.6,
    ),
    Rule(
        r"my (?P<x>(?:(?:biggest |new year's |main )?(?:goal|plan|resolution|aim|dream"
        r"|ambition)(?: (?:for )?(?:this year|next year|the year|this summer|the summer"
        r"|life))?) is (?:to )?(?!that|this|not|simple)\w.{3,60})",
        text=lambda found: third_person(f"my {found['x']}", "en"),
        importance=0.6,
    ),
    Rule(
        r"(?:starting |from )(?P<d>now|today|tomorrow|(?:on )?\w+ \d{1,2} \w+ \d{4}|monday|next week"
        r"|this week)(?: on| onwards?)?,? i(?:'m| am| will|'ll|'m going to"
        r"| am going to) (?P<x>(?:\w+ ){1,6}?(?:every|no more|daily|each|only|early|healthy|healthier|regularly"
        r"|before)\b.{0,30}|(?:not|never|quit|quitting|stop|stopping|giving up|give up|start|starting) .{3,40})",
        text=lambda found: third_person(
            f"From {found['d'].removeprefix('on ')} on I will be {found['x']}", "en"
        ),
        kind="promise",
        importance=0.7,
    ),
    Rule(
        rf"i(?:'ve)? promised (?P<who>(?-i:[A-Z])\w+|my (?:{_KIN})|him|her|them|everyone) (?P<x>(?:to|that|i'd"
        rf"|we'd|i'll|we'll|i would|we would) .{{3,60}})",
        text=_promised,
        kind="promise",
        importance=0.7,
    ),
    Rule(
        rf"my (?P<who>{_KIN})(?:'s| is|'re| are) (?P<x>(?:due|getting (?:married|divorced)|having (?:a baby"
        rf"|surgery|.{{0,20}}operation)|turning \d{{1,3}}|expecting|starting .{{3,30}}|moving .{{3,30}}|retiring"
        rf"|graduating|in (?:hospital|the army|the navy))(?: .{{2,30}})?)",
        text="The user's {who} is {x}",
        kind="event",
        importance=0.8,
    ),
)
