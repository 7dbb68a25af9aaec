"""Who judges: models with weights out of a setting, and which one to take.

A model likes its own words best, and those of its relatives. So the judge that is suggested comes from another family
than the teacher, and a panel that shares one with the teacher is told so.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zishu_app.core.errors import SettingsError
from zishu_app.core.texts import t
from zishu_app.llm.catalog import Catalog, Chosen


@dataclass(frozen=True, slots=True)
class Seat:
    """A judging model as the setting names it, and how much its word weighs."""

    spec: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Panel:
    """All models that judge; none where no seat is taken."""

    seats: tuple[Seat, ...] = ()


def parse_panel(setting: str) -> Panel:
    """The panel of "endpoint/model=2, another". Raises SettingsError that names every entry that is wrong."""
    entries = [entry.strip() for entry in re.split(r"[,，、;；\n]", setting)]
    seats: dict[str, Seat] = {}
    wrong: list[str] = []
    for place, entry in enumerate((one for one in entries if one), 1):
        spec, weight = _entry(entry)
        if weight is None:
            wrong.append(
                t(
                    f"第 {place} 项 {entry!r}：等号后面要是一个大于 0 的数",
                    f"entry {place}, {entry!r}: a number above 0 belongs after the equals sign",
                )
            )
        elif not spec:
            wrong.append(
                t(f"第 {place} 项 {entry!r}：没有模型名", f"entry {place}, {entry!r}: it names no model")
            )
        elif spec in seats:
            wrong.append(
                t(
                    f"第 {place} 项 {entry!r}：{spec} 已经在前面了",
                    f"entry {place}, {entry!r}: {spec} is there already",
                )
            )
        else:
            seats[spec] = Seat(spec, weight)
    if wrong:
        raise SettingsError(
            t(
                f"评审模型写得不对：{'；'.join(wrong)}。",
                f"The judging models are wrong: {'; '.join(wrong)}.",
            ),
            t(
                "写成 接口/模型，用逗号分开；加 =2 表示权重为 2。",
                "Write endpoint/model with commas between them; =2 gives double weight.",
            ),
        )
    return Panel(tuple(seats.values()))


def _entry(entry: str) -> tuple[str, float | None]:
    """Model and weight; None for a weight that is none."""
    spec, equals, said = entry.rpartition("=")
    if not equals:
        return entry, 1.0
    try:
        weight = float(said)
    except ValueError:
        return spec.strip(), None
    return spec.strip(), weight if math.isfinite(weight) and weight > 0 else None


#: family and what its models are called, the name of the model and not of who serves it
_FAMILIES: tuple[tuple[str, str], ...] = (
    ("DeepSeek", r"deepseek"),
    ("Qwen", r"qwen|qwq|qvq"),
    ("GPT", r"gpt|chatgpt|(?<![a-z0-9])o[1-9](?![0-9])"),
    ("Claude", r"claude"),
    ("Gemini", r"gemini|gemma"),
    ("GLM", r"glm"),
    ("Kimi", r"kimi|moonshot"),
    ("MiMo", r"mimo"),
    ("Llama", r"llama"),
    ("Mistral", r"(?:mi|mix|minis|magis|devs)tral|codestral"),
    ("MiniMax", r"minimax|abab"),
    ("Doubao", r"doubao|seed-oss"),
    ("ERNIE", r"ernie"),
    ("Hunyuan", r"hunyuan"),
    ("Step", r"(?<![a-z])step-"),
    ("Grok", r"grok"),
    ("InternLM", r"internlm"),
    ("Baichuan", r"baichuan"),
    ("Yi", r"(?<![a-z])yi-"),
    ("Phi", r"(?<![a-z])phi-?[0-9]"),
    ("SmolLM", r"smollm"),
)


#: endpoints that serve models of one family only
_HOMES = {
    "anthropic": "Claude",
    "deepseek": "DeepSeek",
    "moonshot": "Kimi",
    "openai": "GPT",
    "xiaomimimo": "MiMo",
    "zhipu": "GLM",
}


def family_of(model: str) -> str:
    """The family of `endpoint/model`; empty where the name does not tell.

    Of a name with two (a model of one family taught by another) the first counts: its words are the teacher's. The
    endpoint is asked only where the model's own name says nothing.
    """
    endpoint, _, name = model.lower().partition("/")
    found = [(at.start(), family) for family, pattern in _FAMILIES if (at := re.search(pattern, name))]
    return min(found)[1] if found else _HOMES.get(endpoint, "")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A judge to take, and why, in the language spoken now."""

    model: str
    family: str
    reason: str


def suggest(teachers: Sequence[str], catalog: Catalog, usable: Collection[str] = ()) -> Suggestion | None:
    """A judge of another family than the teachers (`endpoint/model`); None where the catalog has none.

    `usable`: endpoints that can be asked right now, because they need no key or theirs is there; they come first, each
    with its default model. Models too small to come to an end by themselves are no judges.
    """
    families = {family_of(teacher) for teacher in teachers} - {""}
    found = [
        chosen
        for name, record in catalog.endpoints.items()
        for model in dict.fromkeys((record.default_model, *record.models))
        if model and _able(chosen := catalog.find(f"{name}/{model}"), families)
    ]
    if not found:
        return None
    best = min(found, key=lambda one: (one.endpoint not in usable, one.kind == "local"))
    family, taught = family_of(best.name), "、".join(sorted(families))
    named = " and ".join(sorted(families))
    reason = (
        t(
            f"老师是 {taught}，评审是 {family}：模型会偏爱自己家族的说法，换一家才公正。",
            f"The teacher is {named}, this judge is {family}: models favour the words of their own family.",
        )
        if families
        else t(
            f"看不出老师是哪一家的模型；{family} 多半是另一家。",
            f"The teacher's name does not tell its family; {family} is most likely another one.",
        )
    )
    return Suggestion(best.name, family, reason)


def _able(chosen: Chosen, families: Collection[str]) -> bool:
    family = family_of(chosen.name)
    return bool(family) and family not in families and not chosen.limits.terse


def favouring(judges: Sequence[str], teachers: Sequence[str]) -> list[str]:
    """A warning for each judge (`endpoint/model`) that is a teacher itself or of a teacher's family."""
    told = []
    for judge in judges:
        family = family_of(judge)
        if judge in teachers:
            told.append(
                t(
                    f"{judge} 既是老师又是评审：它会给自己的话打高分。",
                    f"{judge} both teaches and judges: it will favour its own words.",
                )
            )
        elif family and family in {family_of(teacher) for teacher in teachers}:
            told.append(
                t(
                    f"{judge} 和老师同属 {family} 家族：它会偏爱相近的说法。",
                    f"{judge} and the teacher are both {family}: it will favour words like its own.",
                )
            )
    return told
