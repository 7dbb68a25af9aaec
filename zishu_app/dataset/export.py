"""Samples go out as a file that other programs read; see dataset/forms for what it looks like.

Samples are read and written a few hundred at a time in a thread, all as they stood when the export began. The file gets
its name when it is whole: a kill or a stop leaves what was there before.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from zishu_app.core.errors import DataError
from zishu_app.core.files import whole_file, write_text
from zishu_app.core.streams import aside, closing
from zishu_app.core.texts import counted, t
from zishu_app.dataset.find import Filter, count, ids_of
from zishu_app.dataset.forms import LLAMA_FACTORY, SAY_LOSS, Form, is_partly_learnt, misfit, record_of
from zishu_app.dataset.parquet import parquet_file
from zishu_app.dataset.sample import Sample
from zishu_app.dataset.store import Samples, as_text, get_many, hold_unlearnt

#: samples that are written together
BATCH = 250
#: where LLaMA-Factory looks up which files there are
INFO = "dataset_info.json"


@dataclass(frozen=True, slots=True)
class Wrote:
    """So many of so many samples are done; `left_out` of them do not fit the form."""

    done: int
    total: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Unfit:
    """A sample that the form cannot hold, and why."""

    sample: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Unsaid:
    """So many samples hold answers that are not to be learnt from, and the form cannot say so."""

    samples: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Exported:
    """The end. Where it was stopped nothing was written."""

    path: Path
    written: int
    left_out: int
    size: int
    #: what else was written
    beside: tuple[Path, ...]
    stopped: bool = False


ExportEvent = Wrote | Unfit | Unsaid | Exported

Put = Callable[[Sequence[Mapping[str, Any]]], None]


async def export(
    samples: Samples, wanted: Filter, form: Form, path: Path, stop: asyncio.Event | None = None
) -> AsyncIterator[ExportEvent]:
    """Write what the filter finds to `path`, in place of what was there. Ends with one `Exported`.

    Raises DataError where nothing is found, nothing fits, or the file cannot be written.
    """
    left_out = 0
    async with closing(aside(_write(samples, wanted, form, path))) as events:
        async for event in events:
            if isinstance(event, Wrote):
                left_out = event.left_out
            yield event
            if stop and stop.is_set() and not isinstance(event, Exported):
                break
        else:
            return
    yield Exported(path, 0, left_out, 0, (), stopped=True)


def _write(samples: Samples, wanted: Filter, form: Form, path: Path) -> Generator[ExportEvent]:
    """The whole work, a batch a step; in a thread."""
    if path.is_dir():
        raise DataError(
            t(f"{path} 是文件夹。", f"{path} is a folder."),
            t("给出文件名。", "Name a file in it."),
        )
    try:
        if form in LLAMA_FACTORY:
            _info(path)  # what could not be changed afterwards is told before the work
        with samples.reading() as connection:
            work = _Work(form, count(connection, wanted).n)
            if not work.total:
                raise _nothing()
            work.weights = form == "openai" and _hold_unlearnt(connection, wanted)
            with whole_file(path) as file, _WRITERS[form](file) as put:
                above = 0
                while ids := ids_of(connection, wanted, above, BATCH):
                    put(work.records(get_many(connection, ids)))
                    above = ids[-1]
                    yield from work.told()
                yield from work.ending()
        beside = _tell_llama_factory(path, form)
        yield Exported(path, work.done - work.left_out, work.left_out, path.stat().st_size, beside)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            t(f"{path} 写不进去：{reason}。", f"{path} cannot be written: {reason}."),
            t("检查磁盘空间和权限。", "Check the disk's free space and its permissions."),
        ) from error


@dataclass
class _Work:
    """How far it is."""

    form: Form
    total: int
    done: int = 0
    left_out: int = 0
    #: answers say whether they are to be learnt from
    weights: bool = False
    #: samples with answers that are not to be learnt from
    partly: int = 0
    unfit: list[Unfit] = field(default_factory=list)

    def records(self, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Those that fit, in the form."""
        records = []
        for sample in samples:
            why = misfit(sample, self.form)
            if why is None:
                self.partly += is_partly_learnt(sample)
                records.append(record_of(sample, self.form, weights=self.weights))
            else:
                self.unfit.append(_unfit(sample.id, why))
        self.done += len(samples)
        return records

    def told(self) -> Iterator[Unfit | Wrote]:
        """What there is to say since it was asked last."""
        yield from self.unfit
        self.left_out += len(self.unfit)
        self.unfit = []
        yield Wrote(self.done, max(self.total, self.done), self.left_out)

    def ending(self) -> Iterator[Unsaid]:
        """What is to be said before the file gets its name. Raises DataError where nothing stands in it."""
        if self.done == self.left_out:
            raise DataError(
                t("没有一个样本装得进这种格式。", "None of the samples fits this form."),
                t("导出为 openai 或 parquet。", "Export to openai or parquet instead."),
            )
        if self.partly and self.form not in SAY_LOSS:
            yield Unsaid(
                self.partly,
                t(
                    f"{self.partly:,} 个样本里有不该学的回答，这种格式说不出来，读它的程序会照样学。",
                    f"{counted(self.partly, 'sample')} with answers not to be learnt from: this form cannot say so, and "
                    "whoever reads it learns from them too.",
                ),
                t("导出为 openai，或先把这些回答删掉。", "Export to openai, or drop these answers first."),
            )


