import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message, as_dicts
from zishu_app.core.texts import set_language
from zishu_app.dataset.importers import iterate_talks, read_talks, read_talks_partly
from zishu_app.dataset.talks import guess_language

QUESTION = {"role": "user", "content": "我想学习机器学习，能给我一些建议吗？"}
ANSWER = {"role": "assistant", "content": "学习机器学习是一个很好的选择！"}
OPENAI: dict[str, Any] = {"messages": [QUESTION, ANSWER]}
SHAREGPT: dict[str, Any] = {
    "system": "你是老师。",
    "conversations": [
        {"from": "human", "value": "什么是过拟合？"},
        {"from": "gpt", "value": "模型记住了噪声。"},
    ],
}
SEED: dict[str, Any] = {
    "scenario": {"name": "机器学习入门", "description": "基础概念", "user_followups": ["什么是过拟合"]},
    "conversation": [QUESTION, ANSWER],
    "total_rounds": 1,
    "created_at": "2026-01-11T19:43:32",
}


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def record(*messages: object) -> str:
    return dump({"messages": list(messages)})


def test_a_conversation_file_of_this_program(tmp_path: Path) -> None:
    path = write(tmp_path / "机器学习入门_20260112_165404.json", dump(SEED))

    (talk,) = read_talks(path)

    assert talk.name == "机器学习入门"
    assert as_dicts(talk.messages) == [QUESTION, ANSWER]
    assert (talk.language, talk.source, talk.number) == ("zh", path, 1)
    assert talk.scenario == SEED["scenario"]
    assert talk.made == "2026-01-11T19:43:32"
    assert talk.metadata == {"total_rounds": 1}


def test_openai_messages_as_object_list_and_lines(tmp_path: Path) -> None:
    expected = tuple(Message(**message) for message in (QUESTION, ANSWER))
    one = read_talks(write(tmp_path / "one.json", dump(OPENAI)))
    two = read_talks(write(tmp_path / "two.json", dump([OPENAI, OPENAI])))
    lines = read_talks(write(tmp_path / "lines.jsonl", dump(OPENAI) + "\n\n" + dump(OPENAI) + "\n"))

    assert [talk.messages for talk in one + two + lines] == [expected] * 5
    assert [(talk.name, talk.number) for talk in one] == [("one", 1)]
    assert [(talk.name, talk.number) for talk in two] == [("two_1", 1), ("two_2", 2)]
    assert [(talk.name, talk.number) for talk in lines] == [("lines_1", 1), ("lines_2", 2)]


def test_sharegpt_as_list_and_lines(tmp_path: Path) -> None:
    for path in (
        write(tmp_path / "a.json", dump([SHAREGPT])),
        write(tmp_path / "b.jsonl", dump(SHAREGPT) + "\n"),
    ):
        (talk,) = read_talks(path)
        assert talk.messages == (
            Message("system", "你是老师。"),
            Message("user", "什么是过拟合？"),
            Message("assistant", "模型记住了噪声。"),
        )
        assert talk.metadata == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lines.json", dump(OPENAI) + "\n" + dump(OPENAI)),
        ("lines.txt", dump(OPENAI) + "\r\n" + dump(OPENAI) + "\r\n"),
        ("list.jsonl", "[" + dump(OPENAI) + ",\n" + dump(OPENAI) + "]"),
        ("printed.json", json.dumps([OPENAI, OPENAI], indent=2)),
    ],
)
def test_the_content_decides_not_the_name(tmp_path: Path, name: str, text: str) -> None:
    assert len(read_talks(write(tmp_path / name, text))) == 2


def test_one_record_printed_over_many_lines(tmp_path: Path) -> None:
    (talk,) = read_talks(write(tmp_path / "one.jsonl", json.dumps(OPENAI, indent=2)))
    assert talk.name == "one"


