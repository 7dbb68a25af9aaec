"""An adapter merged into its base: one model, as any program reads it. In bfloat16, computed in float32, never in 4 bit."""

import shutil
import warnings
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder, write_json
from zishu_app.core.texts import t
from zishu_app.core.weights import weights_sha256
from zishu_app.jobs.specs import ExportSpec
from zishu_app.worker.context import Context
from zishu_app.worker.training.loading import refuse_foreign
from zishu_app.worker.training.same_template import compared

#: the words of a base: taken as they are, so that nothing of them is written anew in another way
WORDS = (
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "chat_template.jinja",
)  # fmt: skip
STEPS = 3


def write_merged(spec: ExportSpec, context: Context) -> dict[str, Any]:
    """The folder `spec.target`, whole or not at all; the result, see worker/training/export. Raises DataError."""
    base, adapter, target = Path(spec.base), Path(spec.adapter), Path(spec.target)
    context.progress(0, STEPS, t("核对底座", "looking at the base"))
    base_sha256 = weights_sha256(base)
    refuse_foreign(adapter, base_sha256)
    compared(base, adapter)
    try:
        with new_folder(target, read_only=False) as made:
            context.progress(1, STEPS, t("合并", "merging"))
            model = merged_model(base, adapter)
            context.check_cancelled()
            context.progress(2, STEPS, t("写入", "writing"))
            model.save_pretrained(made)
            for name in WORDS:
                if (base / name).is_file():
                    shutil.copyfile(base / name, made / name)
            template = compared(base, adapter, merged=made)
            write_json(made / "zishu.json", {"base_sha256": base_sha256, **template})
            context.check_cancelled()
    except FileExistsError as error:
        raise DataError(
            t(f"{target} 已经存在。", f"{target} is there already."),
            t("换一个位置，或先把它移走。", "Choose another place, or move it away first."),
        ) from error
    context.progress(STEPS, STEPS)
    size = sum(one.stat().st_size for one in target.iterdir())
    return {
        "folder": str(target),
        "parameters": int(model.num_parameters()),
        "bytes": size,
        "weights_sha256": weights_sha256(target),
        **template,
    }


def merged_model(base: Path, adapter: Path) -> Any:
    """Merged, in bfloat16. Raises DataError for a base that is quantised: merging would round it once more."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            base, dtype=torch.bfloat16, local_files_only=True, trust_remote_code=False
        )
        if getattr(model.config, "quantization_config", None):
            raise DataError(
                t(
                    f"底座 {base.name} 是量化过的，不能合并。",
                    f"The base {base.name} is quantised: no merging.",
                ),
                t("用它的 bf16 原始权重。", "Use its original weights in bf16."),
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # PEFT calls transformers by old names
            learnt = PeftModel.from_pretrained(model, str(adapter), local_files_only=True)
            return learnt.merge_and_unload(safe_merge=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        why = " ".join(str(error).split())[:300]
        raise DataError(
            t(f"{adapter.name} 合并不进 {base.name}：{why}", f"{adapter.name} cannot be merged: {why}"),
            t("需要它训练时的底座。", "It takes the base of its training."),
        ) from error
