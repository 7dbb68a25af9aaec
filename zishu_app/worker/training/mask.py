"""Which tokens of a talk are learnt: what she says where it is to be learnt from, and the token with which she ends.

Nothing here knows a template. The text up to where she begins to speak is what the template makes of the messages
before; that must be how the whole text begins, and what follows it is hers. So the learnt part begins exactly where
the base, asked the same, would begin to answer.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from zishu_app.core.errors import DataError
from zishu_app.worker.training import faults
from zishu_app.worker.training.faults import Fault
from zishu_app.worker.training.template import Said, Template
from zishu_app.worker.training.tokenizer import Tokenizer, Tokens

_THOUGHT = re.compile(r"<think>(.*?)</think>", re.DOTALL)
#: where a template makes her begin by thinking
_ROOM = re.compile(r"<think>\s*(</think>\s*)?$")
#: what a template may add to or take from what was said: blanks, and the marks of reasoning
_LOOSE = re.compile(r"\s+|</?think>")


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply that is learnt from: its message, and its tokens from the first that she says to the end token."""

    message: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sample as tokens."""

    ids: list[int]
    #: one byte a token: 1 where it is learnt
    learnt: bytes
    turns: tuple[Turn, ...]
    #: tokens from here on are cut away; `len(ids)`: none
    cut: int
    #: messages that are cut away
    lost: int
    faults: tuple[Fault, ...]

    @property
    def used(self) -> int:
        """Tokens that are needed: what follows the last learnt one teaches nothing. 0: the sample is of no use."""
        return self.turns[-1].stop if self.turns else 0

    @property
    def trained(self) -> int:
        """Tokens that are learnt."""
        return sum(self.learnt)


def encode(messages: Sequence[Said], template: Template, tokenizer: Tokenizer, longest: int) -> Encoded:
    """The tokens of one sample. Nothing is raised: what is wrong is in `faults`, and then nothing is learnt."""
    return look(messages, template, tokenizer, longest)[0]


def look(
    messages: Sequence[Said], template: Template, tokenizer: Tokenizer, longest: int
) -> tuple[Encoded, Tokens]:
    """As `encode`, with the text of the tokens."""
    guarded = [{**one, "content": tokenizer.guarded(one["content"])} for one in messages]
    try:
        talk = _Talk(guarded, template, tokenizer, template.render(guarded))
        replies = [talk.reply(number) for number, one in enumerate(messages) if _is_learnt(one)]
    except DataError as error:
        return _nothing(faults.refused(error.message, error.hint)), tokenizer.encode("")
    tokens = tokenizer.encode(talk.text)
    if _begins_twice(tokens.ids, template, tokenizer):
        talk.found.append(faults.double_bos(template.bos))
    turns = [_turn(number, tokens, span) for number, *span in filter(None, replies)]
    return _cut(talk, tokens, turns, longest), tokens


def _is_learnt(message: Said) -> bool:
    return message["role"] == "assistant" and message.get("loss") is not False and bool(message["content"])


@dataclass(slots=True)
class _Talk:
    """A talk and the text that the template makes of it."""

    messages: list[dict[str, object]]
    template: Template
    tokenizer: Tokenizer
    text: str
    found: list[Fault] = field(default_factory=list)

    def reply(self, number: int) -> tuple[int, int, int] | None:
        """Where what is learnt of a message begins and ends in the text. None: nothing may be, and why is in `found`."""
        start = self._start(number)
        stop = self._stop(number, start) if start is not None else None
        if start is None or stop is None:
            self.found.append(faults.rewritten())
            return None
        end = self.tokenizer.last_control(self.text[start:stop])
        if not end:
            self.found.append(faults.no_end())
            return None
        if fault := self._differs(number, self.text[start : start + end[0]]):
            self.found.append(fault)
            return None
        return number, start, start + end[1]

    def _start(self, number: int) -> int | None:
        """Where she begins to speak."""
        if number == 0:
            return self._opening()
        before = self.messages[:number]
        prompts = [self.template.render(before, add_generation_prompt=True)]
        # a template may leave room for reasoning there, and not in what was said without any
        if self.template.thinks:
            prompts.append(self.template.render(before, add_generation_prompt=True, thinking=False))
        prompts += [
            head for prompt in prompts for head in [prompt.rpartition("<think>")[0].rstrip(" ")] if head
        ]
        fitting = [len(prompt) for prompt in prompts if self.text.startswith(prompt)]
        return max(fitting, default=None)

    def _opening(self) -> int | None:
        """Where the first message begins to be hers: after what the template puts before every reply."""
        other = [{"role": "user", "content": "1"}]
        asked = self.template.render(other)
        header = self.template.render(other, add_generation_prompt=True).removeprefix(asked)
        place = self.text.find(header)
        return place + len(header) if header and place >= 0 else None

    def _stop(self, number: int, start: int) -> int | None:
        """Where her turn ends. When it is the last one, a template may say more than later, but only before it."""
        if number == len(self.messages) - 1:
            return len(self.text)
        turn = self.template.render(self.messages[: number + 1])[start:]
        rest = self.text[start : start + len(turn)]
        for place in range(len(turn)):
            if rest.startswith(turn[place:]):
                return start + len(turn) - place
        return None

    def _differs(self, number: int, said: str) -> Fault | None:
        """What is wrong with the text of a reply, held against its message."""
        content = str(self.messages[number]["content"])
        if (here := _LOOSE.sub("", said)) == _LOOSE.sub("", content):
            return None
        without = _LOOSE.sub("", _THOUGHT.sub("", content))
        if here == without:
            return faults.drops_reasoning()
        others = (_LOOSE.sub("", str(one["content"])) for one in self.messages if one["role"] != "assistant")
        return faults.foreign() if any(one and one in here for one in others) else faults.rewritten()


def _turn(message: int, tokens: Tokens, span: Sequence[int]) -> Turn:
    """The tokens of a part of the text: all that have something in it."""
    start, stop = (tokens.at(place) for place in span)
    # a token without width stands for nothing in the text, and belongs to what follows it
    first = bisect_left(tokens.spans, True, key=lambda one: one[1] > start or one[0] >= start)
    last = bisect_left(tokens.spans, stop, key=lambda one: one[0])
    return Turn(message, first, last)


def _begins_twice(ids: Sequence[int], template: Template, tokenizer: Tokenizer) -> bool:
    bos = tokenizer.specials.get(template.bos)
    return bos is not None and list(ids[:2]) == [bos, bos]


def _cut(talk: _Talk, tokens: Tokens, turns: list[Turn], longest: int) -> Encoded:
    """What of a sample is used: up to `longest` tokens, to the end of a turn."""
    count = len(tokens.ids)
    found = list(talk.found)
    if any(fault.stops for fault in found):
        turns = []
    fitting = [turn for turn in turns if turn.stop <= longest]
    cut, lost = count, 0
    if len(fitting) < len(turns):
        cut = fitting[-1].stop if fitting else 0
        lost = len(talk.messages) - (fitting[-1].message + 1 if fitting else 0)
        found.append(
            faults.shortened(lost, count - cut) if fitting else faults.too_long(longest, turns[0].stop)
        )
    elif not turns and not found:
        found.append(faults.nothing_learnt())
    learnt = bytearray(count)
    for turn in fitting:
        learnt[turn.start : turn.stop] = b"\1" * (turn.stop - turn.start)
    return Encoded(tokens.ids, bytes(learnt), tuple(fitting), cut, lost, tuple(found))


def _nothing(fault: Fault) -> Encoded:
    return Encoded([], b"", (), 0, 0, (fault,))
