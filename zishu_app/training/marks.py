"""What came of an exam: right or wrong, item by item, and the marks that are made of that. One file an exam."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t
from zishu_app.training.items import Item, ItemSet
from zishu_app.training.rules import broken

FORMAT = 1
#: beyond it a number is no number any more; a brain that has gone mad comes near it
MOST = 700.0


@dataclass(frozen=True, slots=True)
class Scored:
    """One item and how it went."""

    id: str
    #: the short name of its set
    set: str
    kind: str
    language: str
    ability: str
    #: changes when the item does: only items that are the same can be compared
    mark: str
    right: bool
    chance: float
    #: by how much a token of the right answer is likelier than one of the best wrong one (natural logarithm); None: by rule
    margin: float | None = None
    #: what was answered to an item with a rule, and the parts of the rule that it did not keep
    answer: str = ""
    broken: tuple[str, ...] = ()


#: what a file of rows is unlike what the brain would say, and tokens, for every sample
Texts = Mapping[str, Sequence[tuple[float, int]]]


@dataclass(frozen=True, slots=True)
class Report:
    """One exam."""

    id: str
    #: local time, ISO
    created: str
    #: what the brain is asked for by, and what people call it
    brain: str
    name: str
    base_sha256: str
    template_sha256: str
    #: see `Paper.persona`
    persona: str
    items: tuple[Scored, ...]
    texts: Texts = field(default_factory=dict)
    seconds: float = 0.0
    device: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Several items together."""

    #: "" for all
    name: str
    n: int
    #: share
    right: float
    #: what somebody who knows nothing would get
    chance: float
    #: the mean, of those items that have one
    margin: float | None


def scored(sets: Iterable[ItemSet], told: Sequence[Mapping[str, Any]]) -> tuple[Scored, ...]:
    """What the worker told of each item, in words of right and wrong."""
    by_id = {one["id"]: one for one in told}
    return tuple(_scored(one, item, by_id[item.id]) for one in sets for item in one.items if item.id in by_id)


def _scored(one: ItemSet, item: Item, told: Mapping[str, Any]) -> Scored:
    head = (item.id, one.slug, one.kind, one.language, item.ability, mark_of(item))
    if item.rule:
        answer = str(told["answer"])
        missed = tuple(broken(item.rule, answer))
        return Scored(*head, not missed, item.chance, None, answer, missed)
    margin = float(told["right"]) - max(map(float, told["wrong"]))
    return Scored(*head, margin > 0, item.chance, margin)


def mark_of(item: Item | str) -> str:
    """A few characters that tell whether an item, or a text, is still the same."""
    told = item if isinstance(item, str) else json.dumps(item.as_dict(), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def marks(items: Iterable[Scored], by: Callable[[Scored], str] = lambda _: "") -> list[Mark]:
    """Marks of groups of items, in the order in which the groups first appear; without `by` one of all."""
    groups: dict[str, list[Scored]] = {}
    for one in items:
        groups.setdefault(by(one), []).append(one)
    return [_mark(name, group) for name, group in groups.items()]


def _mark(name: str, group: Sequence[Scored]) -> Mark:
    n = len(group)
    margins = [one.margin for one in group if one.margin is not None]
    return Mark(
        name,
        n,
        sum(one.right for one in group) / n,
        sum(one.chance for one in group) / n,
        sum(margins) / len(margins) if margins else None,
    )


def perplexity(samples: Sequence[tuple[float, int]]) -> float | None:
    """Of a file of rows: how many words a brain hesitates between, at each; None where nothing is said in it."""
    tokens = sum(count for _, count in samples)
    return math.exp(min(sum(one for one, _ in samples) / tokens, MOST)) if tokens else None


def in_short(report: Report) -> dict[str, Any]:
    """The marks of an exam as plain values, by set, for lists of brains."""
    found = {
        one.name: {"n": one.n, "right": round(one.right, 4)}
        for one in marks(report.items, lambda one: one.set)
    }
    return {"exam": report.id, "created": report.created, "sets": found}


def write_report(folder: Path, report: Report) -> Path:
    """Keep it. Writes: for a thread."""
    path = folder / f"{report.id}.json"
    write_json(path, {"format": FORMAT, **asdict(report)})
    return path


def read_report(path: Path) -> Report:
    """The exam in a file. Raises DataError."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        del value["format"]
        value["items"] = tuple(Scored(**one | {"broken": tuple(one["broken"])}) for one in value["items"])
        value["texts"] = {
            name: tuple((float(one), int(count)) for one, count in samples)
            for name, samples in value["texts"].items()
        }
        return Report(**value)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(
            t(f"考试结果 {path.name} 读不了：{error}。", f"The exam {path.name} cannot be read: {error}."),
            t("重新考一次：zishu exam。", "Sit the exam again: zishu exam."),
        ) from error


def list_reports(folder: Path) -> list[Report]:
    """All exams, the newest first; files that cannot be read are left out. Reads: for a thread."""
    found = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        try:
            found.append(read_report(path))
        except DataError:
            continue
    return sorted(found, key=lambda one: (one.created, one.id), reverse=True)


def open_report(folder: Path, name: str) -> Report:
    """By its id, or "last". Raises DataError."""
    if name == "last" and (there := list_reports(folder)):
        return there[0]
    path = folder / f"{name}.json"
    if name != Path(name).name or not path.is_file():
        raise DataError(
            t(f"没有考试结果“{name}”。", f"There is no exam '{name}'."),
            t("用 `zishu exam --list` 看有哪些。", "`zishu exam --list` shows them."),
        )
    return read_report(path)
