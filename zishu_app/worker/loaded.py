"""The models this lane has in memory: each is loaded once, shared, and let go when nobody asks for it.

What was learnt of xllamacpp 2026.10 (llama.cpp in a wheel):

- `Server(params)` and `del server` hold Python's lock: nothing else in the lane moves meanwhile (0.5 s for a small
  model, many seconds for a big one). Calls do not.
- With OpenMP's default of spinning threads a busy machine seems to hang in loading, answering and freeing alike;
  jobs/process starts every lane with other ones (CALM_THREADS). 84 of 84 models were freed in 0.02-0.08 s.
- `n_ctx` is divided by `n_parallel`. A loopback HTTP server always comes along; a random key closes it.
- A callback is called for each token, and with `return_progress` for each batch of the prompt; returning True
  stops the request there. What a callback raises is lost.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xllamacpp

from zishu_app.core.errors import DataError, ModelRefused
from zishu_app.core.gguf import GgufHeader, read_gguf_header
from zishu_app.core.texts import t
from zishu_app.jobs.specs import ChatSpec

log = logging.getLogger("zishu.worker")

#: tokens of the prompt read between two looks at whether to stop; 64 costs a quarter of the speed, 512 gains nothing
BATCH = 256
#: before a model is loaded, those that nobody asked for so many seconds make room
SPARE_SECONDS = 60.0
#: a call that was told to stop, or a model that is being freed, and is not done after so long, hangs
HANGING_SECONDS = 120.0

#: of a request to a model with something learnt: no room for reasoning, as it was taught; templates without it pass it over
LEARNT = {"chat_template_kwargs": {"enable_thinking": False}}

#: takes one piece of the answer, says whether to stop
Take = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded; requests that agree in it share the model."""

    path: str
    context: int
    slots: int
    threads: int | None
    gpu_layers: int | None
    #: what was learnt, laid over it; "": nothing
    lora: str = ""
    #: gives vectors instead of text
    embeds: bool = False


@dataclass(eq=False)
class Model:
    """A model file, loaded or about to be; two are the same only if they are one."""

    loading: Loading
    slots: threading.BoundedSemaphore
    #: held while it is loaded
    door: threading.Lock = field(default_factory=threading.Lock)
    server: Any = None
    #: requests that use it or wait for it
    users: int = 0
    last_used: float = field(default_factory=time.monotonic)


