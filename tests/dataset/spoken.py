"""Samples made of a few words."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from zishu_app.dataset.sample import Draft, Sample, fingerprint, message, said


def draft(*texts: str, roles: Sequence[str] | None = None, **fields: Any) -> Draft:
    """User and assistant in turn, unless `roles` says otherwise."""
    speakers = roles or cycle(["user", "assistant"])
    messages = tuple(message(role, text) for role, text in zip(speakers, texts, strict=False))  # type: ignore[arg-type]
    values: dict[str, Any] = {"kind": "imported", "language": "zh", "title": "", "messages": messages}
    values |= fields
    return Draft(**{"key": fingerprint("spoken", said(messages), values["title"]), **values})


def sample(*texts: str, roles: Sequence[str] | None = None, number: int = 1, **fields: Any) -> Sample:
    """The same as it would come out of the data set."""
    made = draft(*texts, roles=roles, **fields)
    return Sample(
        id=number,
        key=made.key,
        kind=made.kind,
        language=made.language,
        title=made.title,
        messages=made.messages,
        scenario=made.scenario,
        tags=made.tags,
        provenance=made.provenance,
        source=None,
        verdict=made.verdict,
        reason="",
        reviewer="",
        flagged=False,
        score=None,
        spread=None,
        stars=None,
        created=1_760_000_000 + number,
        decided=None,
        version=0,
    )
