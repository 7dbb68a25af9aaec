"""A talk as it comes out of a foreign record, whatever its keys are called.

Read: this program's conversation files (`scenario`, `conversation`, `created_at`), OpenAI `messages`, ShareGPT
(`conversations` with `from` and `value`, `system`), and a bare list of messages. Records with tool calls or pictures
are refused with the reason: silently dropping them would leave talks that answer what nobody asked.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from zishu_app.core.errors import DataError
from zishu_app.core.messages import Message, Role, as_dicts
from zishu_app.core.texts import Language, t


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation read from a file."""

    name: str
    messages: tuple[Message, ...]
    language: Language
    source: Path
    #: which one in the file, from 1
    number: int
    scenario: dict[str, Any] | None
    #: when it was made, as the file says it (`created_at`)
    made: str | None
    #: the record's other keys
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, for error texts and names."""

    path: Path
    #: from 1
    number: int = 1
    #: line in a JSONL file, from 1
    line: int | None = None
    #: the file is one record, not a list of them
    alone: bool = False

    def __str__(self) -> str:
        if self.line is not None:
            return t(f"{self.path} 第 {self.line} 行", f"{self.path}, line {self.line}")
        if self.alone:
            return str(self.path)
        return t(f"{self.path} 第 {self.number} 项", f"{self.path}, item {self.number}")

    def error(self, reason: str, hint: str = "") -> DataError:
        """What is wrong here, and what to do."""
        return DataError(
            t(f"{self}：{reason}。", f"{self}: {reason}."),
            hint or t("修正这一条或把它删掉。", "Correct this record or leave it out."),
        )


def conversation_of(messages: Iterable[Message]) -> str:
    """Fingerprint of what was said, whatever the file is called: dialogues, what was distilled from them and the
    same talk read from elsewhere are known to belong together by it. Files carry it: it never changes.
    """
    said = json.dumps(as_dicts(messages), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


#: the keys under which messages may stand
LISTS = ("conversation", "messages", "conversations")
_ROLES: dict[str, Role] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user",
    "assistant": "assistant", "gpt": "assistant", "chatgpt": "assistant", "bot": "assistant", "model": "assistant",
}  # fmt: skip
_TOOLS = {"tool", "function", "function_call", "observation", "tool_call", "tool_response"}
_TEXT_PARTS = {"text", "input_text", "output_text"}


def read_record(record: object, place: Place) -> Talk:
    """The talk of two in one record. Raises DataError with place, reason and hint."""
    talk = read_talk(record, place)
    _require_both(talk.messages, place)
    return talk


def read_talk(record: object, place: Place) -> Talk:
    """As `read_record`, whoever speaks in it: one answer may be all that somebody else's record holds."""
    if isinstance(record, list):
        record = {"messages": record}
    if not isinstance(record, dict):
        raise place.error(t("不是 JSON 对象", "it is not a JSON object"))
    key = list_key(record) or _no_list(record, place)
    messages = tuple(_messages(record, key, place))
    scenario = record.get("scenario")
    name, name_key = name_of(record, place)
    used = {key, name_key, "created_at", *(["scenario"] if isinstance(scenario, dict | str) else [])}
    if key == "conversations":
        used.add("system")
    made = record.get("created_at")
    return Talk(
        name=name,
        messages=messages,
        language=guess_language(message.content for message in messages),
        source=place.path,
        number=place.number,
        scenario={"name": scenario}
        if isinstance(scenario, str)
        else scenario
        if isinstance(scenario, dict)
        else None,
        made=str(made) if made is not None else None,
        metadata=rest_of(record, used),
    )


def guess_language(texts: Iterable[str]) -> Language:
    """Chinese when at least a fifth of the letters are Chinese: code and names in a Chinese talk are Latin."""
    chinese = letters = 0
    for text in texts:
        chinese += sum(map(len, _CHINESE.findall(text)))
        letters += sum(map(len, _LETTERS.findall(text)))
    return "zh" if letters and chinese * 5 >= letters else "en"


_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def list_key(record: Mapping[str, Any]) -> str | None:
    """The key under which the messages stand."""
    return next((key for key in LISTS if isinstance(record.get(key), list)), None)


