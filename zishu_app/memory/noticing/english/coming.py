"""English: what one plans for a day, and what one promises. Pure."""

import re

from zishu_app.memory.noticing.third import third_person

#: what is said of every day
_EVERY_DAY = re.compile(
    r"\b(?:you|see|talk|bed|sleep|going home|be back|be right back|later|think|try|tell|let|eat|shower|maybe|not"
    r"|won't|can't|don't)\b",
    re.IGNORECASE,
)


_COMING = re.compile(
    r"i(?:'ve| have)(?: got)? (?:to |an? |my |the |another )?.+|i(?:'m| am) (?!not)(?:\w+ing|due|off|back) .+"
    r"|i(?:'ll| will) (?!not).+"
    r"|i (?:need|must|plan|want|intend|fly|leave|start|move|have) .+|it(?:'s| is|'ll be"
    r"| will be) my (?:[\w ]{2,15}'s )?birthday .*|(?:my|our) .+ (?:is"
    r"|are|starts?|begins?|comes?|arrives?|ends?) .*",
    re.IGNORECASE,
)


_PROMISE = re.compile(
    r"i (?:promise|swear|vow)(?: you)?(?: that)?(?:,)? (?P<x>.{4,80})"
    r"|i(?:'ll| will) (?P<sure>definitely|certainly|always|never) (?P<y>.{4,80})"
    r"|i(?:'ll| will) (?P<z>.{4,60} (?:by|before|every|at the end of|until) .{2,40})",
    re.IGNORECASE,
)


_VAGUE = re.compile(r"(?:see|be (?:right )?back|think|talk|try|let|remember)\b", re.IGNORECASE)


def coming(clause: str) -> str:
    """What one plans, where a clause that names a day says so; else ""."""
    if not _COMING.fullmatch(clause) or _EVERY_DAY.search(clause):
        return ""
    return third_person(clause, "en")


def promised(clause: str) -> str:
    """What one promises; else ""."""
    match = _PROMISE.fullmatch(clause)
    if match is None:
        return ""
    what = match["x"] or match["y"] or match["z"]
    if _VAGUE.match(what) and not match["x"]:
        return ""
    sure = f"{match['sure'].lower()} " if (match["sure"] or "").lower() in ("always", "never") else ""
    what = re.sub(r"^(?:to |(?:that )?i(?:'ll| will) )", "", what, flags=re.IGNORECASE)
    told = third_person(f"I will {sure}{what}", "en")
    return told.replace("The user will", "The user promised to", 1).replace("to never", "never to", 1)
