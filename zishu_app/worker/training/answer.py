"""What she says to the same few questions at every checkpoint: what a loss cannot tell. The training does not feel it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from zishu_app.core.files import write_text
from zishu_app.worker.training.checkpoint import Random
from zishu_app.worker.training.loading import Loaded
from zishu_app.worker.training.template import Template
from zishu_app.worker.training.tokenizer import Tokenizer

#: tokens of an answer
SHORT = 48


class Speaker:
    """Asks what is being trained."""

    def __init__(self, base: Loaded, template: Template, tokenizer: Tokenizer) -> None:
        self._base = base
        self._template = template
        self._tokenizer = tokenizer

    def ask(
        self, model: Any, prompts: Sequence[str], persona: str, check: Callable[[], None] = lambda: None
    ) -> list[str]:
        """An answer to each: the likeliest words, and few. Random states and dropout are as before, afterwards.

        `check` is called before each: five answers take a while, and whoever wants it to stop does not wait for them.
        """
        moment, was_training = Random.now(), model.training
        model.eval()
        try:
            with torch.inference_mode(), self._base.computing():
                answers = []
                for prompt in prompts:
                    check()
                    answers.append(self._answer(model, prompt, persona))
                return answers
        finally:
            model.train(was_training)
            moment.restore()

    def _answer(self, model: Any, prompt: str, persona: str) -> str:
        said = [("system", persona)] if persona else []
        talk = [
            {"role": role, "content": self._tokenizer.guarded(text)}
            for role, text in [*said, ("user", prompt)]
        ]
        text = self._template.render(talk, add_generation_prompt=True)
        ids = torch.tensor([self._tokenizer.encode(text).ids], device=self._base.device)
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=SHORT,
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            eos_token_id=self._ends(model),
            pad_token_id=self._base.tokenizer.eos_token_id,
        )
        answer = self._base.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)
        return str(answer).strip()

    def _ends(self, model: Any) -> list[int]:
        known = model.generation_config.eos_token_id
        ends = known if isinstance(known, list) else [known]
        return [one for one in {*ends, self._base.tokenizer.eos_token_id} if one is not None]


def keep_said(path: Path, step: int, prompts: Sequence[str], answers: Sequence[str]) -> None:
    """Add the answers of a step to the file of all of them, once."""
    kept = []
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if _step_of(line) < step]
    new = [
        json.dumps({"step": step, "prompt": prompt, "answer": answer}, ensure_ascii=False)
        for prompt, answer in zip(prompts, answers, strict=True)
    ]
    write_text(path, "".join(f"{line}\n" for line in [*kept, *new]))


def _step_of(line: str) -> int:
    """Of one that was not written to its end: later than all."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 1 << 60
