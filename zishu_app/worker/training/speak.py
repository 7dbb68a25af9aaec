"""Answers through torch, for brains that llama.cpp cannot speak with: see `AnswerSpec`. Told and answered as by worker/chat.

A model stays loaded between two questions, until nobody asks it any more. One answer at a time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.errors import ContextExceeded
from zishu_app.core.messages import as_dicts
from zishu_app.core.texts import t
from zishu_app.jobs.specs import AnswerSpec
from zishu_app.worker import pack
from zishu_app.worker.context import Context

if TYPE_CHECKING:
    from zishu_app.worker.training.asked import Asked

#: of the words that come into question: as llama.cpp does it, so that she is the same through both
LIKELIEST, SHARE, TEMPERATURE = 40, 0.95, 0.8


@dataclass(eq=False)
class _Model:
    """A base with an adapter, loaded or about to be."""

    #: held while it is loaded and while it answers
    door: threading.Lock = field(default_factory=threading.Lock)
    asked: "Asked | None" = None
    users: int = 0
    last_used: float = field(default_factory=time.monotonic)


class Models:
    """All models of this process that torch speaks with. Used from many threads."""

    def __init__(self, load: "Callable[[Path, Path | None], Asked]") -> None:
        self._load = load
        self._lock = threading.Lock()
        self._models: dict[tuple[str, str], _Model] = {}

    def use(self, base: str, adapter: str, act: "Callable[[Asked], Any]", check: Callable[[], None]) -> Any:
        """What `act` makes of the model, when its turn has come. Raises what loading raises, and what `check` raises."""
        model = self._enter((base, adapter))
        try:
            while not model.door.acquire(timeout=0.1):
                check()
            try:
                if model.asked is None:
                    model.asked = self._load(Path(base), Path(adapter) if adapter else None)
                check()
                return act(model.asked)
            finally:
                model.door.release()
        finally:
            with self._lock:
                model.users -= 1
                model.last_used = time.monotonic()

    def rest(self, idle_seconds: float) -> bool:
        """Let go of models that were idle so long. Nothing of it can hang."""
        with self._lock:
            self._free(lambda model: time.monotonic() - model.last_used > idle_seconds)
        return False

    def _enter(self, key: tuple[str, str]) -> _Model:
        with self._lock:
            if key not in self._models:
                self._free(lambda _: True)  # they are big: one at a time
                self._models[key] = _Model()
            self._models[key].users += 1
            return self._models[key]

    def _free(self, is_old: Callable[[_Model], bool]) -> None:
        for key, model in list(self._models.items()):
            if model.users == 0 and is_old(model):
                del self._models[key]


def _load(base: Path, adapter: Path | None) -> "Asked":
    from zishu_app.worker.training.asked import load_asked  # with torch

    return load_asked(base, adapter)


MODELS = Models(_load)


def run(spec: AnswerSpec, context: Context) -> dict[str, Any]:
    """Stream the answer; the result is that of worker/chat. Raises PackMissing, ContextExceeded, DataError."""
    pack.use()
    found: dict[str, Any] = MODELS.use(
        spec.base, spec.adapter, lambda asked: _answer(asked, spec, context), context.check_cancelled
    )
    return found


def _answer(asked: "Asked", spec: AnswerSpec, context: Context) -> dict[str, Any]:
    prompt = asked.prompt(as_dicts(spec.messages))
    room = spec.context - len(prompt)
    if room < 1:
        raise ContextExceeded(
            t(
                f"内容有 {len(prompt)} 个 token，模型只能读 {spec.context} 个。",
                f"{len(prompt)} tokens, but the model can read {spec.context} only.",
            ),
            t("缩短历史，或增大模型的上下文长度。", "Shorten the history, or raise the model's context."),
        )
    if spec.threads:
        import torch

        torch.set_num_threads(spec.threads)
    said = _Said(asked, context)
    count = asked.say(prompt, min(spec.max_tokens, room), _manner(spec), said.hear)
    said.end()
    return {
        "finish_reason": "length" if count >= min(spec.max_tokens, room) and not said.ended else "stop",
        "prompt_tokens": len(prompt),
        "completion_tokens": count,
        "cached_tokens": 0,
        "model": Path(spec.base).name,
    }


def _manner(spec: AnswerSpec) -> dict[str, Any]:
    """How words are chosen, as transformers takes it."""
    import torch

    temperature = TEMPERATURE if spec.temperature is None else spec.temperature
    if temperature <= 0:
        return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    torch.manual_seed(spec.seed if spec.seed is not None else time.time_ns() % 2**32)
    return {"do_sample": True, "temperature": temperature, "top_p": SHARE, "top_k": LIKELIEST}


class _Said:
    """What has been said so far; tells text as soon as it is whole characters."""

    def __init__(self, asked: "Asked", context: Context) -> None:
        self._asked, self._context = asked, context
        self._ids: list[int] = []
        self._told = 0
        #: it came to an end by itself
        self.ended = False

    def hear(self, token: int) -> None:
        """One more token. Raises JobStopped."""
        self._context.check_cancelled()
        self.ended = token in self._asked.ends
        self._ids.append(token)
        text = self._text()
        if not text.endswith("\ufffd"):  # half a character
            self._tell(text)

    def end(self) -> None:
        """Nothing comes any more."""
        self._tell(self._text())

    def _tell(self, text: str) -> None:
        if len(text) > self._told:
            self._context.piece(text[self._told :])
            self._told = len(text)

    def _text(self) -> str:
        return str(self._asked.base.tokenizer.decode(self._ids, skip_special_tokens=True))
