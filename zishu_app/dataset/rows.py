"""A sample as a line of a frozen version: complete, and read by every trainer that knows OpenAI messages.

What a trainer may want lies in columns of its own: messages, each saying whether it is learnt from, and a few texts
that every row has. All else lies under `zishu`, as in exported files (dataset/extras), so that a frozen file can be
taken in again.
"""

import json
from collections.abc import Mapping
from typing import Any

from zishu_app.dataset.extras import EXTRAS, packed
from zishu_app.dataset.sample import Sample, SampleMessage, message
from zishu_app.dataset.store import as_text

#: texts that every row has
COLUMNS = ("key", "kind", "language", "title", "scenario")
#: what was decided and measured
DECIDED = (
    "verdict", "reason", "reviewer", "flagged", "score", "spread", "stars", "created", "decided", "version",
)  # fmt: skip


def row_of(sample: Sample, conversation: str) -> dict[str, Any]:
    """The row of a sample; `conversation`: what it belongs to, see dataset/split."""
    kept = json.loads(packed(sample, carried=COLUMNS))
    kept |= {name: getattr(sample, name) for name in DECIDED} | {"conversation": conversation}
    return {
        "messages": [{"role": one.role, "content": one.content, "loss": one.loss} for one in sample.messages],
        **{name: getattr(sample, name) for name in COLUMNS},
        EXTRAS: as_text(kept),
    }


def messages_of(row: Mapping[str, Any]) -> tuple[SampleMessage, ...]:
    """The messages of a row, with what she is to learn from and their tags."""
    tags = rest_of(row).get("tags_of_messages", {})
    return tuple(
        message(one["role"], one["content"], loss=one["loss"], tags=tags.get(str(place), ()))
        for place, one in enumerate(row["messages"])
    )


def rest_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What lies under `zishu`."""
    rest: dict[str, Any] = json.loads(row[EXTRAS])
    return rest
