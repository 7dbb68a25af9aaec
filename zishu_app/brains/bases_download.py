"""Bring a base: a whole repository, file by file, each resumed and compared as model files are.

It grows in `<id>.part` beside its place and gets its name when the last file is there. All its files are from one source:
the one that gave the first of them is asked first for the others. The small files come first, so that a repository that
cannot be used is known before gigabytes are fetched.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from zishu_app.brains.bases import NOTE, Learner, Ready, look_at_base, not_trainable
from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.cards import HubSource
from zishu_app.brains.download import download
from zishu_app.brains.events import (
    Began,
    Checked,
    DownloadOptions,
    Finished,
    NotThere,
    Planned,
    Prefer,
    Progress,
    Received,
)
from zishu_app.brains.part import disk_full, disk_trouble
from zishu_app.brains.sources import RepoPart, in_order, name_of
from zishu_app.brains.transfer import RESERVE
from zishu_app.core.errors import DownloadError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t

#: what a base needs besides its weights; and what it may have
NEEDED = ("config.json", "tokenizer_config.json")
WELCOME = ("tokenizer.json", "tokenizer.model", "chat_template.jinja", "generation_config.json")
#: the list of a repository whose weights lie in several files; the one file where they do not
LIST, WHOLE = "model.safetensors.index.json", "model.safetensors"


#: `Received` counts the bytes of all weights together where their sum is known; `Ready` is the one good ending
Fetching = Began | Progress | Ready


async def download_base(
    client: httpx.AsyncClient, card: LearnerCard, bases: Path, options: DownloadOptions | None = None
) -> AsyncGenerator[Fetching]:
    """Fetch the repository of `card` into `bases/<id>`. Ends with one `Ready`, or raises DownloadError or DataError.

    Leaving the iterator ends what it started; what has arrived is kept and continued the next time.
    """
    if not card.trainable:
        raise not_trainable(card)
    repo = _Repo(client, card, bases, options or DownloadOptions())
    if await asyncio.to_thread((repo.place / "config.json").is_file) and not repo.options.again:
        yield Ready(await asyncio.to_thread(look_at_base, repo.place, card))
        return
    await asyncio.to_thread(repo.refuse_full_disk)
    async with aclosing(repo.fetch()) as events:
        async for event in events:
            yield event
    try:
        learner = await asyncio.to_thread(repo.finish)
    except OSError as error:
        raise disk_trouble(error, bases) from error
    yield Ready(learner)


class _Repo:
    """One repository on its way."""

    def __init__(
        self, client: httpx.AsyncClient, card: LearnerCard, bases: Path, options: DownloadOptions
    ) -> None:
        self.options = options
        self.place = bases / card.id
        self._room = bases / f"{card.id}.part"
        self._client, self._card = client, card
        self._sources = in_order(
            [
                HubSource(kind=one.kind, repo=one.repo, revision=one.revision, path="config.json")
                for one in card.sources
            ],
            options.prefer,
        )
        self._hashes: dict[str, str] = {}
        self._numbers = (0, 0)

    async def fetch(self) -> AsyncGenerator[Fetching]:
        """All files, the small ones first."""
        for path in NEEDED:
            async with aclosing(self._file(path)) as events:
                async for event in events:
                    yield event
        for path in (*WELCOME, LIST):
            try:
                async with aclosing(self._file(path, alone=True)) as events:
                    async for event in events:
                        yield event
            except NotThere:
                continue
        weights, total = await asyncio.to_thread(self._weights)
        async with aclosing(self._shards(weights, total)) as events:
            async for event in events:
                yield event

    async def _shards(self, weights: list[str], total: int | None) -> AsyncGenerator[Fetching]:
        """The weights, with bytes counted over all of them."""
        before = 0
        for number, path in enumerate(weights, start=1):
            self._numbers = (number, len(weights))
            async with aclosing(self._file(path)) as events:
                async for event in events:
                    if isinstance(event, Received) and total is not None:
                        done = before + event.done
                        yield Received(done, max(total, done), event.speed)
                    else:
                        yield event
            before += await asyncio.to_thread(self._size, path)

    async def _file(self, path: str, *, alone: bool = False) -> AsyncGenerator[Fetching]:
        """One file; its own ending is not told. Which source gave it is remembered.

        `alone`: only that source is asked: what it does not have, the repository does not have.
        """
        yield Began(path, *self._numbers)
        side: Prefer = "hub" if self._sources[0].kind == "hub" else "mirror"
        options = replace(self.options, again=False, prefer=side)
        async with aclosing(
            download(self._client, self._part(path, alone=alone), self._room, options)
        ) as events:
            async for event in events:
                if isinstance(event, Planned):
                    self._prefer(event.source)
                if isinstance(event, Checked):
                    self._hashes[path] = event.sha256
                if not isinstance(event, Finished):
                    yield event

    def _part(self, path: str, *, alone: bool) -> RepoPart:
        known = next((one for one in self._card.files if one.path == path), None)
        sources = tuple(one.model_copy(update={"path": path}) for one in self._sources)
        sources = sources[:1] if alone else sources
        return RepoPart(
            f"{self._card.name} ({path})",
            path,
            sources,
            known.size if known else None,
            known.sha256 if known else None,
        )

    def _prefer(self, source: str) -> None:
        """The source that answers is asked first from now on: the files of one model are of one version."""
        self._sources.sort(key=lambda one: name_of(one, self.options.hosts) != source)

    def _weights(self) -> tuple[list[str], int | None]:
        """The files of the weights, and the bytes of all of them where the list says it."""
        path = self._room / LIST
        if not path.is_file():
            return [WHOLE], None
        try:
            value: Any = json.loads(path.read_text(encoding="utf-8"))
            names = sorted(set(value["weight_map"].values()))
            total = value.get("metadata", {}).get("total_size")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._odd(LIST) from error
        # a name from the net: nothing in it may lead out of the folder
        if not names or any(not isinstance(one, str) or set(one) & {"/", "\\"} for one in names):
            raise self._odd(LIST)
        return names, int(total) if isinstance(total, int | float) else None

    def _odd(self, name: str) -> DownloadError:
        return DownloadError(
            t(
                f"{self._card.name} 的 {name} 不是应有的样子。",
                f"{name} of {self._card.name} is not what it should be.",
            ),
            t("换一个来源再试。", "Try another source."),
        )

    def _size(self, path: str) -> int:
        return (self._room / path).stat().st_size

    def refuse_full_disk(self) -> None:
        """Before the first byte: is there room for all of it? Also forgets what was fetched, where it is wanted anew."""
        try:
            if self.options.again:
                shutil.rmtree(self._room, ignore_errors=True)
            self._room.mkdir(parents=True, exist_ok=True)
            here = sum(one.stat().st_size for one in self._room.iterdir())
        except OSError as error:
            raise disk_trouble(error, self._room) from error
        missing = self._card.download_size - here + RESERVE - self.options.free_space(self._room)
        if missing > 0:
            raise disk_full(self._room, missing)

    def finish(self) -> Learner:
        """Everything is there: looked at, written down, put in place. Raises DataError for what cannot be used."""
        look_at_base(self._room, self._card)
        for lock in self._room.glob("*.lock"):
            lock.unlink(missing_ok=True)
        repo = self._sources[0]
        note = {
            "repo": repo.repo,
            "revision": repo.revision,
            "source": repo.kind,
            "files": dict(sorted(self._hashes.items())),
        }
        write_json(self._room / NOTE, note)
        aside = self.place.with_name(self.place.name + ".old")
        if self.place.exists():
            shutil.rmtree(aside, ignore_errors=True)
            self.place.rename(aside)
        self._room.rename(self.place)
        shutil.rmtree(aside, ignore_errors=True)
        return look_at_base(self.place, self._card)
