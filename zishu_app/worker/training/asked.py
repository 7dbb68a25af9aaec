"""A base with what was learnt on it, loaded to be asked and not to learn."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from zishu_app.worker.training.given import Recipe
from zishu_app.worker.training.loading import Loaded, load_base, refuse_foreign
from zishu_app.worker.training.losses import AT_ONCE, Heart, heart_of
from zishu_app.worker.training.template import Said, Template, load_template
from zishu_app.worker.training.tokenizer import Tokenizer, load_tokenizer

#: how a base is loaded for it; what belongs to learning is of no account
_AS_IT_IS = Recipe(
    size="tiny", method="lora", precision="bf16", double_quant=False, rank=1, alpha=1.0, dropout=0.0,
    targets=("all-linear",), rslora=False, dora=False, optimizer="adamw", learning_rate=0.0, weight_decay=0.0,
    schedule="constant", warmup=0.0, clip=0.0, epochs=0.0, max_steps=0, batch=1, accumulation=1, longest=0,
    packing=False, seed=0, attention="sdpa", checkpointing="none", evaluate_every=0, save_every=0, patience=0,
    keep=0,
)  # fmt: skip


#: texts that begin alike, each its tokens and marks where they count
Group = Sequence[tuple[Sequence[int], bytes]]


@dataclass(frozen=True)
class Asked:
    """See above."""

    base: Loaded
    model: Any
    heart: Heart
    template: Template
    tokenizer: Tokenizer

    def prompt(self, messages: Sequence[Said]) -> list[int]:
        """The tokens of a talk up to where she begins to speak, without room for reasoning where that can be left out."""
        talk = [{**one, "content": self.tokenizer.guarded(one["content"])} for one in messages]
        thinking = False if self.template.thinks else None
        text = self.template.render(talk, add_generation_prompt=True, thinking=thinking)
        return self.tokenizer.encode(text).ids

    def likelihoods(self, groups: Sequence[Group]) -> list[list[float]]:
        """Of each text of each group, the sum of the log-probabilities of its marked tokens (natural logarithm).

        All of them stand in one row, and what the texts of a group begin with is read once.
        """
        laid = lay([[ids for ids, _ in group] for group in groups])
        places, wanted, counts = [], [], []
        for texts, group in zip(laid.places, groups, strict=True):
            for at, (ids, marks) in zip(texts, group, strict=True):
                marked = [number for number in range(1, len(ids)) if marks[number]]
                places += [at[number - 1] for number in marked]
                wanted += [ids[number] for number in marked]
                counts.append(len(marked))
        with torch.inference_mode(), self.base.computing(), self._plain():
            sums = iter(float(one.double().sum()) for one in self._told(laid, places, wanted).split(counts))
        return [[next(sums) for _ in group] for group in groups]

    def _told(self, laid: "Laid", places: list[int], wanted: list[int]) -> torch.Tensor:
        """The log-probabilities of what is wanted after those places."""
        device = self.base.device
        out = self.heart.decoder(
            input_ids=torch.tensor([laid.ids], device=device),
            position_ids=torch.tensor([laid.positions], device=device),
            attention_mask=laid.mask().to(device),
            use_cache=False,
        )
        hidden = out.last_hidden_state[0].index_select(
            0, torch.tensor(places, dtype=torch.long, device=device)
        )
        targets = torch.tensor(wanted, dtype=torch.long, device=device)
        parts = zip(hidden.split(AT_ONCE), targets.split(AT_ONCE), strict=True)
        return torch.cat([self._of_tokens(some, their) for some, their in parts])

    def _of_tokens(self, hidden: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        logits = self.heart.head(hidden).float() * self.heart.scale
        if self.heart.cap is not None:
            logits = torch.tanh(logits / self.heart.cap) * self.heart.cap
        return logits.log_softmax(-1).gather(-1, wanted[:, None])[:, 0].cpu()

    def answers(self, prompts: Sequence[list[int]], most: int, check: Callable[[], None]) -> list[str]:
        """The likeliest answer to each, of at most so many tokens. `check` is called at every token."""
        longest = max(map(len, prompts))
        pad = self.ends[0]
        ids = [[pad] * (longest - len(one)) + one for one in prompts]
        seen = [[0] * (longest - len(one)) + [1] * len(one) for one in prompts]
        with torch.inference_mode(), self.base.computing(), self._plain():
            made = self.model.generate(
                input_ids=torch.tensor(ids, device=self.base.device),
                attention_mask=torch.tensor(seen, device=self.base.device),
                max_new_tokens=most,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                eos_token_id=self.ends,
                pad_token_id=pad,
                stopping_criteria=[_Checking(check)],
            )
        return [
            str(self.base.tokenizer.decode(one, skip_special_tokens=True)).strip()
            for one in made[:, longest:]
        ]

    def say(
        self, prompt: Sequence[int], most: int, manner: Mapping[str, Any], hear: Callable[[int], None]
    ) -> int:
        """An answer of at most so many tokens, each told as it comes; how many there were. `manner`: see generate."""
        ids = torch.tensor([prompt], device=self.base.device)
        with torch.inference_mode(), self.base.computing(), self._plain():
            made = self.model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=most,
                eos_token_id=self.ends,
                pad_token_id=self.ends[0],
                streamer=_Ear(hear),
                **manner,
            )
        return int(made.shape[1] - len(prompt))

    @contextlib.contextmanager
    def _plain(self) -> Iterator[None]:
        """Attention as torch has it, with masks, where a training would use ours, which knows none."""
        inner = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
        was = inner.config._attn_implementation
        inner.config._attn_implementation = "sdpa" if self.heart.told_lengths else was
        try:
            yield
        finally:
            inner.config._attn_implementation = was

    @cached_property
    def ends(self) -> list[int]:
        """The tokens that end an answer."""
        known = self.model.generation_config.eos_token_id
        ends = known if isinstance(known, list) else [known]
        eos = self.tokenizer.specials.get(self.template.eos, self.base.tokenizer.eos_token_id)
        return sorted({one for one in (*ends, eos) if one is not None}) or [0]


@dataclass(frozen=True, slots=True)
class Laid:
    """Groups of texts in one row: of each group what its texts begin with, and then the rest of each."""

    ids: list[int]
    positions: list[int]
    #: of which group a token is, and of which text of it; 0: of all
    groups: list[int]
    texts: list[int]
    #: by group and text: where its tokens stand
    places: list[list[list[int]]]

    def mask(self) -> torch.Tensor:
        """Who sees whom: a token those before it in its own text."""
        group, text, at = (torch.tensor(one) for one in (self.groups, self.texts, self.positions))
        same = group[:, None] == group[None, :]
        own = (text[None, :] == 0) | (text[:, None] == text[None, :])
        return (same & own & (at[None, :] <= at[:, None]))[None, None]


def lay(groups: Sequence[Sequence[Sequence[int]]]) -> Laid:
    """See `Laid`."""
    laid = Laid([], [], [], [], [])
    for number, texts in enumerate(groups):
        shared = _shared(texts)
        begin = len(laid.ids)
        _put(laid, texts[0][:shared], 0, (number, 0))
        laid.places.append([])
        for which, text in enumerate(texts, 1):
            start = len(laid.ids)
            _put(laid, text[shared:], shared, (number, which))
            laid.places[-1].append([*range(begin, begin + shared), *range(start, len(laid.ids))])
    return laid


def _put(laid: Laid, ids: Sequence[int], first: int, of: tuple[int, int]) -> None:
    laid.ids.extend(ids)
    laid.positions.extend(range(first, first + len(ids)))
    laid.groups.extend([of[0]] * len(ids))
    laid.texts.extend([of[1]] * len(ids))


def _shared(texts: Sequence[Sequence[int]]) -> int:
    """How many tokens all texts begin with."""
    shortest = min(map(len, texts))
    return next((at for at in range(shortest) if len({text[at] for text in texts}) > 1), shortest)


class _Ear:
    """What generate calls with the prompt first, then with every token, then at the end."""

    def __init__(self, hear: Callable[[int], None]) -> None:
        self._hear = hear
        self._asked = False

    def put(self, value: torch.Tensor) -> None:
        """The prompt, or one token."""
        if self._asked:
            self._hear(int(value.reshape(-1)[0]))
        self._asked = True

    def end(self) -> None:
        """Everything was said."""


class _Checking:
    """Called by generate after every token; never stops by itself."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check

    def __call__(self, input_ids: torch.Tensor, _scores: Any, **_more: Any) -> torch.Tensor:
        """Raises what `check` raises."""
        self._check()
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


def load_asked(folder: Path, adapter: Path | None) -> Asked:
    """Load it. Raises DataError: the base, or the adapter is of another one."""
    template = load_template(folder)
    tokenizer = load_tokenizer(folder, template.controls)
    base = load_base(folder, _AS_IT_IS)
    model = base.model
    if adapter is not None:
        from peft import PeftModel

        refuse_foreign(adapter, base.sha256)
        model = PeftModel.from_pretrained(model, str(adapter), local_files_only=True)
    model.eval()
    return Asked(base, model, heart_of(model), template, tokenizer)
