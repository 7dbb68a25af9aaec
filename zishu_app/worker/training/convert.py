"""A GGUF file becomes a base: a folder that transformers reads, so that she can learn on the model she speaks with.

Loading a GGUF takes ten to fifty seconds each time, so it is done once. The weights are what the file holds, taken out of
their quantisation: as good as it, and no better. `zishu.json` says which file they are from.
"""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import new_folder, write_json
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.texts import t
from zishu_app.core.weights import weights_sha256
from zishu_app.jobs.specs import ConvertSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context

#: reading, the tokenizer, the weights, writing
STEPS = 4


def run(spec: ConvertSpec, context: Context) -> dict[str, Any]:
    """See `ConvertSpec`. Raises PackMissing, DataError (the file, or the folder's name is taken)."""
    gguf, folder, began = Path(spec.gguf), Path(spec.folder), time.monotonic()
    read_gguf_header(gguf)
    pack.use()
    if folder.exists():
        raise _taken(folder)
    context.progress(0, STEPS, t("核对文件", "reading the file"))
    sha256 = _sum_of(gguf)
    try:
        with new_folder(folder) as made:
            parameters = _convert(gguf, made, context)
            note = {
                "gguf": gguf.name,
                "gguf_sha256": sha256,
                "weights_sha256": weights_sha256(made),
                "parameters": parameters,
            }
            write_json(made / "zishu.json", note)
            context.check_cancelled()
    except FileExistsError as error:
        raise _taken(folder) from error
    context.progress(STEPS, STEPS)
    return {
        "folder": str(folder),
        "parameters": parameters,
        "seconds": round(time.monotonic() - began, 2),
    }


def _convert(gguf: Path, folder: Path, context: Context) -> int:
    """Tokenizer and weights; the number of weights."""
    # its bars would fill the log
    os.environ.setdefault("TQDM_DISABLE", "1")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    at, told = str(gguf.parent), {"gguf_file": gguf.name, "local_files_only": True}
    try:
        _step(context, 1, t("分词器", "the tokenizer"))
        AutoTokenizer.from_pretrained(at, **told).save_pretrained(folder)
        _step(context, 2, t("权重", "the weights"))
        # without `dequantize` it loads, and then cannot be saved
        plain = GgufConfig(dequantize=True)
        model = AutoModelForCausalLM.from_pretrained(
            at, dtype=torch.bfloat16, quantization_config=plain, **told
        )
        _step(context, 3, t("写入", "writing"))
        model.save_pretrained(folder)
    except (OSError, ValueError, KeyError, NotImplementedError) as error:
        raise _unknown(gguf, error) from error
    return int(model.num_parameters())


def _step(context: Context, number: int, text: str) -> None:
    context.check_cancelled()
    context.progress(number, STEPS, text)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _taken(folder: Path) -> DataError:
    return DataError(
        t(f"{folder} 已经存在。", f"{folder} is there already."),
        t("先把它移走或删除。", "Move it away or delete it first."),
    )


def _unknown(gguf: Path, error: Exception) -> DataError:
    why = " ".join(str(error).split())[:300]
    return DataError(
        t(f"{gguf.name} 不能转换成底座：{why}", f"{gguf.name} cannot be made a base: {why}"),
        t(
            "支持 Llama、Qwen 等常见结构；或下载它的原始权重。",
            "Llama, Qwen and other usual kinds can be; or fetch its original weights.",
        ),
    )
