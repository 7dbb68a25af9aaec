"""One record, whatever program wrote it, as the samples it holds.

Read: this program's dialogues, distilled talks and exports; OpenAI messages (with `weight` and `loss`), ShareGPT;
questions and answers (Alpaca, prompt and completion, any table of two columns); preference rows; ChatGPT's export;
SillyTavern's chats. What a record holds is seen from its keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from zishu_app.core.texts import t
from zishu_app.dataset.chats import is_chatgpt, is_sillytavern, read_chatgpt, read_sillytavern
from zishu_app.dataset.distillate import is_distillate, read_distillate
from zishu_app.dataset.extras import EXTRAS, restored
from zishu_app.dataset.foreign import Found, draft_of, place_of, with_thoughts
from zishu_app.dataset.origin import dialogue_draft, distilled_drafts
from zishu_app.dataset.pairs import is_pair, is_preference, read_pair, read_preference
from zishu_app.dataset.sample import Draft, Kind, SampleMessage, message
from zishu_app.dataset.talks import LISTS, Place, list_key, read_record, read_talk

Record = Mapping[str, Any]


def drafts_of(record: object, place: Place) -> list[Draft]:
    """The samples in a record. Raises DataError with place, reason and hint where it holds none."""
    if isinstance(record, list):
        record = {"messages": record}
    if not isinstance(record, Mapping):
        raise place.error(t("不是 JSON 对象", "it is not a JSON object"))
    if is_distillate(record):
        drafts = distilled_drafts(read_distillate(record, place))
        if not drafts:
            raise place.error(t("蒸馏结果是空的", "nothing stands in this distillation result"))
        return [_placed(draft, place, "distilled") for draft in drafts]
    if list_key(record) == "conversation":
        return [_placed(dialogue_draft(read_record(record, place)), place, "conversation")]
    draft = draft_of(_read(record)(record, place), place)
    return [restored(draft, record, place) if EXTRAS in record else draft]


def _read(record: Record) -> Callable[[Record, Place], Found]:
    """How such a record is read."""
    ways: tuple[tuple[Callable[[Record], object], Callable[[Record, Place], Found]], ...] = (
        (is_chatgpt, read_chatgpt),
        (is_sillytavern, read_sillytavern),
        (is_preference, read_preference),
        (list_key, read_messages),
        (is_pair, read_pair),
    )
    return next((read for fits, read in ways if fits(record)), _unknown)


def read_messages(record: Record, place: Place) -> Found:
    """A list of messages, in OpenAI's or ShareGPT's spelling, with what is not to be learnt from."""
    talk = read_talk(record, place)
    key = list_key(record) or ""
    entries = record[key]
    ahead = len(talk.messages) - len(entries)  # a system message from beside the list
    messages = [message(one.role, one.content) for one in talk.messages[:ahead]]
    for entry, one in zip(entries, talk.messages[ahead:], strict=True):
        content = with_thoughts(one.content, _thoughts(entry)) if one.role == "assistant" else one.content
        messages.append(message(one.role, content, loss=_learnt(entry), tags=_tags(entry)))
    rest = {name: value for name, value in talk.metadata.items() if name != EXTRAS}
    if key == "messages" and isinstance(rest.get("system"), str):
        messages[:0] = _system(rest.pop("system"), messages)
    if talk.made is not None:
        rest["created_at"] = talk.made
    scenario = str((talk.scenario or {}).get("name") or rest.get("scenario_type") or "")
    form = "sharegpt" if key == "conversations" else "messages"
    return Found(form, tuple(messages), talk.name, _kind(rest), scenario, rest)


def _kind(rest: Record) -> Kind:
    """Traces of actions tell in `generation` how they were made."""
    return (
        "agentic" if isinstance(rest.get("generation"), Mapping) and "scenario_type" in rest else "imported"
    )


def _system(said: str, messages: list[SampleMessage]) -> list[SampleMessage]:
    """A system message from beside the list, unless there is one in it."""
    there = bool(messages) and messages[0].role == "system"
    return [] if there or not said.strip() else [message("system", said)]


#: fields that say that a message is not to be learnt from: OpenAI's, ours and ms-swift's, axolotl's
_LEARNT = ("weight", "loss", "loss_scale", "train", "training")


def _learnt(entry: Record) -> bool:
    return not any(entry.get(name) in (0, False) and entry.get(name) is not None for name in _LEARNT)


def _tags(entry: Record) -> tuple[str, ...]:
    tags = entry.get("tags")
    return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()


def _thoughts(entry: Record) -> object:
    return entry.get("reasoning_content") or entry.get("reasoning") or entry.get("thinking")


def _placed(draft: Draft, place: Place, form: str) -> Draft:
    """Our own product, with where it stood; what it says of itself comes first."""
    return replace(draft, provenance=place_of(place) | {"format": form} | dict(draft.provenance))


def _unknown(record: Record, place: Place) -> NoReturn:
    broken = next((name for name in LISTS if isinstance(record.get(name), str)), None)
    if broken:
        raise place.error(
            t(f"“{broken}”不是消息列表", f"{broken} is no list of messages"),
            t("它应是 JSON：[{role, content}, ...]。", "It should be JSON: [{role, content}, ...]."),
        )
    keys = ", ".join(str(key) for key in list(record)[:8])
    raise place.error(
        t(f"看不出这是什么格式（字段：{keys}）", f"its form is not known (keys: {keys})"),
        t(
            "可读：messages、ShareGPT、Alpaca、prompt/completion、问答两列、chosen/rejected、"
            "ChatGPT 与 SillyTavern 的导出。",
            "Known are messages, ShareGPT, Alpaca, prompt/completion, question/answer, chosen/rejected, and what "
            "ChatGPT and SillyTavern export.",
        ),
    )
