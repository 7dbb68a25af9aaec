"""What the forms of other programs have no place for, kept beside a sample in one text of JSON under `zishu`.

Read back, an exported sample is what it was: its key, kind, tags, provenance, and what she is not to learn from. It is
one text because readers of tables settle on the shape of a column after a few rows. A sample whose messages were
changed in the file since is another sample: it gets a key of its own.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.sample import (
    KINDS,
    LANGUAGES,
    Draft,
    Sample,
    SampleMessage,
    fingerprint,
    message,
    said,
)
from zishu_app.dataset.store import as_text
from zishu_app.dataset.talks import Place

#: where it stands in a record
EXTRAS = "zishu"
#: what a record may have a column of its own for
COLUMNS = ("kind", "language", "title", "scenario", "tags")
_KEY = re.compile("[0-9a-f]{32}")


def packed(sample: Sample, *, carried: Collection[str] = ()) -> str:
    """What is to be kept; `carried`: what the form has a place for ("loss", and names of `COLUMNS`)."""
    kept: dict[str, Any] = {"key": sample.key, "said": _mark(sample.messages)}
    kept |= {name: getattr(sample, name) for name in COLUMNS if name not in carried and getattr(sample, name)}
    kept["provenance"] = sample.provenance
    marks = {str(place): list(one.tags) for place, one in enumerate(sample.messages) if one.tags}
    if marks:
        kept["tags_of_messages"] = marks
    unlearnt = [n for n, one in enumerate(sample.messages) if one.role == "assistant" and not one.loss]
    if unlearnt and "loss" not in carried:
        kept["unlearnt"] = unlearnt
    if sample.messages[0].role == "system" and not sample.messages[0].content.strip():
        kept["system"] = sample.messages[0].content
    return as_text(kept)


def restored(draft: Draft, record: Mapping[str, Any], place: Place) -> Draft:
    """The sample as it was exported. Raises DataError where what stands under `zishu` cannot be read."""
    kept = _kept(record, place)
    try:
        messages = _messages(draft.messages, kept)
        whole = replace(
            draft,
            kind=kept.get("kind", draft.kind),
            language=kept.get("language", draft.language),
            title=str(kept.get("title") or ""),
            messages=messages,
            scenario=str(kept.get("scenario") or ""),
            tags=tuple(map(str, kept.get("tags") or ())),
            provenance=dict(kept.get("provenance") or {}),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise _unread(place) from error
    if whole.kind not in KINDS or whole.language not in LANGUAGES:
        raise _unread(place)
    return replace(whole, key=_key(whole, kept))


def _kept(record: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """What stands under `zishu`, and in columns of its own."""
    value = record[EXTRAS]
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise _unread(place) from error
    if not isinstance(value, Mapping):
        raise _unread(place)
    columns = {name: record[name] for name in ("key", *COLUMNS) if record.get(name)}
    return columns | dict(value)


def _messages(came: tuple[SampleMessage, ...], kept: Mapping[str, Any]) -> tuple[SampleMessage, ...]:
    """The messages with their marks; an empty system message stands in no form but in ours."""
    system = kept.get("system")
    if isinstance(system, str) and came[0].role != "system":
        came = (message("system", system), *came)
    marks, unlearnt = kept.get("tags_of_messages") or {}, set(kept.get("unlearnt") or ())
    return tuple(
        replace(
            one,
            loss=one.loss and place not in unlearnt,
            tags=tuple(map(str, marks.get(str(place)) or one.tags)),
        )
        for place, one in enumerate(came)
    )


def _key(draft: Draft, kept: Mapping[str, Any]) -> str:
    key = str(kept.get("key") or "")
    if _KEY.fullmatch(key) and kept.get("said", _mark(draft.messages)) == _mark(draft.messages):
        return key
    return fingerprint(draft.kind, said(draft.messages))


def _mark(messages: tuple[SampleMessage, ...]) -> str:
    """Tells whether messages were changed since."""
    return fingerprint(said(messages))[:12]


def _unread(place: Place) -> DataError:
    return place.error(
        t(f"“{EXTRAS}”里的内容读不出来", f"what stands under {EXTRAS} cannot be read"),
        t(
            f"去掉“{EXTRAS}”就会当作普通样本读入。",
            f"Without {EXTRAS} it is taken in as a plain sample.",
        ),
    )
