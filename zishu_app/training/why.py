"""Why she says what she says: the answers she was trained on that are nearest to it, and where each of them came from.

Nearness is that of words (BM25, over pairs of Chinese characters and Latin words), as a share of what the reply itself would
reach; where there is a model that compares meanings, the nearest by their words are put in order by both. It shows what she
could have it from, and proves nothing: a base says most things by itself.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from zishu_app.core.terms import terms
from zishu_app.core.texts import t
from zishu_app.llm.names import model_name
from zishu_app.training.material import Row

#: of BM25: how soon more of the same word counts less, and how much long answers are held back
_SOON, _LONG = 1.2, 0.75
#: by their words, so many are compared by their meaning
CANDIDATES = 64
#: nearness below which there is nothing to show
LEAST = 0.08


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer she has learnt."""

    #: what was learnt, and what had been asked; "": nothing
    said: str
    asked: str
    #: 0 nothing in common, 1 the same
    near: float
    #: number of the row in the material
    row: int
    #: of the sample: "correction", "dialogue", ... or "general"; its key and title
    kind: str = ""
    key: str = ""
    title: str = ""
    #: models that wrote it
    teachers: tuple[str, ...] = ()
    #: what the judges gave; None: not judged
    score: float | None = None
    reviewer: str = ""
    #: whether a person wrote it or changed it
    by_hand: bool = False
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Where it came from, in a sentence."""
        kinds = {
            "correction": t("你的纠正", "a correction of yours"),
            "dialogue": t("一段对话", "a dialogue"),
            "distilled": t("提炼出来的", "distilled"),
            "imported": t("导入的", "imported"),
            "general": t("通用问答，底座自己答的", "a general question, answered by the base itself"),
        }
        parts = [kinds.get(self.kind, self.kind or t("文件里的一行", "a line of a file"))]
        if self.teachers:
            named = list(map(model_name, self.teachers))
            parts.append(t(f"由 {'、'.join(named)} 写", f"written by {', '.join(named)}"))
        if self.score is not None:
            parts.append(t(f"评审 {self.score:.1f}", f"judged {self.score:.1f}"))
        if self.reviewer:
            parts.append(t(f"{self.reviewer} 认可", f"approved by {self.reviewer}"))
        if self.by_hand and self.kind != "correction":
            parts.append(t("手工改过", "edited by hand"))
        return t("，", ", ").join(parts)


def nearest(rows: Iterable[Row], reply: str, most: int = CANDIDATES) -> list[Reason]:
    """The nearest learnt answers by their words, the nearest first; of equal answers one."""
    learnt = list(_learnt(rows))
    wanted = Counter(terms(reply).split())
    bags = [Counter(terms(one.said).split()) for one in learnt]
    if not wanted or not bags:
        return []
    mean = max(sum(bag.total() for bag in bags) / len(bags), 1.0)
    known = Counter(term for bag in bags for term in bag)
    rare = {term: math.log(1 + (len(bags) - known[term] + 0.5) / (known[term] + 0.5)) for term in wanted}
    whole = _score(wanted, wanted, rare, mean)
    scored = (
        replace(one, near=_score(wanted, bag, rare, mean) / whole)
        for one, bag in zip(learnt, bags, strict=True)
    )
    best: dict[str, Reason] = {}
    for one in scored:
        if one.near >= LEAST and (one.said not in best or best[one.said].near < one.near):
            best[one.said] = replace(one, near=min(one.near, 1.0))
    return sorted(best.values(), key=lambda one: (-one.near, one.row))[:most]


def by_meaning(reasons: Sequence[Reason], cosines: Sequence[float]) -> list[Reason]:
    """Put in order by words and by meaning alike; `cosines`: of each to the reply."""
    both = [
        replace(one, near=(one.near + max(cosine, 0.0)) / 2)
        for one, cosine in zip(reasons, cosines, strict=True)
    ]
    return sorted(both, key=lambda one: (-one.near, one.row))


def _score(wanted: Counter[str], bag: Counter[str], rare: dict[str, float], mean: float) -> float:
    back = _SOON * (1 - _LONG + _LONG * bag.total() / mean)
    return sum(rare[term] * bag[term] * (_SOON + 1) / (bag[term] + back) for term in wanted if bag[term])


def _learnt(rows: Iterable[Row]) -> Iterator[Reason]:
    for number, row in enumerate(rows):
        about = _about(row)
        asked = ""
        for one in row["messages"]:
            if one["role"] == "assistant" and one.get("loss", True):
                yield replace(about, said=one["content"], asked=asked, row=number)
            asked = one["content"] if one["role"] == "user" else asked


def _about(row: Row) -> Reason:
    """What a row says of itself; one of others says nothing."""
    kept = row.get("zishu") or "{}"
    try:
        rest = json.loads(kept) if isinstance(kept, str) else dict(kept)
    except ValueError:
        rest = {}
    provenance = rest.get("provenance") or {}
    models = [one.get("model") for one in provenance.get("calls") or () if isinstance(one, dict)]
    teachers = dict.fromkeys(one for one in [*models, provenance.get("model")] if one)
    kind = str(row.get("kind") or "")
    return Reason(
        said="",
        asked="",
        near=0.0,
        row=0,
        kind=kind,
        key=str(row.get("key") or rest.get("key") or ""),
        title=str(row.get("title") or ""),
        teachers=tuple(map(str, teachers)),
        score=rest.get("score"),
        reviewer=str(rest.get("reviewer") or ""),
        by_hand=kind == "correction" or bool(rest.get("version")),
        provenance=provenance,
    )
