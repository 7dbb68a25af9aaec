"""Files become samples: whatever can be read goes in, each sample once, and what cannot be read is told with its place.

Reading happens in a thread, a batch at a time; a batch is one commit. So a file of any size fits, and a stop, or a kill,
leaves whole batches: taking the same file in again adds what is missing and nothing else.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.streams import aside, closing
from zishu_app.core.texts import t
from zishu_app.dataset.chats import CHATS, told
from zishu_app.dataset.drafts import drafts_of
from zishu_app.dataset.encoding import find_encoding
from zishu_app.dataset.parquet import parquet_rows
from zishu_app.dataset.records import Record, elements, is_jsonl, is_sillytavern_file, lines, sillytavern
from zishu_app.dataset.sample import Draft
from zishu_app.dataset.store import Samples, add
from zishu_app.dataset.tables import csv_rows
from zishu_app.dataset.talks import Place

#: samples of one commit
BATCH = 200
#: what is looked for in a folder
ENDINGS = {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"}
#: files that lie beside data and hold none
NOT_DATA = {"dataset_info.json", "dataset_infos.json"}


@dataclass(frozen=True, slots=True)
class FileOpened:
    """A file is being read."""

    path: Path
    #: which one of how many, from 1
    number: int
    files: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that is no sample; the rest of its file goes in."""

    path: Path
    #: which one in the file, from 1
    number: int
    #: line in a file of lines, from 1
    line: int | None
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that could not be read, or not to its end."""

    path: Path
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file's chats hold that no sample can: pictures, tools, hidden messages."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How far it is, after each commit."""

    #: records that were read
    done: int
    #: samples that are new
    added: int
    #: samples that were there already
    known: int
    #: records that are no samples
    bad: int
    #: of all bytes, 0 to 1
    share: float


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The end."""

    added: int
    known: int
    bad: int
    #: files that were read
    files: int
    #: files that could not be read, or not to their end
    bad_files: int
    #: it was stopped before the last file was read
    stopped: bool


IntakeEvent = FileOpened | BadRow | BadFile | LeftOut | Taken | TakenIn


async def take_in(
    samples: Samples,
    paths: Sequence[Path],
    now: int,
    stop: asyncio.Event | None = None,
    tags: Sequence[str] = (),
) -> AsyncIterator[IntakeEvent]:
    """Take in what files, and the files in folders, hold. Ends with one `TakenIn`.

    `now`: seconds since 1970. `tags` are given to all that is new.
    `stop` is looked at after each commit. What is wrong with a file or a record is told
    by events; DataError is raised only where the data set itself cannot be written.
    """
    so_far = _SoFar()
    async with closing(aside(_read(paths))) as steps:
        async for step in steps:
            if not isinstance(step, _Batch):
                so_far.files += isinstance(step, FileOpened)
                so_far.bad_files += isinstance(step, BadFile)
                yield step
                continue
            drafts = [replace(draft, tags=(*draft.tags, *tags)) for draft in step.drafts]
            numbers = await add(samples, drafts, now)
            so_far.count(step, numbers)
            for bad in step.bad:
                yield bad
            yield so_far.taken(step.share)
            if stop and stop.is_set():
                break
        else:
            so_far.stopped = False
    yield so_far.ended()


@dataclass
class _Batch:
    """What was read and is to be committed together."""

    drafts: list[Draft] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    records: int = 0
    share: float = 0.0


@dataclass
class _SoFar:
    done: int = 0
    added: int = 0
    known: int = 0
    bad: int = 0
    files: int = 0
    bad_files: int = 0
    stopped: bool = True

    def count(self, batch: _Batch, numbers: Sequence[int | None]) -> None:
        new = sum(number is not None for number in numbers)
        self.done += batch.records
        self.added += new
        self.known += len(numbers) - new
        self.bad += len(batch.bad)

    def taken(self, share: float) -> Taken:
        return Taken(self.done, self.added, self.known, self.bad, share)

    def ended(self) -> TakenIn:
        return TakenIn(self.added, self.known, self.bad, self.files, self.bad_files, self.stopped)


def _read(paths: Sequence[Path]) -> Generator[FileOpened | BadFile | LeftOut | _Batch]:
    """All files, batch by batch; in a thread."""
    files, missing = _files(paths)
    yield from missing
    sizes = [_size(path) for path in files]
    whole = max(sum(sizes), 1)
    for number, path in enumerate(files, 1):
        yield FileOpened(path, number, len(files))
        before = sum(sizes[: number - 1])
        left: Counter[str] = Counter()
        try:
            for batch in _batches(path, left):
                batch.share = min((before + batch.share) / whole, 1.0)
                yield batch
        except DataError as error:
            yield BadFile(path, error.message, error.hint)
        if left:
            yield LeftOut(path, _left_out(left))


def _batches(path: Path, left: Counter[str]) -> Iterator[_Batch]:
    """The samples of a file, so many together; `share` in bytes yet. Raises DataError where it cannot be read on."""
    batch, empty = _Batch(), True
    broken: DataError | None = None
    try:
        for record in _records(path):
            empty = False
            _put(batch, record, left)
            if len(batch.drafts) + len(batch.bad) >= BATCH:
                yield batch
                batch = _Batch()
    except DataError as error:
        broken = error
    except OSError as error:
        broken = Place(path, alone=True).error(
            t(f"读不下去：{error.strerror or error}", f"it cannot be read on: {error.strerror or error}"),
            t("检查磁盘和权限。", "Check the disk and its permissions."),
        )
    if batch.records:
        yield batch
    if broken:
        raise broken
    if empty:
        raise Place(path, alone=True).error(
            t("文件里没有样本", "there is no sample in it"), t("选另一个文件。", "Choose another file.")
        )


def _put(batch: _Batch, record: Record, left: Counter[str]) -> None:
    """A record's samples into the batch, or what is wrong with it."""
    place = record.place
    batch.records += 1
    batch.share = record.at
    try:
        if isinstance(record.value, DataError):
            raise record.value
        drafts = drafts_of(record.value, place)
    except DataError as error:
        batch.bad.append(BadRow(place.path, place.number, place.line, error.message, error.hint))
        return
    batch.drafts += drafts
    for draft in drafts:
        said = draft.provenance
        # of a chat that was exported from here it was told when it came in
        if said.get("format") in CHATS and said.get("file") == place.path.name:
            left.update(said.get("left_out", {}))


