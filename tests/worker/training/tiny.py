"""A training small enough for a test: a base of two layers with random weights, a few talks, a recipe."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.worker.training.bases import base_folder, byte_tokenizer
from zishu_app.jobs.protocol import Event, Metric, Note
from zishu_app.jobs.specs import TrainSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context

RECIPE: dict[str, Any] = {
    "size": "tiny", "method": "lora", "precision": "fp32", "double_quant": True, "rank": 4, "alpha": 8.0,
    "dropout": 0.1, "targets": ["all-linear"], "rslora": False, "dora": False, "optimizer": "adamw",
    "learning_rate": 0.01, "weight_decay": 0.0, "schedule": "cosine", "warmup": 0.2, "clip": 1.0, "epochs": 2.0,
    "max_steps": 0, "batch": 1, "accumulation": 2, "longest": 128, "packing": True, "seed": 7, "attention": "sdpa",
    "checkpointing": "none", "evaluate_every": 0, "save_every": 2, "patience": 0, "keep": 2, "threads": 1,
}  # fmt: skip
#: more that a recipe may say, and the worker does not look at
BEYOND = {"general": 0.15, "replay": 0.2}


def tiny_base(folder: Path, seed: int = 0, **shape: Any) -> Path:
    """As llamas are, but for the size."""
    pack.use()
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = byte_tokenizer()
    base_folder(folder, "smol", tokenizer, tokenizer_class="PreTrainedTokenizerFast", eos_token="<|im_end|>")
    given = {
        "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "max_position_embeddings": 512, "tie_word_embeddings": True,
        "vocab_size": tokenizer.get_vocab_size(), "eos_token_id": tokenizer.token_to_id("<|im_end|>"),
    }  # fmt: skip
    torch.manual_seed(seed)
    LlamaForCausalLM(LlamaConfig(**{**given, **shape})).save_pretrained(folder)
    return folder


def talks(number: int) -> list[dict[str, Any]]:
    """Some of one turn, some of two, of many lengths."""
    answers = ["I am fine, thank you.", "The capital of France is Paris.", "今晚的星星很亮。"]
    rows = []
    for one in range(number):
        turns = [
            {"role": "user", "content": f"Hello, question {one}?"},
            {"role": "assistant", "content": answers[one % 3] * (1 + one % 2)},
        ]
        rows.append({"messages": turns * (1 + one % 3 // 2)})
    return rows


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def spec_in(folder: Path, base: Path, **changes: Any) -> TrainSpec:
    """A training in a folder of its own; what is no word of a spec is one of the recipe."""
    material = folder / "material"
    train = write_rows(material / "train.jsonl", talks(12))
    own = {name: changes.pop(name) for name in list(changes) if name not in RECIPE}
    spec = TrainSpec(str(folder), {**RECIPE, **BEYOND, **changes}, str(base), str(train))
    if own.pop("held", False):
        own["evaluation"] = str(write_rows(material / "eval.jsonl", talks(3)))
    return replace(spec, **own)


@dataclass
class Ear:
    """Hears what a training tells."""

    events: list[Event] = field(default_factory=list)

    def context(self) -> Context:
        return Context(self.events.append)

    def values(self, name: str) -> list[float]:
        """Of each Metric that has it."""
        return [one.values[name] for one in self._metrics() if name in one.values]

    def notes(self) -> list[str]:
        return [one.text for one in self.events if isinstance(one, Note)]

    def _metrics(self) -> Iterator[Metric]:
        return (one for one in self.events if isinstance(one, Metric))
