"""What she is shown before she answers: who she is, what she knows and remembers, and the talk, within the model's room.

Pure. What stays the same stands first and what changes with every answer stands before the last message, so that prompts
grow at their end only and a model can go on from what it has read. Each part tells how many tokens it took and what was
left out, so that the person can see what she saw.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from zishu_app.character.card import Card, filled
from zishu_app.character.manifest import EMOTIONS
from zishu_app.character.tags import without_tags
from zishu_app.core.messages import Message, Role
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language

Count = Callable[[str], int]

#: tokens the role and the marks around one message take, and what joins two parts, rounded up
FRAME, JOINT = 8, 2
#: least tokens that are kept for the talk, whatever else there is to say; and for the last message, whoever she is
LEAST_TALK, LEAST_LAST = 160, 64
#: of all room who she is may take
MOST_PERSONA = 0.5
#: examples of the card a very small model is shown
FEW = 2
#: where something was left out of a text
CUT = " […] "
#: the prompts that stand before what she knows, what was said earlier, and what she remembers
KNOWS, BEFORE, REMEMBERS = "character.knows", "character.before", "character.remembers"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A lorebook entry that the talk has brought up."""

    content: str
    #: so many messages come after it; None: it stands with who she is
    depth: int | None = None
    #: before who she is, not after it
    before: bool = False
    #: whose words it is put into, where it stands in the talk; "system": nobody's
    role: Role = "system"


@dataclass(frozen=True, slots=True)
class Given:
    """All that may be shown."""

    card: Card
    language: Language
    user: str
    #: the newest one last; the last is what she answers
    talk: Sequence[Message]
    knowledge: Sequence[Knowledge] = ()
    memories: Sequence[str] = ()
    #: what was said before `talk`
    summary: str = ""
    #: what has just happened, e.g. that a reminder was set
    happened: Sequence[str] = ()
    #: a very small model: who she is in a sentence, a few examples as if they had been said, no tags
    terse: bool = False
    #: local time, in words
    now: str = ""
    #: most tokens of the talk
    most_talk: int = 3000


@dataclass(frozen=True, slots=True)
class Share:
    """What one part of the prompt took."""

    #: "persona", "knowledge", "summary", "memories", "moment", "talk"
    part: str
    tokens: int
    #: how many of its pieces were left out or cut for want of room
    left_out: int
    text: str


@dataclass(frozen=True, slots=True)
class Built:
    """The prompt and where its tokens went."""

    messages: list[Message]
    shares: list[Share]
    #: tokens there were for all of it
    room: int


@dataclass(slots=True)
class _Purse:
    """Tokens that are left, spent by one part after the other."""

    count: Count
    left: int
    #: tokens that are not to be spent on anything but the talk
    keep: int = 0
    shares: list[Share] = field(default_factory=list)

    def pay(self, share: Share) -> None:
        """A part that is there whatever it takes."""
        self.left -= share.tokens
        self.shares.append(share)

    def fit(self, part: str, texts: Sequence[str], shown: Callable[[Sequence[str]], str]) -> list[str]:
        """As many of the texts as there is room for, in their order; `shown` says what stands in the prompt."""
        kept: list[str] = []
        for text in texts:
            if self.count(shown([*kept, text])) + JOINT <= self.left - self.keep:
                kept.append(text)
        text = shown(kept) if kept else ""
        tokens = self.count(text) + JOINT if text else 0
        self.pay(Share(part, tokens, len(texts) - len(kept), text))
        return kept


