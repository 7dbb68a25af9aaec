"""What somebody else's record says, and the sample it becomes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.texts import t
from zishu_app.dataset.sample import Draft, Kind, SampleMessage, fingerprint, said
from zishu_app.dataset.talks import Place, guess_language


@dataclass(frozen=True, slots=True)
class Found:
    """One sample's worth of a record."""

    #: what the record's form is called: "messages", "alpaca" ...
    form: str
    messages: tuple[SampleMessage, ...]
    title: str
    kind: Kind = "imported"
    scenario: str = ""
    #: what else the record says
    rest: Mapping[str, Any] = field(default_factory=dict)
    #: the answer that was not wanted, of a correction
    rejected: str | None = None


#: between a model's thoughts and its answer, as the models that think write it themselves
THINK = "<think>"
THOUGHT = "<think>\n{thoughts}\n</think>\n\n{answer}"


def with_thoughts(answer: str, thoughts: object) -> str:
    """An answer with the thoughts that stood beside it in a field of their own."""
    if not isinstance(thoughts, str) or not thoughts.strip() or THINK in answer:
        return answer
    return THOUGHT.format(thoughts=thoughts.strip("\n"), answer=answer)


def thinks(messages: Sequence[SampleMessage]) -> bool:
    """Whether thoughts stand in an answer."""
    return any(one.role == "assistant" and THINK in one.content for one in messages)


def draft_of(found: Found, place: Place) -> Draft:
    """The sample. Raises DataError where there is no answer, or nothing that it could answer."""
    _require_answer(found.messages, place)
    kind: Kind = "thinking" if found.kind == "imported" and thinks(found.messages) else found.kind
    provenance = _provenance(found, place)
    parts = [said(found.messages)]
    if found.rejected is not None:
        provenance["rejected"] = found.rejected
        parts.append(found.rejected)
    return Draft(
        key=fingerprint(kind, *parts),
        kind=kind,
        language=guess_language(one.content for one in found.messages),
        title=found.title,
        messages=found.messages,
        scenario=found.scenario,
        provenance=provenance,
    )


def place_of(place: Place) -> dict[str, Any]:
    """Where it stood, for provenance."""
    where: dict[str, Any] = {"file": place.path.name, "number": place.number}
    return where | ({"line": place.line} if place.line is not None else {})


def plain(value: object) -> Any:
    """`value` as JSON can hold it: tables bring dates, bytes and numbers that are none."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, bytes) else str(value)


def _provenance(found: Found, place: Place) -> dict[str, Any]:
    """Where it stood and what else was said; what has the same name as ours is kept under `record`."""
    ours = place_of(place) | {"format": found.form}
    rest: dict[str, Any] = plain(found.rest)
    clash = {key: rest.pop(key) for key in ours if key in rest}
    return rest | ours | ({"record": clash} if clash else {})


def _require_answer(messages: Sequence[SampleMessage], place: Place) -> None:
    speaking = [one.role for one in messages if one.content.strip()]
    if "assistant" not in speaking:
        raise place.error(
            t("没有助手的回答", "the assistant says nothing in it"),
            t("样本至少要有一句助手的话。", "A sample needs something that the assistant says."),
        )
    if not {"user", "system"} & set(speaking):
        raise place.error(
            t("没有用户的话，也没有系统消息", "there is no message by a user and none by the system"),
            t("样本至少要有一问一答。", "A sample needs a question and an answer to it."),
        )
