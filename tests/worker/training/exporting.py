"""A tiny random model as a GGUF file and as the base made of it, and adapters on it that change what it says."""

from pathlib import Path
from typing import Any

from tests.worker.training.test_convert import METADATA, TENSORS
from zishu_app.jobs.specs import ConvertSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context
from zishu_app.worker.training import convert

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def silent() -> Context:
    """A context that nobody listens to."""
    return Context(lambda event: None)


def tiny_gguf(path: Path) -> Path:
    """Random weights that bfloat16 holds exactly; norms of one."""
    pack.use()
    import gguf
    import numpy as np

    drawn = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "llama")
    for key, value in (METADATA | {"tokenizer.chat_template": TEMPLATE}).items():
        if key != "general.architecture":
            _put(writer, key, value)
    for name, sides in TENSORS.items():
        if "norm" in name:
            writer.add_tensor(name, np.ones(sides, np.float32))
            continue
        spread = 1.0 if name.startswith("token_embd") else 0.2
        raw = drawn.normal(0, spread, sides[::-1]).astype(np.float32).view(np.uint32) & 0xFFFF0000
        writer.add_tensor(name, raw.view(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _put(writer: Any, key: str, value: Any) -> None:
    if isinstance(value, list):
        writer.add_array(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    else:
        writer.add_string(key, value)


def base_of(file: Path, folder: Path) -> Path:
    """The base of a GGUF file."""
    convert.run(ConvertSpec(str(file), str(folder)), silent())
    return folder


def adapter_on(base: Path, folder: Path, spread: float = 0.3, **given: Any) -> Path:
    """A random one that is heard."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    config: dict[str, Any] = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", **given}
    learnt = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **config))
    for name, weights in learnt.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=spread)
    learnt.save_pretrained(folder)
    return folder
