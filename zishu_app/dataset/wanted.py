"""What is looked for: a filter, which survives JSON, and an order."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from zishu_app.core.texts import Language
from zishu_app.dataset.sample import Kind, Verdict

#: what lists are sorted by; the newer sample comes first where two are equal
Order = Literal["newest", "oldest", "priority", "best", "worst"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; an empty field asks for nothing. Samples in the bin are found only where asked for."""

    kinds: tuple[Kind, ...] = ()
    languages: tuple[Language, ...] = ()
    scenarios: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    #: all of these
    tags: tuple[str, ...] = ()
    flagged: bool | None = None
    #: of the judges, 1 to 5, both ends included
    score: tuple[float, float] | None = None
    #: how far the judges are apart at least
    spread: float | None = None
    #: judged or not
    judged: bool | None = None
    #: judged, and by none but these models
    judged_by: tuple[str, ...] = ()
    #: when it came, seconds since 1970: from, up to but not including
    created: tuple[int, int] | None = None
    #: full-text search, see core/terms
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Only what is asked for, for JSON."""
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) not in ((), None, "")
        }


def filter_from_dict(value: Mapping[str, Any]) -> Filter:
    """The opposite of `Filter.as_dict`, also after JSON has made lists of tuples."""
    asked: dict[str, Any] = {
        key: tuple(item) if isinstance(item, list) else item for key, item in value.items()
    }
    return Filter(**asked)
