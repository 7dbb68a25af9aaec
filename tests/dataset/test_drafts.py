"""One record, whatever program wrote it, as samples."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.core.texts import set_language
from zishu_app.dataset.drafts import drafts_of
from zishu_app.dataset.sample import Draft, SampleMessage, message
from zishu_app.dataset.talks import Place

PLACE = Place(Path("data/行.jsonl"), 3, 7)
ASKED, ANSWERED = "什么是过拟合？", "模型记住了噪声。"
USER, ASSISTANT = {"role": "user", "content": ASKED}, {"role": "assistant", "content": ANSWERED}
ROUND = (message("user", ASKED), message("assistant", ANSWERED))


def one(record: object) -> Draft:
    (draft,) = drafts_of(record, PLACE)
    return draft


def test_openai_messages_with_the_rest_in_its_provenance() -> None:
    draft = one({"name": "入门", "messages": [USER, ASSISTANT], "source": "wiki", "line": 99})

    assert (draft.kind, draft.language, draft.title) == ("imported", "zh", "入门")
    assert (draft.messages, draft.tags, draft.verdict) == (ROUND, (), "pending")
    assert draft.provenance == {
        "file": "行.jsonl",
        "number": 3,
        "line": 7,
        "format": "messages",
        "source": "wiki",
        "record": {"line": 99},
    }


@pytest.mark.parametrize(
    ("field", "learnt"),
    [
        ({}, True),
        ({"weight": 0}, False),
        ({"weight": 1}, True),
        ({"weight": None}, True),
        ({"loss": False}, False),
        ({"loss_scale": 0.0}, False),
        ({"train": False}, False),
    ],
)
def test_what_is_not_to_be_learnt_from(field: dict[str, Any], learnt: bool) -> None:
    assert one([USER, ASSISTANT | field]).messages[1].loss is learnt


def test_tags_of_messages_and_a_system_text_beside_the_list() -> None:
    draft = one({"system": "你是老师。", "messages": [USER | {"tags": ["mistake"]}, ASSISTANT]})
    assert draft.messages == (
        message("system", "你是老师。"),
        message("user", ASKED, tags=["mistake"]),
        message("assistant", ANSWERED),
    )
    there = one({"system": "别人。", "messages": [{"role": "system", "content": "自己。"}, USER, ASSISTANT]})
    assert [said.content for said in there.messages[:1]] == ["自己。"]


def test_sharegpt() -> None:
    draft = one(
        {
            "system": "你是老师。",
            "conversations": [{"from": "human", "value": ASKED}, {"from": "gpt", "value": ANSWERED}],
        }
    )
    assert draft.messages == (message("system", "你是老师。"), *ROUND)
    assert draft.provenance["format"] == "sharegpt"


def test_an_answer_to_a_role_alone_is_a_sample_though_no_talk_of_two() -> None:
    draft = one([{"role": "system", "content": "打招呼。"}, {"role": "assistant", "content": "你好！"}])
    assert [said.role for said in draft.messages] == ["system", "assistant"]


ALPACA = {"instruction": "翻译", "input": "hello", "output": "你好"}
PAIRS: list[tuple[dict[str, Any], tuple[SampleMessage, ...]]] = [
    (ALPACA, (message("user", "翻译\nhello"), message("assistant", "你好"))),
    (ALPACA | {"input": ""}, (message("user", "翻译"), message("assistant", "你好"))),
    (
        {"instruction": ASKED, "output": ANSWERED, "system": "你是老师。", "history": [["在吗", "在的"]]},
        (message("system", "你是老师。"), message("user", "在吗"), message("assistant", "在的"), *ROUND),
    ),
    ({"prompt": ASKED, "completion": ANSWERED}, ROUND),
    ({"prompt": ASKED, "response": ANSWERED}, ROUND),
    ({"Question": ASKED, "Answer": ANSWERED}, ROUND),
    ({"user": ASKED, "assistant": ANSWERED}, ROUND),
    ({"问题": ASKED, "答案": ANSWERED, "系统提示": "简短。"}, (message("system", "简短。"), *ROUND)),
    ({"prompt": [USER], "completion": [ASSISTANT]}, ROUND),
    (
        {"prompt": [USER, ASSISTANT, USER], "completion": ANSWERED},
        (
            message("user", ASKED),
            message("assistant", ANSWERED, loss=False),
            *ROUND,
        ),
    ),
    # an answer may be JSON itself
    (
        {"prompt": "json?", "completion": '[{"role": "user"}]'},
        (message("user", "json?"), message("assistant", '[{"role": "user"}]')),
    ),
    (
        {"instruction": "1+1", "output": 2},
        (message("user", "1+1"), message("assistant", "2")),
    ),
]


@pytest.mark.parametrize(("record", "expected"), PAIRS)
def test_questions_with_their_answers(record: dict[str, Any], expected: tuple[SampleMessage, ...]) -> None:
    draft = one(record)
    assert (draft.kind, draft.messages) == ("imported", expected)
    assert draft.title == "行_3"


REJECTED = "不知道。"
PREFERENCES: list[dict[str, Any]] = [
    {"prompt": ASKED, "chosen": ANSWERED, "rejected": REJECTED},
    {"prompt": [USER], "chosen": [ASSISTANT], "rejected": [{"role": "assistant", "content": REJECTED}]},
    {"chosen": [USER, ASSISTANT], "rejected": [USER, {"role": "assistant", "content": REJECTED}]},
    {
        "prompt": ASKED,
        "messages": [USER, ASSISTANT],
        "chosen": [USER, ASSISTANT],
        "rejected": [USER, {"role": "assistant", "content": REJECTED}],
    },
    {"instruction": ASKED, "input": "", "chosen": ANSWERED, "rejected": REJECTED},
    {
        "conversations": [{"from": "human", "value": ASKED}],
        "chosen": {"from": "gpt", "value": ANSWERED},
        "rejected": {"from": "gpt", "value": REJECTED},
    },
]


@pytest.mark.parametrize("record", PREFERENCES)
def test_a_preference_is_a_correction(record: dict[str, Any]) -> None:
    draft = one(record | {"note": "x"})
    assert (draft.kind, draft.messages) == ("correction", ROUND)
    assert draft.provenance["rejected"] == REJECTED
    assert draft.provenance["note"] == "x"


def test_of_a_correction_only_the_chosen_answer_is_learnt_from() -> None:
    draft = one({"prompt": [USER, ASSISTANT, USER], "chosen": "好", "rejected": "坏"})
    assert [said.loss for said in draft.messages] == [False, False, False, True]


def test_corrections_that_differ_in_what_was_rejected_are_two() -> None:
    keys = {one({"prompt": ASKED, "chosen": ANSWERED, "rejected": bad}).key for bad in ("甲", "乙")}
    assert len(keys) == 2


def test_thoughts_make_a_sample_of_the_thinking_kind() -> None:
    said = "等于 2。\n<think>也许是考我。</think>\n还有别的吗？"
    beside = one([USER, ASSISTANT | {"reasoning_content": "想一想。"}])
    in_a_table = one({"input": ASKED, "reasoning_content": "想一想。", "content": ANSWERED})

    assert one([USER, {"role": "assistant", "content": said}]).kind == "thinking"
    for draft in (beside, in_a_table):
        assert draft.kind == "thinking"
        assert draft.messages[1].content == f"<think>\n想一想。\n</think>\n\n{ANSWERED}"
    # what a user writes is no thought of hers
    assert one([{"role": "user", "content": "<think> 是什么？"}, ASSISTANT]).kind == "imported"


def test_traces_of_actions() -> None:
    draft = one(
        {
            "messages": [USER, ASSISTANT],
            "metadata": {
                "generation": {"run_name": "mcp-batch-001", "teacher": {"model": "gpt-4.1"}, "seed": 1234},
                "scenario_type": "mcp_integration",
                "language_policy": "en-primary zh-secondary",
            },
        }
    )
    assert (draft.kind, draft.scenario) == ("agentic", "mcp_integration")
    assert draft.provenance["generation"]["teacher"] == {"model": "gpt-4.1"}


SEED = {
    "scenario": {
        "name": "机器学习入门",
        "description": "用户询问基础概念",
        "user_prompt": ASKED,
        "ai_role": "你是一个机器学习专家。",
        "user_followups": ["什么是欠拟合"],
    },
    "conversation": [USER, ASSISTANT],
    "total_rounds": 1,
    "created_at": "2026-01-11T19:43:32",
}


def test_a_conversation_file() -> None:
    draft = one(SEED)
    assert (draft.kind, draft.scenario, draft.title) == ("dialogue", "机器学习入门", "机器学习入门")
    assert draft.messages == (message("system", "你是一个机器学习专家。"), *ROUND)
    assert draft.provenance["format"] == "conversation"
    assert draft.provenance["line"] == 7


def test_a_distilled_file_is_a_sample_a_chunk_and_one_for_the_summary() -> None:
    more = [{"role": "user", "content": "欠拟合呢？"}, {"role": "assistant", "content": "学得不够。"}]
    record = {
        "total_chunks": 2,
        "distilled_chunks": [
            {
                "chunk_index": 0,
                "original_messages": [USER, ASSISTANT],
                "distilled_content": "对话主题：过拟合",
            },
            {
                "chunk_index": 1,
                "original_messages": [ASSISTANT, *more],
                "distilled_content": "对话主题：欠拟合",
            },
        ],
        "final_summary": "整体对话主题：拟合",
    }
    drafts = drafts_of(record, PLACE)

    assert [draft.kind for draft in drafts] == ["distilled"] * 3
    answers = [draft.messages[-1].content for draft in drafts]
    assert answers == ["对话主题：过拟合", "对话主题：欠拟合", "整体对话主题：拟合"]
    (source,) = {draft.source.key: draft.source for draft in drafts if draft.source}.values()
    assert [said.content for said in source.messages] == [
        ASKED, ANSWERED, "欠拟合呢？", "学得不够。",
    ]  # fmt: skip
    assert drafts[0].provenance["format"] == "distilled"


@pytest.mark.parametrize(
    ("record", "zh", "en"),
    [
        (7, "不是 JSON 对象", "not a JSON object"),
        ({"text": "很长的一段"}, "看不出这是什么格式（字段：text）", "its form is not known (keys: text)"),
        ({"messages": "[{"}, "不是消息列表", "no list of messages"),
        ([USER], "没有助手的回答", "the assistant says nothing"),
        ([ASSISTANT], "没有用户的话", "no message by a user"),
        ([USER, ASSISTANT | {"content": " "}], "没有助手的回答", "the assistant says nothing"),
        ({"messages": []}, "没有助手的回答", "the assistant says nothing"),
        ({"prompt": ASKED, "completion": None}, "没有助手的回答", "the assistant says nothing"),
        ({"instruction": "x", "output": "y", "history": ["a"]}, "history”不是", "history is not a list"),
        (
            {"chosen": [USER, ASSISTANT], "rejected": [{"role": "user", "content": "别的"}, ASSISTANT, USER]},
            "相差的不是一句回答",
            "differ by more than one answer",
        ),
        ([USER, ASSISTANT, {"role": "tool", "content": "1"}], "工具调用", "tool call"),
        ({"distilled_chunks": []}, "蒸馏结果", "distillation result"),
        (
            {"messages": [USER, ASSISTANT], "zishu": "{"},
            "zishu”里的内容读不出来",
            "under zishu cannot be read",
        ),
        ({"messages": [USER, ASSISTANT], "zishu": '{"kind": "x"}'}, "zishu”里", "under zishu"),
        ({"messages": [USER, ASSISTANT], "zishu": '{"unlearnt": 3}'}, "zishu”里", "under zishu"),
    ],
)
def test_a_bad_record_tells_its_place_and_reason(record: object, zh: str, en: str) -> None:
    for language, said, place in (("zh", zh, "第 7 行"), ("en", en, "line 7")):
        set_language(language)  # type: ignore[arg-type]
        with pytest.raises(DataError) as caught:
            drafts_of(record, PLACE)
        assert said in caught.value.message
        assert place in caught.value.message
        assert caught.value.hint


def test_what_json_cannot_hold_does_not_reach_the_file() -> None:
    record = json.loads('{"prompt": "a?", "completion": "b", "loss": NaN, "n": {"x": [Infinity, 1]}}')
    provenance = dict(one(record).provenance)
    assert (provenance["n"], provenance["loss"]) == ({"x": [None, 1]}, None)
    assert json.dumps(provenance, allow_nan=False)


def test_the_same_talk_has_the_same_key_wherever_it_stands() -> None:
    again = drafts_of(
        {"conversations": [{"from": "human", "value": ASKED}, {"from": "gpt", "value": ANSWERED}]},
        Place(Path("b")),
    )
    assert again[0].key == one([USER, ASSISTANT]).key


#: keys that are looked at somewhere, and one that is not
KEYS = st.sampled_from(
    [
        "messages",
        "conversations",
        "conversation",
        "role",
        "from",
        "content",
        "value",
        "weight",
        "loss",
        "tags",
        "system",
        "scenario",
        "metadata",
        "name",
        "id",
        "instruction",
        "input",
        "output",
        "history",
        "prompt",
        "completion",
        "chosen",
        "rejected",
        "reasoning_content",
        "generation",
        "scenario_type",
        "mapping",
        "current_node",
        "message",
        "author",
        "parts",
        "content_type",
        "parent",
        "children",
        "create_time",
        "recipient",
        "title",
        "text",
        "user_name",
        "mes_lines",
        "mes",
        "is_user",
        "is_system",
        "swipes",
        "extra",
        "zishu",
        "kind",
        "language",
        "key",
        "said",
        "tags_of_messages",
        "unlearnt",
        "provenance",
        "distilled_chunks",
        "original_messages",
        "distilled_content",
        "final_summary",
        "chunk_index",
        "created_at",
        "x",
    ]
)
WORDS = st.sampled_from(
    ["", " ", "好", "user", "assistant", "system", "tool", "a", "text", "zh", "imported", "{}", "[]"]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.fixed_dictionaries({"role": WORDS, "content": inner})
        | st.dictionaries(WORDS, inner, max_size=3)
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, ODD, max_size=6) | ODD)
def test_whatever_a_record_is_it_is_a_sample_or_told(record: object) -> None:
    try:
        drafts = drafts_of(record, PLACE)
    except DataError as error:
        assert error.hint
        return
    assert drafts
    for draft in drafts:
        assert any(said.role == "assistant" and said.content.strip() for said in draft.messages)
        json.dumps(dict(draft.provenance), allow_nan=False)
