"""What the providers of teaching models say about training other models on their answers: resources/terms.toml."""

import functools
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import language, t

#: see resources/terms.toml
Says = Literal["restricts", "conditions", "allows", "unknown"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one provider's terms come to. No legal advice."""

    models: tuple[str, ...]
    who: str
    says: Says
    zh: str
    en: str
    #: the document
    where: str
    #: when the text this rests on was published or last seen: "2025-05"; empty: never
    read: str
    #: "copy": it was read; "recalled": it is known, but was not read again
    known: Literal["copy", "recalled"]

    @property
    def sentence(self) -> str:
        """What they say, in the language spoken now."""
        return self.zh if language() == "zh" else self.en


@functools.cache
def terms_of(model: str) -> Terms | None:
    """The terms that hold for a model by its name (`endpoint/model`); None where nobody knows."""
    name = model.casefold()
    return next(
        (one for one in _all() if any(fnmatchcase(name, pattern) for pattern in one.models)),
        None,
    )


def says_of(model: str) -> Says:
    """What they come to."""
    found = terms_of(model)
    return found.says if found else "unknown"


def binds(model: str) -> bool:
    """Whether they may forbid training other models on the model's output, or bind it to conditions."""
    return says_of(model) in ("restricts", "conditions")


def told(says: Says) -> str:
    """In words."""
    return {
        "restricts": t("不许训练竞争模型", "no competing models"),
        "conditions": t("有条件允许", "allowed on conditions"),
        "allows": t("允许", "allowed"),
        "unknown": t("未知", "unknown"),
    }[says]


@functools.cache
def _all() -> tuple[Terms, ...]:
    read = tomllib.loads((RESOURCES / "terms.toml").read_text(encoding="utf-8"))
    return tuple(Terms(**{**one, "models": tuple(one["models"])}) for one in read["terms"])
