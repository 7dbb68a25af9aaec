"""Parquet, in and out. pyarrow takes 200 ms and 50 MB to import, so it is asked for where a file is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.foreign import plain
from zishu_app.dataset.records import Record
from zishu_app.dataset.tables import unfolded
from zishu_app.dataset.talks import Place

#: rows that are read together
BATCH = 200
#: rows, or characters, that lie together in a file: readers hold as many in memory
GROUP, GROUP_TEXT = 5_000, 4_000_000


def parquet_rows(path: Path) -> Iterator[Record]:
    """The rows of a Parquet file as records. Raises DataError where it cannot be read."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    size, number = path.stat().st_size, 0
    try:
        with ParquetFile(path) as file:
            total = max(file.metadata.num_rows, 1)
            for batch in file.iter_batches(BATCH):
                for row in batch.to_pylist():
                    number += 1
                    value = unfolded(plain(row))
                    yield Record(Place(path, number), value, size * number // total)
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unread(path, number, error) from error


def _unread(path: Path, number: int, error: Exception) -> DataError:
    where, told = (
        (t(f"在第 {number} 行之后", f" after row {number}") if number else ""),
        str(error).rstrip("."),
    )
    return DataError(
        t(
            f"Parquet 文件 {path} {where}读不出来：{told}。",
            f"The Parquet file {path} cannot be read{where}: {told}.",
        ),
        t("文件可能不完整，请重新导出。", "The file may be incomplete: export it again."),
    )


@contextmanager
def parquet_file(file: BinaryIO) -> Iterator[Callable[[Sequence[Mapping[str, Any]]], None]]:
    """A function that writes records (see dataset/forms) as rows of `file`."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    said = pyarrow.struct(
        [("role", pyarrow.string()), ("content", pyarrow.string()), ("weight", pyarrow.int8())]
    )
    texts = [(name, pyarrow.string()) for name in ("kind", "language", "title", "scenario")]
    form = pyarrow.schema(
        [
            ("messages", pyarrow.list_(said)),
            *texts,
            ("tags", pyarrow.list_(pyarrow.string())),
            ("zishu", pyarrow.string()),
        ]
    )
    with ParquetWriter(file, form, compression="zstd") as writer:
        group = _Group()

        def put(records: Sequence[Mapping[str, Any]]) -> None:
            for record in records:
                group.add(record)
                if group.is_full():
                    writer.write_table(pyarrow.Table.from_pylist(group.records, schema=form))
                    group.clear()

        yield put
        if group.records:
            writer.write_table(pyarrow.Table.from_pylist(group.records, schema=form))


class _Group:
    """Rows that wait to be written together."""

    def __init__(self) -> None:
        self.records: list[Mapping[str, Any]] = []
        self.length = 0

    def add(self, record: Mapping[str, Any]) -> None:
        self.records.append(record)
        self.length += len(record["zishu"]) + sum(len(one["content"]) for one in record["messages"])

    def is_full(self) -> bool:
        return len(self.records) >= GROUP or self.length >= GROUP_TEXT

    def clear(self) -> None:
        self.records.clear()
        self.length = 0
