"""An adapter as a GGUF file that llama.cpp lays over its base: she speaks with what she has learnt, without torch.

llama.cpp multiplies by `alpha / rank`, with the rank read off the tensors, so whatever PEFT multiplies by is written as an alpha
that gives the same. Its models of the Llama family keep the rows of query and key in another order, two halves interleaved, and
so do their adapters.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import whole_file
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ExportSpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.same_template import TemplateDiffers, compared

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

#: what PEFT calls a matrix of an adapter
_NAME = re.compile(r"base_model\.model\.(?P<layer>.+)\.lora_(?P<side>[AB])\.weight")
#: models whose adapters have been tried: what llama.cpp calls the family, and whether query and key are interleaved there
FAMILIES: Mapping[str, tuple[str, bool]] = {
    "LlamaForCausalLM": ("llama", True),
    "MistralForCausalLM": ("llama", True),
    "Qwen2ForCausalLM": ("qwen2", False),
    "Qwen3ForCausalLM": ("qwen3", False),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a base decides how its adapter is written."""

    family: str
    interleaved: bool
    layers: int
    heads: int
    key_heads: int
    tied: bool


class Inexpressible(DataError):
    """There is no such form of it; `write_lora` says so in its result."""


def write_lora(spec: ExportSpec, context: Context) -> dict[str, Any]:
    """Write `spec.target`, whole or not at all; the result, see worker/training/export. Raises DataError."""
    base, adapter, target = Path(spec.base), Path(spec.adapter), Path(spec.target)
    template = compared(base, adapter)
    told = _read(adapter / "adapter_config.json")
    try:
        template = _as_spoken(base, adapter, spec.gguf_base, template)
        refuse_inexpressible(told)
        shape = shape_of(_read(base / "config.json"))
        tensors = _tensors(adapter, shape, context)
    except Inexpressible as error:
        return {"why_not": error.message, "hint": error.hint, **template}
    _write(target, shape.family, alpha_of(told), tensors)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = target.stat().st_size
    return {"file": str(target), "tensors": len(tensors), "bytes": size, "sha256": sha256, **template}


def _as_spoken(base: Path, adapter: Path, gguf: str, template: dict[str, Any]) -> dict[str, Any]:
    """With the template of the GGUF looked at too. Raises Inexpressible where llama.cpp would speak to her in another one."""
    try:
        return compared(base, adapter, Path(gguf)) if gguf else template
    except TemplateDiffers as error:
        raise Inexpressible(error.message, error.hint) from error


def _tensors(adapter: Path, shape: Shape, context: Context) -> dict[str, "Matrix"]:
    """Every matrix by its name in llama.cpp. Raises DataError, Inexpressible."""
    pairs = _matrices(adapter)
    context.progress(0, len(pairs), t("写入", "writing"))
    tensors: dict[str, Matrix] = {}
    names = _names(shape)
    for number, (layer, (down, up)) in enumerate(pairs.items(), 1):
        context.check_cancelled()
        name = _name_of(names, layer, shape)
        if shape.interleaved:
            up = _interleaved(up, layer, shape)
        tensors[f"{name}.lora_a"], tensors[f"{name}.lora_b"] = down, up
        context.progress(number, len(pairs), t("写入", "writing"))
    return tensors


def shape_of(config: Mapping[str, Any]) -> Shape:
    """Raises Inexpressible for a family whose adapters are not known to come out right."""
    kind = next(iter(config.get("architectures") or ()), str(config.get("model_type", "?")))
    if kind not in FAMILIES:
        known = ", ".join(one.removesuffix("ForCausalLM") for one in FAMILIES)
        raise Inexpressible(
            t(
                f"{kind} 系列的适配器还不能写成 GGUF。",
                f"Adapters of the family {kind} cannot be written as GGUF.",
            ),
            t(
                f"能写的有：{known}。别的系列可以导出合并后的模型（merged）。",
                f"Those of {known} can. Others can be exported as a merged model (merged).",
            ),
        )
    family, interleaved = FAMILIES[kind]
    heads = int(config["num_attention_heads"])
    return Shape(
        family,
        interleaved,
        int(config["num_hidden_layers"]),
        heads,
        int(config.get("num_key_value_heads") or heads),
        bool(config.get("tie_word_embeddings", False)),
    )


