"""What is learnt in a training: rows out of a frozen version or a file, general talks against forgetting, and what was
learnt before, written beside the run so that it can be gone on with whatever becomes of its sources.

A row is a line of a frozen version, see dataset/rows: `messages`, each saying whether it is learnt from.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import whole_file
from zishu_app.core.texts import t
from zishu_app.dataset.extras import EXTRAS
from zishu_app.dataset.frozen import Frozen, list_frozen, open_frozen, read_lines, read_rows, require_whole

Row = dict[str, Any]
ROLES = {"system", "user", "assistant"}
TRAIN, EVALUATION = "train.jsonl", "eval.jsonl"
#: kinds of samples that are about her
ABOUT_HER = {"correction"}
#: in a row: the base is the teacher, see worker/training/losses
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Material:
    """All of it. `general` and `replayed` rows stand in `train` as well."""

    #: a version's name, or a file
    source: str
    #: sha256 of the content
    content: str
    train: tuple[Row, ...]
    evaluation: tuple[Row, ...]
    general: int = 0
    replayed: int = 0
    #: held out, and left aside since: what the base said itself
    own_words: int = 0


def read_material(dataset: str, datasets: Path, share: float, seed: int) -> Material:
    """Of a frozen version by its name, or of a file of OpenAI messages, divided by `share` and `seed`.

    Blocking. Raises DataError where there is no such thing, where it was changed since, or where a line is wrong.
    """
    if any(one.name == dataset for one in list_frozen(datasets)):
        return _of_version(open_frozen(datasets, dataset))
    path = Path(dataset).expanduser()
    if path.is_file():
        return _of_file(path, share, seed)
    if path.suffix or len(path.parts) > 1:
        raise DataError(t(f"没有文件 {path}。", f"There is no file {path}."), _either())
    return _of_version(open_frozen(datasets, dataset))  # says which there are


def mix_in(material: Material, general: Sequence[Row], share: float, seed: int) -> Material:
    """`share` of the rows to learn from become general ones, drawn by `seed`; fewer where there are not enough.

    At those the base is the teacher: she is to stay as she is there, whatever the words are (worker/training/losses).
    """
    chosen = _drawn(general, _count(len(material.train), share), seed)
    kept = [{**row, KEPT: True} for row in chosen]
    return replace(material, train=(*material.train, *kept), general=len(kept))


def keep_own_words(material: Material, speaker: str) -> Material:
    """Answers that `speaker`, the base itself, gave and her owner liked: at those she is to stay as she is, too.

    Held out, they would tell of nothing that is learnt.
    """
    train = tuple({**row, KEPT: True} if _is_liked(row, speaker) else row for row in material.train)
    evaluation = tuple(row for row in material.evaluation if not _is_liked(row, speaker))
    own_words = len(material.evaluation) - len(evaluation)
    return replace(material, train=train, evaluation=evaluation, own_words=own_words)


def repeat(material: Material, times: int) -> Material:
    """What is about her comes so many times in a round: there is little of it, and it is what she is to learn."""
    about_her = tuple(row for row in material.train if row.get("kind") in ABOUT_HER)
    return replace(material, train=(*material.train, *about_her * (times - 1)))


def replay(material: Material, earlier: Iterable[Row], share: float, seed: int) -> Material:
    """`share` of the rows to learn from become such as were learnt before, and do not stand among the new ones."""
    known = {_said(row) for row in (*material.train, *material.evaluation)}
    old = [row for row in earlier if _said(row) not in known]
    chosen = _drawn(old, _count(len(material.train), share), seed)
    return replace(material, train=(*material.train, *chosen), replayed=len(chosen))


def write_material(folder: Path, material: Material) -> None:
    """The two files of a run, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ((TRAIN, material.train), (EVALUATION, material.evaluation)):
        with whole_file(folder / name) as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def read_written(folder: Path) -> tuple[list[Row], list[Row]]:
    """What was written for a run: to learn from, and held out."""
    return list(read_lines(folder / TRAIN)), list(read_lines(folder / EVALUATION))