def build(given: Given, count: Count, room: int) -> Built:
    """The prompt within `room` tokens: who she is and the last message are always there, cut where they are too long."""
    purse = _Purse(count, room)
    persona, examples, shorter = _persona(given, count, int(room * MOST_PERSONA))
    after = cut(filled(given.card.post_history, given.card, given.user).strip(), count, room // 8)
    note = _note(given, count, room // 8)
    around = count(_aside(given, [after, "-"], "")) + JOINT + sum(count(_marked(one)) + JOINT for one in note)
    purse.pay(Share("persona", _tokens(examples, count) + count(persona) + FRAME + around, shorter, persona))
    last = _last(given.talk[-1], count, max(purse.left - FRAME, LEAST_LAST))
    purse.keep = max(count(last.content) + FRAME, min(LEAST_TALK, purse.left))
    contents = [one.content for one in given.knowledge]
    known = purse.fit("knowledge", contents, lambda kept: _lines(given, KNOWS, kept))
    knowledge = [one for one in given.knowledge if one.content in known]
    before = [given.summary] if given.summary else []
    summary = purse.fit("summary", before, lambda kept: _lines(given, BEFORE, kept))
    memories = purse.fit("memories", given.memories, lambda kept: _lines(given, REMEMBERS, kept))
    moment = purse.fit("moment", _moment(given), "\n".join)
    talk = _window([*given.talk[:-1], last], count, min(given.most_talk, purse.left))
    left_out = len(given.talk) - len(talk) + (last is not given.talk[-1])
    said = "\n".join(one.content for one in talk)
    purse.pay(Share("talk", _tokens(talk, count), left_out, said))
    fresh = [_lines(given, REMEMBERS, memories), "\n".join(moment)]
    system = [
        *(one.content for one in knowledge if one.before and one.depth is None),
        persona,
        _lines(given, KNOWS, [one.content for one in knowledge if one.depth is None and not one.before]),
        _lines(given, BEFORE, summary),
        *(fresh if given.terse else ()),
    ]
    shown = _with_depth(talk, [*(one for one in knowledge if one.depth is not None), *note])
    beside = [one for one in (*(() if given.terse else fresh), after) if one]
    shown[-1] = Message(shown[-1].role, _aside(given, beside, shown[-1].content))
    front = Message("system", "\n\n".join(filter(None, system)))
    return Built([front, *examples, *shown], purse.shares, room)


def in_short(card: Card, language: Language, user: str) -> str:
    """Who she is in a sentence or two: for models too small for more, and for what she is to learn from."""
    who = card.short or card.personality or card.description
    said = filled(" ".join(who.split()), card, user)[:400]
    return prompt(language, "character.short", char=card.name, who=said).strip()


def _persona(given: Given, count: Count, most: int) -> tuple[str, list[Message], int]:
    """Who she is and how she speaks; examples as messages; and how much of it had to go."""
    if given.terse:
        text = cut(in_short(given.card, given.language, given.user), count, most)
        pairs = _shown_how(given)
        while pairs and count(text) + _tokens(sum(pairs, []), count) > most:
            pairs.pop()
        return text, sum(pairs, []), 0
    examples = _examples(given)
    for left_out, shown in enumerate(dict.fromkeys([examples, ""])):
        text = _whole(given, shown)
        if count(text) <= most:
            return text, [], left_out
    # the card is longer than half of all the model can read: it begins with what matters
    return cut(text, count, most), [], 2


def _shown_how(given: Given) -> list[list[Message]]:
    """Examples as if they had been said, the first of them her name: a very small model else takes another."""
    card, language = given.card, given.language
    name = prompt(language, "character.ask_name"), prompt(language, "character.tell_name", char=card.name)
    said = [name, *((one.user, without_tags(one.her)) for one in card.examples[:FEW])]
    return [[Message("user", user), Message("assistant", her)] for user, her in said]


def _whole(given: Given, examples: str) -> str:
    card, user = given.card, given.user
    parts = [
        card.system_prompt or prompt(given.language, "character.system", char=card.name, user=user),
        prompt(given.language, "character.tags", tags=" ".join(f"[{one}]" for one in EMOTIONS)),
        card.description, card.personality, card.scenario, card.style, examples,
    ]  # fmt: skip
    return "\n\n".join(filled(one, card, user).strip() for one in parts if one.strip())


def _examples(given: Given) -> str:
    card = given.card
    if not card.examples:
        return card.example_text
    lines = [f"{given.user}: {one.user}\n{card.name}: {one.her}" for one in card.examples]
    return prompt(given.language, "character.examples", examples="\n".join(lines))


def _note(given: Given, count: Count, most: int) -> list[Knowledge]:
    """What the card says within the talk, if it says anything."""
    said = given.card.depth_prompt
    text = cut(filled(said.text, given.card, given.user).strip(), count, most)
    return [Knowledge(text, said.depth, role=said.role)] if text else []


def _moment(given: Given) -> list[str]:
    now = (
        [prompt(given.language, "character.now", now=given.now).strip()]
        if given.now and not given.terse
        else []
    )
    return [*now, *given.happened]


def _aside(given: Given, beside: Sequence[str], said: str) -> str:
    """What was said, with what only she sees before it."""
    if not beside:
        return said
    return prompt(given.language, "character.aside", lines="\n\n".join(beside), said=said)


def _last(message: Message, count: Count, most: int) -> Message:
    """What she answers, without its middle where it is longer than she can read."""
    if count(message.content) <= most:
        return message
    text = message.content

    def shortened(size: int) -> str:
        head = size * 2 // 3
        return text[:head] + CUT + text[len(text) - (size - head) :]

    return Message(message.role, shortened(_size(shortened, count, most, len(text))))


def cut(text: str, count: Count, most: int) -> str:
    """The beginning of a text, where it is too long."""
    if count(text) <= most:
        return text

    def shortened(size: int) -> str:
        return text[:size] + CUT.rstrip()

    return shortened(_size(shortened, count, most, len(text)))


def _size(shortened: Callable[[int], str], count: Count, most: int, longest: int) -> int:
    """How many characters of a text fit into so many tokens."""
    return max(bisect_right(range(longest), most, key=lambda size: count(shortened(size))) - 1, 0)


def _window(talk: Sequence[Message], count: Count, room: int) -> list[Message]:
    """The latest messages that fit, beginning with the other side's; the last one always."""
    kept = [talk[-1]]
    room -= count(talk[-1].content) + FRAME
    for message in reversed(talk[:-1]):
        room -= count(message.content) + FRAME
        if room < 0:
            break
        kept.insert(0, message)
    while len(kept) > 1 and kept[0].role != "user":
        kept.pop(0)
    return kept


def _with_depth(talk: list[Message], knowledge: Sequence[Knowledge]) -> list[Message]:
    """The talk with knowledge put in where so many messages come after it.

    It goes into a message, and not between two: many chat templates take turns strictly. What nobody says stands with what
    the person says, so that she does not learn to speak like it.
    """
    found = list(talk)
    for one in knowledge:
        place = max(len(found) - max(one.depth or 0, 1), 0)
        at = _of_whom(found, place, "user" if one.role == "system" else one.role)
        message = found[place if at is None else at]
        put_in = one.content if message.role == one.role else _marked(one)
        parts = (message.content, put_in) if at is not None and at < place else (put_in, message.content)
        found[place if at is None else at] = Message(message.role, "\n".join(parts))
    return found


def _of_whom(talk: Sequence[Message], place: int, role: Role) -> int | None:
    """The message of theirs that is nearest to a place: there, right before it, or somewhere after it."""
    near = (place, place - 1, *range(place + 1, len(talk)))
    return next((at for at in near if at >= 0 and talk[at].role == role), None)


def _marked(one: Knowledge) -> str:
    """As it stands in a message of somebody who has not said it."""
    return f"[{one.content}]"


def _lines(given: Given, name: str, texts: Sequence[str]) -> str:
    if not texts:
        return ""
    shown = "\n".join(f"- {filled(text, given.card, given.user).strip()}" for text in texts)
    return prompt(given.language, name, lines=shown)


def _tokens(messages: Sequence[Message], count: Count) -> int:
    return sum(count(one.content) + FRAME for one in messages)
