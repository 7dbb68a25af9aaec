"""The one record of the studio: what may teach her, where it came from, and what was decided about it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from zishu_app.core.messages import Message, Role
from zishu_app.core.texts import Language

Kind = Literal["dialogue", "distilled", "correction", "imported", "thinking", "agentic"]
#: `removed` is the bin: nothing is ever deleted, so that everything can be taken back
Verdict = Literal["pending", "accepted", "rejected", "removed"]

#: their places are their numbers in the file: new ones go to the end
KINDS: tuple[Kind, ...] = get_args(Kind)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: what the tags of checks begin with; all others are people's
CHECK_TAG = "check:"


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """One message, and whether she is to learn from it."""

    role: Role
    content: str
    #: learnt from; only what an assistant says can be
    loss: bool
    tags: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The OpenAI form; `loss` and `tags` only where they say something."""
        said: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.loss != (self.role == "assistant"):
            said["loss"] = self.loss
        if self.tags:
            said["tags"] = list(self.tags)
        return said


def message(role: Role, content: str, *, loss: bool = True, tags: Sequence[str] = ()) -> SampleMessage:
    """A message; one that is not the assistant's is never learnt from."""
    return SampleMessage(role, content, loss and role == "assistant", tuple(tags))


def message_from_dict(value: Mapping[str, Any]) -> SampleMessage:
    """The opposite of `SampleMessage.as_dict`; the caller has checked the keys."""
    return message(
        value["role"], value["content"], loss=bool(value.get("loss", True)), tags=value.get("tags") or ()
    )


def as_messages(messages: Iterable[Message]) -> tuple[SampleMessage, ...]:
    """Plain messages, each learnt from if the assistant says it."""
    return tuple(message(one.role, one.content) for one in messages)


@dataclass(frozen=True, slots=True)
class Source:
    """The long talk that distilled samples rest on; kept once for all of them."""

    #: what makes it the same talk (see `fingerprint`)
    key: str
    name: str
    messages: tuple[SampleMessage, ...]
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sample that is not in the data set yet."""

    #: what makes it the same sample (see `fingerprint`): the same key is never added twice
    key: str
    kind: Kind
    language: Language
    title: str
    messages: tuple[SampleMessage, ...]
    scenario: str = ""
    tags: tuple[str, ...] = ()
    #: down to each answered call; see dataset/origin for what stands in it
    provenance: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None
    verdict: Verdict = "pending"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it stands now."""

    id: int
    key: str
    kind: Kind
    language: Language
    title: str
    messages: tuple[SampleMessage, ...]
    scenario: str
    tags: tuple[str, ...]
    provenance: Mapping[str, Any]
    #: which source it was distilled from; None: it is a talk itself
    source: int | None
    verdict: Verdict
    #: why it was rejected, or a note on why it was accepted
    reason: str
    #: who decided; empty while pending
    reviewer: str
    flagged: bool
    #: what the judges gave, 1 to 5, and how far they were apart; None: not judged
    score: float | None
    spread: float | None
    #: what the person gave on average, 1 to 5
    stars: float | None
    #: seconds since 1970
    created: int
    decided: int | None
    #: which version of its messages is in force; 0: as it came
    version: int


def fingerprint(*parts: object) -> str:
    """A key of 32 hexadecimal digits out of what makes something the same."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:32]


def said(messages: Iterable[SampleMessage]) -> str:
    """Who said what, as one text: for fingerprints and comparisons."""
    return "\0".join(f"{one.role}\1{one.content}" for one in messages)