def _of_version(frozen: Frozen) -> Material:
    require_whole(frozen)
    train, evaluation = (tuple(read_rows(frozen, side)) for side in ("train", "eval"))
    return Material(frozen.name, frozen.content, train, evaluation)


def _of_file(path: Path, share: float, seed: int) -> Material:
    rows, wrong = [], []
    for number, row in enumerate(_lines(path), 1):
        mistake = _mistake(row)
        if mistake:
            wrong.append(t(f"第 {number} 行：{mistake}", f"line {number}: {mistake}"))
        else:
            rows.append(row)
    if wrong:
        shown = "\n  ".join(wrong[:8])
        more = len(wrong) - 8
        raise DataError(
            t(
                f"{path} 里有 {len(wrong)} 行不能学：\n  {shown}",
                f"{len(wrong)} lines of {path} cannot be learnt from:\n  {shown}",
            )
            + (t(f"\n  还有 {more} 行", f"\n  and {more} more") if more > 0 else ""),
            _either(),
        )
    if not rows:
        raise DataError(t(f"{path} 是空的。", f"{path} is empty."), _either())
    held = [_is_held(row, share, seed) for row in rows]
    train = tuple(row for row, out in zip(rows, held, strict=True) if not out)
    evaluation = tuple(row for row, out in zip(rows, held, strict=True) if out)
    content = hashlib.sha256("\n".join(map(_said, rows)).encode()).hexdigest()
    return Material(str(path), content, train or tuple(rows), evaluation if train else ())


def _lines(path: Path) -> Iterable[Row]:
    try:
        yield from read_lines(path)
    except OSError as error:
        raise DataError(
            t(f"{path} 读不了：{error.strerror}。", f"{path} cannot be read: {error.strerror}.")
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(t(f"{path} 不是 UTF-8 文本。", f"{path} is not UTF-8 text."), _either()) from error


def _mistake(row: Any) -> str:
    """What is wrong with a line; "": nothing."""
    messages = row.get("messages") if isinstance(row, dict) else None
    if not isinstance(messages, list) or not messages:
        return t("没有 messages", 'no "messages"')
    for one in messages:
        if (
            not isinstance(one, dict)
            or one.get("role") not in ROLES
            or not isinstance(one.get("content"), str)
        ):
            return t("有一条消息不是 {role, content}", "a message is not {role, content}")
    if not any(one["role"] == "assistant" and one.get("loss", True) for one in messages):
        return t("没有可以学的回答", "no answer to learn from")
    return ""


def _is_held(row: Row, share: float, seed: int) -> bool:
    """Whether it is held out: by what was said, so that the same talk always comes to the same side."""
    digest = hashlib.sha256(f"{seed}\n{_said(row)}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 < share


def _said(row: Row) -> str:
    return json.dumps([(one["role"], one["content"]) for one in row["messages"]], ensure_ascii=False)


def _is_liked(row: Row, speaker: str) -> bool:
    """A good mark makes a sample of an answer, see studio/corrections; beside it stands who gave it."""
    if row.get("kind") != "dialogue" or not isinstance(row.get(EXTRAS), str):
        return False
    try:
        provenance = json.loads(row[EXTRAS]).get("provenance", {})
        return bool(speaker) and "turn" in provenance and provenance.get("brain") == speaker
    except (ValueError, AttributeError, TypeError):
        return False


def _drawn(rows: Sequence[Row], count: int, seed: int) -> list[Row]:
    return random.Random(seed).sample(list(rows), min(count, len(rows)))


def _count(own: int, share: float) -> int:
    """How many of others make `share` of the whole beside so many of one's own."""
    return round(own * share / (1 - share)) if share < 1 else own


def _either() -> str:
    return t(
        '给一个冻结版本的名字，或一个 JSONL 文件：每行 {"messages": [{"role", "content"}, …]}。',
        'Give the name of a frozen version, or a JSONL file with {"messages": [{"role", "content"}, ...]} on each line.',
    )
