"""A model on this machine: its answers come as jobs of the quick lane."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core import errors
from zishu_app.core.errors import JobLost, ModelError, ModelRefused
from zishu_app.core.messages import Message
from zishu_app.core.texts import t
from zishu_app.jobs.base import Job, JobLane
from zishu_app.jobs.protocol import Cancelled, Done, Failed, Lost, Piece
from zishu_app.jobs.specs import AnswerSpec, ChatSpec, Spec
from zishu_app.llm.answer import Collector
from zishu_app.llm.answer import Piece as Heard
from zishu_app.llm.base import Delta, Limits, Options, Retrying

#: what the worker calls its errors -> what a model raises; anything else is a plain ModelError
_ERRORS: dict[str, type[ModelError]] = {
    "context_exceeded": errors.ContextExceeded,
    "model_refused": ModelRefused,
    "answer_broken": errors.AnswerBroken,
    # the model file, or a part that is not installed: trying again does not help
    "data_error": ModelRefused,
    "part_missing": ModelRefused,
    "pack_missing": ModelRefused,
}


@dataclass(frozen=True, slots=True)
class Placing:
    """How a model is put into memory."""

    #: answers at the same time
    slots: int = 2
    #: None: as many as llama.cpp finds fit
    threads: int | None = None
    #: layers on the graphics card; None: as many as fit
    gpu_layers: int | None = None
    #: the same seed gives the same answer whatever was asked before; long talks become much slower
    exact: bool = False
    #: what was learnt, laid over it; None: nothing
    lora: Path | None = None


class LocalModel:
    """Implements `ChatModel` for the GGUF file at `path`. A lane that dies in mid-answer is tried once more.

    Raises, beside what `ChatModel` says, WorkerUnavailable and (the second time) JobLost.
    """

    def __init__(
        self, name: str, path: Path, lane: JobLane, limits: Limits, placing: Placing | None = None
    ) -> None:
        self.name = name
        self.limits = limits
        self._path = path
        self._lane = lane
        self._placing = placing or Placing()

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        """See `ChatModel.stream`."""
        async with contextlib.aclosing(
            heard(self._lane, self._spec(messages, options), self._path.name)
        ) as deltas:
            async for delta in deltas:
                yield delta

    def _spec(self, messages: Sequence[Message], options: Options) -> ChatSpec:
        return ChatSpec(
            model_path=str(self._path),
            messages=tuple(messages),
            temperature=options.temperature,
            max_tokens=options.max_tokens,
            seed=options.seed,
            schema=options.schema if self.limits.schema else None,
            sentences=options.sentences if self.limits.terse else None,
            steady=self.limits.terse,
            exact=self._placing.exact,
            context=self.limits.context,
            slots=self._placing.slots,
            threads=self._placing.threads,
            gpu_layers=self._placing.gpu_layers,
            lora_path=str(self._placing.lora or ""),
        )


class TrainedModel:
    """Implements `ChatModel` for a base in the form of transformers, with what was learnt on it, as the worker's torch speaks.

    Errors as `LocalModel`; forms and grammars cannot be kept to.
    """

    def __init__(
        self, name: str, path: Path, lane: JobLane, limits: Limits, placing: Placing | None = None
    ) -> None:
        self.name = name
        self.limits = limits
        self._path = path
        self._lane = lane
        self._placing = placing or Placing()

    async def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        """See `ChatModel.stream`."""
        spec = AnswerSpec(
            base=str(self._path),
            messages=tuple(messages),
            adapter=str(self._placing.lora or ""),
            temperature=options.temperature,
            max_tokens=options.max_tokens,
            seed=options.seed,
            context=self.limits.context,
            threads=self._placing.threads,
        )
        async with contextlib.aclosing(heard(self._lane, spec, self._path.name)) as deltas:
            async for delta in deltas:
                yield delta


async def heard(lane: JobLane, spec: Spec, name: str) -> AsyncGenerator[Delta, None]:
    """The answer to a job of the quick lane; a lane that dies in mid-answer is tried once more. `name`: of the model."""
    for attempt in (0, 1):
        collector = Collector()
        job = await lane.submit(spec)
        try:
            async with contextlib.aclosing(_pieces(job, collector)) as pieces:
                async for piece in pieces:
                    yield piece
        except JobLost as lost:
            if attempt:
                raise
            yield Retrying(1, 0.0, lost.message)
            continue
        yield collector.answered(name=name, retries=attempt, wasted=None)
        return


async def _pieces(job: Job, collector: Collector) -> AsyncGenerator[Heard, None]:
    """The pieces of one try. Raises ModelError unless the answer is whole, JobLost when its process is gone."""
    async with contextlib.aclosing(job.__aiter__()) as events:
        async for event in events:
            match event:
                case Piece(text, reasoning):
                    kind = "reasoning_content" if reasoning else "content"
                    for piece in collector.take({"choices": [{"delta": {kind: text}}]}):
                        yield piece
                case Done(result):
                    collector.take(_last_chunk(result))
                case Failed(message, hint, code):
                    raise _ERRORS.get(code, ModelError)(message, hint)
                case Lost(reason):
                    raise JobLost(reason)
                case Cancelled():
                    raise ModelError(t("回答被取消。", "The answer was cancelled."))
    for piece in collector.finish():
        yield piece
    if error := collector.verdict():
        raise error


def _last_chunk(result: dict[str, Any]) -> dict[str, Any]:
    """What the result of a chat job says, in the form in which the collector takes it."""
    usage = {
        "prompt_tokens": result.get("prompt_tokens"),
        "completion_tokens": result.get("completion_tokens"),
        "prompt_tokens_details": {"cached_tokens": result.get("cached_tokens", 0)},
    }
    choice: dict[str, Any] = {"finish_reason": result.get("finish_reason"), "delta": {}}
    return {"choices": [choice], "usage": usage, "model": result.get("model", "")}
