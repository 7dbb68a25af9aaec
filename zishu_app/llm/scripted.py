"""A model that says what it was told to say: for tests, demos and work on the window without a key."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import ModelError, ModelRefused
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.llm.base import Answered, Delta, Limits, Options, Reasoning, Text, Usage

Answers = Sequence[str] | Callable[[Sequence[Message], Options], str]


class ScriptedModel:
    """Implements `ChatModel`. Answers come from a list, one a call, or from a function.

    `faults` maps the number of a call (from 0) to the error it ends with, after half of its text; a call that
    ends so uses up no answer. `pause` seconds pass between two pieces of `piece` characters.
    """

    def __init__(
        self,
        name: str = "scripted/model",
        answers: Answers = (),
        *,
        usage: Usage | None = None,
        faults: Mapping[int, ModelError] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.limits = limits or Limits()
        self.piece = 4
        self.pause = 0.0
        self.reasoning = ""
        self.clock: Clock = SystemClock()
        #: what it was asked, call by call
        self.calls: list[tuple[tuple[Message, ...], Options]] = []
        self._answers = answers
        self._usage = usage
        self._faults = dict(faults or {})
        self._said = 0

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        """See `ChatModel.stream`."""
        number = len(self.calls)
        self.calls.append((tuple(messages), options))
        fault = self._faults.get(number)
        text = self._answer(messages, options)
        if self.reasoning:
            yield Reasoning(self.reasoning)
        end = len(text) // 2 if fault else len(text)
        for start in range(0, end, self.piece):
            if self.pause:
                await self.clock.sleep(self.pause)
            yield Text(text[start : min(start + self.piece, end)])
        if fault is not None:
            raise fault
        self._said += 1
        yield Answered(text=text, reasoning=self.reasoning, usage=self._usage, model=self.name)

    def _answer(self, messages: Sequence[Message], options: Options) -> str:
        if callable(self._answers):
            return self._answers(messages, options)
        if self._said >= len(self._answers):
            raise ModelRefused(
                t(
                    f"{self.name} 的剧本只有 {self._said} 句。",
                    f"The script of {self.name} has only {self._said} answers.",
                )
            )
        return self._answers[self._said]
