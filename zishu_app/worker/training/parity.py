"""Whether she is the same in every form: adapter over the base, merged model, GGUF with the LoRA over it.

Over every prompt the adapter gives its likeliest answer; the other forms are led along the same tokens, and at each of them it
is asked what they would have said: the share of tokens they agree on, and how far their likelihoods are from the adapter's
(KL, natural logarithm, over the adapter's likeliest tokens, all others taken as one: the true one is a little greater).
"""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ExportSpec
from zishu_app.worker.context import Context
from zishu_app.worker.loaded import MODELS, Loading
from zishu_app.worker.training.same_template import compared
from zishu_app.worker.training.template import Template, load_template
from zishu_app.worker.training.tokenizer import load_tokenizer

#: tokens of an answer; of each, so many of the likeliest are compared
TOKENS, LIKELIEST = 24, 64
#: bytes of a base above which its weights are not taken out of bfloat16 to compare
MOST_FULL = 4_000_000_000
CONTEXT = 1024

#: token to log-probability: of the likeliest, at one place
Place = Mapping[int, float]
#: gives the places of an answer led along: prompt and answer
Lead = Callable[[Sequence[int], Sequence[int]], list[Place]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the adapter says to a prompt."""

    prompt: Sequence[int]
    tokens: Sequence[int]
    places: Sequence[Place]


def compare(spec: ExportSpec, context: Context) -> dict[str, Any]:
    """The result, see worker/training/export. Raises DataError: a template differs, or something cannot be read."""
    base, adapter = Path(spec.base), Path(spec.adapter)
    merged = Path(spec.merged) if spec.merged else None
    gguf = Path(spec.gguf_base) if spec.gguf_base else None
    template = compared(base, adapter, gguf, merged)
    sides = 1 + bool(merged) + bool(gguf)
    told = _Told(context, sides * len(spec.prompts))
    own, tokenizer = load_template(base), load_tokenizer(base, load_template(base).controls)
    prompts = [
        tokenizer.encode(_rendered(own, [{"role": "user", "content": tokenizer.guarded(one)}])).ids
        for one in spec.prompts
    ]
    model = _model(base, adapter)
    answers = [told.after(_answer(model, one)) for one in prompts]
    found: dict[str, Any] = {}
    if merged is not None:
        found["merged"] = _side(answers, _led(_model(merged, None)), told)
    if gguf is not None:
        loading = Loading(str(gguf), CONTEXT, 1, None, 0, spec.gguf_lora)
        _refuse_other_reading(loading, spec.prompts, prompts)
        found["gguf"] = _side(answers, _asked(loading, tokenizer.specials[own.eos], context), told)
    tokens = sum(len(one.tokens) for one in answers)
    return {"prompts": len(prompts), "tokens": tokens, **found, **template}


@dataclass
class _Told:
    """Tells how far it is, and hears whether to stop."""

    context: Context
    total: int
    done: int = 0

    def after(self, value: Any) -> Any:
        self.context.check_cancelled()
        self.done += 1
        self.context.progress(
            self.done, self.total, t("正在核对它答得是否一样……", "Checking that it answers alike …")
        )
        return value


def divergence(one: Place, other: Place) -> float:
    """KL of `one` from `other` over the tokens that both tell of, all others taken as one."""
    total = rest = 0.0
    shared = [token for token in one if token in other]
    for token in shared:
        total += math.exp(one[token]) * (one[token] - other[token])
    rest = max(1 - sum(math.exp(one[token]) for token in shared), 1e-9)
    other_rest = max(1 - sum(math.exp(other[token]) for token in shared), 1e-9)
    return max(total + rest * math.log(rest / other_rest), 0.0)


def _side(answers: Sequence[Answer], lead: Lead, told: _Told) -> dict[str, Any]:
    """One form against the adapter."""
    same = count = whole = 0
    distances: list[float] = []
    for answer in answers:
        places = told.after(lead(answer.prompt, answer.tokens))
        agree = [
            max(place, key=place.__getitem__) == token
            for place, token in zip(places, answer.tokens, strict=True)
        ]
        distances += [divergence(one, other) for one, other in zip(answer.places, places, strict=True)]
        same, count, whole = same + sum(agree), count + len(agree), whole + all(agree)
    return {
        "agreement": same / max(count, 1),
        "same_answers": whole,
        "kl": sum(distances) / max(len(distances), 1),
        "worst_kl": max(distances, default=0.0),
    }


def _rendered(template: Template, messages: Sequence[Mapping[str, str]]) -> str:
    thinking = False if template.thinks else None
    return template.render(messages, add_generation_prompt=True, thinking=thinking)


def _model(folder: Path, adapter: Path | None) -> Any:
    """In float32 where that is not too big: its rounding should not be taken for a difference."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    size = sum(one.stat().st_size for one in folder.glob("*.safetensors"))
    dtype = torch.float32 if size < MOST_FULL else torch.bfloat16
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, local_files_only=True, trust_remote_code=False
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # PEFT calls transformers by old names
            if adapter is not None:
                model = PeftModel.from_pretrained(model, str(adapter), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        why = " ".join(str(error).split())[:300]
        raise DataError(
            t(f"{folder.name} 读不了：{why}", f"{folder.name} cannot be read: {why}"),
            t("重新导出，或用训练时的底座。", "Export it again, or use the base of the training."),
        ) from error
    return model.eval()


def _answer(model: Any, prompt: Sequence[int]) -> Answer:
    ids = torch.tensor([prompt])
    with torch.inference_mode():
        made = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, do_sample=False,
            temperature=None, top_p=None, top_k=None, pad_token_id=0,
        )  # fmt: skip
    tokens = made[0, len(prompt) :].tolist()
    return Answer(prompt, tokens, _led(model)(prompt, tokens))


def _led(model: Any) -> Lead:
    """Through torch, all places at once."""

    def lead(prompt: Sequence[int], tokens: Sequence[int]) -> list[Place]:
        with torch.inference_mode():
            logits = model(torch.tensor([[*prompt, *tokens]])).logits[0, len(prompt) - 1 : -1]
        likely = logits.float().log_softmax(-1).topk(min(LIKELIEST, logits.shape[-1]))
        rows = zip(likely.indices.tolist(), likely.values.tolist(), strict=True)
        return [dict(zip(ids, values, strict=True)) for ids, values in rows]

    return lead


def _asked(loading: Loading, end: int, context: Context) -> Lead:
    """Through llama.cpp, a token at a time: it keeps what it has read."""

    def lead(prompt: Sequence[int], tokens: Sequence[int]) -> list[Place]:
        return [_next(loading, [*prompt, *tokens[:at]], end, context) for at in range(len(tokens))]

    return lead


def _next(loading: Loading, ids: Sequence[int], end: int, context: Context) -> Place:
    """It is made to say `end`: of a token that is half a character it would tell nothing. Likelihoods are told as they were."""
    context.check_cancelled()
    request = {
        "prompt": list(ids), "max_tokens": 1, "temperature": 0, "logprobs": LIKELIEST, "cache_prompt": True,
        "logit_bias": [[end, 1000.0]],
    }  # fmt: skip
    answer = MODELS.complete(loading, request)
    likely = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    return {one["id"]: one["logprob"] for one in likely}


def _refuse_other_reading(loading: Loading, prompts: Sequence[str], ids: Sequence[Sequence[int]]) -> None:
    """llama.cpp fills in templates and cuts texts by itself: it has to come to as many tokens as she has learnt with."""
    for text, own in zip(prompts, ids, strict=True):
        count = MODELS.read(loading, [{"role": "user", "content": text}])
        if count != len(own):
            raise DataError(
                t(
                    f"对话模板不一致：llama.cpp 把“{text}”读成 {count} 个 token，训练时是 {len(own)} 个。",
                    f'The chat template differs: llama.cpp reads "{text}" as {count} tokens, the training as {len(own)}.',
                ),
                t(
                    "用合并后的模型，或通过 PyTorch 说话。",
                    "Use the merged model, or let her speak through PyTorch.",
                ),
            )
