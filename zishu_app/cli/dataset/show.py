"""`zishu dataset show`: one sample as a whole."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from zishu_app.core.texts import counted, t
from zishu_app.dataset.acts import Act, history
from zishu_app.dataset.fields import unknown
from zishu_app.dataset.sample import Sample, SampleMessage, Source
from zishu_app.dataset.store import Samples, get_many, source_of
from zishu_app.dataset.words import act_word, kind_word, language_word, verdict_word
from zishu_app.house import House


async def show_(house: House, given: argparse.Namespace, _stop: asyncio.Event) -> int:
    """Every sample that is named. Raises DataError where there is none of a number."""
    return await asyncio.to_thread(_show, house.samples, given)


def _show(samples: Samples, given: argparse.Namespace) -> int:
    with samples.reading() as connection:
        found = get_many(connection, given.id)
        there = {sample.id for sample in found}
        missing = [number for number in given.id if number not in there]
        if missing:
            raise unknown(missing[0])
        for place, sample in enumerate(found):
            source = source_of(connection, sample.source) if given.source and sample.source else None
            if given.json:
                print(json.dumps(as_json(sample, source), ensure_ascii=False))
                continue
            lines = [*_head(sample), *_origin(sample), *_history(history(connection, 20, sample.id)), ""]
            lines += [*_messages(sample.messages), *_source(source)]
            print(("\n" if place else "") + "\n".join(lines))
    return 0


def as_json(sample: Sample, source: Source | None = None) -> dict[str, Any]:
    """A sample for programs."""
    told = asdict(sample) | {"messages": [one.as_dict() for one in sample.messages]}
    if source is not None:
        told["source_messages"] = [one.as_dict() for one in source.messages]
    return told


def _head(sample: Sample) -> Iterator[str]:
    yield f"#{sample.id}  {sample.title}"
    parts = [
        kind_word(sample.kind),
        language_word(sample.language),
        sample.scenario,
        verdict_word(sample.verdict),
    ]
    if sample.flagged:
        parts.append("⚑")
    if sample.score is not None:
        parts.append(t(f"评审 {sample.score:.1f} 分", f"judged {sample.score:.1f}"))
    if sample.stars is not None:
        parts.append(t(f"评分 {sample.stars:.1f}", f"rated {sample.stars:.1f}"))
    yield " · ".join(filter(None, parts))
    if sample.reviewer:
        why = f"{t('：', ': ')}{sample.reason}" if sample.reason else ""
        yield f"{sample.reviewer}, {_day(sample.decided)}{why}"
    if sample.tags:
        yield t("标签：", "tags: ") + t("、", ", ").join(sample.tags)


def _origin(sample: Sample) -> Iterator[str]:
    """Where it came from, in a line or two."""
    about = sample.provenance
    named = [("run", t("运行", "run")), ("file", t("文件", "file")), ("source", t("来自", "from"))]
    where = [f"{word} {about[key]}" for key, word in named if about.get(key)]
    if "chunk" in about and about["chunk"] != "final":
        chunk, chunks = about["chunk"] + 1, about["chunks"]
        where.append(t(f"第 {chunk}/{chunks} 块", f"chunk {chunk} of {chunks}"))
    if where:
        yield " · ".join(where)
    calls = [call for call in about.get("calls") or [] if isinstance(call, Mapping)]
    if calls:
        yield _called(calls)


def _called(calls: Sequence[Mapping[str, Any]]) -> str:
    models = ", ".join(dict.fromkeys(str(call.get("model")) for call in calls))
    tokens = sum(int(call.get("tokens") or 0) for call in calls)
    money: dict[str, float] = {}
    for call in calls:
        if call.get("money") and call.get("currency"):
            money[call["currency"]] = money.get(call["currency"], 0.0) + call["money"]
    paid = "".join(f" · {amount:.4f} {currency}" for currency, amount in money.items())
    many = t(f"{len(calls)} 次调用", counted(len(calls), "call"))
    return f"{models} · {many} · {tokens:,} tokens{paid}"


def _history(found: Sequence[Act]) -> Iterator[str]:
    for act in reversed(found):
        undone = t("（已撤销）", " (undone)") if act.state != "done" else ""
        yield f"  {_day(act.at)}  {act.who}  {act_word(act.what, act.total)}{undone}"


def _messages(messages: Sequence[SampleMessage]) -> Iterator[str]:
    marks = {"mistake": t("打错字", "mistake"), "shift": t("转移话题", "topic shifted")}
    names = {"system": t("系统", "system"), "user": t("用户", "user"), "assistant": t("助手", "assistant")}
    for number, one in enumerate(messages):
        notes = [marks.get(tag, tag) for tag in one.tags]
        if one.role == "assistant" and not one.loss:
            notes.append(t("不学", "not learnt from"))
        noted = f" ({', '.join(notes)})" if notes else ""
        yield f"[{number}] {names[one.role]}{noted}"
        yield from (f"    {line}" for line in one.content.splitlines() or [""])


def _source(source: Source | None) -> Iterator[str]:
    if source is not None:
        yield ""
        yield t(f"── 原对话：{source.name}", f"── the talk it rests on: {source.name}")
        yield from _messages(source.messages)


def _day(seconds: int | None) -> str:
    return f"{datetime.fromtimestamp(seconds or 0):%Y-%m-%d %H:%M}"
