"""Rows of questions and answers, whatever their columns are called: Alpaca, prompt and completion, preference rows.

Headings of tables are compared without case, spaces and underscores, in English and Chinese; keys of JSON by the same
rule. A row whose answer comes in two, one wanted and one not, is a correction.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zishu_app.core.messages import Role
from zishu_app.core.texts import t
from zishu_app.dataset.foreign import Found, with_thoughts
from zishu_app.dataset.sample import SampleMessage, message
from zishu_app.dataset.talks import Place, list_key, name_of, read_talk, rest_of

#: what a column says, and what it is called; the first name that a row has is taken
NAMES: dict[str, tuple[str, ...]] = {
    "question": (
        "instruction", "prompt", "question", "query", "user", "human", "input",
        "指令", "问题", "提问", "提示词", "用户", "问", "输入",
    ),
    "answer": (
        "output", "completion", "response", "answer", "assistant", "gpt", "bot", "reply", "content",
        "输出", "回答", "答案", "回复", "助手", "答",
    ),
    "more": ("input", "context", "输入", "补充"),
    "system": ("system", "systemprompt", "系统", "系统提示", "系统提示词"),
    "history": ("history", "历史", "历史对话"),
    "thoughts": ("reasoningcontent", "reasoning", "thinking", "思考"),
    "chosen": ("chosen",),
    "rejected": ("rejected",),
}  # fmt: skip
#: what may stand in a table beside these
OTHERS = ("messages", "conversations", "conversation", "zishu", "title", "name", "id", "scenario")


def heading(name: str) -> str:
    """A heading as it is compared."""
    return re.sub(r"[\s_\-]+", "", name.strip().lower())


def known_headings(names: Sequence[str]) -> set[str]:
    """Those of a table's headings that say something to us."""
    known = {one for several in NAMES.values() for one in several} | set(OTHERS)
    return {name for name in names if heading(name) in known}


def columns_of(record: Mapping[str, Any]) -> Mapping[str, str]:
    """What is said in which column; a column says one thing only."""
    return _columns(tuple(record))


@functools.lru_cache(256)
def _columns(names_there: tuple[str, ...]) -> Mapping[str, str]:
    there: dict[str, str] = {}
    for name in names_there:
        there.setdefault(heading(name), name)
    found: dict[str, str] = {}
    for what, names in NAMES.items():
        key = next((there[one] for one in names if one in there and there[one] not in found.values()), None)
        if key is not None:
            found[what] = key
    return found


def is_pair(record: Mapping[str, Any]) -> bool:
    """Whether a record is a question with its answer."""
    found = columns_of(record)
    return "question" in found and "answer" in found


def is_preference(record: Mapping[str, Any]) -> bool:
    """Whether a record holds an answer that is wanted and one that is not."""
    return "chosen" in record and "rejected" in record


def read_pair(record: Mapping[str, Any], place: Place) -> Found:
    """The sample in a question with its answer. Raises DataError with place and reason."""
    found = columns_of(record)
    prompt = _prompt(record, found, place)
    answer = _said(record[found["answer"]], "assistant", place)
    thoughts = record.get(found.get("thoughts", ""))
    if thoughts and len(answer) == 1:
        answer = [message("assistant", with_thoughts(answer[0].content, thoughts))]
    form = "alpaca" if found["question"] == "instruction" else "prompt"
    name, name_key = name_of(record, place)
    used = {*found.values(), name_key}
    return Found(form, (*prompt, *answer), name, rest=rest_of(record, used))


def read_preference(record: Mapping[str, Any], place: Place) -> Found:
    """A correction: the chosen answer is hers, the rejected one stands beside it. Raises DataError as above."""
    found = columns_of(record)
    chosen = _said(record["chosen"], "assistant", place)
    rejected = _said(record["rejected"], "assistant", place)
    same = _alike(chosen, rejected)
    asked = list(_asked(record, found, place)) if not same or chosen[0].role == "assistant" else []
    if len(rejected) - same != 1 or rejected[-1].role != "assistant":
        raise place.error(
            t("“rejected”和“chosen”相差的不是一句回答", "rejected and chosen differ by more than one answer"),
            t("每一条只应有最后一句回答不同。", "Only the last answer of a row should differ."),
        )
    # what was said before was not chosen by anybody
    before = [*asked, *chosen[:-1]]
    messages = (*(message(one.role, one.content, loss=False) for one in before), chosen[-1])
    name, name_key = name_of(record, place)
    used = {*found.values(), name_key, list_key(record) or ""}
    return Found(
        "preference", messages, name, "correction", rest=rest_of(record, used), rejected=rejected[-1].content
    )


def _alike(chosen: Sequence[SampleMessage], rejected: Sequence[SampleMessage]) -> int:
    """How many messages both begin with; the last of each is its answer."""
    most = min(len(chosen), len(rejected)) - 1
    return next((n for n in range(most) if chosen[n] != rejected[n]), max(most, 0))


def _asked(record: Mapping[str, Any], found: Mapping[str, str], place: Place) -> Iterator[SampleMessage]:
    """What both answers answer: a list of messages, or a question."""
    if list_key(record):
        yield from (message(one.role, one.content) for one in read_talk(record, place).messages)
    elif "question" in found:
        yield from _prompt(record, found, place)


def _prompt(record: Mapping[str, Any], found: Mapping[str, str], place: Place) -> list[SampleMessage]:
    """System message, former rounds and the question."""
    question = _said(record[found["question"]], "user", place)
    more = _text(record.get(found.get("more", "")))
    if more.strip() and len(question) == 1:
        question = [message("user", f"{question[0].content}\n{more}".lstrip("\n"))]
    system = _text(record.get(found.get("system", "")))
    # answers within a prompt are given, not to be learnt: so every trainer takes them
    asked = [message(one.role, one.content, loss=False) for one in question]
    opening = [message("system", system)] if system.strip() else []
    return [*opening, *_history(record.get(found.get("history", "")), place), *asked]


def _history(value: object, place: Place) -> Iterator[SampleMessage]:
    """Former rounds, [[question, answer], ...], also as a text of JSON."""
    if isinstance(value, str) and value.strip():
        value = _json(value)
    if not value:
        return
    if not isinstance(value, list) or not all(isinstance(one, list) and len(one) == 2 for one in value):
        raise place.error(
            t("“history”不是一问一答的列表", "history is not a list of pairs"),
            t("写成 [[问, 答], ...]。", "Write it as [[question, answer], ...]."),
        )
    for question, answer in value:
        yield message("user", _text(question))
        yield message("assistant", _text(answer))


def _said(value: object, role: Role, place: Place) -> list[SampleMessage]:
    """A text by `role`, a message, or a list of messages."""
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, list) and value:
        return [message(one.role, one.content) for one in read_talk(value, place).messages]
    return [message(role, _text(value))]


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
