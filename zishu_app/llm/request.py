"""The body of a chat request, and what to do when an endpoint does not know one of its fields.

"OpenAI-compatible" servers differ in which optional fields they take. What is known beforehand stands in the
catalog as quirks; what an endpoint objects to (a 400 that names the field) is left out from then on.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from zishu_app.core.messages import Message, as_dicts
from zishu_app.llm.base import Options

MaxTokensField = Literal["max_tokens", "max_completion_tokens"]

#: words by which endpoints say that a field is not welcome
_OBJECTION = re.compile(
    r"unknown|unrecogni[sz]ed|unsupported|not support|unexpected|\bextra\b|not permitted|not allowed|invalid|"
    r"must be null|不支持|未知|无效|非法|不允许",
    re.IGNORECASE,
)
_NEVER_LEFT_OUT = {"model", "messages", "stream"}


@dataclass(frozen=True, slots=True)
class Quirks:
    """How an endpoint, or a model, differs from the usual."""

    max_tokens_field: MaxTokensField = "max_tokens"
    #: optional fields that must not be sent: "stream_options", "seed", "temperature", "response_format"
    leave_out: frozenset[str] = frozenset()
    #: fields of its own, e.g. {"thinking": {"type": "disabled"}}
    extra_body: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class Learnt:
    """What a model's endpoint objected to in this process."""

    leave_out: set[str] = field(default_factory=set)
    max_tokens_field: MaxTokensField | None = None

    def adopt(self, other: "Learnt") -> None:
        """Keep what worked."""
        self.leave_out |= other.leave_out
        self.max_tokens_field = other.max_tokens_field or self.max_tokens_field


def build_body(model: str, messages: Sequence[Message], options: Options, quirks: Quirks) -> dict[str, Any]:
    """The request as the endpoint is thought to take it. A schema is sent if `options` carries one."""
    body: dict[str, Any] = {
        "model": model,
        "messages": as_dicts(messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        quirks.max_tokens_field: options.max_tokens,
    }
    if options.temperature is not None:
        body["temperature"] = options.temperature
    if options.seed is not None:
        body["seed"] = options.seed
    if options.schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": dict(options.schema)},
        }
    for name in quirks.leave_out:
        body.pop(name, None)
    return body | dict(quirks.extra_body)


def apply(learnt: Learnt, body: dict[str, Any]) -> dict[str, Any]:
    """The body without what the endpoint objected to."""
    changed = {name: value for name, value in body.items() if name not in learnt.leave_out}
    wanted = learnt.max_tokens_field
    if wanted is not None and wanted not in changed:
        changed[wanted] = changed.pop(_other(wanted))
    return changed


def encode_body(body: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON. A lone half of a surrogate pair, which UTF-8 cannot carry, becomes a question mark."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def objection(message: str, param: str, body: Mapping[str, Any]) -> Learnt | None:
    """What to change after a 400 with this message (and `error.param`); None: it is about something else."""
    for name in ("max_tokens", "max_completion_tokens"):
        if name in body and _named(name, message, param) and _is_swap(name, message, param):
            return Learnt(max_tokens_field=_other(name))
    for name in body:
        if name in _NEVER_LEFT_OUT or name.startswith("max_"):
            continue
        if _named(name, message, param) and (param == name or _OBJECTION.search(message)):
            return Learnt(leave_out={name})
    return None


def _is_swap(name: MaxTokensField, message: str, param: str) -> bool:
    """Whether the other spelling is wanted, and not another value."""
    if _other(name) in message:
        return True
    says_unknown = re.search(
        r"unknown|unrecogni[sz]ed|unsupported param|unexpected|\bextra\b|not permitted", message, re.I
    )
    return bool(says_unknown) and param in ("", name)


def _named(name: str, message: str, param: str) -> bool:
    """Whether an error is about this field (or a part of it, as in `response_format.type`)."""
    if param:
        return param == name or param.startswith((f"{name}.", f"{name}["))
    return re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", message) is not None


def _other(name: str) -> MaxTokensField:
    return "max_completion_tokens" if name == "max_tokens" else "max_tokens"