def _records(path: Path) -> Iterator[Record]:
    """The records of a file, by what it is. Raises DataError where it cannot be read."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        return parquet_rows(path)
    if ending == ".zip":
        raise Place(path, alone=True).error(
            t("是压缩包", "it is an archive"),
            t("先解压，再选里面的文件。", "Unpack it and choose the files in it."),
        )
    codec = find_encoding(path)
    if ending in (".csv", ".tsv", ".tab"):
        return csv_rows(path, codec)
    if not is_jsonl(path, codec):
        return elements(path, codec)
    return sillytavern(path, codec) if is_sillytavern_file(path, codec) else lines(path, codec)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[BadFile]]:
    """Every file once, those of folders in the order of their names; and what is not there."""
    found: dict[Path, Path] = {}
    missing = []
    for path in paths:
        files = list(_inside(path)) if path.is_dir() else [path] * path.is_file()
        for one in files:
            found.setdefault(one.resolve(), one)
        if not files:
            missing.append(_nothing(path))
    return list(found.values()), missing


def _nothing(path: Path) -> BadFile:
    """Why no file came of a path."""
    if path.is_dir():
        return BadFile(
            path,
            t(
                f"文件夹 {path} 里没有能读的文件。",
                f"There is no file in the folder {path} that can be read.",
            ),
            t(f"可读：{'、'.join(sorted(ENDINGS))}", f"Read are: {', '.join(sorted(ENDINGS))}"),
        )
    if path.exists():
        return BadFile(
            path, t(f"{path} 不是文件。", f"{path} is no file."), t("检查路径。", "Check the path.")
        )
    return BadFile(path, t(f"没有 {path}。", f"There is no {path}."), t("检查路径。", "Check the path."))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # told when it is opened
        return 0


def _inside(folder: Path) -> Iterator[Path]:
    """The files in a folder that may hold samples."""
    for inner, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(inner, name)
            if path.suffix.lower() in ENDINGS and not name.startswith(".") and name not in NOT_DATA:
                yield path


def _left_out(left: Counter[str]) -> str:
    parts = [f"{told(what)} {n:,}" for what, n in left.most_common()]
    return t(f"没有读入：{'、'.join(parts)}。", f"Left out: {', '.join(parts)}.")
