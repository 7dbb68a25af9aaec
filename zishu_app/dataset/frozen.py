"""Frozen versions of the data set as they lie on disk: found, read, and held against their own hashes.

A version is a folder: `train.jsonl`, `eval.jsonl`, `preferences.jsonl` (where there are any), `left_out.jsonl` (where
anything was), a card (`README.md`) and `manifest.json`, which names every file with its size and hash. The manifest
holds its own hash too (`seal`), so that a changed byte is found wherever it is.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.split import SPLITS, Split
from zishu_app.dataset.wanted import Filter, filter_from_dict

#: of the folder; a program that reads a higher number than its own refuses
FORMAT = 1
MANIFEST, CARD, PREFERENCES, LEFT_OUT = "manifest.json", "README.md", "preferences.jsonl", "left_out.jsonl"
#: the file of each side
ROWS: dict[Split, str] = {"train": "train.jsonl", "eval": "eval.jsonl"}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file of a version is to be."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """A version as its manifest tells it."""

    folder: Path
    #: that of its folder, which may have been renamed since
    name: str
    #: local time, `2026-11-21T16:54:04`
    created: str
    #: of all rows with their side: two versions with the same one teach the same
    content: str
    files: Mapping[str, FileMark]
    #: by side, see tally.Counts; with the number of conversations
    counts: Mapping[Split, Mapping[str, Any]]
    #: where it comes from, see tally.Tally
    about: Mapping[str, Any]
    #: what was frozen
    wanted: Filter
    seed: int
    #: of conversations, kept for evaluation
    share: float
    #: conversations that stand on another side than they were drawn for, see split.Rule
    settled: Mapping[str, Split]
    #: share of text from which two samples count as near duplicates
    threshold: float
    #: samples left out of training because they are, or nearly are, kept for evaluation: "exact", "near"
    left_out: Mapping[str, int]
    licence: str
    #: which program froze it
    program: str

    @property
    def samples(self) -> int:
        """On both sides."""
        return sum(int(self.counts[split]["samples"]) for split in SPLITS)


def list_frozen(folder: Path) -> list[Frozen]:
    """All versions, the newest first. A folder that is none, or one that `list_broken` tells of, is left out."""
    found = [one for _, one in _read_all(folder) if isinstance(one, Frozen)]
    return sorted(found, key=lambda version: (version.created, version.name), reverse=True)


def list_broken(folder: Path) -> list[tuple[str, DataError]]:
    """Versions whose manifest cannot be read, is missing, or is of a newer program: their names, and why."""
    return sorted((name, one) for name, one in _read_all(folder) if isinstance(one, DataError))


def _read_all(folder: Path) -> Iterator[tuple[str, Frozen | DataError]]:
    for one in folder.iterdir() if folder.is_dir() else ():
        if not one.name.startswith(".") and _is_version(one):
            try:
                yield one.name, _read(one)
            except DataError as error:
                yield one.name, error


def _is_version(folder: Path) -> bool:
    """Whether it is one, or was: without its manifest it is still known by its rows."""
    return any((folder / name).is_file() for name in (MANIFEST, *ROWS.values()))


def open_frozen(folder: Path, name: str) -> Frozen:
    """A version by its name. Raises DataError where there is none, or where its manifest cannot be read."""
    if name not in _names(folder):
        there = ", ".join(one.name for one in list_frozen(folder))
        raise DataError(
            t(f"没有名为“{name}”的版本。", f'There is no version called "{name}".'),
            t(f"现有版本：{there}。", f"There are: {there}.")
            if there
            else t(
                "还没有冻结过；用 `zishu dataset freeze 名字` 冻结一个。",
                "None was frozen yet; `zishu dataset freeze NAME` does it.",
            ),
        )
    return _read(folder / name)


def read_rows(frozen: Frozen, split: Split) -> Iterator[dict[str, Any]]:
    """The rows of one side, see dataset/rows. Raises DataError at a line that is none."""
    return read_lines(frozen.folder / ROWS[split])


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file of lines; nothing where there is no such file."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            try:
                row: dict[str, Any] = json.loads(text)
            except ValueError as error:
                raise DataError(
                    t(
                        f"{path} 第 {line} 行读不懂：{error}。",
                        f"{path}, line {line} cannot be read: {error}.",
                    ),
                    _restore(),
                ) from error
            yield row


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it was frozen."""

    file: str
    #: "missing", "changed", "added"
    what: str


