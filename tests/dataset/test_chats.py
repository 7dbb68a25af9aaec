"""What ChatGPT and SillyTavern keep of a chat."""

from pathlib import Path
from typing import Any

import pytest

from zishu_app.dataset.chats import HIDDEN, PICTURE, THOUGHTS, TOOL, VERSION, told
from zishu_app.dataset.drafts import drafts_of
from zishu_app.dataset.sample import Draft
from zishu_app.dataset.talks import Place

PLACE = Place(Path("conversations.json"), 2)


def said(role: str, *parts: object, **more: Any) -> dict[str, Any]:
    content = {"content_type": more.pop("kind", "text"), "parts": list(parts)}
    return {"author": {"role": role}, "content": content, "recipient": "all", "metadata": {}} | more


def talk(*messages: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A chat whose nodes follow each other."""
    mapping = {
        f"n{n}": {
            "id": f"n{n}",
            "message": one,
            "parent": f"n{n - 1}" if n else None,
            "children": [f"n{n + 1}"] if n + 1 < len(messages) else [],
        }
        for n, one in enumerate(messages)
    }
    return {
        "title": "学习计划",
        "create_time": 1700000000.5,
        "conversation_id": "c-1",
        "mapping": mapping,
        "current_node": f"n{len(messages) - 1}",
        "moderation_results": [],
    } | more


def one(record: object, place: Place = PLACE) -> Draft:
    (draft,) = drafts_of(record, place)
    return draft


def texts(draft: Draft) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in draft.messages]


def test_a_chat_of_chatgpt() -> None:
    draft = one(talk(None, said("user", "你好"), said("assistant", "你好！想学什么？")))

    assert texts(draft) == [("user", "你好"), ("assistant", "你好！想学什么？")]
    assert (draft.title, draft.kind, draft.language) == ("学习计划", "imported", "zh")
    assert draft.provenance == {
        "file": "conversations.json",
        "number": 2,
        "format": "chatgpt",
        "conversation_id": "c-1",
        "create_time": 1700000000.5,
    }


def test_tools_thoughts_and_hidden_messages_are_left_out_and_counted() -> None:
    draft = one(
        talk(
            said("system", ""),
            said("user", "custom", kind="user_editable_context"),
            said("system", "secret", metadata={"is_visually_hidden_from_conversation": True}),
            said("user", "今天天气？"),
            said("assistant", "", kind="thoughts"),
            said("assistant", "我查一下。"),
            said("assistant", "search('天气')", kind="code", recipient="browser"),
            said("tool", "晴", kind="execution_output"),
            said("assistant", "今天晴。\ue200cite\ue202turn0search1\ue201"),
        )
    )
    # what she says on after the tool is one answer with what she said before it
    assert texts(draft) == [("user", "今天天气？"), ("assistant", "我查一下。\n\n今天晴。")]
    assert draft.provenance["left_out"] == {HIDDEN: 2, THOUGHTS: 1, TOOL: 2}


def test_an_answer_to_a_picture_is_not_learnt_from() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    spoken = {"content_type": "audio_transcription", "text": "说的话"}
    draft = one(
        talk(
            said("user", picture, "这是什么？", kind="multimodal_text"),
            said("assistant", "一只猫。"),
            said("user", picture, kind="multimodal_text"),
            said("assistant", "一只狗。"),
            said("user", spoken, kind="multimodal_text"),
            said("assistant", "好的。"),
        )
    )
    assert texts(draft) == [
        ("user", "这是什么？"),
        ("assistant", "一只猫。"),
        ("user", "说的话"),
        ("assistant", "好的。"),
    ]
    assert [message.loss for message in draft.messages] == [False, False, False, True]
    assert draft.provenance["left_out"] == {PICTURE: 2}


def branched() -> dict[str, Any]:
    """A question that was answered twice; the second answer is the one that is shown."""
    record = talk(said("user", "一加一？"), said("assistant", "三。", create_time=1.0))
    record["mapping"]["other"] = {
        "id": "other",
        "message": said("assistant", "二。", create_time=2.0),
        "parent": "n0",
        "children": [],
    }
    record["mapping"]["n0"]["children"].append("other")
    return record


@pytest.mark.parametrize("current", ["other", None, "gone"])
def test_the_version_that_was_shown_last(current: str | None) -> None:
    draft = one(branched() | {"current_node": current})
    assert texts(draft) == [("user", "一加一？"), ("assistant", "二。")]
    assert draft.provenance["left_out"] == {VERSION: 1}


def test_a_circle_of_nodes_ends() -> None:
    record = talk(said("user", "a"), said("assistant", "b"))
    record["mapping"]["n0"]["parent"] = "n1"
    assert texts(one(record)) == [("user", "a"), ("assistant", "b")]


SILLY = {
    "user_name": "小明",
    "character_name": "紫舒",
    "create_date": "2026-01-01@10h00m",
    "mes_lines": [
        {"name": "紫舒", "is_user": False, "is_system": False, "mes": "{{user}}，我是{{char}}。"},
        {"name": "小明", "is_user": True, "is_system": False, "mes": "你好"},
        {"name": "系统", "is_user": False, "is_system": True, "mes": "提示"},
        {"name": "紫舒", "is_user": False, "mes": "你好呀", "swipes": ["嗯", "你好呀"], "swipe_id": 1},
    ],
}


def test_a_chat_of_sillytavern() -> None:
    draft = one(SILLY, Place(Path("chat.jsonl"), alone=True))

    assert texts(draft) == [
        ("assistant", "小明，我是紫舒。"),
        ("user", "你好"),
        ("assistant", "你好呀"),
    ]
    assert draft.title == "紫舒"
    assert draft.provenance == {
        "file": "chat.jsonl",
        "number": 1,
        "format": "sillytavern",
        "user_name": "小明",
        "character_name": "紫舒",
        "create_date": "2026-01-01@10h00m",
        "left_out": {HIDDEN: 1, VERSION: 1},
    }


def test_names_out_of_the_lines_and_several_characters() -> None:
    lines = [*SILLY["mes_lines"], {"name": "阿兰", "is_user": False, "mes": "\\1 我也在"}]
    draft = one({"user_name": "unused", "character_name": "unused", "mes_lines": lines})
    assert draft.title == "紫舒"
    assert draft.provenance["speakers"] == ["紫舒", "阿兰"]
    assert draft.messages[0].content == "小明，我是紫舒。"
    assert draft.messages[-1].content == "\\1 我也在"


def test_everything_left_out_has_words() -> None:
    assert len({told(what) for what in (HIDDEN, PICTURE, THOUGHTS, TOOL, VERSION)}) == 5
