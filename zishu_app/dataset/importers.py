"""Talks from files: this program's conversations, OpenAI `messages` and ShareGPT, as JSON or JSONL.

A list of ten thousand talks with one bad line is the normal case. `read_talks` stops at it and says where it is,
`read_talks_partly` brings the rest and the list of what is wrong. JSONL is read line by line. These are plain talks of
two, to be distilled; what else may become samples is read by dataset/drafts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.encoding import find_encoding
from zishu_app.dataset.records import is_jsonl, lines, whole
from zishu_app.dataset.talks import Place, Talk, read_record

__all__ = ["BadItem", "Talk", "iterate_talks", "read_talks", "read_talks_partly"]


@dataclass(frozen=True, slots=True)
class BadItem:
    """A record that is no talk."""

    #: which one in the file, from 1
    number: int
    #: line in a JSONL file, from 1; None in a JSON file
    line: int | None
    #: message (file, place, reason) and hint
    error: DataError


def read_talks(path: Path) -> list[Talk]:
    """All talks of `path`. Raises DataError at the first record that is none, or when there are none at all."""
    talks = []
    for item in iterate_talks(path):
        if isinstance(item, BadItem):
            raise item.error
        talks.append(item)
    return talks


def read_talks_partly(path: Path) -> tuple[list[Talk], list[BadItem]]:
    """The talks of `path`, and what is wrong with its other records.

    Raises DataError only where the file as a whole cannot be read: missing, empty, unknown encoding, broken JSON.
    """
    talks: list[Talk] = []
    bad: list[BadItem] = []
    for item in iterate_talks(path):
        if isinstance(item, BadItem):
            bad.append(item)
        else:
            talks.append(item)
    return talks, bad


def iterate_talks(path: Path) -> Iterator[Talk | BadItem]:
    """Talks and bad records in the file's order, one at a time: a JSONL file of any size fits. Errors as above."""
    codec = find_encoding(path)
    found = lines(path, codec) if is_jsonl(path, codec) else whole(path, codec)
    empty = True
    for record in found:
        empty, place = False, record.place
        try:
            if isinstance(record.value, DataError):
                raise record.value
            talk: Talk | BadItem = read_record(record.value, place)
        except DataError as error:
            talk = BadItem(place.number, place.line, error)
        yield talk
    if empty:
        raise Place(path, alone=True).error(
            t("文件里没有对话", "there is no talk in it"), t("选另一个文件。", "Choose another file.")
        )