def verify(frozen: Frozen) -> list[Fault]:
    """Every file that is not as it was frozen; none: all is as it was. Reads everything: for a thread."""
    faults = [
        Fault(name, what) for name, mark in frozen.files.items() if (what := _fault(frozen, name, mark))
    ]
    sealed = (frozen.folder / MANIFEST).is_file() and _is_sealed(frozen.folder / MANIFEST)
    if not sealed:
        faults.append(Fault(MANIFEST, "changed" if (frozen.folder / MANIFEST).is_file() else "missing"))
    known = {*frozen.files, MANIFEST}
    faults += [Fault(one, "added") for one in sorted(_names(frozen.folder) - known)]
    return faults


def told(fault: Fault) -> str:
    """In words."""
    return {
        "missing": t(f"{fault.file} 不见了", f"{fault.file} is missing"),
        "changed": t(f"{fault.file} 被改动过", f"{fault.file} was changed"),
        "added": t(f"{fault.file} 是后来添加的", f"{fault.file} was added later"),
    }[fault.what]


def require_whole(frozen: Frozen) -> None:
    """Raises DataError where a file of it is missing or was changed; what was added does no harm."""
    faults = [told(one) for one in verify(frozen) if one.what != "added"]
    if faults:
        raise DataError(
            t(
                f"版本“{frozen.name}”已不是冻结时的样子：{'；'.join(faults)}。",
                f'The version "{frozen.name}" is not as it was frozen: {"; ".join(faults)}.',
            ),
            _restore(),
        )


def seal(manifest: Mapping[str, Any]) -> str:
    """The text of a manifest, its own hash included."""
    digest = hashlib.sha256(_rendered(manifest).encode()).hexdigest()
    return _rendered({**manifest, "seal": digest})


def mark_of(path: Path) -> FileMark:
    """Size and hash of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return FileMark(digest.hexdigest(), size)


def _rendered(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _is_sealed(path: Path) -> bool:
    """Whether a manifest is, to the byte, what its hash says."""
    try:
        text = path.read_bytes().decode("utf-8")
        value = json.loads(text)
        value.pop("seal")
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    return seal(value) == text


def _fault(frozen: Frozen, name: str, mark: FileMark) -> str:
    path = frozen.folder / name
    if not path.is_file():
        return "missing"
    return "" if path.stat().st_size == mark.bytes and mark_of(path) == mark else "changed"


def _names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


def _read(folder: Path) -> Frozen:
    try:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if value["format"] > FORMAT:
            raise DataError(
                t(
                    f"{folder} 来自更新版本的程序。",
                    f"{folder} was frozen by a newer version of the program.",
                ),
                t("请升级程序。", "Update the program."),
            )
        return _frozen(folder, value)
    except FileNotFoundError as error:
        missing = folder / MANIFEST
        raise DataError(t(f"{missing} 不见了。", f"{missing} is missing."), _restore()) from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        why = _why(error)
        raise DataError(
            t(f"{folder / MANIFEST} 读不懂：{why}。", f"{folder / MANIFEST} cannot be read: {why}."),
            _restore(),
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return t(f"缺少 {error.args[0]}", f"it has no {error.args[0]}")
    if isinstance(error, json.JSONDecodeError):
        line, column = error.lineno, error.colno
        return t(
            f"第 {line} 行第 {column} 个字起不是 JSON", f"it is no JSON from line {line}, column {column} on"
        )
    return str(isinstance(error, OSError) and error.strerror or error)


def _frozen(folder: Path, value: Mapping[str, Any]) -> Frozen:
    counts, about = {split: value["counts"][split] for split in SPLITS}, value["about"]
    # whoever shows a version counts on these
    _ = [int(counts[split]["samples"]) for split in SPLITS], about["teachers"]
    return Frozen(
        folder=folder,
        name=folder.name,
        created=value["created"],
        content=value["content"],
        files={name: FileMark(**mark) for name, mark in value["files"].items()},
        counts=counts,
        about=about,
        wanted=filter_from_dict(value["filter"]),
        seed=value["split"]["seed"],
        share=value["split"]["eval_share"],
        settled=value["split"]["settled"],
        threshold=value["leakage"]["threshold"],
        left_out=value["leakage"]["left_out"],
        licence=value["licence"],
        program=value["program"],
    )


def _restore() -> str:
    return t(
        "冻结的文件不该改动：从备份恢复，或重新冻结一个版本。",
        "Frozen files are not to be changed: restore them from a copy, or freeze another version.",
    )
