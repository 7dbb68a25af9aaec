"""What a judging model is shown of a sample: numbered, behind a fence, and cut to what it can read.

A talk may hold anything, also words that are meant for whoever judges it. So all of it stands between marks that do not
occur in it, lines of a message are indented so that none can pass for another message, and the model is told that
nothing in between is said to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zishu_app.core.messages import Role
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language
from zishu_app.core.tokens import Counter
from zishu_app.dataset.sample import Sample, SampleMessage, Source, fingerprint
from zishu_app.ledger.calls import FRAME, MARGIN, Speaker
from zishu_app.review.rubric import Criterion, fitting

#: messages and their places in the sample or in its source, from 0
Numbered = tuple[tuple[int, SampleMessage], ...]

#: tokens of the line that says what was left out, and of the marks of a fence
NOTE, MARKS = 80, 40
#: how much of the room the result may take beside its source
RESULT = 0.75


@dataclass(frozen=True, slots=True)
class Case:
    """A version of a sample to be judged, and by what."""

    sample: int
    version: int
    language: Language
    criteria: tuple[Criterion, ...]
    #: what it was made from; none: a talk alone
    source: Numbered
    result: Numbered

    @property
    def subject(self) -> str:
        """As the ledger names it."""
        return f"sample {self.sample}"


def case_of(sample: Sample, source: Source | None, chosen: Sequence[Criterion]) -> Case:
    """The case a sample is. Of one distilled from a part of its source only that part is shown."""
    shown = _covered(sample, source) if source else ()
    criteria = fitting(chosen, sample.kind, compared=bool(shown))
    result = result_of(sample.messages, compared=bool(shown))
    return Case(sample.id, sample.version, sample.language, criteria, shown, result)


def result_of(messages: Sequence[SampleMessage], *, compared: bool) -> Numbered:
    """What is judged: beside a source only the assistant's messages, for what the user says is the source again."""
    numbered = enumerate(messages)
    return tuple(pair for pair in numbered if not compared or pair[1].role == "assistant")


def _covered(sample: Sample, source: Source) -> Numbered:
    """The messages of the source that the sample rests on (see dataset/origin), all where it does not say."""
    told = sample.provenance.get("messages")
    known = {one for one in told if isinstance(one, int)} if isinstance(told, list) else set()
    numbered = tuple(enumerate(source.messages))
    return tuple(pair for pair in numbered if pair[0] in known) or numbered


def mark_for(*texts: str) -> str:
    """Eight letters and digits that occur in none of the texts; the same texts always get the same."""
    mark = fingerprint(*texts)[:8]
    while any(mark in text for text in texts):
        mark = fingerprint(mark, *texts)[:8]
    return mark


def fenced(text: str, mark: str) -> str:
    """A text between marks."""
    return f"<<< {mark}\n{text}\n>>> {mark}"


def lines_of(messages: Numbered, language: Language) -> list[str]:
    """A line for each message; what of it comes after a line break is indented."""
    labels: dict[Role, str] = {
        "user": prompt(language, "dialogue.user_label"),
        "assistant": prompt(language, "dialogue.assistant_label"),
        "system": "System",
    }
    return [
        f"[{number}] {labels[one.role]}: " + "\n    ".join(one.content.splitlines())
        for number, one in messages
    ]


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens that are free for the material, and how they are counted."""

    tokens: int
    counter: Counter
    language: Language

    def less(self, tokens: int) -> "Room":
        """With so many taken."""
        return Room(self.tokens - tokens, self.counter, self.language)

    def of(self, text: str) -> int:
        """Tokens of a text."""
        return self.counter.count(text)


def room_for(speaker: Speaker, language: Language, words: str, answer: int) -> Room:
    """What a model's context leaves beside the request's own words and the answer."""
    context = speaker.model.limits.context - answer
    known = context if speaker.counter.exact else int(context / MARGIN) - 1
    return Room(known - speaker.counter.count(words) - 4 * FRAME, speaker.counter, language)


def within(messages: Numbered, room: Room, needs: Role | None = None) -> str | None:
    """As many whole messages as there is room for, from both ends, and a line that says which are left out.

    None where there is room for none of them, or for none of the side that is needed.
    """
    lines = lines_of(messages, room.language)
    sizes = [size + 1 for size in room.counter.count_many(lines)]
    if sum(sizes) <= room.tokens:
        return "\n".join(lines)
    head, tail = _ends(sizes, room.tokens - NOTE)
    kept = (*messages[:head], *messages[tail:])
    if not any(needs in (None, one.role) for _, one in kept):
        return None
    left_out = prompt(
        room.language,
        "judge.left_out",
        number=tail - head,
        first=messages[head][0],
        last=messages[tail - 1][0],
    )
    return "\n".join([*lines[:head], left_out, *lines[tail:]])


def _ends(sizes: Sequence[int], room: int) -> tuple[int, int]:
    """How many of the first fit, and where those of the last begin: both ends get about the same."""
    head, tail = 0, len(sizes)
    taken = {"head": 0, "tail": 0}
    while head < tail:
        free = room - sum(taken.values())
        head_fits, tail_fits = sizes[head] <= free, sizes[tail - 1] <= free
        if head_fits and (taken["head"] <= taken["tail"] or not tail_fits):
            taken["head"] += sizes[head]
            head += 1
        elif tail_fits:
            tail -= 1
            taken["tail"] += sizes[tail]
        else:
            break
    return head, tail


def both_within(case: Case, room: Room) -> tuple[str, str] | None:
    """Source and result as they are shown, the source empty where there is none; None where they have no room."""
    room = room.less(2 * MARKS)
    if not case.source:
        alone = within(case.result, room, "assistant")
        return None if alone is None else ("", alone)
    result = within(case.result, Room(int(room.tokens * RESULT), room.counter, room.language), "assistant")
    if result is None:
        return None
    source = within(case.source, room.less(room.of(result)))
    return None if source is None else (source, result)


def criteria_as_text(case: Case, *, with_names: bool) -> str:
    """The rubric as a model reads it; `with_names`: as it is to name them in JSON."""
    language = case.language
    lines = []
    for one in case.criteria:
        title = one.titles[language]
        head = f"{one.name} ({title})" if with_names and title != one.name else title
        levels = "; ".join(f"{mark} = {text}" for mark, text in enumerate(one.levels.get(language, ()), 1))
        lines.append(f"- {head}: {one.asks[language]}" + (f" {levels}" if levels else ""))
    return "\n".join(lines)
