"""What an answer of hers tells while it comes; see `Chat.reply`."""

from dataclasses import dataclass

from zishu_app.character.tags import Felt, Spoken


@dataclass(frozen=True, slots=True)
class Thinking:
    """She has heard it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The call failed and is tried again; everything spoken in it is void."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Replied:
    """She has said it all. The one good ending; a bad one is a raised ZishuError."""

    talk: int
    step: int
    text: str
    emotion: str
    #: the model that spoke
    brain: str
    seconds: float
    #: numbers of the memories she had in mind
    recalled: tuple[int, ...] = ()


ChatEvent = Thinking | Spoken | Felt | Waiting | Replied


@dataclass(frozen=True, slots=True)
class Recalled:
    """What came to her mind: the texts, and their numbers for what is told of it."""

    texts: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
