"""The lorebook: which of a card's knowledge the talk has brought up. Pure; the fields are SillyTavern's own."""

import re
from collections.abc import Callable, Sequence

from zishu_app.character.card import Card, Lorebook, LoreEntry, filled
from zishu_app.character.mention import mentions
from zishu_app.character.prompt import Knowledge
from zishu_app.core.chance import dice
from zishu_app.core.messages import Message

#: rounds in which entries may bring other entries
ROUNDS = 4
#: characters of a stranger's regular expression
MOST_PATTERN = 300
#: characters of the talk, from its end, in which an expression is looked for, by how many of its parts may go on and
#: on: the time it can take grows with that power of them. One with more such parts is not looked for at all
MOST_TEXT = (20_000, 2_000, 300)


def active(
    card: Card, talk: Sequence[Message], user: str, count: Callable[[str], int], seed: int = 0
) -> list[Knowledge]:
    """The entries that the last messages bring up, within the book's own budget, in the order they are shown.

    Where there is no room, those of low priority are left out first.
    """
    book = card.knowledge
    scanned = "\n".join(one.content for one in talk[-book.scan_depth :] if book.scan_depth)
    found = _found(book, scanned, seed)
    kept = _within(found, book.token_budget, lambda one: count(filled(one.content, card, user)))
    ordered = sorted(kept, key=lambda one: one.insertion_order)
    return [
        Knowledge(
            filled(one.content, card, user),
            one.depth if one.position == "at_depth" else None,
            before=one.position == "before_char",
        )
        for one in ordered
        if one.content.strip()
    ]


def _found(book: Lorebook, text: str, seed: int) -> list[LoreEntry]:
    found: list[LoreEntry] = []
    waiting = [one for one in book.entries if one.enabled]
    for _ in range(ROUNDS if book.recursive_scanning else 1):
        new = [one for one in waiting if _is_meant(one, text) and _is_lucky(one, seed)]
        if not new:
            break
        found += new
        waiting = [one for one in waiting if one not in new]
        text = "\n".join([text, *(one.content for one in new)])
    return found


def _is_meant(entry: LoreEntry, text: str) -> bool:
    if entry.constant:
        return True
    if not any(_holds(entry, key, text) for key in entry.keys):
        return False
    secondary = [key for key in entry.secondary_keys if key.strip()]
    return not (entry.selective and secondary) or _agrees(
        entry, [_holds(entry, key, text) for key in secondary]
    )


def _agrees(entry: LoreEntry, said: Sequence[bool]) -> bool:
    """Whether the second keys, each said or not, let the entry in."""
    return {
        "and_any": any(said),
        "not_all": not all(said),
        "not_any": not any(said),
        "and_all": all(said),
    }[entry.selective_logic]


def _holds(entry: LoreEntry, key: str, text: str) -> bool:
    """Whether a key stands in the text: Latin words whole, everything else anywhere."""
    key = key.strip()
    if not key:
        return False
    flags = 0 if entry.case_sensitive else re.IGNORECASE
    if entry.use_regex and (found := _pattern(key, flags)) is not None:
        pattern, most = found
        return pattern.search(text[-most:]) is not None
    return mentions(text, key, case_sensitive=entry.case_sensitive)


def _pattern(key: str, flags: int) -> "tuple[re.Pattern[str], int] | None":
    """A key between slashes as a regular expression, and the characters it is looked for in; None where it is none, or
    one that could take for ever.
    """
    written = re.fullmatch(r"/(.*)/([a-z]*)", key, re.DOTALL)
    source = written[1] if written else key
    endless = _endless(source)
    if len(source) > MOST_PATTERN or endless is None or endless >= len(MOST_TEXT):
        return None
    try:
        found = re.compile(source, flags | (re.IGNORECASE if written and "i" in written[2] else 0))
    except (re.error, OverflowError, RecursionError):
        return None
    return found, MOST_TEXT[endless]


def _endless(source: str) -> int | None:
    """How many parts of an expression may go on and on; None where one lies within another, or may."""
    plain = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "x", source, flags=re.DOTALL)
    if re.search(r"\\[1-9]|\(\?(?:P=|[A-Za-z-]*x|\()", plain):
        return None  # points back, or may hide things in remarks
    plain = re.sub(r"\\.", "x", plain, flags=re.DOTALL)
    if re.search(r"\)[*+{]", plain):
        return None
    return len(re.findall(r"[*+]|\{\d*,\d*\}|\{\d{2,}\}", plain))


def _is_lucky(entry: LoreEntry, seed: int) -> bool:
    return entry.probability >= 100 or dice(seed, "lore", entry.content).random() * 100 < entry.probability


def _within(found: Sequence[LoreEntry], budget: int, count: Callable[[LoreEntry], int]) -> list[LoreEntry]:
    def rank(entry: LoreEntry) -> tuple[bool, int]:
        return entry.constant, entry.priority if entry.priority is not None else entry.insertion_order

    kept: list[LoreEntry] = []
    for entry in sorted(found, key=rank, reverse=True):
        budget -= count(entry)
        if budget < 0:
            break
        kept.append(entry)
    return kept
