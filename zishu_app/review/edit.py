"""What may be done to the messages of a sample: pure functions from messages to messages.

Each raises DataError where what is left could teach nothing: a sample needs something said by a user (or by the system)
and an answer of the assistant after it.
"""

from collections.abc import Sequence
from dataclasses import replace

from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.dataset.sample import SampleMessage

Messages = tuple[SampleMessage, ...]


def rewrite(messages: Sequence[SampleMessage], at: int, content: str) -> Messages:
    """Message `at` (from 0) says something else. Raises DataError where nothing is said."""
    if not content.strip():
        raise DataError(
            t("消息不能是空的。", "A message cannot be empty."),
            t("要去掉它，就从这里起删掉后面的内容。", "To take it away, drop everything from here on."),
        )
    return _with(messages, at, replace(messages[at], content=content))


def learn(messages: Sequence[SampleMessage], at: int, *, learnt: bool) -> Messages:
    """Whether she learns from message `at`. Raises DataError for one that is not the assistant's."""
    if messages[at].role != "assistant":
        raise DataError(
            t("只有助手的话会被学习。", "She learns from the assistant's messages only."),
            t("选一条助手的消息。", "Choose a message of the assistant."),
        )
    return _with(messages, at, replace(messages[at], loss=learnt))


def drop_from(messages: Sequence[SampleMessage], at: int) -> Messages:
    """Without message `at` and all after it; a question that would be left without its answer goes too."""
    return _whole(_answered(messages[:at]))


def split(messages: Sequence[SampleMessage], at: int) -> tuple[Messages, Messages]:
    """Two samples: before message `at`, and from it on. The system message stands in both.

    The second begins with a user's message: where `at` is an answer, its question goes with it.
    """
    system = tuple(one for one in messages[:1] if one.role == "system")
    while at > len(system) and messages[at].role != "user":
        at -= 1
    return _whole(_answered(messages[:at])), _whole((*system, *messages[max(at, len(system)) :]))


def _with(messages: Sequence[SampleMessage], at: int, one: SampleMessage) -> Messages:
    return (*messages[:at], one, *messages[at + 1 :])


def _answered(messages: Sequence[SampleMessage]) -> Messages:
    """Up to the last answer."""
    end = len(messages)
    while end and messages[end - 1].role != "assistant":
        end -= 1
    return tuple(messages[:end])


def _whole(messages: Messages) -> Messages:
    roles = [one.role for one in messages]
    if "assistant" not in roles or roles[0] == "assistant":
        raise DataError(
            t("这样就不剩一问一答了。", "That would leave no question with its answer."),
            t("在后面一点的地方切。", "Cut further down."),
        )
    return messages
