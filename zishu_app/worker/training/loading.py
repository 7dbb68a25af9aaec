"""A base made ready to learn: its weights in the wanted precision, and an adapter on it.

No code that comes with a base is ever run. The weights keep their precision (or are quantised), what learns is kept in
full precision and computed with in that of the recipe.
"""

import contextlib
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.core.weights import weights_sha256
from zishu_app.worker.training import attention
from zishu_app.worker.training.chance import replace_dropout
from zishu_app.worker.training.given import Recipe


@dataclass(frozen=True, slots=True)
class Loaded:
    """A base, loaded."""

    model: Any
    tokenizer: Any
    device: torch.device
    precision: str
    sha256: str

    @contextlib.contextmanager
    def computing(self) -> Iterator[None]:
        """In the precision of the recipe: what learns is kept in float32 all the same."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision != "fp32"):
            yield


def load_base(folder: Path, recipe: Recipe, device: torch.device | None = None) -> Loaded:
    """The base of `folder`, on `device`, else on the graphics card where there is one. Raises DataError."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    _refuse_code(folder)
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    attention.install()
    told = {"local_files_only": True, "trust_remote_code": False}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=_dtype(recipe),
            attn_implementation=recipe.attention,
            device_map={"": str(device)},
            **_quantised(recipe),
            **told,
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, **told)
    except (OSError, ValueError, ImportError, KeyError, TypeError) as error:
        raise _unreadable(folder, error) from error
    if recipe.attention == "sdpa" and getattr(model.config, "attn_logit_softcapping", None) is None:
        model.config._attn_implementation = attention.NAME
    return Loaded(model, tokenizer, device, recipe.precision, weights_sha256(folder))


def make_learning(base: Loaded, recipe: Recipe, adapter: Path | None) -> Any:
    """What learns: the base with a new adapter, with that of `adapter`, or (method "full") the base itself.

    To be used within `Loaded.computing` only. Raises DataError: the adapter belongs to another base.
    """
    if recipe.method == "full":
        return base.model.requires_grad_(True).float()
    from peft import LoraConfig, PeftModel, get_peft_model

    base.model.requires_grad_(False)
    if adapter is not None:
        refuse_foreign(adapter, base.sha256)
        with _calmly():
            model = PeftModel.from_pretrained(
                base.model, str(adapter), is_trainable=True, local_files_only=True
            )
    else:
        targets = list(recipe.targets)
        config = LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules="all-linear" if targets == ["all-linear"] else targets,
            use_rslora=recipe.rslora,
            use_dora=recipe.dora,
            task_type="CAUSAL_LM",
        )
        with _calmly():
            model = get_peft_model(base.model, config)
    if recipe.precision != "fp32" and not recipe.dora:
        _leave_inputs(model)
    if recipe.dropout and base.device.type == "cpu":
        replace_dropout(model, recipe.dropout)
    return model


def refuse_foreign(adapter: Path, base_sha256: str) -> None:
    """An adapter says in its `zishu.json` what it was trained on; one of others says nothing. Raises DataError."""
    try:
        said = json.loads((adapter / "zishu.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _unreadable(adapter, error) from error
    if said.get("base_sha256") not in (None, base_sha256):
        raise DataError(
            t(
                f"适配器 {adapter.name} 是在另一个基础模型上训练的。",
                f"The adapter {adapter.name} was trained on another base.",
            ),
            t("选择它自己的基础模型，或从头训练。", "Choose the base it belongs to, or begin without it."),
        )


def set_checkpointing(model: Any, how: str) -> None:
    """What of a layer is thrown away on the way there and made again on the way back: "none", of every second layer
    ("selective"), of "all".
    """
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    inner.activation_checkpointing_disable()
    if how != "none":
        inner.activation_checkpointing_enable({"use_reentrant": False}, 1 if how == "all" else 2)


def learning_parameters(model: Any) -> list[torch.nn.Parameter]:
    """Those that learn."""
    return [one for one in model.parameters() if one.requires_grad]


def _dtype(recipe: Recipe) -> torch.dtype:
    return torch.float32 if recipe.precision == "fp32" else torch.bfloat16


def _quantised(recipe: Recipe) -> dict[str, Any]:
    if recipe.precision not in ("nf4", "int8"):
        return {}
    import bitsandbytes.nn.modules as layers
    from transformers import BitsAndBytesConfig

    # On processors with avx512_bf16 a 4-bit layer repacks its weights when it is asked for an answer, and never back:
    # every gradient after that is wrong, without a word. Told that there is no such thing, it does not.
    layers.has_avx512bf16 = lambda: False
    if recipe.precision == "int8":
        return {"quantization_config": BitsAndBytesConfig(load_in_8bit=True)}
    return {
        "quantization_config": BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=recipe.double_quant,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    }


@contextlib.contextmanager
def _calmly() -> Iterator[None]:
    """PEFT calls transformers by names that will be others one day, and each time a warning says so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _leave_inputs(model: Any) -> None:
    """An adapter in float32 would have its inputs made float32 too, and the matrices multiplied in it: slower, and of
    no use where autocast makes bfloat16 of them again.
    """
    for one in model.modules():
        if hasattr(one, "cast_input_dtype_enabled"):
            one.cast_input_dtype_enabled = False


def _refuse_code(folder: Path) -> None:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error
    if "auto_map" not in config:
        return
    from transformers import CONFIG_MAPPING

    if config.get("model_type") not in CONFIG_MAPPING:
        raise DataError(
            t(
                f"基础模型 {folder.name} 只能用它自带的代码运行，这里不运行外来代码。",
                f"The base {folder.name} runs only with code of its own, and no foreign code is run here.",
            ),
            t("选择同系列较新的模型。", "Choose its successor."),
        )


def _unreadable(folder: Path, error: Exception) -> DataError:
    why = " ".join(str(error).split())[:300]
    return DataError(
        t(f"无法读取 {folder}：{why}", f"{folder} cannot be read: {why}"),
        t("重新下载或转换这个基础模型。", "Download or convert the base again."),
    )
