"""English: what one likes, dislikes, eats, fears and suffers from. Pure."""

import re

from zishu_app.memory.noticing.english.forms import ADVERB, AM, HAVE
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import taste
from zishu_app.memory.noticing.third import third_person
from zishu_app.memory.noticing.words import any_of

#: something one likes; nobody talked to, nothing pointed at
_THING = (
    r"(?P<x>(?!(?:you|that|this|it|him|her|them|how|when|what|where|why|who|the way|to think|to say|being|your|"
    r"myself)\b)(?!.*\b(?:you|your)\b).{2,60}?)"
)


_ILL = any_of("en", "ill")


def _no_longer(found: Found) -> str:
    verb = (found["v"] or found["w"]).lower()
    if not found["v"] and not found["more"]:
        return ""  # only "I don't like ..."
    return (
        f"The user no longer {_VERBS.get(verb) or third_person(f'I {verb}', 'en').split()[-1]} {found['x']}"
    )


def _stopped(found: Found) -> str:
    verb = "quit" if found["v"].lower() == "quit" else "stopped"
    if not found["w"] and (verb == "stopped" and found["v"].lower() == "stopped" or not found["x"]):
        return ""  # "I stopped" says nothing of what
    return f"The user {verb} {found['w']} {found['x']}".strip()


def _bare(thing: str) -> str:
    """What one likes, without its article."""
    return re.sub(r"^(?:a|an|the|my|some|eating|drinking|playing) ", "", thing.strip(), flags=re.IGNORECASE)


def _fond(found: Found) -> str:
    odd = re.match(
        r"(?:a|an|some|another) \w+(?: please)?$|hearing|seeing|talking|.*\b20\d\d\b",
        found["x"],
        re.IGNORECASE,
    )
    return "" if odd else f"The user {_VERBS[found['v'].lower()]} {found['x']}"


_VERBS = {
    "like": "likes", "love": "loves", "enjoy": "enjoys", "adore": "adores", "prefer": "prefers", "hate": "hates",
    "dislike": "dislikes", "detest": "detests", "can't stand": "cannot stand", "cannot stand": "cannot stand",
    "despise": "despises", "loathe": "loathes",
}  # fmt: skip

