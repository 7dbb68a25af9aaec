"""The one shape of a message that every room passes around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the OpenAI sense: who says what."""

    role: Role
    content: str

    def as_dict(self) -> dict[str, str]:
        """The form that goes over the wire and into files."""
        return {"role": self.role, "content": self.content}


def as_dicts(messages: Iterable[Message]) -> list[dict[str, str]]:
    """Messages in the form that goes over the wire and into files."""
    return [message.as_dict() for message in messages]


def from_dict(value: Mapping[str, str]) -> Message:
    """The opposite of `Message.as_dict`; the caller has checked the keys."""
    return Message(value["role"], value["content"])  # type: ignore[arg-type]
