"""The messages each side is sent: two AIs, each of which believes the other one is the user or the assistant."""

import re
from collections.abc import Sequence

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language
from zishu_app.dialogue.persona import describe, style_instruction
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.talk import Direction, Talk

#: longest notes, in characters for Chinese and words for English
NOTE_WORDS: dict[Language, int] = {"zh": 400, "en": 220}

#: the direction, when a model writes it into its message: from its mark to the end of the line
_NOTE = re.compile(r"\s*(?:【提示】|\[note\])[^\n]*", re.IGNORECASE)


def system_of_user(plan: Plan) -> str:
    """What the user's side is told once."""
    return prompt(
        plan.language,
        "dialogue.user_system",
        persona=describe(plan.persona, plan.language),
        description=plan.scenario.description,
    )


def system_of_assistant(plan: Plan) -> str:
    """What the assistant's side is told once."""
    return prompt(plan.language, "dialogue.assistant_system", ai_role=plan.scenario.ai_role)


def system_of_notes(plan: Plan) -> str:
    """What the one who keeps notes is told."""
    return prompt(plan.language, "dialogue.summary_system", words=NOTE_WORDS[plan.language])


def for_assistant(talk: Talk, start: int) -> list[Message]:
    """Everything the assistant's side sees; `start`: number of the first message shown."""
    system = _with_notes(talk, system_of_assistant(talk.plan), start)
    return [system, *talk.messages[start:]]


def for_user(talk: Talk, start: int, direction: Direction) -> list[Message]:
    """Everything the user's side sees: roles are swapped, and the newest reply carries the note.

    The note stands at the end and not in the system message, so that endpoints can reuse the prefix.
    """
    language = talk.plan.language
    system = _with_notes(talk, system_of_user(talk.plan), start)
    swapped = [_swap(message) for message in talk.messages[start:]]
    opening = Message("user", prompt(language, "dialogue.user_opening"))
    last = Message("user", f"{swapped[-1].content}\n\n{note(talk, direction)}")
    return [system, opening, *swapped[:-1], last]


def for_notes(talk: Talk, first: int, upto: int) -> list[Message]:
    """Ask for notes that cover everything before message `upto`."""
    language = talk.plan.language
    previous = talk.summary.content if talk.summary else prompt(language, "dialogue.summary_none")
    labels = {
        "user": prompt(language, "dialogue.user_label"),
        "assistant": prompt(language, "dialogue.assistant_label"),
    }
    lines = [f"{labels[message.role]}: {message.content}" for message in talk.messages[first:upto]]
    request = prompt(language, "dialogue.summary_request", previous=previous, transcript="\n".join(lines))
    return [Message("system", system_of_notes(talk.plan)), Message("user", request)]


def note(talk: Talk, direction: Direction) -> str:
    """The direction of one message in words."""
    language = talk.plan.language
    goal = direction.goal
    if goal and talk.is_interest(goal):
        goal = prompt(language, "dialogue.user_interest", interest=goal)
    said = {
        "free": "",
        "goal": prompt(language, "dialogue.user_goal", goal=goal) if goal else "",
        "shift": prompt(language, "dialogue.user_shift", goal=goal) if goal else "",
        "farewell": prompt(language, "dialogue.user_farewell"),
    }[direction.steer]
    style = style_instruction(direction.style, language)
    return prompt(language, "dialogue.user_note", style=style, goal=said)


def clean_user(text: str, labels: Sequence[str]) -> str:
    """The bare message: without the label, quotation marks or note a model puts around it. Never empty."""
    bare = text.strip()
    label = "|".join(map(re.escape, labels))
    without = re.sub(rf"^\s*(?:{label})\s*[:：]\s*", "", _NOTE.sub("", bare), flags=re.IGNORECASE).strip()
    for left, right in ('""', "“”", "「」", "''"):
        inner = without[1:-1]
        if len(without) > 2 and without[0] == left and without[-1] == right and left not in inner:
            without = inner.strip()
    return without or bare


def labels_of(language: Language) -> tuple[str, ...]:
    """Names a model may put in front of the user's message."""
    return (prompt(language, "dialogue.user_label"), "User", "用户", "Human", "Me", "我")


def _with_notes(talk: Talk, system: str, start: int) -> Message:
    if start and talk.summary:
        lead = prompt(talk.plan.language, "dialogue.summary_lead", summary=talk.summary.content)
        system = f"{system}\n\n{lead}"
    return Message("system", system)


def _swap(message: Message) -> Message:
    return Message("assistant" if message.role == "user" else "user", message.content)