def _no_list(record: Mapping[str, Any], place: Place) -> NoReturn:
    """Raise what is said of a record without messages."""
    if "distilled_chunks" in record:
        raise place.error(t("这是蒸馏结果，不是对话", "this is a distillation result, not a conversation"))
    if "instruction" in record or "prompt" in record:
        raise place.error(
            t(
                "这是指令数据（Alpaca 或 prompt/completion），不是对话",
                "this is instruction data, not a conversation",
            ),
            t("先把它转换成 OpenAI messages 格式。", "Convert it to OpenAI messages first."),
        )
    raise place.error(
        t(
            "没有 messages、conversation 或 conversations 列表",
            "it has no messages, conversation or conversations list",
        ),
        t(
            "可读：本程序的对话文件、OpenAI messages、ShareGPT。",
            "Use conversation files, OpenAI messages or ShareGPT.",
        ),
    )


def _messages(record: Mapping[str, Any], key: str, place: Place) -> Iterable[Message]:
    system = record.get("system")
    if key == "conversations" and isinstance(system, str) and system.strip():
        yield Message("system", system)
    for number, entry in enumerate(record[key], 1):
        yield _message(entry, number, place)


def _message(entry: object, number: int, place: Place) -> Message:
    """One message in OpenAI or ShareGPT spelling."""
    where = t(f"第 {number} 条消息", f"message {number}")
    if not isinstance(entry, dict):
        raise place.error(t(f"{where}不是对象", f"{where} is not an object"))
    said = entry.get("role", entry.get("from"))
    said = said if isinstance(said, str) else None
    if entry.get("tool_calls") or entry.get("function_call") or said in _TOOLS:
        raise place.error(
            t(
                f"{where}是工具调用或其结果，这里只收两人的对话",
                f"{where} is a tool call or its result; talks are plain",
            ),
            t(
                "删去带工具的对话，或先把它们改写成普通对话。",
                "Leave out talks with tools, or rewrite them as plain ones.",
            ),
        )
    if said is None or said not in _ROLES:
        known = ", ".join(_ROLES)
        raise place.error(
            t(f"{where}的角色“{said}”不认识", f'{where} has an unknown role "{said}"'),
            t(f"角色可以是：{known}。", f"Roles can be: {known}."),
        )
    content = entry.get("content", entry.get("value"))
    return Message(_ROLES[said], _content(content, where, place))


def _content(content: object, where: str, place: Place) -> str:
    """A text, or the joined texts of a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise place.error(t(f"{where}没有文字内容", f"{where} has no text content"))
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        text = part.get("text") if isinstance(part, dict) else part
        if not isinstance(text, str) or (kind is not None and kind not in _TEXT_PARTS):
            raise place.error(
                t(f"{where}含有非文字部分（{kind}）", f"{where} has a part that is not text ({kind})"),
                t(
                    "图片和声音不能蒸馏，请去掉这条对话。",
                    "Pictures and sound cannot be used: leave this talk out.",
                ),
            )
        texts.append(text)
    return "".join(texts)


def _require_both(messages: Iterable[Message], place: Place) -> None:
    speaking = {message.role for message in messages if message.content.strip()}
    missing = [role for role in ("user", "assistant") if role not in speaking]
    if missing:
        roles = ", ".join(missing)
        raise place.error(
            t(f"没有 {roles} 的非空消息", f"it has no message with text by: {roles}"),
            t("一段对话至少要有一问一答。", "A talk needs at least one question and one answer."),
        )


def name_of(record: Mapping[str, Any], place: Place) -> tuple[str, str]:
    """The talk's name, and the key it was taken from."""
    scenario = record.get("scenario")
    named = scenario.get("name") if isinstance(scenario, dict) else scenario
    if isinstance(named, str) and named.strip():
        return named.strip(), "scenario"
    for key in ("name", "title", "id"):
        value = record.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip(), key
    stem = place.path.stem
    return (stem if place.alone else f"{stem}_{place.number}"), "name"


def rest_of(record: Mapping[str, Any], used: set[str]) -> dict[str, Any]:
    """What else the record says; its own `metadata` is laid flat beneath the other keys."""
    rest = {key: value for key, value in record.items() if key not in used}
    inner = rest.get("metadata")
    if isinstance(inner, dict):
        del rest["metadata"]
        rest = {**inner, **rest}
    return rest