class Models:
    """All models of this process. Used from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: dict[Loading, Model] = {}
        #: since when something should be over: calls told to stop, models being freed
        self._pending: dict[object, float] = {}

    def ask(self, loading: Loading, request: Mapping[str, Any], take: Take, stopped: threading.Event) -> None:
        """Answer `request` (an OpenAI chat request); `take` gets the chunks. Blocks; to be called in a thread.

        Raises DataError when the model cannot be loaded, ModelRefused for a request it cannot take.
        """
        self._use(loading, stopped, lambda server: _call(server, request, take))

    def embed(self, loading: Loading, texts: Sequence[str]) -> Mapping[str, Any]:
        """llama.cpp's answer to an embedding request. Raises DataError when the model cannot be loaded."""
        answers: list[Mapping[str, Any]] = []
        request = {"input": list(texts)}
        self._use(
            loading, threading.Event(), lambda server: answers.append(server.handle_embeddings(request))
        )
        return answers[0]

    def complete(self, loading: Loading, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """llama.cpp's answer to a completion request. Raises DataError when the model cannot be loaded, or refuses."""
        return self._once(loading, lambda server, take: server.handle_completions(dict(request), take))

    def read(self, loading: Loading, messages: Sequence[Mapping[str, str]]) -> int:
        """Tokens of a talk as llama.cpp reads it. Raises as `complete`."""
        request = {"messages": [dict(one) for one in messages], "max_tokens": 1, **LEARNT}
        answer = self._once(loading, lambda server, take: server.handle_chat_completions(request, take))
        return int(answer["usage"]["prompt_tokens"])

    def _once(self, loading: Loading, ask: Callable[[Any, Take], object]) -> Mapping[str, Any]:
        answers: list[Mapping[str, Any]] = []

        def take(answer: dict[str, Any]) -> bool:
            answers.append(answer)
            return False

        self._use(loading, threading.Event(), lambda server: ask(server, take))
        if error := answers[-1].get("error"):
            raise DataError(t(f"llama.cpp 拒绝了：{error}", f"llama.cpp refused: {error}"))
        return answers[-1]

    def _use(self, loading: Loading, stopped: threading.Event, act: Callable[[Any], object]) -> None:
        """Do something with a model when it is loaded and has a free slot; nothing where it was told to stop."""
        model = self._enter(loading)
        try:
            with model.door:
                if model.server is None and not stopped.is_set():
                    model.server = _load(loading)
            if _turn(model.slots, stopped):
                try:
                    act(model.server)
                finally:
                    model.slots.release()
        finally:
            with self._lock:
                model.users -= 1
                model.last_used = time.monotonic()

    def expect_end(self, call: Future[None]) -> None:
        """`call` was told to stop."""
        with self._lock:
            self._pending[call] = time.monotonic()
        call.add_done_callback(self._over)

    def rest(self, idle_seconds: float) -> bool:
        """Let go of models that were idle so long. True: something hangs, and only ending the process helps."""
        with self._lock:
            self._free_idle(idle_seconds)
            return any(time.monotonic() - since > HANGING_SECONDS for since in self._pending.values())

    def _enter(self, loading: Loading) -> Model:
        with self._lock:
            model = self._models.get(loading)
            if model is None:
                self._free_idle(SPARE_SECONDS, same_path=loading.path)
                model = self._models[loading] = Model(loading, threading.BoundedSemaphore(loading.slots))
            model.users += 1
            return model

    def _free_idle(self, seconds: float, same_path: str = "") -> None:
        """Free what is unused for so long; the file about to be loaded in another way makes room at once."""
        now = time.monotonic()
        for loading, model in list(self._models.items()):
            idle = now - model.last_used > seconds or loading.path == same_path
            if model.users == 0 and idle:
                del self._models[loading]
                if model.server is not None:
                    self._pending[model] = now
                    threading.Thread(target=self._free, args=(model,), daemon=True).start()

    def _free(self, model: Model) -> None:
        name = Path(model.loading.path).name
        model.server = None
        self._over(model)
        log.info("let go of %s", name)

    def _over(self, what: object) -> None:
        with self._lock:
            self._pending.pop(what, None)


def loading_of(spec: ChatSpec) -> Loading:
    """The part of a request that says how the model is loaded."""
    return Loading(
        spec.model_path, spec.context, max(spec.slots, 1), spec.threads, spec.gpu_layers, spec.lora_path
    )


def _load(loading: Loading) -> Any:
    """Load the model. Raises DataError."""
    begun = time.monotonic()
    header = read_gguf_header(
        Path(loading.path)
    )  # says what is wrong with a file; llama.cpp only that something is
    given = _parameters(loading)
    if loading.embeds:
        _make_embed(given, header)
    try:
        server = xllamacpp.Server(given)
    except RuntimeError as error:
        raise DataError(
            t(f"无法载入模型 {loading.path}。", f"The model {loading.path} cannot be loaded."),
            t(
                "内存可能不够：减小上下文长度或同时回答数，或换小一些的模型。详情见日志目录里的 worker-quick.log。",
                "Memory may be short: lower the context or the number of answers at once, or use a smaller model. "
                "Details are in worker-quick.log in the log folder.",
            ),
        ) from error
    log.info("loaded %s in %.1f s", Path(loading.path).name, time.monotonic() - begun)
    return server


def _parameters(loading: Loading) -> Any:
    given = xllamacpp.CommonParams()
    given.model.path = loading.path
    given.n_ctx = loading.context * loading.slots
    given.n_parallel = loading.slots
    given.n_batch = BATCH
    given.warmup = False
    given.ui = False
    given.cache_ram_mib = 0  # it would keep up to 8 GB of old prompts
    given.api_keys = [secrets.token_hex(32)]
    given.verbosity = 1  # errors only; higher levels may show what was said
    if loading.threads:
        given.cpuparams.n_threads = given.cpuparams_batch.n_threads = loading.threads
    if loading.gpu_layers is not None:
        given.n_gpu_layers = loading.gpu_layers
    if loading.lora:
        learnt = xllamacpp.CommonAdapterLoraInfo()
        learnt.path, learnt.scale = loading.lora, 1.0
        given.lora_adapters = [learnt]
    return given


def _make_embed(given: Any, header: GgufHeader) -> None:
    given.embedding = True
    given.n_ubatch = given.n_batch = given.n_ctx  # a text is read at one go, or not at all
    if f"{header.architecture}.pooling_type" not in header.metadata:  # made to write: no way of its own
        given.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN


def _turn(slots: threading.BoundedSemaphore, stopped: threading.Event) -> bool:
    """Wait for a slot; False: told to stop before there was one."""
    while not stopped.is_set():
        if slots.acquire(timeout=0.1):
            return True
    return False


def _call(server: Any, request: Mapping[str, Any], take: Take) -> None:
    try:
        server.handle_chat_completions(dict(request), take)
    except ValueError as error:  # a schema or a chat template that llama.cpp cannot use
        raise ModelRefused(
            t(f"模型不能接受这个请求：{error}", f"The model cannot take this request: {error}")
        ) from error


MODELS = Models()
