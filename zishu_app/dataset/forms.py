"""A sample as other programs read it: OpenAI messages, ShareGPT, Alpaca, a row of Parquet.

Every record of a form has the same keys, each always of the same type: readers of Arrow settle on the columns after the
first megabytes and refuse a file in which one turns up later. What a form has no place for goes along under `zishu`
(dataset/extras), so that every one of them reads back to the same samples.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from zishu_app.core.texts import t
from zishu_app.dataset.extras import COLUMNS, EXTRAS, packed
from zishu_app.dataset.sample import Sample, SampleMessage

Form = Literal["openai", "sharegpt", "alpaca", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)

#: forms that can say that an answer is not to be learnt from; readers of the others learn from every one
SAY_LOSS: frozenset[Form] = frozenset({"openai", "parquet"})
#: forms in which rounds of question and answer follow each other, and nothing else
ROUNDS: frozenset[Form] = frozenset({"sharegpt", "alpaca"})

#: what LLaMA-Factory is told of a file, by form; without it system messages and history would be passed over
LLAMA_FACTORY: dict[Form, Mapping[str, Any]] = {
    "sharegpt": {
        "formatting": "sharegpt",
        "columns": {"messages": "conversations", "system": "system"},
        "tags": {
            "role_tag": "from",
            "content_tag": "value",
            "user_tag": "human",
            "assistant_tag": "gpt",
        },
    },
    "alpaca": {
        "formatting": "alpaca",
        "columns": {
            "prompt": "instruction",
            "query": "input",
            "response": "output",
            "system": "system",
            "history": "history",
        },
    },
}


def record_of(sample: Sample, form: Form, *, weights: bool = True) -> dict[str, Any]:
    """The sample in a form that it fits (see `misfit`). `weights`: OpenAI messages say what is learnt from.

    Either all answers of a file have their weight or none has: without, readers of Arrow find plain texts only.
    """
    if form == "openai":
        return {"messages": _messages(sample, weights=weights), EXTRAS: packed(sample, carried={"loss"})}
    if form == "parquet":
        columns = {name: getattr(sample, name) for name in COLUMNS}
        return {
            "messages": _messages(sample),
            **columns,
            "tags": list(sample.tags),
            EXTRAS: packed(sample, carried={"loss", *COLUMNS}),
        }
    system, rounds = _parted(sample.messages)
    return (_sharegpt(rounds) if form == "sharegpt" else _alpaca(rounds)) | {
        "system": system,
        EXTRAS: packed(sample),
    }


def misfit(sample: Sample, form: Form) -> str | None:
    """Why the form cannot hold the sample; None: it can."""
    if form not in ROUNDS:
        return None
    system, rounds = _parted(sample.messages)
    ahead = len(sample.messages) - len(rounds)
    for place, one in enumerate(rounds):
        if one.role != ("user", "assistant")[place % 2]:
            number = place + ahead + 1
            if place % 2:
                return t(f"第 {number} 条消息应是助手的", f"message {number} should be the assistant's")
            return t(f"第 {number} 条消息应是用户的", f"message {number} should be the user's")
    if len(rounds) % 2:
        return t("最后一句没有回答", "its last message has no answer")
    return None if rounds else t("没有一问一答", "it has no question with its answer")


def is_partly_learnt(sample: Sample) -> bool:
    """Whether an answer in it is not to be learnt from."""
    return any(one.role == "assistant" and not one.loss for one in sample.messages)


def _messages(sample: Sample, *, weights: bool = True) -> list[dict[str, Any]]:
    return [
        {"role": one.role, "content": one.content}
        | ({"weight": int(one.loss)} if weights and one.role == "assistant" else {})
        for one in sample.messages
    ]


def _parted(messages: Sequence[SampleMessage]) -> tuple[str, Sequence[SampleMessage]]:
    """The system message, and what is said after it."""
    if messages and messages[0].role == "system":
        return messages[0].content, messages[1:]
    return "", messages


def _sharegpt(rounds: Sequence[SampleMessage]) -> dict[str, Any]:
    names = {"user": "human", "assistant": "gpt"}
    return {"conversations": [{"from": names[one.role], "value": one.content} for one in rounds]}


def _alpaca(rounds: Sequence[SampleMessage]) -> dict[str, Any]:
    texts = [one.content for one in rounds]
    return {
        "instruction": texts[-2],
        "input": "",
        "output": texts[-1],
        "history": [list(pair) for pair in zip(texts[:-2:2], texts[1:-2:2], strict=True)],
    }