def test_a_bare_list_of_messages_is_one_talk(tmp_path: Path) -> None:
    (talk,) = read_talks(write(tmp_path / "bare.json", dump([QUESTION, ANSWER])))
    assert (talk.name, len(talk.messages)) == ("bare", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    path = write(tmp_path / name, dump(SEED) + "\n", encoding)

    (talk,) = read_talks(path)

    assert talk.messages[0].content == QUESTION["content"]


def test_traditional_chinese_in_gb18030(tmp_path: Path) -> None:
    text = record(
        {"role": "user", "content": "請問機器學習怎麼開始？"},
        {"role": "assistant", "content": "從數學開始。"},
    )
    (talk,) = read_talks(write(tmp_path / "a.json", text, "gb18030"))
    assert talk.messages[1].content == "從數學開始。"


BIG5 = record(
    {"role": "user", "content": "請問機器學習怎麼開始？我想學習"},
    {"role": "assistant", "content": "學習機器學習是一個很好的選擇！我建議你從數學開始，然後做專案。"},
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BIG5.encode("big5"), "looks like big5"),
        (
            record({"role": "user", "content": "Le café est naïve, où est-il? déjà"}).encode("cp1252"),
            "not UTF-8",
        ),
        (b"\xff\xfe\x00\xd8\x00\x00", "marked as utf-16"),
        (dump(OPENAI).encode("utf-16-le"), "binary, or UTF-16 without a BOM"),
        (dump(OPENAI).encode()[:-20] + b"\xe4\xbd", "not UTF-8"),
    ],
)
def test_unknown_encodings_are_named_not_guessed(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "talks.json"
    path.write_bytes(content)

    with pytest.raises(DataError, match=said) as caught:
        read_talks(path)
    assert "talks.json" in caught.value.message
    assert "UTF-8" in caught.value.hint


def test_parts_of_text_are_joined(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "什么是"}, {"type": "text", "text": "过拟合？"}]
    (talk,) = read_talks(write(tmp_path / "a.json", record({"role": "user", "content": parts}, ANSWER)))
    assert talk.messages[0].content == "什么是过拟合？"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (record({"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, ANSWER), "image_url"),
        (record(QUESTION, {"role": "assistant", "content": None, "tool_calls": [{}]}), "tool call"),
        (record(QUESTION, ANSWER, {"role": "tool", "content": "42"}), "message 3 is a tool call"),
        (dump({"conversations": [{"from": "function_call", "value": "{}"}]}), "tool call"),
        (dump({"conversations": [{"from": "observation", "value": "{}"}]}), "tool call"),
        (record({"role": "narrator", "content": "从前"}, ANSWER), 'unknown role "narrator"'),
        (record({"content": "从前"}, ANSWER), "unknown role"),
        (record({"role": "user", "content": 3}, ANSWER), "message 1 has no text"),
        (record(QUESTION), "message with text by: assistant"),
        (record({"role": "user", "content": " \n"}, ANSWER), "message with text by: user"),
        (record(), "user, assistant"),
        (record("hello", ANSWER), "not an object"),
        (dump({"instruction": "翻译", "output": "好"}), "instruction data"),
        (dump({"total_chunks": 1, "distilled_chunks": []}), "distillation result"),
        (dump({"text": "hello"}), "no messages"),
        ("3", "not a JSON object"),
        ('{"messages": [', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_what_is_no_talk_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path / "bad.json", text)

    with pytest.raises(DataError, match=said) as caught:
        read_talks(path)
    assert "bad.json" in caught.value.message
    assert caught.value.hint


def test_the_reason_is_said_in_chinese_too(tmp_path: Path) -> None:
    set_language("zh")
    try:
        with pytest.raises(DataError, match="第 2 行：第 1 条消息的角色“旁白”不认识"):
            read_talks(
                write(tmp_path / "a.jsonl", f"{dump(OPENAI)}\n" + record({"role": "旁白", "content": ""}))
            )
    finally:
        set_language("en")


def test_one_bad_line_does_not_lose_the_rest(tmp_path: Path) -> None:
    lines = [dump(OPENAI), "", "{broken", record(QUESTION), dump(SHAREGPT)]
    path = write(tmp_path / "many.jsonl", "\n".join(lines))

    talks, bad = read_talks_partly(path)

    assert [talk.number for talk in talks] == [1, 4]
    assert [(item.number, item.line) for item in bad] == [(2, 3), (3, 4)]
    assert "line 3: not valid JSON (column 2" in bad[0].error.message
    assert "line 4: it has no message" in bad[1].error.message
    with pytest.raises(DataError, match="line 3"):
        read_talks(path)


def test_one_bad_item_of_a_list_does_not_lose_the_rest(tmp_path: Path) -> None:
    talks, bad = read_talks_partly(write(tmp_path / "many.json", dump([OPENAI, {"x": 1}, OPENAI])))

    assert [talk.name for talk in talks] == ["many_1", "many_3"]
    assert [(item.number, item.line) for item in bad] == [(2, None)]
    assert "many.json, item 2" in bad[0].error.message


@pytest.mark.parametrize("text", ["", "\n \n", "[]"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(DataError, match="no talk in it"):
        read_talks_partly(write(tmp_path / name, text))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(DataError, match="cannot be opened"):
            read_talks(path)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"scenario": {"name": "入门"}, "name": "x"}, "入门"),
        ({"scenario": "入门"}, "入门"),
        ({"name": " 张三 ", "title": "x", "id": 1}, "张三"),
        ({"title": "题目", "id": 1}, "题目"),
        ({"id": 17}, "17"),
        ({"id": ""}, "file"),
    ],
)
def test_names(tmp_path: Path, keys: dict[str, Any], name: str) -> None:
    (talk,) = read_talks(write(tmp_path / "file.json", dump(OPENAI | keys)))
    assert talk.name == name


def test_other_keys_are_kept(tmp_path: Path) -> None:
    extra = {"id": "t1", "tags": ["a"], "metadata": {"seed": 3, "tags": ["b"]}, "name": "谈话"}
    (talk,) = read_talks(write(tmp_path / "a.json", dump(OPENAI | extra)))
    assert talk.metadata == {"id": "t1", "tags": ["a"], "seed": 3}
    assert (talk.made, talk.scenario) == (None, None)


def test_half_characters_are_replaced_so_that_the_talk_can_be_written(tmp_path: Path) -> None:
    text = '{"messages":[{"role":"user","content":"cut \\ud83d"},{"role":"assistant","content":"ok \\ud83d\\ude00"}],"n":"\\udc00"}'
    (talk,) = read_talks(write(tmp_path / "a.json", text))

    assert [message.content for message in talk.messages] == ["cut \ufffd", "ok 😀"]
    assert talk.metadata == {"n": "\ufffd"}


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["你好", "Use model.fit(x)"], "en"),
        (["请问怎么用 `model.fit(x)` 训练？", "先准备数据，再调用它。"], "zh"),
        (["hello", "hi"], "en"),
        (["123", "😀"], "en"),
    ],
)
def test_language(texts: list[str], language: str) -> None:
    assert guess_language(texts) == language


def test_lines_are_read_one_at_a_time(tmp_path: Path) -> None:
    """The first talk is there although a later line is not even JSON."""
    path = write(tmp_path / "a.jsonl", dump(OPENAI) + "\n" + "{" * 10)
    items = iterate_talks(path)
    assert getattr(next(items), "number", None) == 1


TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)


@given(TEXT, TEXT, st.booleans())
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, question: str, answer: str, ascii_only: bool
) -> None:
    messages = (Message("user", question), Message("assistant", answer))
    path = tmp_path_factory.mktemp("talks") / "a.jsonl"
    text = json.dumps({"messages": as_dicts(messages)}, ensure_ascii=ascii_only)
    path.write_text(f"{text}\n{text}\n", encoding="utf-8")

    assert [talk.messages for talk in read_talks(path)] == [messages, messages]