def _hold_unlearnt(connection: sqlite3.Connection, wanted: Filter) -> bool:
    """Whether anything that the filter finds holds an answer that is not to be learnt from."""
    above = 0
    while ids := ids_of(connection, wanted, above, 10 * BATCH):
        if hold_unlearnt(connection, ids):
            return True
        above = ids[-1]
    return False


def _unfit(number: int, why: str) -> Unfit:
    return Unfit(
        number,
        t(f"样本 {number} 没有导出：{why}。", f"Sample {number} is left out: {why}."),
        t(
            "这种格式要求用户和助手一问一答；可导出为 openai 或 parquet。",
            "This form wants user and assistant in turns; openai and parquet hold it.",
        ),
    )


def _nothing() -> DataError:
    return DataError(
        t("没有要导出的样本。", "There are no samples to export."),
        t(
            "默认只导出已采纳的样本；换一个筛选，或用 --all。",
            "Accepted samples only are exported unless you say otherwise: change the filter, or use --all.",
        ),
    )


@contextlib.contextmanager
def _lines(file: BinaryIO) -> Iterator[Put]:
    """A record a line."""

    def put(records: Sequence[Mapping[str, Any]]) -> None:
        file.writelines(f"{as_text(record)}\n".encode() for record in records)

    yield put


@contextlib.contextmanager
def _list(file: BinaryIO) -> Iterator[Put]:
    """A JSON list, a record a line."""
    ahead = "[\n"

    def put(records: Sequence[Mapping[str, Any]]) -> None:
        nonlocal ahead
        for record in records:
            file.write(f"{ahead}{as_text(record)}".encode())
            ahead = ",\n"

    yield put
    file.write(b"\n]\n")


_WRITERS: dict[Form, Callable[[BinaryIO], contextlib.AbstractContextManager[Put]]] = {
    "openai": _lines,
    "sharegpt": _list,
    "alpaca": _list,
    "parquet": parquet_file,
}


def _info(path: Path) -> dict[str, Any]:
    """What LLaMA-Factory knows of the folder already. Raises DataError where that cannot be read."""
    beside = path.with_name(INFO)
    try:
        said = json.loads(beside.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise _no_info(beside) from error
    if not isinstance(said, dict):
        raise _no_info(beside)
    return said


def _no_info(beside: Path) -> DataError:
    return DataError(
        t(f"{beside} 不是有效的 JSON 对象。", f"{beside} is not a valid JSON object."),
        t("修正它、移开它，或导出到另一个文件夹。", "Correct it, move it away, or export to another folder."),
    )


def _tell_llama_factory(path: Path, form: Form) -> tuple[Path, ...]:
    """Enter the file into `dataset_info.json`, beside whatever stands in there."""
    if form not in LLAMA_FACTORY:
        return ()
    said = _info(path)
    there = said.get(path.stem)
    somebody_elses = isinstance(there, dict) and there.get("file_name", path.name) != path.name
    said[path.name if somebody_elses else path.stem] = {"file_name": path.name} | dict(LLAMA_FACTORY[form])
    # in ASCII: LLaMA-Factory reads it in whatever encoding the system has
    write_text(path.with_name(INFO), json.dumps(said, indent=2) + "\n")
    return (path.with_name(INFO),)