def refuse_inexpressible(told: Mapping[str, Any]) -> None:
    """Raises Inexpressible for an adapter that is more than two matrices a layer."""
    reasons = {
        "DoRA": told.get("use_dora"),
        str(told.get("peft_type")): told.get("peft_type") != "LORA",
        "bias": told.get("bias", "none") != "none",
        "modules_to_save": told.get("modules_to_save"),
        "rank_pattern": told.get("rank_pattern"),
        "alpha_pattern": told.get("alpha_pattern"),
    }
    found = [name for name, there in reasons.items() if there]
    if found:
        raise Inexpressible(
            t(
                f"这个适配器用了 {found[0]}，LoRA 的 GGUF 表达不了它。",
                f"This adapter uses {found[0]}, which a LoRA in GGUF cannot express.",
            ),
            t(
                "导出合并后的模型（merged）：它什么都能表达。",
                "Export it merged into its base (merged): that can express anything.",
            ),
        )


def alpha_of(told: Mapping[str, Any]) -> float:
    """The alpha that divided by the rank gives what PEFT multiplies by: with rsLoRA it divides by the root of the rank."""
    alpha, rank = float(told["lora_alpha"]), int(told["r"])
    return float(alpha * rank**0.5) if told.get("use_rslora") else alpha


def _matrices(adapter: Path) -> dict[str, tuple["Matrix", "Matrix"]]:
    """By the name of the layer: A and B, in float32. Raises DataError."""
    from safetensors import SafetensorError, deserialize

    try:
        found = deserialize((adapter / "adapter_model.safetensors").read_bytes())
    except (OSError, SafetensorError) as error:
        raise _broken(adapter, error) from error
    sides: dict[str, dict[str, Matrix]] = {}
    for name, tensor in found:
        known = _NAME.fullmatch(name)
        if known is None or tensor["dtype"] not in ("F32", "F16", "BF16"):
            raise _broken(adapter, name)
        sides.setdefault(known["layer"], {})[known["side"]] = _matrix(tensor)
    for layer, pair in sides.items():
        if len(pair) != 2:
            raise _broken(adapter, layer)
    return {layer: (sides[layer]["A"], sides[layer]["B"]) for layer in sorted(sides)}


def _matrix(tensor: Mapping[str, Any]) -> "Matrix":
    """Read without torch, which takes seconds to load. A bfloat16 is the first half of a float32."""
    import numpy as np

    kind = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[tensor["dtype"]]
    raw = np.frombuffer(tensor["data"], kind).reshape(tensor["shape"])
    if tensor["dtype"] == "BF16":
        raw = (raw.astype("<u4") << 16).view("<f4")
    return np.ascontiguousarray(raw, np.float32)


def _names(shape: Shape) -> Any:
    """From the names of transformers to those of llama.cpp."""
    import gguf

    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    return gguf.get_tensor_name_map(kinds[shape.family], shape.layers)


def _name_of(names: Any, layer: str, shape: Shape) -> str:
    name = names.get_name(f"{layer}.weight", try_suffixes=(".weight",))
    if name is None or name.startswith("token_embd") or (name.startswith("output.") and shape.tied):
        raise Inexpressible(
            t(
                f"llama.cpp 不能在 {layer} 上叠加适配器。",
                f"llama.cpp can lay no adapter over {layer}.",
            ),
            t("导出合并后的模型（merged）。", "Export it merged into its base (merged)."),
        )
    return str(name)


def _interleaved(up: "Matrix", layer: str, shape: Shape) -> "Matrix":
    """Rows of query and key: of each head the two halves by turns."""
    import numpy as np

    heads = {"q_proj": shape.heads, "k_proj": shape.key_heads}.get(layer.rpartition(".")[2])
    if heads is None:
        return up
    turned = up.reshape(heads, 2, up.shape[0] // heads // 2, up.shape[1]).swapaxes(1, 2)
    return np.ascontiguousarray(turned.reshape(up.shape))


def _write(target: Path, family: str, alpha: float, tensors: Mapping[str, "Matrix"]) -> None:
    import gguf

    writer = gguf.GGUFWriter(None, family)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for name, matrix in tensors.items():
        writer.add_tensor(name, matrix)
    with whole_file(target) as file:
        # in place of a path, under which half a file would stand after a power loss
        writer.fout, writer.state = [file], gguf.gguf_writer.WriterState.EMPTY
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _broken(path.parent, error) from error


def _broken(folder: Path, error: object) -> DataError:
    why = " ".join(str(error).split())[:200]
    return DataError(
        t(f"{folder.name} 读不了：{why}", f"{folder.name} cannot be read: {why}"),
        t("需要 PEFT 的 LoRA 适配器和它的底座。", "A LoRA adapter of PEFT and its base are needed."),
    )
