"""An adapter in other forms, as a job: see `ExportSpec`.

The result of "gguf": `file`, `tensors`, `bytes`, `sha256`, `template_sha256`, and `template` ("same", "blanks", "unknown": see
worker/training/same_template) of the GGUF it is for. Of an adapter, or of a family, that has no such form: `why_not` and `hint`.

Of "merged": `folder`, `parameters`, `bytes`, `weights_sha256`, `template_sha256`, `template`.

Of "parity": `prompts`, `tokens`, `template_sha256`, `template`, and for `merged` and `gguf`, where they were given: `agreement` (share
of tokens), `same_answers` (how many of the prompts), `kl` (mean over the tokens), `worst_kl`.
"""

from collections.abc import Callable
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ExportSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context


def run(spec: ExportSpec, context: Context) -> dict[str, Any]:
    """See above. Raises PackMissing, DataError (base, adapter, a template that differs,
    the target is there)."""
    acts: dict[str, Callable[[ExportSpec, Context], dict[str, Any]]] = {
        "gguf": _gguf,
        "merged": _merged,
        "parity": _parity,
    }
    if spec.act not in acts:
        raise DataError(
            t(f"不认识的导出方式“{spec.act}”。", f'There is no export "{spec.act}".'),
            t(f"可以是：{'、'.join(acts)}。", f"There are: {', '.join(acts)}."),
        )
    pack.use()
    return acts[spec.act](spec, context)


def _gguf(spec: ExportSpec, context: Context) -> dict[str, Any]:
    from zishu_app.worker.training.export_gguf import write_lora

    return write_lora(spec, context)


def _merged(spec: ExportSpec, context: Context) -> dict[str, Any]:
    from zishu_app.worker.training.merge import write_merged

    return write_merged(spec, context)


def _parity(spec: ExportSpec, context: Context) -> dict[str, Any]:
    from zishu_app.worker.training.parity import compare

    return compare(spec, context)
