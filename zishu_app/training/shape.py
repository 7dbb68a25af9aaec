"""How a base is built, from its `config.json`: what memory and time of a training follow from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder of the Llama kind: attention with grouped keys, a gated feed-forward layer, norms."""

    layers: int
    hidden: int
    #: width of the queries: heads x their size
    queries: int
    #: width of the keys, and of the values
    keys: int
    intermediate: int
    vocabulary: int
    #: the output uses the weights of the input
    tied: bool
    #: tokens it was made for
    context: int
    #: "llama", "qwen3", ...
    family: str

    @property
    def linears(self) -> tuple[tuple[int, int], ...]:
        """Width in and out of the linear parts of one layer: q, k, v, o, gate, up, down."""
        h, q, k, m = self.hidden, self.queries, self.keys, self.intermediate
        return ((h, q), (h, k), (h, k), (q, h), (h, m), (h, m), (m, h))

    @property
    def linear_parameters(self) -> int:
        """Of all layers: what is quantised, and what a LoRA of all linear parts stands beside."""
        return self.layers * sum(wide * out for wide, out in self.linears)

    @property
    def parameters(self) -> int:
        """All of them."""
        tables = self.vocabulary * self.hidden * (1 if self.tied else 2)
        return self.linear_parameters + tables + (2 * self.layers + 1) * self.hidden


def read_shape(folder: Path) -> Shape:
    """Of the base in a folder. Raises DataError where it is none that can be trained."""
    path = folder / "config.json"
    try:
        value: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        # models that also see keep the part that writes under a name of its own
        value = value.get("text_config", value)
        return shape_of(value)
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    except KeyError as error:
        raise _bad(path, t(f"缺少 {error}", f"{error} is missing")) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise _bad(path, str(error)) from error


def shape_of(value: Mapping[str, Any]) -> Shape:
    """Of what stands in a `config.json`. Raises KeyError, TypeError or ValueError for what is none."""
    hidden, heads = int(value["hidden_size"]), int(value["num_attention_heads"])
    size = int(value.get("head_dim") or hidden // heads)
    return Shape(
        layers=int(value["num_hidden_layers"]),
        hidden=hidden,
        queries=heads * size,
        keys=int(value.get("num_key_value_heads") or heads) * size,
        intermediate=int(value["intermediate_size"]),
        vocabulary=int(value["vocab_size"]),
        tied=bool(value.get("tie_word_embeddings", False)),
        context=int(value.get("max_position_embeddings") or 2048),
        family=str(value.get("model_type", "")),
    )


def _bad(path: Path, why: str) -> DataError:
    return DataError(
        t(f"底座的 {path} 不能用：{why}。", f"{path} of the base cannot be used: {why}."),
        t(
            "需要 transformers 格式的模型文件夹：config.json、tokenizer.json 和 safetensors。",
            "A model folder in the form of transformers is needed: config.json, tokenizer.json and safetensors.",
        ),
    )
