"""The one opening to every model: messages in, a stream of small frozen events out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from zishu_app.core.messages import Message


@dataclass(frozen=True, slots=True)
class Options:
    """How to answer one call. `None` leaves the endpoint's own default."""

    temperature: float | None = None
    max_tokens: int = 2000
    seed: int | None = None
    #: JSON schema of the whole answer; used only where `Limits.schema` says the endpoint can
    schema: Mapping[str, Any] | None = None
    #: most sentences of the answer; kept to only by models whose `Limits.terse` is set
    sentences: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model can take."""

    #: tokens it can read and write together
    context: int = 32_768
    #: answers can be constrained by a JSON schema
    schema: bool = False
    #: too small to come to an end by itself: `Options.sentences` is enforced by a grammar
    terse: bool = False
    #: which counter fits it, see core/tokens
    tokenizer: str = "o200k_base"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call as the endpoint reported them."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of what the model thought; never part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """The attempt failed; everything streamed in it is void. The next one starts after `delay` seconds."""

    attempt: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The one good ending of a stream. A bad ending is a raised `ModelError`."""

    text: str
    reasoning: str = ""
    finish_reason: str = "stop"
    #: None: the endpoint did not say
    usage: Usage | None = None
    #: the model's name as the endpoint reported it
    model: str = ""
    retries: int = 0
    #: tokens spent on failed attempts, where the endpoint reported them
    wasted: Usage | None = None


Delta = Text | Reasoning | Retrying | Answered


class ChatModel(Protocol):
    """A model that can be talked to."""

    #: `endpoint/model`, as the ledger and the files name it
    name: str
    limits: Limits

    def stream(self, messages: Sequence[Message], options: Options) -> AsyncIterator[Delta]:
        """Answer `messages`. Ends with exactly one `Answered`, or raises `ModelError` or `KeyMissing`.

        Leaving the iterator (or cancelling the task) closes the connection.
        """
