"""Whether a brain she has learnt says the same in every form: twenty prompts through each of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.brains.learnt import Learnt
from zishu_app.core.texts import t
from zishu_app.house import House
from zishu_app.jobs.base import result_in
from zishu_app.jobs.protocol import Ending, Progress
from zishu_app.jobs.specs import ExportSpec

#: said to each form of a brain, to hold them against each other
PROBES = (
    "Who are you?", "How are you today?", "What is your favourite colour?", "Tell me a joke.",
    "How can I remember new words?", "I am tired and do not feel like studying.", "What is the capital of France?",
    "Why is the sky blue?", "Write two lines about the moon.", "What did we talk about yesterday?",
    "你是谁？", "你今天心情怎么样？", "你喜欢什么颜色？", "给我讲个笑话吧。", "怎样记住英语单词？",
    "我有点累，不想学习。", "法国的首都是哪里？", "天空为什么是蓝色的？", "写两句关于月亮的诗。", "我们昨天聊了什么？",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Giving:
    """How far it is, in whatever it counts; `text` says what is done."""

    done: float
    total: float
    text: str


@dataclass(frozen=True, slots=True)
class Forms:
    """What is held against the adapter: a merged model, and an adapter for llama.cpp."""

    merged: Path | None = None
    lora: Path | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The ending: see worker/training/export of "parity" for the figures of a form."""

    prompts: int
    tokens: int
    #: None: there is no such form
    merged: dict[str, float] | None
    gguf: dict[str, float] | None

    @property
    def sides(self) -> list[tuple[str, dict[str, float]]]:
        """The forms there are, by name."""
        forms = ((t("合并后的模型", "merged with its base"), self.merged), ("GGUF", self.gguf))
        return [(name, form) for name, form in forms if form]

    @property
    def told(self) -> str:
        """How far the forms agree, in a line each."""
        told = [self._told(name, form) for name, form in self.sides]
        return "\n".join(told) or t("没有别的形式可比。", "There is no other form to compare.")

    def _told(self, name: str, form: dict[str, float]) -> str:
        same = f"{form['same_answers']:.0f}/{self.prompts}"
        return t(
            f"{name}：{form['agreement']:.1%} 的 token 和适配器一致，{same} 个回答一字不差，"
            f"KL {form['kl']:.5f}（最大 {form['worst_kl']:.3f}）",
            f"{name}: {form['agreement']:.1%} of the tokens agree with the adapter's, {same} answers are word for word the"
            f" same, KL {form['kl']:.5f} (at most {form['worst_kl']:.3f})",
        )


async def compare(
    house: House, brain: Learnt, forms: Forms | None = None
) -> AsyncIterator[Giving | Compared]:
    """Twenty prompts through these forms, by default its own. Ends with Compared. Raises JobFailed: a template differs, say."""
    merged, gguf, lora = await asyncio.to_thread(_there, brain, forms or Forms(lora=brain.lora))
    if not merged and not lora:
        yield Compared(0, 0, None, None)
        return
    spec = ExportSpec(
        "parity",
        brain.base_folder,
        str(brain.adapter),
        merged=merged,
        gguf_base=gguf,
        gguf_lora=lora,
        prompts=PROBES,
    )
    async for event in in_job(house, spec):
        if isinstance(event, Giving):
            yield event
        else:
            yield Compared(event["prompts"], event["tokens"], event.get("merged"), event.get("gguf"))


async def in_job(house: House, spec: ExportSpec) -> AsyncIterator[Giving | dict[str, Any]]:
    """What the long lane does of it, and its result. Raises JobFailed, JobLost."""
    async for event in await house.lane("long").submit(spec):
        if isinstance(event, Progress):
            yield Giving(event.done, event.total, event.text)
        elif isinstance(event, Ending):
            yield result_in(event)


def _there(brain: Learnt, forms: Forms) -> tuple[str, str, str]:
    """The merged model, the base for llama.cpp and what is laid over it; "" for what is not there. Blocking."""
    known = bool(brain.base_gguf) and Path(brain.base_gguf).is_file()
    lora = forms.lora if known and forms.lora and forms.lora.is_file() else None
    return str(forms.merged or ""), brain.base_gguf if lora else "", str(lora or "")
