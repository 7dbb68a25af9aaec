"""Cards of bases: models that can be trained, as whole repositories of the form that transformers reads.

One TOML file a base, in the shipped `models/bases/` and, for the user's own, in the bases folder of the home. A base has
the id of the model file it goes with, where there is one: she speaks with the file and learns on the base.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from zishu_app.brains.cards import (
    Bytes,
    CardId,
    InnerPath,
    Named,
    Note,
    RepoName,
    Sha256,
    Word,
    read_card,
    read_cards,
)
from zishu_app.core.paths import MODEL_CARDS

#: the shipped cards
SHIPPED_BASES = MODEL_CARDS / "bases"

Precision = Literal["fp32", "bf16", "int8", "nf4"]
#: bytes of a weight in the linear parts of the layers; 4-bit ones carry their scales, quantised again
_LINEAR: Mapping[Precision, float] = {"fp32": 4, "bf16": 2, "int8": 1.01, "nf4": 0.52}

Text = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(gt=0)]


class _Part(BaseModel):
    """Unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RepoSource(_Part):
    """A whole repository on huggingface.co, on its mirror, or on modelscope.cn."""

    kind: Literal["hub", "mirror", "modelscope"]
    repo: RepoName
    revision: Word


class RepoFile(_Part):
    """What is known of one of its files; what is not known is asked of the source."""

    path: InnerPath
    size: Bytes | None = None
    sha256: Sha256 | None = None


class Built(_Part):
    """How the model is built: what memory and time of a training follow from."""

    layers: Count
    hidden: Count
    heads: Count
    kv_heads: Count
    #: width of one head
    head: Count
    intermediate: Count
    vocabulary: Count
    #: the output uses the weights of the input
    tied: bool

    @property
    def linear(self) -> int:
        """Weights in the linear parts of all layers: q, k, v, o, gate, up, down."""
        attention = 2 * self.hidden * self.head * (self.heads + self.kv_heads)
        return self.layers * (attention + 3 * self.hidden * self.intermediate)

    @property
    def tables(self) -> int:
        """Weights of input and output."""
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    def as_config(self, family: str, context: int) -> dict[str, int | bool | str]:
        """The same under the names of a `config.json`."""
        return {
            "model_type": family,
            "num_hidden_layers": self.layers,
            "hidden_size": self.hidden,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.head,
            "intermediate_size": self.intermediate,
            "vocab_size": self.vocabulary,
            "tie_word_embeddings": self.tied,
            "max_position_embeddings": context,
        }


class LearnerCard(Named):
    """One base."""

    name: Text
    #: `model_type` of its configuration
    family: Text
    #: how its talks are written: "chatml", "llama3", ...; "none": it was never taught to talk
    template: Text
    licence: Text
    #: ISO 639-1
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    parameters: Count
    #: tokens it can read together
    context: Annotated[int, Field(ge=512)]
    #: the model's own code would have to be run: it is not
    remote_code: bool = False
    #: what goes in: a model that sees is not trained here either
    kind: Literal["text", "vision"] = "text"
    #: its makers let only those download it who have agreed to its licence
    gated: bool = False
    #: what to take instead, where it cannot be trained here
    successor: str = ""
    #: id of the model file it is made of the first time it is needed
    made_of: CardId | None = None
    #: the built layer differs from the usual one, so that what is derived from it is a guess
    unusual: bool = False
    built: Built
    note: Note
    files: tuple[RepoFile, ...] = ()
    sources: Annotated[tuple[RepoSource, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_what_to_take(self) -> Self:
        if not self.trainable and not self.successor:
            raise ValueError("a base that cannot be trained here needs a successor")
        return self

    @property
    def trainable(self) -> bool:
        """Can it be trained by this program?"""
        return not self.remote_code and self.kind == "text"

    @property
    def speaks_chinese(self) -> bool:
        """Can it hold a talk in Chinese?"""
        return "zh" in self.languages

    @property
    def download_size(self) -> int:
        """Bytes to fetch, about: the weights in bfloat16, and the tokenizer."""
        return self.parameters * 2 + 12_000_000

    def weights_memory(self, precision: Precision) -> int:
        """Bytes of the weights alone while they are in memory; input and output are never quantised."""
        linear = min(self.built.linear, self.parameters - self.built.tables)
        wide = 4 if precision == "fp32" else 2
        return round(linear * _LINEAR[precision] + (self.parameters - linear) * wide)

    @property
    def config(self) -> dict[str, int | bool | str]:
        """What its `config.json` says of how it is built, for whoever reckons before it is here."""
        return self.built.as_config(self.family, self.context)


def load_bases(*folders: Path) -> dict[str, LearnerCard]:
    """All cards by id, sorted; without `folders` the shipped ones. Raises as `read_cards`."""
    return read_cards(LearnerCard, folders or (SHIPPED_BASES,))


def load_base(path: Path) -> LearnerCard:
    """One card. Raises DataError."""
    return read_card(LearnerCard, path)