RULES: tuple[Rule, ...] = (
    # body and table
    Rule(
        r"my (?P<x>blood pressure|blood sugar|eyesight|hearing|memory|back|knee|knees|heart|sleep) (?:is|are) (?P<y>"
        r"(?:a bit |very |rather |quite |too )?"
        r"(?:high|low|bad|weak|poor))",
        text="The user's {x} is {y}",
        importance=0.7,
    ),
    Rule(
        r"i (?:can't|cannot|can not) (?:really )?(?P<v>handle|tolerate|digest) (?P<x>(?!that|this|it|you)\w.{2,30})",
        text="The user cannot {v} {x}",
        kind="preference",
        importance=0.7,
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        rf"{AM} (?:very |badly |deadly |severely )?allergic to (?P<x>.{{2,40}})",
        text="The user is allergic to {x}",
        importance=0.9,
    ),
    Rule(rf"(?:{HAVE}|i suffer from) (?P<x>{_ILL})", text="The user has {x}", importance=0.8),
    Rule(
        r"i (?:don't|do not|never) (?P<v>eat|drink|smoke) (?P<x>(?!that|this|it|much|so|too|a lot|any of"
        r"|enough)\w.{1,30})",
        text="The user does not {v} {x}",
        kind="preference",
        importance=0.7,
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        r"i (?:can't|cannot|can not) (?P<v>eat|drink|have) (?P<x>(?!that|this|it|much|so|too|a lot|any ?more|now"
        r"|you|both|everything|a |the |to )\w.{1,30})",
        text="The user cannot {v} {x}",
        kind="preference",
        importance=0.8,
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        r"i (?:no longer (?P<v>like|love|eat|drink|smoke|play|use|watch|go|do|study)"
        r"|(?:don't|do not) (?P<w>like|love|eat|drink|smoke|play|use|watch|go|do|study)) "
        r"(?P<x>.{2,40}?)(?P<more> any ?more| any longer)?",
        text=_no_longer,
        kind="preference",
        importance=0.6,
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        r"i(?:'ve| have)? (?P<v>quit|stopped|gave up|given up) (?P<w>smoking|drinking|eating|playing|using)? ?(?P<x>"
        r"(?!it|that|there|here).{0,30})",
        text=_stopped,
        importance=0.7,
        slot=lambda found: taste(_bare(found["x"] or found["w"])),
        value="no",
    ),
    # tastes
    Rule(
        rf"i {ADVERB}(?P<v>hate|love|like|can't stand|don't like) (?:it )?when (?P<x>(?!you|i\b|we|this"
        rf"|that)\w.{{4,50}})",
        text=lambda found: third_person(f"I {found['v']} it when {found['x']}", "en"),
        kind="preference",
        slot=lambda found: taste(f"when {found['x']}"),
        value=lambda found: "yes" if found["v"].lower() in ("love", "like") else "no",
    ),
    Rule(
        rf"{AM} (?P<x>not much of an? [\w ]{{3,20}}|an? (?:huge |big |massive |die-hard |lifelong "
        rf"|great )?(?-i:[A-Z])[\w' -]{{2,25}} fan)",
        text=lambda found: third_person(f"I am {found['x']}", "en"),
        kind="preference",
    ),
    Rule(
        r"i(?:'d| would) (?:much |really )?(?:rather|prefer to) (?P<x>(?!not|you|it|that|stay here"
        r"|go now)\w.{2,30}?) than (?P<y>(?!you|that|this|it)\w.{2,30})",
        text="The user would rather {x} than {y}",
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="yes",
    ),
    Rule(
        rf"i {ADVERB}(?P<v>prefer|like|love) (?P<x>(?!you|that|this|it|the|your|one)\w.{{2,30}}?) (?P<t>to|over"
        rf"|more than|better than) (?P<y>(?!you|that|this|it|the other|be|go|do|see|have)\w.{{2,30}})",
        text=lambda found: f"The user {_VERBS[found['v'].lower()]} {found['x']} {found['t']} {found['y']}",
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="yes",
    ),
    Rule(
        rf"i {ADVERB}(?P<v>hate|can't stand|cannot stand|love|like|don't like) (?P<x>being (?:late|alone|outdoors"
        rf"|outside|cold|interrupted|ignored|rushed|wet|photographed|early|on time|told .{{2,20}}"
        rf"|called .{{2,20}}|in (?:the )?(?:crowds?|nature|water|mountains|kitchen|charge)|around .{{3,20}}))",
        text=lambda found: third_person(f"I {found['v']} {found['x']}", "en"),
        kind="preference",
        slot=lambda found: taste(found["x"]),
        value=lambda found: "no" if found["v"].lower() not in ("love", "like") else "yes",
    ),
    Rule(
        rf"{AM} (?:really |very |totally |so |super |quite |pretty |big |completely |a bit |also )*(?P<x>(?:into"
        rf"|fond of|keen on|obsessed with|crazy about|passionate about|addicted to|hooked on|sensitive to"
        rf"|fascinated by) "
        rf"(?!you|that|this|it|him|her|them|your|the idea|how|what|doing this)\w.{{2,40}}|interested in (?!you"
        rf"|that|this|it|the|a |an |your|what|how|\w+ing\b)\w.{{2,40}}"
        rf"|a (?:big |huge |great |massive )?fan of (?!you|that|this|it|your)\w.{{2,40}})",
        text=lambda found: third_person(f"I am {found['x']}", "en"),
        kind="preference",
        slot=lambda found: taste(re.sub("^.*? (?:of|on|with|about|to|by|in)? ?", "", found["x"], count=1)),
        value="yes",
    ),
    Rule(
        rf"{AM} (?P<x>(?:not )?(?:really )?(?:a|an) (?:[\w-]+ )?(?:morning|night|dog|cat|people|coffee|tea|beach"
        rf"|city|country|list|beer|wine|indoor|outdoor|early) person|an? (?:tea|coffee|beer|wine|whisky) drinker"
        rf"|an? (?:picky|fussy|messy) eater|an? (?:big|huge|avid|keen) (?:reader|gamer|cook|cyclist|runner|hiker"
        rf"|traveller|swimmer|gardener|baker|fan))",
        text=lambda found: third_person(f"I am {found['x']}", "en"),
        kind="preference",
    ),
    Rule(
        r"i(?:'ve| have)? (?:really |recently |just |finally |lately )*(?:got|gotten) (?:really "
        r"|recently )?into (?P<x>(?!trouble|a |an |the |my |it|that|this|debt|bed|here|there"
        r"|you)\w.{2,30}?)(?: lately| recently| this year| again)?",
        text="The user got into {x}",
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="yes",
    ),
    Rule(
        r"(?P<x>(?!that|this|it|he|she|you|which|who|what|they|these|those)\w[\w' -]{1,30}) (?P<v>is"
        r"|are) my (?P<y>(?:all-time |absolute )?(?:favou?rites?|least favou?rite|go-to|comfort|guilty pleasure"
        r"|passion|hobby|hobbies|idol|hero|thing)(?: [\w -]{3,25})?)",
        text=lambda found: f"{found['x'][:1].upper()}{found['x'][1:]} {found['v']} the user's {found['y']}",
        kind="preference",
        importance=0.6,
    ),
    Rule(
        r"my (?P<f>favou?rite) (?P<what>[\w -]{2,30}?) (?:is|are) (?P<x>.{1,60})",
        text=lambda found: f"The user's {found['f'].lower()} {found['what']} is {found['x']}",
        kind="preference",
        importance=0.6,
        slot="most like {what}",
        value="{x}",
    ),
    Rule(
        rf"i {ADVERB}(?:don't|do not) (?:really |particularly |much )?(?P<v>like|love|enjoy) {_THING}(?: (?:very "
        rf"|that )?much| at all)?",
        text="The user does not {v} {x}",
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        rf"i(?:'m| am) (?:not (?:really )?(?:a (?:big |great |huge )?fan of|into)) {_THING}",
        text="The user is not a fan of {x}",
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        rf"i {ADVERB}(?P<v>hate|dislike|detest|despise|loathe|can't stand|cannot stand) {_THING}",
        text=_fond,
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="no",
    ),
    Rule(
        rf"i {ADVERB}(?P<v>like|love|enjoy|adore|prefer) {_THING}(?: (?:very much|a lot|so much))?",
        text=_fond,
        kind="preference",
        slot=lambda found: taste(_bare(found["x"])),
        value="yes",
    ),
    Rule(
        rf"{AM} (?:really |very |quite |a little |a bit |so )?(?P<v>afraid|scared|terrified) of (?P<x>(?!you|that"
        rf"|this|it|what|losing you).{{2,30}})",
        text="The user is {v} of {x}",
        kind="preference",
        slot="fear:{x}",
        value="yes",
    ),
    Rule(
        r"my (?:hobby is|hobbies are) (?P<x>.{2,60})",
        text="The user's hobby is {x}",
        kind="preference",
        importance=0.6,
        slot="hobby",
        value="{x}",
    ),
)
