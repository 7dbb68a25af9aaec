"""Chats out of the programs people chat with: ChatGPT's export and SillyTavern's files.

Both hold more than was said: tools, pictures, hidden messages, other versions of an answer. What is left out is counted
in the sample's provenance (`left_out`), so that nobody takes the talk for whole. An answer to a picture is not learnt
from: she would learn to answer what she cannot see.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zishu_app.core.texts import t
from zishu_app.dataset.foreign import Found
from zishu_app.dataset.sample import SampleMessage, message
from zishu_app.dataset.talks import Place

#: what these forms are called
CHATS = ("chatgpt", "sillytavern")
#: what may be left out of a chat
TOOL, HIDDEN, PICTURE, THOUGHTS, VERSION = "tool", "hidden", "picture", "thoughts", "version"


def told(what: str) -> str:
    """What was left out, in words."""
    return {
        TOOL: t("工具调用与结果", "tool calls and results"),
        HIDDEN: t("隐藏消息", "hidden messages"),
        PICTURE: t("图片与文件", "pictures and files"),
        THOUGHTS: t("思考过程", "thoughts"),
        VERSION: t("其他版本的消息", "other versions of messages"),
    }[what]


def is_chatgpt(record: Mapping[str, Any]) -> bool:
    """Whether a record is a talk out of ChatGPT's export (`conversations.json`)."""
    return isinstance(record.get("mapping"), Mapping)


def is_sillytavern(record: Mapping[str, Any]) -> bool:
    """Whether a record is a SillyTavern chat, as dataset/records puts it together."""
    return isinstance(record.get("mes_lines"), list)


@dataclass
class _Chat:
    """What is said so far."""

    messages: list[SampleMessage] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    #: how the user's last message was: whole, with something left out of it, or left out itself
    asked: str = "whole"

    def user(self, text: str, *, whole: bool) -> None:
        self.asked = "whole" if whole else "partly" if text.strip() else "unseen"
        if text.strip():
            self.messages.append(message("user", text))

    def assistant(self, text: str) -> None:
        """An answer; what she says on after a tool was used belongs to the same one."""
        if not text.strip() or self.asked == "unseen":
            return
        if self.messages and self.messages[-1].role == "assistant":
            before = self.messages.pop()
            text = f"{before.content}\n\n{text}"
        self.messages.append(message("assistant", text, loss=self.asked == "whole"))


def read_chatgpt(record: Mapping[str, Any], place: Place) -> Found:
    """The talk as it was last shown: from its current message up to the first."""
    nodes: Mapping[str, Any] = record["mapping"]
    trail = list(_trail(nodes, record.get("current_node")))
    chat = _Chat()
    for node in reversed(trail):
        if isinstance(node.get("message"), Mapping):
            _hear(chat, node["message"])
    shown = {id(node) for node in trail}
    others = [node for node in nodes.values() if isinstance(node, Mapping) and id(node) not in shown]
    chat.left[VERSION] += sum(_is_spoken(node.get("message")) for node in others)
    title = str(record.get("title") or "").strip() or f"{place.path.stem}_{place.number}"
    rest = {key: record[key] for key in _KEPT if record.get(key)} | _left(chat)
    return Found(CHATS[0], tuple(chat.messages), title, rest=rest)


#: of ChatGPT's record; the rest is about its window
_KEPT = ("conversation_id", "id", "create_time", "update_time", "default_model_slug", "gizmo_id")


def _trail(nodes: Mapping[str, Any], last: object) -> Iterator[Mapping[str, Any]]:
    """The nodes from the last one up. Without a last one, the newest that nothing follows."""
    at = last if isinstance(last, str) and last in nodes else _newest(nodes)
    seen: set[str] = set()
    while isinstance(at, str) and at not in seen and isinstance(nodes.get(at), Mapping):
        seen.add(at)
        yield nodes[at]
        at = nodes[at].get("parent")


def _newest(nodes: Mapping[str, Any]) -> str | None:
    def made(key: str) -> float:
        time = _mapping(nodes[key].get("message")).get("create_time")
        return time if isinstance(time, int | float) else 0

    ends = [key for key, node in nodes.items() if isinstance(node, Mapping) and not node.get("children")]
    return max(ends, key=made, default=None)


