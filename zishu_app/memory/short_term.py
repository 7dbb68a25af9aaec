"""What of a chat is still in mind: the latest messages word for word, and notes of all that came before them.

The notes roll: when more messages are out of sight than fit into a request, they are written anew from the former notes
and those messages. What notes cover never comes back into sight, so that prompts only grow at their end and endpoints can
reuse what they have read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language

#: tokens of the longest notes, and words they are asked to have
NOTE_TOKENS, NOTE_WORDS = 700, 250
#: tokens the role and the marks around one message take, rounded up
FRAME = 8


@dataclass(frozen=True, slots=True)
class InMind:
    """What is shown of a chat."""

    #: messages from here on, word for word
    start: int
    #: messages that notes should be written of now: from, up to; None: the notes are good enough
    due: tuple[int, int] | None


def in_mind(messages: Sequence[Message], covered: int, count: Callable[[str], int], room: int) -> InMind:
    """What of a chat is shown within `room` tokens, where notes cover the first `covered` messages.

    Notes are due when the rest no longer fits; they then leave the latest half of the room word for word.
    """
    sizes = [count(message.content) + FRAME for message in messages[covered:]]
    if sum(sizes) <= room:
        return InMind(covered, None)
    kept, half = len(messages) - 1, room // 2 - sizes[-1]  # the last one is always in sight
    while kept > covered + 1 and half - sizes[kept - 1 - covered] >= 0:
        half -= sizes[kept - 1 - covered]
        kept -= 1
    # the first one shown is the person's
    while kept < len(messages) - 1 and messages[kept].role != "user":
        kept += 1
    return InMind(kept, (covered, kept)) if kept > covered else InMind(covered, None)


@dataclass(frozen=True, slots=True)
class Talkers:
    """Whose chat it is."""

    char: str
    user: str
    language: Language


def ask_notes(who: Talkers, previous: str, messages: Sequence[Message]) -> list[Message]:
    """The request for notes that cover these messages too."""
    names = {"user": who.user, "assistant": who.char}
    lines = [f"{names.get(one.role, one.role)}: {one.content}" for one in messages]
    language = who.language
    return [
        Message(
            "system",
            prompt(language, "memory.summary_system", char=who.char, user=who.user, words=NOTE_WORDS),
        ),
        Message(
            "user",
            prompt(
                language,
                "memory.summary_request",
                previous=previous or prompt(language, "memory.summary_none"),
                transcript="\n".join(lines),
            ),
        ),
    ]
