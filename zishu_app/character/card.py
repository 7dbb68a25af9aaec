"""The card: who a character is and how she speaks. A TOML file of one's own, or made out of a SillyTavern card."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from zishu_app.character.manifest import EMOTIONS, Name, Piece, mistakes, read_toml, told
from zishu_app.core.texts import Language

#: bytes of a card's text: a lorebook of some hundred entries
MOST_BYTES = 2_000_000

Text = Annotated[str, Field(max_length=60_000)]
Line = Annotated[str, Field(max_length=2_000)]
#: of an entry's second keys: one of them must be there, not all, none, or all
Logic = Literal["and_any", "not_all", "not_any", "and_all"]


class Exchange(Piece):
    """An example of how she answers."""

    user: Line
    her: Line


class LoreEntry(Piece):
    """Knowledge that is put into the prompt when the talk comes to it; the fields are a lorebook's own."""

    keys: tuple[Line, ...] = ()
    #: with `selective`: these decide too, where one of `keys` is there
    secondary_keys: tuple[Line, ...] = ()
    selective: bool = False
    selective_logic: Logic = "and_any"
    content: Text = ""
    comment: Line = ""
    enabled: bool = True
    #: always in the prompt
    constant: bool = False
    case_sensitive: bool = False
    #: the keys are regular expressions between slashes, as SillyTavern writes them
    use_regex: bool = False
    #: where it stands among the others: the smaller, the earlier
    insertion_order: int = 100
    #: what is left out first where there is no room: the smaller, the sooner; None: by the order
    priority: int | None = None
    #: "before_char", "after_char", or "at_depth": so many messages come after it
    position: str = "after_char"
    depth: Annotated[int, Field(ge=0, le=1000)] = 4
    #: chance in percent that it comes when its key was said
    probability: Annotated[int, Field(ge=0, le=100)] = 100
    extra: Mapping[str, Any] = {}


class Lorebook(Piece):
    """Entries, and how they are looked for."""

    name: Line = ""
    #: messages from the end in which keys are looked for
    scan_depth: Annotated[int, Field(ge=0, le=1000)] = 4
    #: tokens all entries together may take
    token_budget: Annotated[int, Field(ge=0, le=100_000)] = 600
    #: entries may bring other entries
    recursive_scanning: bool = False
    entries: tuple[LoreEntry, ...] = ()
    extra: Mapping[str, Any] = {}


class DepthPrompt(Piece):
    """What the card says within the talk, `depth` messages before its end, as if somebody had said it."""

    text: Text = ""
    depth: Annotated[int, Field(ge=0, le=1000)] = 4
    role: Literal["system", "user", "assistant"] = "system"


class MoodRule(Piece):
    """What makes her feel so: one of these words in what is said to her."""

    words: tuple[Line, ...]
    emotion: str
    strength: Annotated[float, Field(gt=0, le=1)] = 0.7

    @field_validator("emotion")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in EMOTIONS:
            raise ValueError(f"{value}: {', '.join(EMOTIONS)}")
        return value


class WearRule(Piece):
    """What makes her put something on."""

    words: tuple[Line, ...]
    #: None, or not said: she takes off what she wears
    accessory: Name | None = None


class Reactions(Piece):
    """What she says when she is touched."""

    head: tuple[Line, ...] = ()
    cheek: tuple[Line, ...] = ()
    hand: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()
    accessory: tuple[Line, ...] = ()
    carried: tuple[Line, ...] = ()


class Card(Piece):
    """Who she is. `{{char}}` and `{{user}}` in any text stand for the names, as in SillyTavern."""

    format: Annotated[int, Field(ge=1, le=1)] = 1
    name: Annotated[str, Field(min_length=1, max_length=200)]
    language: Language = "zh"
    creator: Line = ""
    version: Line = ""
    notes: Text = ""
    tags: tuple[Line, ...] = ()
    description: Text = ""
    personality: Text = ""
    #: who she is in a sentence or two: for models too small for more, and for what she is trained on
    short: Line = ""
    scenario: Text = ""
    #: how she speaks
    style: Text = ""
    #: instructions of the card's own, before all else and after the talk
    system_prompt: Text = ""
    post_history: Text = ""
    #: and within the talk
    depth_prompt: DepthPrompt = DepthPrompt()
    greetings: tuple[Text, ...] = ()
    #: what she says when she begins to talk by herself
    openers: tuple[Line, ...] = ()
    #: when they meet for the first time, and after some days; empty: one of the others
    first_greetings: tuple[Text, ...] = ()
    missed_greetings: tuple[Text, ...] = ()
    examples: tuple[Exchange, ...] = ()
    #: examples in SillyTavern's own form, where they are no pairs
    example_text: Text = ""
    moods: tuple[MoodRule, ...] = ()
    wears: tuple[WearRule, ...] = ()
    #: minutes between two changes of what she wears by herself
    wear_minutes: Annotated[float, Field(ge=0, le=10_000)] = 10
    touched: Reactions = Reactions()
    knowledge: Lorebook = Lorebook()
    #: what a foreign card says beside that; given back when it is exported
    extra: Mapping[str, Any] = {}


def read_card(path: Path) -> Card:
    """The card at `path`. Raises one DataError that tells every mistake."""
    return card_from(read_toml(path, MOST_BYTES), path)


def card_from(value: Mapping[str, Any], path: Path) -> Card:
    """A card out of plain values; `path` for what is said of mistakes."""
    try:
        return Card.model_validate(value)
    except ValidationError as error:
        raise mistakes(path, told(error)) from None


def filled(text: str, card: Card, user: str) -> str:
    """A text of the card with the names put in."""
    for name, value in (("{{char}}", card.name), ("{{user}}", user), ("<BOT>", card.name), ("<USER>", user)):
        text = text.replace(name, value).replace(name.upper(), value)
    return text