def _hear(chat: _Chat, said: Mapping[str, Any]) -> None:
    """One message of ChatGPT's, put to the chat or counted as left out."""
    role, (text, missing) = _role(said), _text(said.get("content"))
    kind, about = _kind(said), _mapping(said.get("metadata"))
    if (
        about.get("is_visually_hidden_from_conversation")
        or role == "system"
        or kind == "user_editable_context"
    ):
        chat.left[HIDDEN] += bool(text.strip() or kind == "user_editable_context")
    elif kind in ("thoughts", "reasoning_recap"):
        chat.left[THOUGHTS] += 1
    elif role == "user":
        chat.left[PICTURE] += missing
        chat.user(text, whole=not missing)
    elif role == "assistant" and _is_spoken(said):
        chat.left[PICTURE] += missing
        chat.assistant(_CITED.sub("", text))
    else:
        chat.left[TOOL] += 1


#: ChatGPT's marks of what it cites, drawn as links in its window
_CITED = re.compile("\ue200[^\ue201]*\ue201")


def _is_spoken(said: object) -> bool:
    """Whether a message is said to the other, and not to a tool or by one."""
    if not isinstance(said, Mapping):
        return False
    spoken = _role(said) in ("user", "assistant") and said.get("recipient", "all") in ("all", None)
    return (
        spoken and _kind(said) in ("text", "multimodal_text") and bool(_text(said.get("content"))[0].strip())
    )


def _role(said: Mapping[str, Any]) -> str:
    return str(_mapping(said.get("author")).get("role"))


def _kind(said: Mapping[str, Any]) -> str:
    return str(_mapping(said.get("content")).get("content_type", "text"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(content: object) -> tuple[str, int]:
    """The text of a message, and how many parts of it are none."""
    if not isinstance(content, Mapping):
        return "", 0
    texts, missing = [], 0
    parts = content.get("parts")
    for part in parts if isinstance(parts, list) and parts else [content.get("text")]:
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            part = part["text"]  # what was spoken, written down
        if isinstance(part, str):
            texts.append(part)
        else:
            missing += part is not None
    return "\n".join(filter(None, texts)), missing


def read_sillytavern(record: Mapping[str, Any], place: Place) -> Found:
    """A chat with a character: the version of each message that is shown."""
    lines = [line for line in record["mes_lines"] if isinstance(line, Mapping)]
    user = _named(record.get("user_name"), lines, by_user=True)
    character = _named(record.get("character_name"), lines, by_user=False)
    chat = _Chat()
    speakers: dict[str, None] = {}
    for line in lines:
        text = _filled(str(line.get("mes") or ""), user, character)
        if line.get("is_system"):
            chat.left[HIDDEN] += 1
            continue
        swipes = line.get("swipes")
        chat.left[VERSION] += max(len(swipes) - 1, 0) if isinstance(swipes, list) else 0
        if line.get("is_user"):
            chat.messages.append(message("user", text))
        else:
            speakers[str(line.get("name") or character)] = None
            chat.messages.append(message("assistant", text))
    several = {"speakers": list(speakers)} if len(speakers) > 1 else {}
    dates = {"create_date": record["create_date"]} if record.get("create_date") else {}
    rest = {"user_name": user, "character_name": character} | several | dates | _left(chat)
    return Found(CHATS[1], tuple(chat.messages), character or place.path.stem, rest=rest)


def _named(said: object, lines: list[Mapping[str, Any]], *, by_user: bool) -> str:
    """Whose chat it is; newer files leave that to the lines."""
    if isinstance(said, str) and said.strip() and said != "unused":
        return said.strip()
    names = (
        line.get("name")
        for line in lines
        if bool(line.get("is_user")) == by_user and not line.get("is_system")
    )
    return next((str(name) for name in names if name), "")


def _filled(text: str, user: str, character: str) -> str:
    """The text with the names where SillyTavern shows them."""
    for mark, name in (("{{user}}", user), ("{{char}}", character)):
        if name:
            text = re.sub(re.escape(mark), name.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text


def _left(chat: _Chat) -> dict[str, Any]:
    left = {what: n for what, n in chat.left.items() if n}
    return {"left_out": left} if left else {}
