"""Many talks to many files: each result has a name of its own, what is done is skipped, a bad file stops nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from zishu_app.core.errors import FATAL, BudgetReached, DataError, ZishuError
from zishu_app.core.files import write_json, write_new
from zishu_app.core.streams import closing, merge
from zishu_app.core.texts import t
from zishu_app.dataset.importers import read_talks_partly
from zishu_app.dataset.talks import Talk, conversation_of
from zishu_app.distill.distil import Tools, Way, distil, fitted, item_of
from zishu_app.distill.events import (
    BatchEnded,
    BatchEvent,
    Distilled,
    FileFailed,
    FileSkipped,
    FileWritten,
    Found,
)

log = logging.getLogger("zishu.distill")

#: a file with talks, or a talk itself: one out of the ledger, see dataset/stored
Source = Path | Talk

#: what a talk may come in
SUFFIXES = (".json", ".jsonl")
#: longest scenario in a file name
MOST_BYTES = 150
#: what cannot stand in a file name on one system or another
FORBIDDEN = dict.fromkeys(map(ord, '/\\:*?"<>|\0'), "_") | dict.fromkeys(range(32), "_")


@dataclass(frozen=True, slots=True)
class Known:
    """A result that is already in the folder: whose it is, and how it was made."""

    conversation: str
    item: str


@dataclass
class Shelf:
    """The folder of results: who has which name."""

    folder: Path
    known: dict[str, Known] = field(default_factory=dict)

    async def look(self) -> None:
        """Read what is there and not known yet."""
        for name, found in (await asyncio.to_thread(_look, self.folder, set(self.known))).items():
            self.known.setdefault(name, found)

    def name_for(self, talk: Talk) -> Path:
        """The name a talk's result has or will have: `distilled_<scenario>.json`, or with the talk's stamp
        (and `_2`, ...) where that is another conversation's.
        """
        mine = conversation_of(talk.messages)
        for name in _names(talk):
            there = self.known.get(name)
            if there is None or there.conversation == mine:
                break
        self.known.setdefault(name, Known(mine, ""))
        return self.folder / name


@dataclass
class Batch:
    """What is distilled, how, by whom and where to."""

    way: Way
    tools: Tools
    folder: Path
    at_once: int = 1
    #: set from outside: no further question is asked
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    #: one file whose name the user gave
    output: Path | None = None
    written: int = 0
    skipped: int = 0
    failed: int = 0
    stopped: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        self._shelf = Shelf(self.folder)
        self._total = 0
        self._at_work: dict[Path, asyncio.Lock] = {}

    @property
    def left(self) -> int:
        """Talks that were neither done nor failed."""
        return self._total - self.written - self.skipped - self.failed

    async def run(self, sources: Sequence[Source]) -> AsyncIterator[BatchEvent]:
        """Distil every talk of every file, and talks that come without one. Ends with one `BatchEnded`."""
        async for event in self.add(sources):
            yield event
        yield BatchEnded(self.written, self.skipped, self.failed, self.left, self.stopped, self.hint)

    async def add(self, sources: Sequence[Source]) -> AsyncIterator[BatchEvent]:
        """Distil these too; what was done before is counted on. No ending of its own."""
        await self._shelf.look()
        talks, bad = await asyncio.to_thread(_read_all, sources)
        self._total += len(talks) + len(bad)
        yield Found(len(talks))
        for failure in bad:
            self.failed += 1
            yield failure
        named = [(talk, self._path_for(talk, alone=len(talks) == 1)) for talk in talks]
        going_on = takewhile(lambda _: not self.stop.is_set(), named)
        async with closing(
            merge((self._in_turn(talk, path) for talk, path in going_on), self.at_once)
        ) as events:
            async for event in events:
                yield event

    def _path_for(self, talk: Talk, *, alone: bool) -> Path:
        """The name the user gave, with a number for the further talks of the file; else one of our own."""
        if self.output is None:
            return self._shelf.name_for(talk)
        if alone or talk.number == 1:
            return self.output
        return self.output.with_name(f"{self.output.stem}_{talk.number}{self.output.suffix}")

    async def _in_turn(self, talk: Talk, path: Path) -> AsyncIterator[BatchEvent]:
        """The same talk twice is distilled once and then skipped, also with several at once."""
        async with self._at_work.setdefault(path, asyncio.Lock()):
            async for event in self._one(talk, path):
                yield event

    async def _one(self, talk: Talk, path: Path) -> AsyncIterator[BatchEvent]:
        language = self.way.language or talk.language
        item = item_of(talk, fitted(self.way, self.tools.speaker, language), self.tools.speaker.model.name)
        if (await asyncio.to_thread(_known, path)).item == item:
            self.skipped += 1
            yield FileSkipped(talk.name, item, talk.source, path)
            return
        try:
            async for event in distil(talk, self.way, self.tools, self.stop):
                yield event
                if isinstance(event, Distilled):
                    yield await self._write(talk, item, path, event.product)
        except ZishuError as error:
            log.info("distilling failed: %s", type(error).__name__)
            self._note(error)
            if not isinstance(error, BudgetReached):
                self.failed += 1
                yield FileFailed(talk.source, error.message, error.hint, item)

    async def _write(self, talk: Talk, item: str, path: Path, product: Mapping[str, Any]) -> FileWritten:
        """Write the result; an earlier one of the same talk, made in another way, is kept as .bak."""
        path = await asyncio.to_thread(_place, talk, path, product, self.output is not None)
        self.written += 1
        return FileWritten(talk.name, item, talk.source, path, int(product["metadata"]["flagged"]))

    def _note(self, error: ZishuError) -> None:
        if isinstance(error, FATAL):
            if not self.stopped:
                self.stopped, self.hint = error.message, error.hint
            self.stop.set()


def find_sources(given: Path, *, batch: bool) -> list[Path]:
    """The files to distil. Raises DataError where there are none, or the flag does not fit what is there."""
    if given.is_dir() and not batch:
        raise DataError(
            t(f"{given} 是一个目录。", f"{given} is a folder."),
            t("加上 -b 批量处理其中的文件。", "Add -b to distil all files in it."),
        )
    if not given.exists():
        raise DataError(
            t(f"找不到 {given}。", f"There is no {given}."), t("检查 -i 的路径。", "Check the path after -i.")
        )
    if given.is_file():
        return [given]
    found = sorted(path for path in given.iterdir() if _is_source(path))
    if not found:
        raise DataError(
            t(f"{given} 里没有 .json 或 .jsonl 文件。", f"There is no .json or .jsonl file in {given}."),
            t("检查 -i 的路径。", "Check the path after -i."),
        )
    return found


def _is_source(path: Path) -> bool:
    ours = path.name.startswith(("distilled_", "."))
    return path.is_file() and path.suffix.lower() in SUFFIXES and not ours


def _read_all(sources: Iterable[Source]) -> tuple[list[Talk], list[FileFailed]]:
    talks: list[Talk] = []
    bad: list[FileFailed] = []
    for source in sources:
        if isinstance(source, Talk):
            talks.append(source)
            continue
        try:
            good, wrong = read_talks_partly(source)
        except DataError as error:
            bad.append(FileFailed(source, error.message, error.hint))
            continue
        talks.extend(good)
        bad.extend(FileFailed(source, item.error.message, item.error.hint) for item in wrong)
    return talks, bad


def _place(talk: Talk, path: Path, product: Mapping[str, Any], given: bool) -> Path:
    text = json.dumps(product, ensure_ascii=False, indent=2) + "\n"
    if given or (path.exists() and _known(path).conversation == product["metadata"]["conversation"]):
        if path.exists():
            path.replace(path.with_name(path.name + ".bak"))
        write_json(path, product)
        return path
    names = _names(talk)
    while not write_new(path, text):  # somebody else took the name meanwhile
        path = path.with_name(next(names))
    return path


def _names(talk: Talk) -> Iterator[str]:
    """Names in the order they are tried."""
    # cut by bytes: a file system allows 255 of them, and a Chinese character takes three
    cut = talk.name.translate(FORBIDDEN).encode()[:MOST_BYTES].decode(errors="ignore")
    scenario = cut.strip(" .") or "talk"
    yield f"distilled_{scenario}.json"
    stamp = _stamp(talk)
    yield f"distilled_{scenario}_{stamp}.json"
    take = 2
    while True:
        yield f"distilled_{scenario}_{stamp}_{take}.json"
        take += 1


def _stamp(talk: Talk) -> str:
    """When the talk was made, as in the file names; a talk that does not say gets a stamp of its own."""
    made = "".join(c for c in (talk.made or "") if c.isdigit())[:14]
    return f"{made[:8]}_{made[8:]}" if len(made) == 14 else conversation_of(talk.messages)[:8]


def _look(folder: Path, known: set[str]) -> dict[str, Known]:
    paths = sorted(folder.glob("distilled_*.json"))
    return {path.name: _known(path) for path in paths if path.name not in known}


def _known(path: Path) -> Known:
    """Whose result a file is; a file that is not one of ours is nobody's."""
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        return Known(str(metadata["conversation"]), str(metadata["item"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Known("", "")
